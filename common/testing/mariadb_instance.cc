#include "common/testing/mariadb_instance.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"
#include "common/testing/child_process.h"
#include "common/testing/subprocess.h"

namespace juchu::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kServer[] = "/usr/sbin/mariadbd";
constexpr absl::string_view kDirectoryPrefix = "juchu-mariadb-";
constexpr absl::Duration kStartLimit = absl::Seconds(60);

// Small files: a test writes little, and the template is copied for every test process.
const std::vector<std::string>& SizeOptions() {
  static const auto& options = *new std::vector<std::string>{
      "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M", "--innodb-undo-tablespaces=0",
      "--innodb-data-file-path=ibdata1:4M:autoextend", "--innodb-temp-data-file-path=ibtmp1:4M:autoextend"};
  return options;
}

// Runs as root only where the test does; the server refuses root otherwise.
std::vector<std::string> UserOptions() {
  return geteuid() == 0 ? std::vector<std::string>{"--user=root"} : std::vector<std::string>{};
}

// The administrator's account is the one named as the operating system's user, by the socket only: no password that
// another user of this machine could use over TCP.
std::string UserName() {
  const passwd* entry = getpwuid(geteuid());
  return entry == nullptr ? "root" : entry->pw_name;
}

// Where templates are kept: the build folder of the running test, so that cleaning the build cleans them.
fs::path CacheDirectory() {
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (; !folder.empty() && folder != folder.root_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / "CMakeCache.txt", error)) return folder / "tmp";
  }
  return fs::temp_directory_path() / absl::StrCat("juchu-build-", geteuid());
}

// An exclusive lock between processes, released when it goes out of scope or the process ends.
class FileLock {
 public:
  explicit FileLock(const fs::path& path) : fd_(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    if (fd_ >= 0) flock(fd_, LOCK_EX);
  }
  ~FileLock() {
    if (fd_ >= 0) close(fd_);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

// The data directory that instances are copied from, made once for each version of the server.
absl::StatusOr<fs::path> Template() {
  JUCHU_ASSIGN_OR_RETURN(std::string version, RunProgram({kServer, "--no-defaults", "--version"}));
  std::string key;
  for (char c : version) key += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  const fs::path cache = CacheDirectory();
  std::error_code error;
  fs::create_directories(cache, error);
  const fs::path finished = cache / absl::StrCat("mariadb-template-", std::hash<std::string>()(key));
  FileLock lock(cache / "mariadb-template.lock");
  if (fs::exists(finished, error)) return finished;
  const fs::path unfinished = cache / absl::StrCat("mariadb-template-unfinished-", getpid());
  fs::remove_all(unfinished, error);
  std::vector<std::string> command = {"mariadb-install-db",
                                      "--no-defaults",
                                      "--skip-test-db",
                                      "--skip-name-resolve",
                                      "--auth-root-authentication-method=socket",
                                      absl::StrCat("--auth-root-socket-user=", UserName()),
                                      absl::StrCat("--datadir=", unfinished.string())};
  for (const std::string& option : UserOptions()) command.push_back(option);
  for (const std::string& option : SizeOptions()) command.push_back(option);
  JUCHU_RETURN_IF_ERROR(RunProgram(command).status());
  fs::rename(unfinished, finished, error);
  if (error) return absl::InternalError(absl::StrCat("cannot keep the template: ", error.message()));
  return finished;
}

// Removes what test processes that were killed have left behind.
void RemoveOrphans() {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::temp_directory_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(std::string(kDirectoryPrefix), 0) != 0) continue;
    const std::vector<std::string> parts = absl::StrSplit(name.substr(kDirectoryPrefix.size()), '-');
    const int owner = std::atoi(parts[0].c_str());
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) {
      std::error_code ignored;
      fs::remove_all(entry.path(), ignored);
    }
  }
}

}  // namespace

MariaDbInstance::MariaDbInstance(MariaDbOptions options, fs::path directory)
    : options_(std::move(options)), directory_(std::move(directory)) {}

absl::StatusOr<std::unique_ptr<MariaDbInstance>> MariaDbInstance::Start(MariaDbOptions options) {
  RemoveOrphans();
  JUCHU_ASSIGN_OR_RETURN(fs::path source, Template());
  // In the temporary directory, because the path of a socket is limited to 107 bytes.
  std::string name =
      (fs::temp_directory_path() / absl::StrCat(std::string(kDirectoryPrefix), getpid(), "-XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) {
    return absl::InternalError(absl::StrCat("mkdtemp ", name, ": ", std::strerror(errno)));
  }
  std::unique_ptr<MariaDbInstance> instance(new MariaDbInstance(std::move(options), name));
  std::error_code error;
  fs::copy(source, instance->directory_ / "data", fs::copy_options::recursive, error);
  if (error) return absl::InternalError(absl::StrCat("cannot copy the template: ", error.message()));
  JUCHU_RETURN_IF_ERROR(instance->MakeAuthority("ca"));
  JUCHU_RETURN_IF_ERROR(instance->MakeAuthority("wrong-ca"));
  JUCHU_RETURN_IF_ERROR(instance->MakeCertificate(instance->options_.certificate_names));
  // Another process may take the port between our look and the server's bind.
  absl::Status status;
  for (int attempt = 0; attempt < 5; ++attempt) {
    instance->port_ = FreePort();
    status = instance->Launch();
    if (status.ok()) return instance;
  }
  return status;
}

MariaDbInstance::~MariaDbInstance() {
  Kill();
  std::error_code error;
  fs::remove_all(directory_, error);
}

absl::Status MariaDbInstance::MakeAuthority(const std::string& name) {
  const std::string base = (directory_ / name).string();
  return RunProgram({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                     "-days", "2", "-subj", absl::StrCat("/CN=juchu test ", name), "-keyout", base + ".key", "-out",
                     base + ".pem"})
      .status();
}

absl::Status MariaDbInstance::MakeCertificate(const std::string& names) {
  const std::string key = (directory_ / "server.key").string();
  const std::string request = (directory_ / "server.csr").string();
  const std::string extensions = (directory_ / "server.ext").string();
  std::ofstream(extensions) << "subjectAltName=" << names << "\n";
  JUCHU_RETURN_IF_ERROR(RunProgram({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                    "-nodes", "-subj", "/CN=juchu test server", "-keyout", key, "-out", request})
                            .status());
  return RunProgram({"openssl", "x509", "-req", "-days", "2", "-in", request, "-CA", ca_file(), "-CAkey",
                     (directory_ / "ca.key").string(), "-CAcreateserial", "-extfile", extensions, "-out",
                     (directory_ / "server.pem").string()})
      .status();
}

absl::Status MariaDbInstance::UseCertificateFor(const std::string& names) {
  JUCHU_RETURN_IF_ERROR(MakeCertificate(names));
  return RootSql("FLUSH SSL").status();
}

absl::Status MariaDbInstance::Launch() {
  const std::string directory = directory_.string();
  std::vector<std::string> command = {
      kServer, "--no-defaults", absl::StrCat("--datadir=", directory, "/data"),
      absl::StrCat("--socket=", socket_file()), absl::StrCat("--pid-file=", directory, "/pid"),
      absl::StrCat("--log-error=", directory, "/log"), "--bind-address=127.0.0.1", absl::StrCat("--port=", port_),
      "--skip-name-resolve", "--local-infile=OFF",
      // What an acknowledged commit means in production holds here too.
      "--innodb-flush-log-at-trx-commit=1", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin",
      // The kernel may go on with what a killed server has handed to io_uring, while the next one recovers the same
      // files.
      "--innodb-use-native-aio=OFF", "--max-connections=200", "--performance-schema=OFF"};
  for (const std::string& option : UserOptions()) command.push_back(option);
  for (const std::string& option : SizeOptions()) command.push_back(option);
  if (options_.log_statements) {
    command.push_back("--general-log=1");
    command.push_back("--general-log-file=" + statement_log_file());
  }
  if (options_.tls) {
    for (const std::string& option :
         {std::string("--require-secure-transport=ON"), absl::StrCat("--ssl-ca=", ca_file()),
          absl::StrCat("--ssl-cert=", directory, "/server.pem"),
          absl::StrCat("--ssl-key=", directory, "/server.key")}) {
      command.push_back(option);
    }
  }
  for (const std::string& flag : options_.flags) command.push_back(flag);
  std::vector<char*> argv;
  for (std::string& argument : command) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) return absl::InternalError(absl::StrCat("fork: ", std::strerror(errno)));
  if (pid_ == 0) {
    // Its own group, so that Ctrl-C ends the test first; SIGKILL when the test ends in whatever way.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    execv(argv[0], argv.data());
    _exit(127);
  }
  return WaitUntilReady();
}

absl::Status MariaDbInstance::WaitUntilReady() {
  const absl::Time limit = absl::Now() + kStartLimit;
  while (absl::Now() < limit) {
    int ended = 0;
    if (waitpid(pid_, &ended, WNOHANG) == pid_) {
      pid_ = -1;
      const std::string log = LogOfLastStart();
      if (WIFSIGNALED(ended)) return absl::AbortedError(absl::StrCat("mariadbd crashed at its start:\n", log));
      return absl::InternalError(absl::StrCat("mariadbd ended at its start:\n", log));
    }
    if (fs::exists(socket_file()) && RootSql("SELECT 1").ok()) return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(20));
  }
  Kill();
  return absl::InternalError(absl::StrCat("mariadbd did not become ready:\n", LogOfLastStart()));
}

void MariaDbInstance::Kill() { End(SIGKILL); }

void MariaDbInstance::Stop() { End(SIGTERM); }

void MariaDbInstance::Pause() {
  if (pid_ > 0) kill(pid_, SIGSTOP);
}

void MariaDbInstance::Continue() {
  if (pid_ > 0) kill(pid_, SIGCONT);
}

void MariaDbInstance::End(int signal) {
  if (pid_ <= 0) return;
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
  std::error_code error;
  fs::remove(socket_file(), error);
}

absl::Status MariaDbInstance::Restart() {
  if (pid_ > 0) return absl::FailedPreconditionError("the server is running; kill it first");
  constexpr int kTries = 3;
  absl::Status status;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    status = Launch();
    if (!absl::IsAborted(status)) return status;
    ++crashed_starts_;
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  }
  return status;
}

absl::StatusOr<std::string> MariaDbInstance::RootSql(absl::string_view sql, absl::string_view schema) {
  std::vector<std::string> command = {"mariadb",
                                      "--no-defaults",
                                      "--batch",
                                      "--skip-column-names",
                                      "--default-character-set=utf8mb4",
                                      "--connect-timeout=5",
                                      absl::StrCat("--user=", UserName()),
                                      absl::StrCat("--socket=", socket_file())};
  if (!schema.empty()) command.push_back(std::string(schema));
  return RunProgram(command, sql);
}

std::string MariaDbInstance::LogOfLastStart() const {
  std::ifstream file(error_log_file());
  std::stringstream text;
  text << file.rdbuf();
  const std::string log = text.str();
  const size_t start = log.rfind("[Note] Starting MariaDB");
  // The reason stands before what a crash prints of itself.
  constexpr size_t kShown = 6000;
  return log.substr(start == std::string::npos ? 0 : start, kShown);
}

std::unique_ptr<MariaDbInstance> MariaDbInstance::StartOrExit(MariaDbOptions options) {
  auto started = Start(std::move(options));
  if (started.ok()) return *std::move(started);
  std::fprintf(stderr, "The tests need a private MariaDB: %s\n", std::string(started.status().message()).c_str());
  std::exit(1);
}

MariaDbInstance& SharedMariaDb() {
  // Not leaked: the destructor ends the server and removes its directory.
  static const auto instance = MariaDbInstance::StartOrExit();
  return *instance;
}

}  // namespace juchu::testing
