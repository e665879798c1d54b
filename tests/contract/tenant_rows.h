#ifndef TESTS_CONTRACT_TENANT_ROWS_H_
#define TESTS_CONTRACT_TENANT_ROWS_H_

#include <map>
#include <string>

// What the databases of the stack hold of a tenant, whatever the interfaces show of it.
namespace juchu::contract {

// The tables whose rows belong to tenants, as "schema.table", with their columns but the tenant: "a,b".
const std::map<std::string, std::string>& TenantTables();

// All rows of the tenant, as text.
std::string RowsOf(const std::string& tenant);

}  // namespace juchu::contract

#endif  // TESTS_CONTRACT_TENANT_ROWS_H_
