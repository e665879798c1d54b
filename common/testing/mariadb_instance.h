#ifndef COMMON_TESTING_MARIADB_INSTANCE_H_
#define COMMON_TESTING_MARIADB_INSTANCE_H_

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace juchu::testing {

// How a MariaDbInstance differs from the usual one.
struct MariaDbOptions {
  // Without TLS a server also accepts plaintext; only for tests that must be refused by us.
  bool tls = true;
  // The names in the server's certificate, in openssl's notation.
  std::string certificate_names = "DNS:localhost,IP:127.0.0.1";
  // Keeps every statement that the server gets, for StatementLogFile.
  bool log_statements = false;
  // More flags of mariadbd; they win over the usual ones.
  std::vector<std::string> flags = {};
};

// One private MariaDB server in a temporary directory, with its own certificate authority, on a free port of
// 127.0.0.1. Its data directory is copied from a template that the first test of a build makes. The server ends with
// the thread that started it, so start it from the main thread. Thread-compatible.
class MariaDbInstance {
 public:
  // An error names what is missing (the mariadb-server package, openssl) or shows the end of the server's log.
  static absl::StatusOr<std::unique_ptr<MariaDbInstance>> Start(MariaDbOptions options = {});
  // The same; ends the process with a message when it cannot be started: a missing database is a failure, never a
  // skipped test.
  static std::unique_ptr<MariaDbInstance> StartOrExit(MariaDbOptions options = {});

  // Kills the server and removes its directory.
  ~MariaDbInstance();
  MariaDbInstance(const MariaDbInstance&) = delete;
  MariaDbInstance& operator=(const MariaDbInstance&) = delete;

  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  // PEM file of the authority that signed the server's certificate.
  std::string ca_file() const { return (directory_ / "ca.pem").string(); }
  // PEM file of an authority that signed nothing here.
  std::string wrong_ca_file() const { return (directory_ / "wrong-ca.pem").string(); }
  std::string socket_file() const { return (directory_ / "s").string(); }
  // What the server says of itself; MariaDB adds the ending.
  std::string error_log_file() const { return (directory_ / "log.err").string(); }
  // The server's general log: lines of time, session, "Prepare", "Execute" or "Query", and the statement.
  std::string statement_log_file() const { return (directory_ / "statements").string(); }

  // Ends the server as a power cut would (kill -9).
  void Kill();
  // Ends the server in good order (SIGTERM).
  void Stop();
  // SIGSTOP and SIGCONT.
  void Pause();
  void Continue();
  bool running() const { return pid_ > 0; }
  // Starts the server again on the same data and port, after Kill or Stop. MariaDB itself may crash while it recovers
  // (10.11.19 was seen to). What runs a database then starts it once more, and so does this, three times at most; what
  // the server said is printed. ABORTED when it crashed each time.
  absl::Status Restart();
  // How often the server crashed while Restart waited for it.
  int64_t crashed_starts() const { return crashed_starts_; }
  // Gives the server a certificate for other names, signed by the same authority, and makes it take effect.
  absl::Status UseCertificateFor(const std::string& names);

  // Runs statements as root over the socket, through the mariadb client program, and returns its tab-separated
  // output: independent of the code under test.
  absl::StatusOr<std::string> RootSql(absl::string_view sql, absl::string_view schema = "");

 private:
  MariaDbInstance(MariaDbOptions options, std::filesystem::path directory);

  absl::Status MakeAuthority(const std::string& name);
  absl::Status MakeCertificate(const std::string& names);
  absl::Status Launch();
  absl::Status WaitUntilReady();
  void End(int signal);
  std::string LogOfLastStart() const;

  const MariaDbOptions options_;
  const std::filesystem::path directory_;
  int port_ = 0;
  pid_t pid_ = -1;
  int64_t crashed_starts_ = 0;
};

// The server that the tests of this process share, from StartOrExit.
MariaDbInstance& SharedMariaDb();

}  // namespace juchu::testing

#endif  // COMMON_TESTING_MARIADB_INSTANCE_H_
