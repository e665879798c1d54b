// Two tenants that have the very same, order numbers and all other ids included: nothing that is done in one is seen in
// the other, and the same done in the other comes to the same.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/ids/uuid.h"
#include "tests/contract/stack_endpoint.h"

namespace juchu::contract {
namespace {

constexpr absl::Duration kLimit = absl::Seconds(30);

// The schema of one service: runs SQL in it, and which of its tables belong to tenants, by name, with their other
// columns.
struct Schema {
  std::function<std::string(const std::string&)> sql;
  std::map<std::string, std::string> columns;
};

const std::vector<Schema>& Schemas() {
  static const auto* const schemas = [] {
    auto& stack = integration::Stack::Get();
    auto* all = new std::vector<Schema>{{[&stack](const std::string& sql) { return stack.RootSql(sql); }, {}},
                                        {[&stack](const std::string& sql) { return stack.InventorySql(sql); }, {}},
                                        {[&stack](const std::string& sql) { return stack.PaymentSql(sql); }, {}}};
    for (auto& schema : *all) {
      const std::string tables = schema.sql(
          "SELECT table_name, GROUP_CONCAT(IF(column_name = 'tenant_id', NULL, column_name) ORDER BY ordinal_position) "
          "FROM information_schema.columns WHERE table_schema = DATABASE() AND generation_expression IS NULL "
          "GROUP BY table_name HAVING SUM(column_name = 'tenant_id') = 1");
      for (const absl::string_view line : absl::StrSplit(tables, '\n', absl::SkipEmpty())) {
        const std::pair<std::string, std::string> table = absl::StrSplit(line, '\t');
        schema.columns.insert(table);
      }
    }
    return all;
  }();
  return *schemas;
}

// Gives the tenant `twin` all that `one` has. What waits to be told to others waits for long: nothing but an
// acknowledgement takes it away meanwhile.
void CopyRows(const std::string& one, const std::string& twin) {
  for (const auto& schema : Schemas()) {
    std::string sql = "SET foreign_key_checks = 0;";
    for (const auto& [table, columns] : schema.columns) {
      absl::StrAppend(&sql, "INSERT INTO ", table, " (tenant_id, ", columns, ") SELECT '", twin, "', ", columns,
                      " FROM ", table, " WHERE tenant_id = '", one, "';");
      if (table != "inventory_changes" && table != "payment_changes") continue;
      absl::StrAppend(&sql, "UPDATE ", table, " SET due_time_us = due_time_us + 300000000 WHERE tenant_id = '", twin,
                      "';");
    }
    schema.sql(sql);
  }
}

std::string RowsOf(const std::string& tenant) {
  std::string rows;
  for (const auto& schema : Schemas()) {
    std::string sql;
    for (const auto& [table, columns] : schema.columns) {
      absl::StrAppend(&sql, "SELECT '", table, "', ", columns, " FROM ", table, " WHERE tenant_id = '", tenant,
                      "' ORDER BY ", columns, ";");
    }
    absl::StrAppend(&rows, schema.sql(sql));
  }
  return rows;
}

// A merchant and its twin.
struct Twins {
  Twins() : one(StackEndpoint(), NewMerchantId()), other(one.TwinOf(NewMerchantId())) {
    CopyRows(one.id(), other.id());
    integration::Stack::Get().Reconcile();
    EXPECT_EQ(one.Dump(), other.Dump());
  }
  Merchant one;
  Merchant other;
};

// Does `run` with each operation and twins, other ones whenever an operation before has taken away what it needs.
void ForEachOperation(const std::function<bool(const Operation&, const Twins&)>& run) {
  auto twins = std::make_unique<Twins>();
  for (const auto& operation : Operations()) {
    if (run(operation, *twins)) continue;
    twins = std::make_unique<Twins>();
    EXPECT_TRUE(run(operation, *twins)) << operation.method;
  }
}

TEST(TwinTenantsTest, WhatOneDoesTheOtherDoesNotSeeAndCanDoAsWell) {
  ForEachOperation([](const Operation& operation, const Twins& twins) {
    const std::string before = RowsOf(twins.other.id());
    const std::string own_before = RowsOf(twins.one.id());
    const Messages requests = twins.one.Fill(operation, NewRequestId());
    const auto answer = twins.one.CallOnce(operation, requests, kLimit);
    if (!answer.status.ok()) return false;
    integration::Stack::Get().Reconcile();
    EXPECT_EQ(RowsOf(twins.other.id()), before) << operation.method << " has been seen in another tenant";
    const bool changes = RowsOf(twins.one.id()) != own_before;
    const auto others = twins.other.CallOnce(operation, requests, kLimit);
    EXPECT_EQ(twins.other.Normalize(others.Text()), twins.one.Normalize(answer.Text())) << operation.method;
    integration::Stack::Get().Reconcile();
    if (changes) {
      EXPECT_EQ(twins.one.Dump(), twins.other.Dump()) << operation.method;
    }
    return true;
  });
}

// Request ids, order numbers, shop order numbers and product codes are each tenant's own.
TEST(TwinTenantsTest, TheSameAtOnceInBothIsDoneInBoth) {
  ForEachOperation([](const Operation& operation, const Twins& twins) {
    const Messages requests = twins.one.Fill(operation, NewRequestId());
    Answer others;
    std::thread at_once([&] { others = twins.other.CallOnce(operation, requests, kLimit); });
    const Answer answer = twins.one.CallOnce(operation, requests, kLimit);
    at_once.join();
    EXPECT_EQ(others.status.ok(), answer.status.ok()) << operation.method << answer.status << others.status;
    if (!answer.status.ok()) return false;
    EXPECT_EQ(twins.one.Dump(), twins.other.Dump()) << operation.method;
    return true;
  });
}

}  // namespace
}  // namespace juchu::contract
