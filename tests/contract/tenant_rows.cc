#include "tests/contract/tenant_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/integration/stack.h"

namespace juchu::contract {

const std::map<std::string, std::string>& TenantTables() {
  static const auto* const all = [] {
    constexpr char kTables[] =
        "SELECT CONCAT(table_schema, '.', table_name), GROUP_CONCAT(IF(column_name = 'tenant_id', NULL, column_name) "
        "ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = DATABASE() AND "
        "generation_expression IS NULL GROUP BY table_name HAVING SUM(column_name = 'tenant_id') = 1";
    auto& stack = integration::Stack::Get();
    const std::string lines =
        absl::StrCat(stack.RootSql(kTables), stack.InventorySql(kTables), stack.PaymentSql(kTables));
    auto* tables = new std::map<std::string, std::string>;
    for (const absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
      const std::pair<std::string, std::string> table = absl::StrSplit(line, '\t');
      tables->insert(table);
    }
    return tables;
  }();
  return *all;
}

std::string RowsOf(const std::string& tenant) {
  std::string sql;
  for (const auto& [table, columns] : TenantTables()) {
    absl::StrAppend(&sql, "SELECT '", table, "', ", columns, " FROM ", table, " WHERE tenant_id = '", tenant,
                    "' ORDER BY ", columns, ";");
  }
  return integration::Stack::Get().RootSql(sql);
}

}  // namespace juchu::contract
