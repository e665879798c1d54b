#ifndef COMMON_TESTING_SCOPED_DATABASE_H_
#define COMMON_TESTING_SCOPED_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mysql/options.h"
#include "common/testing/mariadb_instance.h"

namespace juchu::testing {

// A schema with a random name and an account that may use only it, dropped at the end. Tests in one process need not
// know of each other.
class ScopedDatabase {
 public:
  // `migrations_folder` is applied when given; a relative path starts at the root of the repository
  // ("services/order/migrations"). `server` must outlive the database.
  static absl::StatusOr<std::unique_ptr<ScopedDatabase>> Create(MariaDbInstance& server,
                                                                const std::string& migrations_folder = "");

  ~ScopedDatabase();
  ScopedDatabase(const ScopedDatabase&) = delete;
  ScopedDatabase& operator=(const ScopedDatabase&) = delete;

  // How the account reaches the schema, over TLS; a test may change its copy.
  const mysql::Options& options() const { return options_; }
  const std::string& name() const { return options_.schema; }

  // Runs statements in the schema as root; see MariaDbInstance::RootSql.
  absl::StatusOr<std::string> RootSql(absl::string_view sql) { return server_.RootSql(sql, options_.schema); }
  // Ends the server's session `id` (Connection::id) as an operator's KILL does, and returns when it is gone.
  absl::Status KillSession(uint64_t id);

 private:
  ScopedDatabase(MariaDbInstance& server, mysql::Options options) : server_(server), options_(std::move(options)) {}

  MariaDbInstance& server_;
  const mysql::Options options_;
};

// The root of the repository the running test was built from.
std::string SourceRoot();

}  // namespace juchu::testing

#endif  // COMMON_TESTING_SCOPED_DATABASE_H_
