#include "services/order/storage/order_writer.h"

#include <google/protobuf/util/message_differencer.h>

#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::StatusIs;
using ::testing::HasSubstr;

class OrderWriterTest : public OrderStorageTest {};

TEST_F(OrderWriterTest, CreatedOrderIsReadBackWhole) {
  const std::string number = CreateOne(
      "A-1",
      "order_tag_ids: ['b', 'a'] management_category_id: 'gift' worker_note: '能登 ①㈱' customer_note: 'a\\nb'"
      " paid_time { seconds: 1795480300 nanos: 123456000 } received_yen: 700 noshi: '御祝' gift: true");
  const v1::Order order = Get(number);
  EXPECT_EQ(order.version(), 1);
  EXPECT_EQ(order.status(), v1::AWAITING_PAYMENT);
  EXPECT_EQ(order.worker_note(), "能登 ①㈱");
  EXPECT_EQ(order.customer_note(), "a\nb");
  EXPECT_EQ(order.paid_time().nanos(), 123'456'000);
  EXPECT_EQ(order.received_yen(), 700);
  EXPECT_EQ(order.orderer().name(), "髙橋 太郎");
  EXPECT_EQ(order.deliveries(0).items(0).product_code(), "SKU-1");
  EXPECT_EQ(order.amounts().total_yen(), 1000);
  EXPECT_EQ(order.order_tag_ids_size(), 2);
  ASSERT_EQ(order.state_tags_size(), 2);
  EXPECT_EQ(order.state_tags(1).value(), v1::PREPAYMENT_UNPAID);
  EXPECT_EQ(order.state_tags(1).set_by().id(), "hanako");
  EXPECT_TRUE(order.state_tags(1).has_set_time());
  const auto history = History(number);
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].operation(), "CreateOrders");
}

TEST_F(OrderWriterTest, KnownShopOrderNumberIsReportedNeverDoubled) {
  const std::string number = CreateOne("A-1");
  const auto again = Create({SampleOrder("A-1"), SampleOrder("A-2")});
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->outcomes(0).already_known());
  EXPECT_EQ(again->outcomes(0).order_number(), number);
  EXPECT_FALSE(again->outcomes(1).already_known());
  // The same number of another shop, and of another tenant, is another order.
  EXPECT_FALSE(Create({SampleOrder("A-1", "shop_id: 'rakuten'")})->outcomes(0).already_known());
  CreateTenant("other");
  EXPECT_FALSE(Create({SampleOrder("A-1")}, "other")->outcomes(0).already_known());
}

TEST_F(OrderWriterTest, SameShopOrderNumberTwiceInOneCallIsOneOrder) {
  const auto response = Create({SampleOrder("A-1"), SampleOrder("A-1")});
  ASSERT_THAT(response, IsOk());
  EXPECT_FALSE(response->outcomes(0).already_known());
  EXPECT_TRUE(response->outcomes(1).already_known() || response->outcomes(1).has_error());
  EXPECT_EQ(database_->RootSql("SELECT COUNT(*) FROM orders").value(), "1\n");
}

TEST_F(OrderWriterTest, CommitMovesTheVersionByOneAndWritesHistory) {
  const std::string number = CreateOne("A-1");
  const auto response = Commit({StatusCommit(number, 1, v1::AWAITING_ALLOCATION)});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->outcomes(0).version(), 2);
  const v1::Order order = Get(number);
  EXPECT_EQ(order.version(), 2);
  EXPECT_EQ(order.status(), v1::AWAITING_ALLOCATION);
  EXPECT_EQ(order.orderer().name(), "髙橋 太郎") << "what the mask does not name stays";
  const auto history = History(number);
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[1].version(), 2);
  std::string paths;
  for (const auto& change : history[1].changes()) absl::StrAppend(&paths, change.path(), " ");
  EXPECT_THAT(paths, HasSubstr("state_tags.PREPAYMENT"));
}

TEST_F(OrderWriterTest, AmountReceivedIsKeptToldInTheHistoryAndTakenOff) {
  const std::string number = CreateOne("A-1");
  EXPECT_FALSE(Get(number).has_received_yen()) << "an amount that is not recorded is not 0";
  auto commit = StatusCommit(number, 1, v1::AWAITING_ALLOCATION);
  commit.mutable_update_mask()->add_paths("received_yen");
  commit.mutable_order()->set_received_yen(999'999'999'999);
  ASSERT_THAT(Commit({commit}), IsOk());
  EXPECT_EQ(Get(number).received_yen(), 999'999'999'999);
  EXPECT_EQ(Load({number}, v1::ORDER_VIEW_BASIC)->orders(0).order().received_yen(), 999'999'999'999);
  EXPECT_THAT(History(number)[1].DebugString(), HasSubstr("path: \"received_yen\"\n  after: \"999999999999\""));

  // Beside a field that rewrites the whole row; a commit that does not name the amount leaves it.
  ASSERT_THAT(Commit({NoteCommit(number, 2, "着金")}), IsOk());
  EXPECT_EQ(Get(number).received_yen(), 999'999'999'999);
  auto nothing = NoteCommit(number, 3, "組戻し");
  nothing.mutable_update_mask()->add_paths("received_yen");
  nothing.mutable_order()->set_received_yen(0);
  ASSERT_THAT(Commit({nothing}), IsOk());
  EXPECT_TRUE(Get(number).has_received_yen());
  EXPECT_EQ(Get(number).received_yen(), 0);
  auto off = NoteCommit(number, 4, "取消");
  off.mutable_update_mask()->add_paths("received_yen");
  ASSERT_THAT(Commit({off}), IsOk());
  EXPECT_FALSE(Get(number).has_received_yen());
}

TEST_F(OrderWriterTest, EachOrderOfACallSucceedsOrFailsForItself) {
  const std::string stale = CreateOne("A-1");
  const std::string good = CreateOne("A-2");
  ASSERT_THAT(Commit({NoteCommit(stale, 1, "先に")}), IsOk());
  const auto response =
      Commit({NoteCommit(stale, 1, "後から"), NoteCommit("0000000000000000", 1, "x"), NoteCommit(good, 1, "良い")});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->outcomes(0).error().reason(), "ORDER_VERSION_STALE");
  EXPECT_EQ(response->outcomes(0).error().metadata().at("current_version"), "2");
  EXPECT_EQ(response->outcomes(1).error().reason(), "ORDER_NOT_FOUND");
  EXPECT_EQ(response->outcomes(2).version(), 2);
  EXPECT_EQ(Get(stale).worker_note(), "先に");
  EXPECT_EQ(Get(good).worker_note(), "良い");
}

TEST_F(OrderWriterTest, AnotherTenantsOrderIsNeitherReadNorChanged) {
  CreateTenant("other");
  const std::string number = CreateOne("A-1");
  EXPECT_EQ(Load({number}, v1::ORDER_VIEW_FULL, "other")->orders(0).error().reason(), "ORDER_NOT_FOUND");
  EXPECT_EQ(Commit({NoteCommit(number, 1, "x")}, "other")->outcomes(0).error().reason(), "ORDER_NOT_FOUND");
  EXPECT_EQ(Get(number).version(), 1);
}

TEST_F(OrderWriterTest, RepeatedRequestIdGivesTheFirstAnswerAndChangesNothing) {
  const std::string number = CreateOne("A-1");
  const auto commit = NoteCommit(number, 1, "一度だけ");
  ASSERT_THAT(Commit({commit}), IsOk());
  const auto again = Commit({commit});
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->outcomes(0).earlier_answer(), "answer for 一度だけ");
  EXPECT_EQ(Get(number).version(), 2);

  auto other = commit;
  other.set_request_hash(std::string(32, 'x'));
  EXPECT_EQ(Commit({other})->outcomes(0).error().reason(), "REQUEST_ID_REUSED");
}

TEST_F(OrderWriterTest, RequestCarriedOutIsNotCarriedOutAgainOnALaterVersion) {
  const std::string number = CreateOne("A-1");
  const std::string other = CreateOne("A-2");
  auto commit = NoteCommit(number, 1, "一度だけ");
  ASSERT_THAT(Commit({commit}), IsOk());
  // Decided anew by one who does not know that it was carried out; in one call with what is new.
  commit.set_expected_version(2);
  const auto again = Commit({commit, NoteCommit(other, 1, "新しい")});
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->outcomes(0).earlier_answer(), "answer for 一度だけ");
  EXPECT_EQ(again->outcomes(1).version(), 2);
  EXPECT_EQ(Get(number).version(), 2);
}

TEST_F(OrderWriterTest, MoveLeavesWhatWasGivenAsItIs) {
  const std::string number = CreateOne("A-1", "order_tag_ids: 'old' management_category_id: 'c'");
  const v1::Order before = Get(number);
  ASSERT_THAT(Commit({StatusCommit(number, 1, v1::AWAITING_ALLOCATION)}), IsOk());
  v1::Order after = Get(number);
  EXPECT_EQ(after.status(), v1::AWAITING_ALLOCATION);
  for (const char* field : {"shop_id", "shop_order_number", "order_time", "create_time", "payment_method", "orderer",
                            "orderer_mail", "amounts", "management_category_id", "order_tag_ids"}) {
    google::protobuf::util::MessageDifferencer differencer;
    const auto* descriptor = v1::Order::descriptor()->FindFieldByName(field);
    EXPECT_TRUE(differencer.CompareWithFields(before, after, {descriptor}, {descriptor})) << field;
  }
}

TEST_F(OrderWriterTest, StatusAloneLeavesAllElseAsItIs) {
  const std::string number = CreateOne("A-1", "order_tag_ids: 'old' paid_time { seconds: 7 } forced_allocation: true");
  ASSERT_THAT(Commit({StatusCommit(number, 1, v1::AWAITING_ALLOCATION)}), IsOk());
  const v1::Order before = Get(number);
  auto commit = StatusCommit(number, 2, v1::AWAITING_SHIPMENT);
  commit.mutable_update_mask()->clear_paths();
  for (const char* path : {"status", "mode"}) commit.mutable_update_mask()->add_paths(path);
  commit.mutable_order()->set_mode(v1::MANUAL);
  ASSERT_THAT(Commit({commit}), IsOk());
  v1::Order after = Get(number);
  EXPECT_EQ(after.status(), v1::AWAITING_SHIPMENT);
  EXPECT_EQ(after.mode(), v1::MANUAL);
  EXPECT_EQ(after.version(), 3);
  after.set_status(before.status());
  after.set_mode(before.mode());
  after.set_version(before.version());
  *after.mutable_status_time() = before.status_time();
  *after.mutable_update_time() = before.update_time();
  EXPECT_EQ(after.DebugString(), before.DebugString());
}

// Many are locked by another statement than few, and many that make the same move are moved by one of their own
// (mysql::kManyRows).
TEST_F(OrderWriterTest, ManyMoveEachToItsOwnStatusAndWhoCannotStays) {
  constexpr int kOrders = 100;
  std::vector<v1::Order> orders;
  for (int i = 0; i < kOrders; ++i) orders.push_back(SampleOrder(absl::StrCat("A-", i), "worker_note: '\"そのまま\"'"));
  const auto created = Create(orders);
  ASSERT_THAT(created, IsOk());
  std::vector<v1::CommitOrdersRequest::Commit> commits;
  for (int i = 0; i < kOrders; ++i) {
    auto commit = StatusCommit(created->outcomes(i).order_number(), 1,
                               i % 4 > 0 ? v1::AWAITING_SHIPMENT : v1::AWAITING_ALLOCATION);
    commit.mutable_update_mask()->clear_paths();
    for (const char* path : {"status", "mode"}) commit.mutable_update_mask()->add_paths(path);
    commit.mutable_order()->set_mode(i % 5 == 0 ? v1::MANUAL : v1::AUTO);
    commits.push_back(commit);
  }
  commits[7].set_expected_version(2);
  commits[8].set_order_number("0000000000000000");
  std::reverse(commits.begin(), commits.end());
  CreateTenant("other");
  const auto others = Commit(commits, "other");
  // The same numbers there.
  const std::string columns =
      "order_number, shop_id, shop_order_number, version, status, mode, status_time_us, order_time_us, create_time_us, "
      "update_time_us, payment_method, payment_kind, postpaid, orderer_name, orderer_phone, orderer_mail, total_yen";
  ASSERT_THAT(database_->RootSql(absl::StrCat("INSERT INTO orders (tenant_id, ", columns, ") SELECT 'other', ", columns,
                                              " FROM orders WHERE tenant_id = 'acme'")),
              IsOk());
  const auto response = Commit(commits);
  ASSERT_THAT(response, IsOk());
  for (size_t at = 0; at < commits.size(); ++at) {
    const size_t i = commits.size() - 1 - at;
    const auto& outcome = response->outcomes(static_cast<int>(at));
    EXPECT_EQ(others->outcomes(static_cast<int>(at)).error().reason(), "ORDER_NOT_FOUND");
    EXPECT_EQ(outcome.error().reason(), i == 7 ? "ORDER_VERSION_STALE" : i == 8 ? "ORDER_NOT_FOUND" : "");
    v1::Order expected = orders[i];
    const v1::Order stored = Get(created->outcomes(static_cast<int>(i)).order_number());
    const bool moved = i != 7 && i != 8;
    const auto& commit = commits[at];
    EXPECT_EQ(stored.version(), moved ? 2 : 1) << i;
    EXPECT_EQ(stored.status(), moved ? commit.order().status() : expected.status()) << i;
    EXPECT_EQ(stored.mode(), moved ? commit.order().mode() : expected.mode()) << i;
    EXPECT_EQ(stored.status_time().ShortDebugString() == stored.create_time().ShortDebugString(), !moved) << i;
    EXPECT_EQ(stored.worker_note(), expected.worker_note());
    EXPECT_EQ(History(stored.order_number()).size(), moved ? 2u : 1u);
  }
  EXPECT_EQ(database_->RootSql("SELECT COUNT(*) FROM orders WHERE tenant_id = 'other' AND version = 1").value(),
            absl::StrCat(kOrders, "\n"));
}

TEST_F(OrderWriterTest, WhatCommitsShareIsTrueOfEachThatSaysNothingElse) {
  const std::string alike = CreateOne("A-1");
  const std::string other = CreateOne("A-2");
  v1::CommitOrdersRequest request;
  request.set_configuration_version(1);
  *request.mutable_shared() = NoteCommit("", 0, "");
  request.mutable_shared()->mutable_actor()->set_id("taro");
  request.mutable_shared()->set_reason("まとめて");
  request.mutable_shared()->mutable_change_time()->set_seconds(1795480300);
  auto& commit = *request.add_commits();
  commit.set_order_number(alike);
  commit.set_expected_version(1);
  commit.mutable_order()->set_worker_note("皆と同じ");
  commit.set_answer("first");
  *request.add_commits() = NoteCommit(other, 1, "自分の");
  const auto response = writer_->Commit("acme", request, Deadline());
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->outcomes(0).version(), 2);
  EXPECT_EQ(response->outcomes(1).version(), 2);
  EXPECT_EQ(Get(alike).worker_note(), "皆と同じ");
  EXPECT_EQ(Get(alike).update_time().seconds(), 1795480300);
  const v1::HistoryEntry entry = History(alike).back();
  EXPECT_EQ(entry.actor().id(), "taro");
  EXPECT_EQ(entry.operation(), "UpdateOrder");
  EXPECT_EQ(entry.reason(), "まとめて");
  ASSERT_EQ(entry.changes_size(), 1);
  EXPECT_EQ(entry.changes(0).after(), "皆と同じ");
  EXPECT_EQ(History(other).back().actor().id(), "hanako");
  EXPECT_EQ(History(other).back().reason(), "");

  // Of the request that is shared, too.
  const auto again = writer_->Commit("acme", request, Deadline());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->outcomes(0).earlier_answer(), "first");
  EXPECT_EQ(again->outcomes(1).earlier_answer(), "answer for 自分の");
  request.mutable_shared()->set_request_hash(std::string(32, 'x'));
  EXPECT_EQ(writer_->Commit("acme", request, Deadline())->outcomes(0).error().reason(), "REQUEST_ID_REUSED");
  EXPECT_EQ(Get(alike).version(), 2);
}

TEST_F(OrderWriterTest, StateKeepsTheVersionThatSetIt) {
  const std::string number = CreateOne("A-1");
  auto paid = StatusCommit(number, 1, v1::AWAITING_ALLOCATION);
  paid.set_reason("bank");
  paid.mutable_actor()->set_id("taro");
  ASSERT_THAT(Commit({paid}), IsOk());
  ASSERT_THAT(Commit({NoteCommit(number, 2, "later")}), IsOk());
  ASSERT_THAT(Commit({StatusCommit(number, 3, v1::SHIPPING)}), IsOk());
  const auto order = Get(number);
  ASSERT_EQ(order.state_tags_size(), 1);
  EXPECT_EQ(order.version(), 4);
  EXPECT_EQ(order.state_tags(0).set_version(), 2) << "set again to what it was";
  EXPECT_EQ(order.state_tags(0).set_by().id(), "taro");
  EXPECT_EQ(order.state_tags(0).reason(), "bank");
}

TEST_F(OrderWriterTest, WhatRestsOnAStaleConfigurationIsRefused) {
  const std::string number = CreateOne("A-1");
  const auto done = NoteCommit(number, 1, "x");
  ASSERT_THAT(Commit({done}), IsOk());
  const std::string other = CreateOne("A-3");
  // Sent again by one who does not know, and meanwhile the configuration has changed: what is done is done.
  const auto again = Commit({done, NoteCommit(other, 1, "y")}, "acme", 7);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->outcomes(0).earlier_answer(), done.answer());
  EXPECT_EQ(again->outcomes(1).error().reason(), "CONFIGURATION_STALE");
  EXPECT_EQ(Get(other).version(), 1);
  EXPECT_THAT(Create({SampleOrder("A-2")}, "acme", 7),
              StatusIs(absl::StatusCode::kAborted, HasReason("CONFIGURATION_STALE")));
  EXPECT_THAT(Create({SampleOrder("A-2")}, "nobody"),
              StatusIs(absl::StatusCode::kNotFound, HasReason("TENANT_NOT_FOUND")));
  EXPECT_THAT(Commit({NoteCommit("0000000000000000", 1, "x")}, "nobody"),
              StatusIs(absl::StatusCode::kNotFound, HasReason("TENANT_NOT_FOUND")));
  EXPECT_EQ(Get(number).version(), 2);
  EXPECT_EQ(database_->RootSql("SELECT COUNT(*) FROM orders").value(), "2\n");
}

TEST_F(OrderWriterTest, SavedDeliveriesAndOrderTagsReplaceTheOldOnes) {
  const std::string number = CreateOne("A-1", "order_tag_ids: 'old'");
  auto commit = NoteCommit(number, 1, "");
  *commit.mutable_order() = FromText<v1::Order>(
      "order_tag_ids: 'new' deliveries { delivery_number: 2 recipient { name: '佐藤' } delivery_date { year: 2026 "
      "month: 12 day: 24 } items { line_number: 5 product_code: 'SKU-9' product_name: 'x' quantity: 2 } }");
  commit.mutable_update_mask()->Clear();
  commit.mutable_update_mask()->add_paths("deliveries");
  commit.mutable_update_mask()->add_paths("order_tag_ids");
  ASSERT_THAT(Commit({commit}), IsOk());
  const v1::Order order = Get(number);
  ASSERT_EQ(order.deliveries_size(), 1);
  EXPECT_EQ(order.deliveries(0).items(0).product_code(), "SKU-9");
  EXPECT_THAT(order.order_tag_ids(), ::testing::ElementsAre("new"));
  // What search looks at has followed.
  EXPECT_EQ(database_->RootSql("SELECT delivery_number, delivery_date FROM order_deliveries").value(),
            "2\t2026-12-24\n");
  EXPECT_EQ(database_->RootSql("SELECT order_tag_id FROM order_tag_links").value(), "new\n");
}

}  // namespace
}  // namespace juchu::order
