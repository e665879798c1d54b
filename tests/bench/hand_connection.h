#ifndef TESTS_BENCH_HAND_CONNECTION_H_
#define TESTS_BENCH_HAND_CONNECTION_H_

#include <cppconn/prepared_statement.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sql {
class Connection;
class ResultSet;
}  // namespace sql

namespace juchu::bench {

// A schema as a program beside its server reaches it: over the socket, without TLS.
struct HandDatabase {
  std::string socket;
  std::string user;
  std::string password;
  std::string schema;
};

// The bare connector, without anything of ours around it: what a careful program by hand would use. Nothing commits by
// itself. Its methods throw what the connector throws; see Guarded. Confined to one thread.
class HandConnection {
 public:
  explicit HandConnection(const HandDatabase& database);
  ~HandConnection();

  std::unique_ptr<sql::PreparedStatement> Prepare(const std::string& sql);
  std::unique_ptr<sql::ResultSet> Query(const std::string& sql);
  void Run(const std::string& sql);
  void Commit() { Run("COMMIT"); }

 private:
  std::unique_ptr<sql::Connection> connection_;
  std::unique_ptr<sql::Statement> text_;
};

// What `run` throws, as an error.
absl::Status Guarded(const std::function<void()>& run);

// `head`, then `row` `count` times with commas, then `tail`.
std::string Repeat(absl::string_view head, absl::string_view row, int count, absl::string_view tail = "");

}  // namespace juchu::bench

#endif  // TESTS_BENCH_HAND_CONNECTION_H_
