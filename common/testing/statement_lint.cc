#include "common/testing/statement_lint.h"

#include <cstddef>
#include <map>
#include <regex>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace juchu::testing {
namespace {

// Statements over all tenants, by their beginnings.
constexpr const char* kOverAllTenants[] = {
    // The gateway leases work of all tenants and goes on under each row's own.
    "SELECT tenant_id, order_number, generation, attempts FROM order_changes WHERE due_time_us <= ",
    "SELECT tenant_id, order_number, product_code, generation, attempts FROM inventory_changes WHERE due_time_us <= ",
    "SELECT tenant_id, order_number, generation, attempts FROM payment_changes WHERE due_time_us <= ",
    // A worker waits for the first shop of any tenant, takes it and goes on under its own.
    "SELECT MIN(GREATEST(IF(s.due_time_us > ? + ",
    "SELECT s.tenant_id, s.shop_id, COALESCE(p.card_send_interval_seconds, 600) FROM card_shops s",
    // The tests themselves: whether a card request is open.
    "SELECT 1 FROM card_requests WHERE open_mark = 1 LIMIT 1",
    // Migration 0008: every row gets what its own order says.
    "UPDATE order_tag_links l JOIN orders o ON o.tenant_id = l.tenant_id",
    // Order migration 0005, payment migrations 0004 and 0005: likewise.
    "INSERT IGNORE INTO order_changes (tenant_id, order_number, generation, due_time_us, create_time_us) SELECT "
    "tenant_id, '', 1, 0, 0 FROM tenants",
    "UPDATE cards SET expire_time_us = NULL WHERE captured_yen > 0",
    "REPLACE INTO reported_slips (tenant_id, company, slip_number, order_number, report_time_us) SELECT s.tenant_id",
    // Old answers go, whosever they are.
    "DELETE FROM request_log WHERE create_time_us",
};

// What a statement reads and changes, and what binds it to a tenant.
class Bindings {
 public:
  explicit Bindings(const std::string& statement) {
    // What is set does not say of which rows.
    static const std::regex kSet("^(UPDATE .*?) SET .*?( WHERE .*|$)", std::regex::optimize);
    text_ = std::regex_replace(statement, kSet, "$1$2");
    FindTables();
    FindConstants();
    FindJoins();
  }

  const std::map<std::string, int>& tables() const { return tables_; }

  // Whether each table is bound to a tenant by a value, itself or through those that it is joined to, each time that it
  // is named; and no OR leads past it.
  bool AreWhole() const {
    if (is_unclear_) return false;
    std::set<std::string> bound;
    for (const auto& [table, count] : constants_) bound.insert(table);
    for (size_t before = 0; before != bound.size();) {
      before = bound.size();
      for (const auto& [one, other] : joins_) {
        if (bound.count(one) > 0) bound.insert(other);
        if (bound.count(other) > 0) bound.insert(one);
      }
    }
    for (const auto& [table, times] : tables_) {
      const auto constants = constants_.find(table);
      int bindings = constants == constants_.end() ? 0 : constants->second;
      for (const auto& [one, other] : joins_) bindings += one == table || other == table ? 1 : 0;
      if (bound.count(table) == 0 || bindings < times) return false;
    }
    return true;
  }

 private:
  template <typename Take>
  void ForEach(const char* pattern, Take take) {
    const std::regex regex(pattern);
    for (std::sregex_iterator it(text_.begin(), text_.end(), regex), end; it != end; ++it) take(*it);
  }

  void FindTables() {
    ForEach("(?:\\b(?:FROM|JOIN|STRAIGHT_JOIN|INTO)|^UPDATE|^DELETE FROM) ([a-z_]+)\\b(?: (?:AS )?([a-z]\\w*)\\b)?",
            [this](const std::smatch& match) {
              if (!match[2].matched) own_names_.insert(match[1]);
              ++tables_[match[2].matched ? match[2] : match[1]];
            });
    // What stands behind a comma would not be seen.
    ForEach("\\bFROM [a-z_]+(?: (?:AS )?[a-z]\\w*)?,", [this](const std::smatch&) { is_unclear_ = true; });
  }

  void FindConstants() {
    ForEach("(?:(\\w+)\\.|\\b)(?:tenant_id = (?:\\?|'[^']*')|tenant_id, [a-z0-9_, ]*\\) IN \\()",
            [this](const std::smatch& match) {
              CheckAlternatives(static_cast<size_t>(match.position()));
              if (match[1].matched) {
                ++constants_[match[1]];
              } else if (own_names_.size() == 1) {
                ++constants_[*own_names_.begin()];
              } else {
                is_unclear_ = true;
              }
            });
  }

  void FindJoins() {
    ForEach("\\b(\\w+)\\.tenant_id = (\\w+)\\.tenant_id\\b", [this](const std::smatch& match) {
      CheckAlternatives(static_cast<size_t>(match.position()));
      if (tables_.count(match[1]) > 0 && tables_.count(match[2]) > 0) joins_.emplace_back(match[1], match[2]);
    });
  }

  // No OR stands beside what is at this place, or beside the parentheses around it, within its own SELECT.
  void CheckAlternatives(size_t position) {
    constexpr absl::string_view kOr = " OR ";
    const absl::string_view text = text_;
    // How many parentheses are around it.
    int around = 0;
    int depth = 0;
    for (size_t at = position; at-- > 0;) {
      if (text[at] == ')') ++depth;
      if (text[at] == '(' && --depth < 0) {
        if (absl::StartsWith(text.substr(at), "(SELECT ")) break;
        ++around;
        depth = 0;
      }
      if (depth == 0 && absl::StartsWith(text.substr(at), kOr)) is_unclear_ = true;
    }
    depth = 0;
    for (size_t at = position; at < text.size(); ++at) {
      if (text[at] == '(') ++depth;
      if (text[at] == ')' && --depth < 0) {
        if (around-- == 0) break;
        depth = 0;
      }
      if (depth == 0 && absl::StartsWith(text.substr(at), kOr)) is_unclear_ = true;
    }
  }

  std::string text_;
  // How often each is named, by its alias or its name.
  std::map<std::string, int> tables_;
  // Those without an alias.
  std::set<std::string> own_names_;
  std::map<std::string, int> constants_;
  std::vector<std::pair<std::string, std::string>> joins_;
  bool is_unclear_ = false;
};

bool NamesItsTenant(const std::string& statement, const Bindings& bindings) {
  for (const char* beginning : kOverAllTenants) {
    if (absl::StartsWith(statement, beginning)) return true;
  }
  if (absl::StartsWith(statement, "INSERT INTO ")) {
    static const std::regex kRows("^INSERT INTO [a-z_]+ \\(tenant_id, [a-z0-9_, ]*\\) VALUES ", std::regex::optimize);
    return std::regex_search(statement, kRows);
  }
  return bindings.AreWhole();
}

// What time it is the services say, by one clock each: the database's may be another.
bool AsksTheDatabaseForTheTime(const std::string& statement) {
  static const std::regex kTime(
      "\\b(?:NOW|SYSDATE|CURRENT_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP|UNIX_TIMESTAMP|CURDATE|CURRENT_DATE|CURTIME|"
      "CURRENT_TIME|UTC_TIMESTAMP|UTC_DATE|UTC_TIME)\\b",
      std::regex::optimize | std::regex::icase);
  return std::regex_search(statement, kTime);
}

}  // namespace

std::string Shortened(std::string statement) {
  statement = absl::StrReplaceAll(statement, {{",?", ""}, {", ?", ""}});
  return absl::StrReplaceAll(statement, {{",(?)", ""}, {", (?)", ""}});
}

Judgement JudgeStatement(const std::string& statement) {
  static const std::set<std::string> kWithoutTenant = {"information_schema", "schema_migrations",
                                                       "schema_migration_lock"};
  // Regular expressions take their time.
  static constexpr size_t kMostOfAStatement = 4000;
  const std::string text = Shortened(statement).substr(0, kMostOfAStatement);
  const Bindings bindings(text);
  Judgement judgement;
  judgement.is_of_tenants = !bindings.tables().empty() && kWithoutTenant.count(bindings.tables().begin()->first) == 0;
  if (AsksTheDatabaseForTheTime(text)) {
    judgement.fault = "it asks the database for the time";
  } else if (judgement.is_of_tenants && !NamesItsTenant(text, bindings)) {
    judgement.fault = "it does not name the tenant of each table";
  }
  return judgement;
}

std::set<std::string> TenantsIn(const std::string& executed) {
  static const std::string kTenant = "tenant_id = '";
  std::set<std::string> tenants;
  for (size_t at = executed.find(kTenant); at != std::string::npos; at = executed.find(kTenant, at)) {
    at += kTenant.size();
    tenants.insert(executed.substr(at, executed.find('\'', at) - at));
  }
  return tenants;
}

}  // namespace juchu::testing
