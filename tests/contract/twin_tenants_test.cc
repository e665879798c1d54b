// Two tenants that have the very same, order numbers and all other ids included: nothing that is done in one is seen in
// the other, and the same done in the other comes to the same.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "tests/contract/stack_endpoint.h"
#include "tests/contract/tenant_rows.h"

namespace juchu::contract {
namespace {

constexpr absl::Duration kLimit = absl::Seconds(30);

// Gives the tenant `twin` all that `one` has. What waits to be told to others waits for long: nothing but an
// acknowledgement takes it away meanwhile.
void CopyRows(const std::string& one, const std::string& twin) {
  std::string sql = "SET foreign_key_checks = 0;";
  for (const auto& [table, columns] : TenantTables()) {
    absl::StrAppend(&sql, "INSERT INTO ", table, " (tenant_id, ", columns, ") SELECT '", twin, "', ", columns, " FROM ",
                    table, " WHERE tenant_id = '", one, "';");
    if (!absl::EndsWith(table, ".inventory_changes") && !absl::EndsWith(table, ".payment_changes")) continue;
    absl::StrAppend(&sql, "UPDATE ", table, " SET due_time_us = due_time_us + 600000000 WHERE tenant_id = '", twin,
                    "';");
  }
  integration::Stack::Get().RootSql(sql);
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

// Does `run`, which says whether the operation is done in both, with each operation and twins; with new twins where one
// before has taken away what it needs or done what it would do. Afterwards both are alike.
void ForEachOperation(const std::function<bool(const Operation&, const Twins&)>& run) {
  auto twins = std::make_unique<Twins>();
  bool are_new = true;
  for (const auto& operation : Operations()) {
    while (true) {
      const std::string before = RowsOf(twins->one.id());
      const bool is_done = run(operation, *twins);
      const bool has_changed = RowsOf(twins->one.id()) != before;
      if (has_changed) {
        EXPECT_EQ(twins->one.Dump(), twins->other.Dump()) << operation.method;
      }
      if (is_done && (has_changed || are_new)) {
        are_new = !has_changed;
        break;
      }
      ASSERT_FALSE(are_new) << operation.method << " cannot be done";
      twins = std::make_unique<Twins>();
      are_new = true;
    }
  }
}

TEST(TwinTenantsTest, WhatOneDoesTheOtherDoesNotSeeAndCanDoAsWell) {
  ForEachOperation([](const Operation& operation, const Twins& twins) {
    const std::string before = RowsOf(twins.other.id());
    const Messages requests = twins.one.Fill(operation, NewRequestId());
    const auto answer = twins.one.CallOnce(operation, requests, kLimit);
    integration::Stack::Get().Reconcile();
    EXPECT_EQ(RowsOf(twins.other.id()), before) << operation.method << " has been seen in another tenant";
    const auto others = twins.other.CallOnce(operation, requests, kLimit);
    EXPECT_EQ(twins.other.Normalize(others.Text()), twins.one.Normalize(answer.Text())) << operation.method;
    integration::Stack::Get().Reconcile();
    return answer.status.ok();
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
    return answer.status.ok();
  });
}

}  // namespace
}  // namespace juchu::contract
