// After the last test of a program that uses the stack: every statement that reached the database names the tenant for
// each table that has one. What serves all tenants by design is listed.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

// Statements over all tenants, by their beginnings.
constexpr const char* kOverAllTenants[] = {
    // The gateway leases work of all tenants and goes on under each row's own.
    "SELECT tenant_id, order_number, generation, attempts FROM order_changes WHERE due_time_us <= ",
    "SELECT tenant_id, order_number, product_code, generation, attempts FROM inventory_changes WHERE due_time_us <= ",
    "SELECT tenant_id, order_number, generation, attempts FROM payment_changes WHERE due_time_us <= ",
    // A worker takes a shop of any tenant and goes on under its own.
    "SELECT s.tenant_id, s.shop_id, COALESCE(p.card_send_interval_seconds, 600) FROM card_shops s",
    // The tests themselves: whether a card request is open.
    "SELECT 1 FROM card_requests WHERE open_mark = 1 LIMIT 1",
    // Migration 0008: every row gets what its own order says.
    "UPDATE order_tag_links l JOIN orders o ON o.tenant_id = l.tenant_id",
    // Old answers go, whosever they are.
    "DELETE FROM request_log WHERE create_time_us",
};

int CountOf(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// The tables that the statement names, one entry for each time.
std::vector<std::string> TablesIn(const std::string& statement) {
  static const std::regex kTable("\\b(?:FROM|(?:STRAIGHT_)?JOIN|UPDATE|INTO) ([a-z_]+)\\b", std::regex::optimize);
  std::vector<std::string> tables;
  for (std::sregex_iterator it(statement.begin(), statement.end(), kTable), end; it != end; ++it) {
    tables.push_back((*it)[1]);
  }
  return tables;
}

bool NamesItsTenant(const std::string& statement) {
  for (const char* beginning : kOverAllTenants) {
    if (absl::StartsWith(statement, beginning)) return true;
  }
  if (absl::StartsWith(statement, "INSERT INTO ")) return absl::StrContains(statement, " (tenant_id, ");
  // Which tenant, at least once; and for each table that it is the same one, by itself or at the head of a row value.
  static const std::regex kWhich("tenant_id = [?']|\\(tenant_id, order_number", std::regex::optimize);
  if (!std::regex_search(statement, kWhich)) return false;
  const int predicates = CountOf(statement, "tenant_id = ") + CountOf(statement, "(tenant_id, order_number");
  return predicates >= static_cast<int>(TablesIn(statement).size());
}

// What the log says that a program of ours sent: prepared, or as text, which what has no parameters is. Tests work on
// the data as root, past juchu.
class StatementLog {
 public:
  explicit StatementLog(const std::string& file) : log_(file) {}

  // False at the end.
  bool Next(std::string& statement) {
    static const std::regex kLine("\\s*(\\d+) (Connect|Prepare|Query)\t(.*)", std::regex::optimize);
    for (std::string line; std::getline(log_, line);) {
      // The time comes before the first tab, where there is one.
      const size_t tab = line.find('\t');
      std::smatch match;
      line = line.substr(tab == std::string::npos ? 0 : tab, kMostOfAStatement);
      if (!std::regex_match(line, match, kLine)) continue;
      const std::string connection = match[1];
      if (match[2] == "Connect") {
        if (absl::StartsWith(match[3].str(), "root@")) {
          roots_.insert(connection);
        } else {
          roots_.erase(connection);
        }
      } else if (roots_.count(connection) == 0) {
        statement = match[3];
        return true;
      }
    }
    return false;
  }

 private:
  static constexpr size_t kMostOfAStatement = 4000;

  std::ifstream log_;
  std::set<std::string> roots_;
};

class StatementLint : public ::testing::Environment {
 public:
  void TearDown() override {
    static const std::set<std::string> kWithoutTenant = {"information_schema", "schema_migrations",
                                                         "schema_migration_lock"};
    StatementLog log(Stack::Get().statement_log_file());
    std::set<std::string> judged;
    for (std::string statement; log.Next(statement);) {
      // A list is as good as another of any length.
      static const std::regex kMore("(\\?|\\(\\?(?:,\\?)*\\))(?:,(?:\\?|\\(\\?(?:,\\?)*\\)))+");
      const auto tables = TablesIn(statement);
      if (tables.empty() || kWithoutTenant.count(tables.front()) > 0) continue;
      if (!judged.insert(std::regex_replace(statement, kMore, "$1,…")).second) continue;
      EXPECT_TRUE(NamesItsTenant(statement)) << "a statement without its tenant: " << statement;
    }
    EXPECT_GT(judged.size(), 10u) << "the statement log is empty: the lint saw nothing";
    std::printf("statement lint: %zu different statements name their tenant\n", judged.size());
  }
};

[[maybe_unused]] const auto* const kRegistered = ::testing::AddGlobalTestEnvironment(new StatementLint);

}  // namespace

// Called by the stack, so that this file is linked wherever the stack is.
void RegisterStatementLint() { static_cast<void>(kRegistered); }

}  // namespace juchu::integration
