#include "common/testing/statement_lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace juchu::testing {
namespace {

TEST(StatementLintTest, WhatBindsEachTableToATenantIsGood) {
  for (const char* statement : {
           "SELECT a FROM orders WHERE tenant_id = ?",
           "SELECT a FROM orders WHERE tenant_id = ? AND (a = ? OR b = ?)",
           "SELECT o.a FROM orders o JOIN documents d ON d.tenant_id = o.tenant_id AND d.n = o.n WHERE o.tenant_id = ?",
           "SELECT a FROM orders o WHERE o.tenant_id = ? AND EXISTS (SELECT 1 FROM links l WHERE l.tenant_id = ? AND "
           "(l.a = o.a OR l.b = o.b))",
           "SELECT a FROM orders WHERE tenant_id = ? AND n IN (?,?,?) FOR UPDATE",
           "UPDATE orders SET a = ?, b = IF(a = 1 OR b = 2, 3, 4) WHERE tenant_id = ? AND n = ?",
           "DELETE FROM orders WHERE (tenant_id, order_number, lease_token) IN ((?,?,?),(?,?,?))",
           "INSERT INTO orders (tenant_id, a) VALUES (?,?),(?,?) ON DUPLICATE KEY UPDATE a = VALUES(a)",
       }) {
    const Judgement judgement = JudgeStatement(statement);
    EXPECT_TRUE(judgement.is_of_tenants) << statement;
    EXPECT_EQ(judgement.fault, "") << statement;
  }
}

TEST(StatementLintTest, WhatLeavesATableToAnyTenantIsFound) {
  for (const char* statement : {
           "SELECT a FROM orders",
           "SELECT a FROM orders WHERE n = ?",
           "SELECT a FROM orders WHERE tenant_id = ? OR n = ?",
           "SELECT a FROM orders WHERE (tenant_id = ? AND n = ?) OR n = ?",
           "SELECT a FROM orders WHERE n = ? OR (m = ? AND (tenant_id = ?))",
           "SELECT a FROM orders WHERE tenant_id <> ?",
           "SELECT o.a FROM orders o JOIN documents d ON d.n = o.n WHERE o.tenant_id = ? AND o.tenant_id = ?",
           "SELECT o.a FROM orders o JOIN documents d ON d.tenant_id = o.tenant_id",
           "SELECT a FROM orders o WHERE o.tenant_id = ? AND EXISTS (SELECT 1 FROM links l WHERE l.a = o.a)",
           "SELECT o.a FROM orders o, documents d WHERE o.tenant_id = ?",
           "SELECT l.a FROM links l WHERE l.tenant_id = ? UNION SELECT l.a FROM links l",
           "UPDATE orders SET tenant_id = ? WHERE n = ?",
           "DELETE FROM orders WHERE n = ?",
           "INSERT INTO orders (n, tenant_id) VALUES (?,?)",
           "INSERT INTO orders (tenant_id, n) SELECT tenant_id, n FROM orders",
       }) {
    EXPECT_EQ(JudgeStatement(statement).fault, "it does not name the tenant of each table") << statement;
  }
}

TEST(StatementLintTest, WhatAsksForTheTimeIsFound) {
  for (const char* statement :
       {"SELECT a FROM orders WHERE tenant_id = ? AND due_time_us < UNIX_TIMESTAMP() * 1000000",
        "UPDATE orders SET update_time = now() WHERE tenant_id = ?", "SELECT CURRENT_TIMESTAMP"}) {
    EXPECT_EQ(JudgeStatement(statement).fault, "it asks the database for the time") << statement;
  }
}

TEST(StatementLintTest, WhatIsNoTenantsIsOfNoInterest) {
  for (const char* statement : {"COMMIT", "SELECT 1", "SELECT version FROM schema_migrations"}) {
    const Judgement judgement = JudgeStatement(statement);
    EXPECT_FALSE(judgement.is_of_tenants) << statement;
    EXPECT_EQ(judgement.fault, "") << statement;
  }
}

TEST(StatementLintTest, ListsOfAnyLengthAreAlike) {
  EXPECT_EQ(Shortened("… n IN (?,?,?)"), Shortened("… n IN (?)"));
  EXPECT_EQ(Shortened("… VALUES (?,?),(?,?)"), Shortened("… VALUES (?,?)"));
}

TEST(StatementLintTest, TenantsOfConditionsAreSeen) {
  EXPECT_THAT(
      TenantsIn("SELECT a FROM orders o WHERE o.tenant_id = 'acme' AND b IN (SELECT b FROM links WHERE tenant_id "
                "= 'acme')"),
      ::testing::ElementsAre("acme"));
  EXPECT_THAT(TenantsIn("… o.tenant_id = 'acme' AND l.tenant_id = 'other'"), ::testing::ElementsAre("acme", "other"));
}

}  // namespace
}  // namespace juchu::testing
