#include "services/order/storage/order_auditor.h"

#include <set>

#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

class OrderAuditorTest : public OrderStorageTest {
 protected:
  v1::AuditOrdersResponse Audit(int page_size = 500, const std::string& after = "",
                                const std::string& tenant = "acme") {
    v1::AuditOrdersRequest request;
    request.set_page_size(page_size);
    request.set_after_order_number(after);
    const auto response = OrderAuditor(*pool_).Audit(tenant, request, Deadline());
    EXPECT_THAT(response, testing::IsOk());
    return response.value_or(v1::AuditOrdersResponse());
  }

  // What an audit finds, as "INVARIANT".
  std::set<std::string> Found() {
    std::set<std::string> invariants;
    const auto response = Audit();
    for (const auto& finding : response.findings()) invariants.insert(finding.invariant());
    return invariants;
  }
};

TEST_F(OrderAuditorTest, FindsNothingInOrdersThatWereCreatedAndChanged) {
  const std::string number = CreateOne("A-1", "order_tag_ids: 'hold' order_tag_ids: 'gift'");
  CreateOne("A-2", "deliveries { delivery_number: 2 recipient { name: '次郎' } }");
  ASSERT_THAT(Commit({NoteCommit(number, 1, "note")}), testing::IsOk());
  ASSERT_THAT(Commit({StatusCommit(number, 2, v1::AWAITING_ALLOCATION)}), testing::IsOk());
  const auto response = Audit();
  EXPECT_EQ(response.findings_size(), 0) << response.ShortDebugString();
  ASSERT_EQ(response.orders_size(), 2);
  // The first version and the change of status; the note moved nothing.
  ASSERT_EQ(response.orders(0).moves_size(), 2);
  EXPECT_EQ(response.orders(0).moves(1).version(), 3);
  EXPECT_EQ(response.orders(0).moves(1).status_before(), v1::AWAITING_PAYMENT);
  EXPECT_EQ(response.orders(0).moves(1).status_after(), v1::AWAITING_ALLOCATION);
  EXPECT_EQ(response.configuration().version(), 1);
}

TEST_F(OrderAuditorTest, PagesCoverEveryOrderOnceAndNoOtherTenants) {
  CreateTenant("other");
  CreateOne("X-1", "", "other");
  for (int i = 0; i < 5; ++i) CreateOne(absl::StrCat("A-", i));
  std::set<std::string> seen;
  std::string after;
  bool more = true;
  int pages = 0;
  for (; more; ++pages) {
    const auto page = Audit(2, after);
    EXPECT_EQ(page.findings_size(), 0) << page.ShortDebugString();
    for (const auto& audited : page.orders()) {
      EXPECT_TRUE(seen.insert(audited.order().order_number()).second);
      after = audited.order().order_number();
    }
    more = page.more();
  }
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(Audit(500, "", "other").orders_size(), 1);
}

struct Damage {
  const char* name;
  const char* sql;
  const char* invariant;
};

class DamageTest : public OrderAuditorTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(DamageTest, IsFound) {
  const std::string number = CreateOne("A-1", "order_tag_ids: 'hold'");
  ASSERT_THAT(Commit({NoteCommit(number, 1, "note")}), testing::IsOk());
  ASSERT_THAT(Commit({StatusCommit(number, 2, v1::AWAITING_ALLOCATION)}), testing::IsOk());
  ASSERT_TRUE(Found().empty());
  ASSERT_THAT(database_->RootSql(GetParam().sql), testing::IsOk());
  EXPECT_THAT(Found(), ::testing::Contains(GetParam().invariant));
}

INSTANTIATE_TEST_SUITE_P(
    OfEachKind, DamageTest,
    ::testing::Values(
        Damage{"VersionLost", "DELETE FROM order_history WHERE version = 2", "HISTORY_GAP"},
        Damage{"HistoryLost", "DELETE FROM order_history", "HISTORY_GAP"},
        Damage{"OtherStatusBefore", "UPDATE order_history SET status_before = 9 WHERE version = 3", "HISTORY_BROKEN"},
        Damage{"OtherModeAfter", "UPDATE order_history SET mode_after = 2 WHERE version = 2", "HISTORY_BROKEN"},
        Damage{"EntryUnreadable", "UPDATE order_history SET entry = 'garbage' WHERE version = 2", "HISTORY_BROKEN"},
        Damage{"OtherStatus", "UPDATE orders SET status = 9", "HISTORY_ENDS_ELSEWHERE"},
        Damage{"OtherMode", "UPDATE orders SET mode = 2", "HISTORY_ENDS_ELSEWHERE"},
        Damage{"OtherVersion", "UPDATE orders SET version = 7", "HISTORY_ENDS_ELSEWHERE"},
        Damage{"DocumentLost", "DELETE FROM order_documents", "DOCUMENT_MISSING"},
        Damage{"DocumentUnreadable", "UPDATE order_documents SET document = 'garbage'", "DOCUMENT_UNREADABLE"},
        Damage{"DeliveriesLost", "DELETE FROM order_deliveries", "DELIVERIES_DIFFER"},
        Damage{"TagLinksLost", "DELETE FROM order_tag_links", "ORDER_TAGS_DIFFER"},
        Damage{"TagLinkOfAnotherTime", "UPDATE order_tag_links SET order_time_us = 7", "ORDER_TAGS_DIFFER"},
        Damage{"OriginLost", "UPDATE orders SET state_versions = ''", "STATE_ORIGIN_MISSING"},
        Damage{"OriginWrong", "UPDATE orders SET state_versions = REPLACE(state_versions, ':3', ':2')",
               "STATE_ORIGIN_MISSING"},
        Damage{"OrderLost", "DELETE FROM orders", "ROW_WITHOUT_ORDER"}),
    [](const auto& damage) { return std::string(damage.param.name); });

TEST_F(OrderAuditorTest, TellsWhichOrdersWaitForTheReconciler) {
  const std::string number = CreateOne("A-1");
  CreateOne("A-2");
  auto commit = NoteCommit(number, 1, "note");
  commit.set_unsettled(true);
  ASSERT_THAT(Commit({commit}), testing::IsOk());
  auto response = Audit();
  ASSERT_EQ(response.orders_size(), 2);
  EXPECT_TRUE(response.orders(0).queued());
  EXPECT_FALSE(response.orders(1).queued());
  EXPECT_FALSE(response.all_queued());
  ASSERT_THAT(database_->RootSql("INSERT INTO order_changes (tenant_id, order_number, generation, due_time_us, "
                                 "create_time_us) VALUES ('acme', '', 1, 0, 0)"),
              testing::IsOk());
  EXPECT_TRUE(Audit().all_queued());
}

}  // namespace
}  // namespace juchu::order
