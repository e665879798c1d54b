// Every key of every service's schema begins with the tenant, so that no read can run over another's rows by mistake
// and tenants can move to shards. What serves all tenants by design is listed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"

namespace juchu::contract {
namespace {

// table.key → why it does not begin with the tenant.
const std::set<std::string>& OverAllTenants() {
  static const auto* const keys = new std::set<std::string>{
      "request_log.ix_request_log_create_time",   // Old answers go, whosever they are.
      "order_changes.ix_order_changes_due_time",  // The gateway leases work of all tenants.
      "inventory_changes.ix_inventory_changes_due_time",
      "payment_changes.ix_payment_changes_due_time",
      "card_shops.ix_card_shops_due_time",  // A worker takes the shop that is due next, whosever it is.
  };
  return *keys;
}

std::vector<std::string> ServicesWithSchema() {
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(absl::StrCat(testing::SourceRoot(), "/services"))) {
    if (std::filesystem::exists(entry.path() / "migrations")) {
      folders.push_back(absl::StrCat("services/", entry.path().filename().string(), "/migrations"));
    }
  }
  return folders;
}

TEST(SchemaLintTest, EveryKeyBeginsWithTheTenant) {
  ASSERT_FALSE(ServicesWithSchema().empty());
  for (const auto& folder : ServicesWithSchema()) {
    JUCHU_ASSERT_OK_AND_ASSIGN(const auto database, testing::ScopedDatabase::Create(testing::SharedMariaDb(), folder));
    JUCHU_ASSERT_OK_AND_ASSIGN(
        const std::string keys,
        database->RootSql("SELECT CONCAT(table_name, '.', index_name, ' ', column_name) FROM "
                          "information_schema.statistics WHERE table_schema = DATABASE() AND seq_in_index = 1 AND "
                          "table_name NOT LIKE 'schema_migration%'"));
    for (const absl::string_view line : absl::StrSplit(keys, '\n', absl::SkipEmpty())) {
      const std::pair<std::string, std::string> key = absl::StrSplit(line, ' ');
      if (OverAllTenants().count(key.first) > 0) continue;
      EXPECT_EQ(key.second, "tenant_id") << folder << ": " << key.first;
    }
    JUCHU_ASSERT_OK_AND_ASSIGN(
        const std::string bare,
        database->RootSql(
            "SELECT table_name FROM information_schema.tables t WHERE table_schema = DATABASE() AND "
            "table_name NOT LIKE 'schema_migration%' AND NOT EXISTS (SELECT 1 FROM information_schema.columns "
            "c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name = "
            "'tenant_id' AND c.is_nullable = 'NO')"));
    EXPECT_EQ(bare, "") << folder << ": tables without a tenant";
  }
}

}  // namespace
}  // namespace juchu::contract
