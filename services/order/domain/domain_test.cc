#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/order/domain/commit_mask.h"
#include "services/order/domain/configuration_change.h"
#include "services/order/domain/judge_commit.h"
#include "services/order/domain/order_diff.h"
#include "services/order/domain/state_origin.h"

namespace juchu::order {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsOk;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

template <typename T>
T Parse(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

google::protobuf::FieldMask Mask(std::initializer_list<std::string> paths) {
  google::protobuf::FieldMask mask;
  for (const auto& path : paths) mask.add_paths(path);
  return mask;
}

// Path to "before → after", of all fields that a commit may write.
std::map<std::string, std::string> Diff(const std::string& before, const std::string& after,
                                        const std::set<std::string>& rules = {},
                                        std::initializer_list<std::string> fields = {
                                            "status", "mode", "state_tags", "cancel_time", "paid_time", "received_yen",
                                            "orderer", "deliveries", "worker_note", "fact_versions"}) {
  std::map<std::string, std::string> result;
  v1::HistoryEntry entry;
  DiffOrders(Parse<v1::Order>(before), Parse<v1::Order>(after), Mask(fields), rules, *entry.mutable_changes());
  for (const auto& change : entry.changes()) {
    result[change.path()] = absl::StrCat(change.before(), " → ", change.after(), change.by_rule() ? " by rule" : "");
  }
  return result;
}

TEST(OrderDiffTest, NamesWhatChangedAndNothingElse) {
  EXPECT_THAT(Diff("version: 1 worker_note: 'a' orderer { name: '髙橋' phone: '1' }",
                   "version: 2 worker_note: 'a' orderer { name: '高橋' phone: '1' }"),
              ElementsAre(Pair("orderer.name", "髙橋 → 高橋")));
  EXPECT_THAT(Diff("status: SHIPPED", "status: SHIPPED"), ElementsAre());
}

TEST(OrderDiffTest, LooksAtWhatIsWrittenOnly) {
  const std::string before = "status: SHIPPED worker_note: 'a' fact_versions { inventory: 1 }";
  const std::string after = "status: COMPLETED worker_note: 'b' fact_versions { inventory: 2 }";
  EXPECT_THAT(Diff(before, after, {}, {"worker_note"}), ElementsAre(Pair("worker_note", "a → b")));
  EXPECT_THAT(Diff(before, after, {}, {"status", "fact_versions", "status"}),
              ElementsAre(Pair("status", "SHIPPED → COMPLETED")))
      << "versions of facts are the service's own";
}

TEST(OrderDiffTest, ValuesReadAsAPersonWritesThem) {
  EXPECT_THAT(Diff("status: AWAITING_PAYMENT mode: AUTO",
                   "status: AWAITING_ALLOCATION mode: MANUAL paid_time { seconds: 1795480200 } received_yen: 0"
                   " deliveries { delivery_number: 1 delivery_date { year: 2026 month: 12 day: 4 } }",
                   {"mode"}),
              ::testing::IsSupersetOf(
                  {std::pair<const std::string, std::string>("status", "AWAITING_PAYMENT → AWAITING_ALLOCATION"),
                   {"mode", "AUTO → MANUAL by rule"},
                   {"paid_time", " → 2026-11-24T00:30:00+00:00"},
                   {"received_yen", " → 0"}}));
}

TEST(OrderDiffTest, StateTagsAreComparedByCategory) {
  EXPECT_THAT(Diff("state_tags { category: CUSTOMER value: REGULAR_CUSTOMER } state_tags { category: PREPAYMENT value: "
                   "PREPAYMENT_UNPAID }",
                   "state_tags { category: PREPAYMENT value: PREPAYMENT_PAID } state_tags { category: CUSTOMER value: "
                   "REGULAR_CUSTOMER }"),
              ElementsAre(Pair("state_tags.PREPAYMENT", "PREPAYMENT_UNPAID → PREPAYMENT_PAID")));
}

TEST(StateOriginTest, IsWhatTheHistoryOfItsVersionSays) {
  const auto entry = Parse<v1::HistoryEntry>(
      "version: 3 time { seconds: 7 } actor { kind: PERSON id: 'hanako' } reason: 'paid in cash' "
      "changes { path: 'state_tags.PREPAYMENT' after: 'PREPAYMENT_PAID' } "
      "changes { path: 'state_tags.ALLOCATION' after: 'UNALLOCATED' by_rule: true }");
  auto paid = Parse<v1::StateTag>("category: PREPAYMENT value: PREPAYMENT_PAID set_version: 3");
  TellOrigin(entry, paid);
  EXPECT_EQ(paid.set_by().id(), "hanako");
  EXPECT_EQ(paid.set_time().seconds(), 7);
  EXPECT_EQ(paid.reason(), "paid in cash");
  auto allocation = Parse<v1::StateTag>("category: ALLOCATION value: UNALLOCATED set_version: 3");
  TellOrigin(entry, allocation);
  EXPECT_EQ(allocation.set_by().kind(), common::v1::Actor::RULE);
  EXPECT_EQ(allocation.reason(), "") << "the person's reason is not the rule's";
}

TEST(StateOriginTest, OnlyAVersionThatBroughtTheValueCanHaveSetIt) {
  const auto entry =
      Parse<v1::HistoryEntry>("version: 3 changes { path: 'state_tags.PREPAYMENT' after: 'PREPAYMENT_PAID' }");
  const auto can = [&](const std::string& tag) { return CanHaveSet(entry, Parse<v1::StateTag>(tag)); };
  EXPECT_TRUE(can("category: PREPAYMENT value: PREPAYMENT_PAID set_version: 3"));
  EXPECT_FALSE(can("category: PREPAYMENT value: PREPAYMENT_PAID set_version: 2"));
  EXPECT_FALSE(can("category: PREPAYMENT value: PREPAYMENT_UNPAID set_version: 3"));
  EXPECT_FALSE(can("category: CUSTOMER value: REGULAR_CUSTOMER set_version: 3"));
  EXPECT_TRUE(can("category: CUSTOMER value: REGULAR_CUSTOMER set_version: 3 overridden: true"));
  EXPECT_TRUE(CanHaveSet(Parse<v1::HistoryEntry>("version: 1"),
                         Parse<v1::StateTag>("category: CUSTOMER value: REGULAR_CUSTOMER set_version: 1")));
}

TEST(CommitMaskTest, OnlyWhatACommitMayWrite) {
  EXPECT_THAT(CheckCommitMask(Mask({"status", "deliveries", "worker_note"})), IsOk());
  for (const std::string path : {"version", "order_number", "shop_id", "status_time", "orderer.name", "nothing", ""}) {
    EXPECT_THAT(CheckCommitMask(Mask({path})), HasReason("UPDATE_MASK_INVALID")) << path;
  }
  EXPECT_THAT(CheckCommitMask(Mask({})), HasReason("UPDATE_MASK_INVALID"));
}

TEST(CommitMaskTest, CopiesTheMaskedFieldsAndClearsWhatIsAbsent) {
  auto order = Parse<v1::Order>("worker_note: 'old' noshi: 'keep' cancel_time { seconds: 5 } received_yen: 7");
  ApplyCommitMask(Mask({"worker_note", "cancel_time", "received_yen"}),
                  Parse<v1::Order>("worker_note: 'new' noshi: 'other'"), order);
  EXPECT_EQ(order.worker_note(), "new");
  EXPECT_EQ(order.noshi(), "keep");
  EXPECT_FALSE(order.has_cancel_time());
  EXPECT_FALSE(order.has_received_yen());
}

TEST(CommitMaskTest, StatusAloneNeedsNoDocument) {
  EXPECT_FALSE(TouchesDocument(Mask({"status", "mode", "state_tags", "paid_time", "received_yen"})));
  EXPECT_TRUE(TouchesDocument(Mask({"worker_note"})));
  EXPECT_TRUE(TouchesDeliveries(Mask({"deliveries"})));
  EXPECT_TRUE(TouchesTagLinks(Mask({"order_tag_ids"})));
  EXPECT_TRUE(TouchesTagLinks(Mask({"order_time"})));
  EXPECT_FALSE(TouchesTagLinks(Mask({"status", "worker_note"})));
}

TEST(CommitMaskTest, PartIsTheLeastThatHoldsWhatIsTouched) {
  EXPECT_EQ(PartOf(Mask({"status", "mode"})), RowPart::kStatus);
  EXPECT_EQ(PartOf(Mask({"status", "state_tags", "paid_time", "received_yen", "fact_versions"})), RowPart::kMoving);
  EXPECT_EQ(PartOf(Mask({"status", "order_tag_ids"})), RowPart::kWhole);
  EXPECT_EQ(PartOf(Mask({"orderer", "status"})), RowPart::kWhole);
}

TEST(JudgeCommitTest, CarriedOutOnceAndOnlyOnTheVersionItWasDecidedOn) {
  const auto commit = Parse<v1::CommitOrdersRequest::Commit>("order_number: 'N' expected_version: 3");
  EXPECT_EQ(JudgeCommit(commit, "h", 3, false, nullptr).version(), 4);
  EXPECT_EQ(JudgeCommit(commit, "h", 3, true, nullptr).error().reason(), "CONFIGURATION_STALE");
  const auto stale = JudgeCommit(commit, "h", 5, false, nullptr);
  EXPECT_EQ(stale.version(), 0);
  EXPECT_EQ(stale.error().reason(), "ORDER_VERSION_STALE");
  EXPECT_EQ(stale.error().metadata().at("current_version"), "5");
  // Whatever it rests on: what has been done is answered as it was, and never done again.
  const KeptAnswer kept = {"h", "answer"};
  const KeptAnswer of_another_content = {"x", "answer"};
  for (const int64_t version : {3, 5}) {
    for (const bool configuration_stale : {false, true}) {
      const auto again = JudgeCommit(commit, "h", version, configuration_stale, &kept);
      EXPECT_EQ(again.earlier_answer(), "answer");
      EXPECT_EQ(again.version(), 0);
      EXPECT_EQ(JudgeCommit(commit, "h", version, configuration_stale, &of_another_content).error().reason(),
                "REQUEST_ID_REUSED");
    }
  }
}

class ConfigurationChangeTest : public ::testing::Test {
 protected:
  absl::Status Apply(const std::string& text) {
    return ApplyConfigurationChange(Parse<v1::ChangeConfigurationRequest>(text), configuration_);
  }
  v1::Configuration configuration_ = DefaultConfiguration();
};

TEST_F(ConfigurationChangeTest, PutAddsOrReplacesById) {
  ASSERT_THAT(Apply("put_order_tag { order_tag_id: 'b' name: 'B' }"), IsOk());
  ASSERT_THAT(Apply("put_order_tag { order_tag_id: 'a' name: 'A' }"), IsOk());
  ASSERT_THAT(Apply("put_order_tag { order_tag_id: 'b' name: 'B2' }"), IsOk());
  ASSERT_EQ(configuration_.order_tags_size(), 2);
  EXPECT_EQ(configuration_.order_tags(0).order_tag_id(), "a") << "sorted by id";
  EXPECT_EQ(configuration_.order_tags(1).name(), "B2");
  ASSERT_THAT(Apply("delete_order_tag_id: 'a'"), IsOk());
  EXPECT_EQ(configuration_.order_tags_size(), 1);
}

TEST_F(ConfigurationChangeTest, RefusesWhatIsNotThereAndWhatIsTaken) {
  EXPECT_THAT(Apply("delete_order_tag_id: 'a'"), HasReason("ORDER_TAG_NOT_FOUND"));
  EXPECT_THAT(Apply(""), HasReason("CHANGE_MISSING"));
  ASSERT_THAT(Apply("put_payment_method { payment_method_id: 'a' name: '銀行振込' kind: PREPAID }"), IsOk());
  EXPECT_THAT(Apply("put_payment_method { payment_method_id: 'b' name: '銀行振込' kind: PREPAID }"),
              HasReason("NAME_TAKEN"));
}

TEST_F(ConfigurationChangeTest, HoldsTwoHundredOfAKind) {
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(Apply(absl::StrCat("put_order_tag { order_tag_id: 't", i, "' name: 'T", i, "' }")), IsOk());
  }
  EXPECT_THAT(Apply("put_order_tag { order_tag_id: 'one-more' name: 'x' }"), HasReason("CONFIGURATION_FULL"));
  EXPECT_THAT(Apply("put_order_tag { order_tag_id: 't7' name: 'changed' }"), IsOk());
}

TEST(ConcernsWorkflowTest, SettingsAndOrderTagsDo) {
  const auto concerns = [](const std::string& text) {
    return ConcernsWorkflow(Parse<v1::ChangeConfigurationRequest>(text));
  };
  EXPECT_TRUE(concerns("put_settings { }"));
  EXPECT_TRUE(concerns("put_order_tag { order_tag_id: 'a' }"));
  EXPECT_FALSE(concerns("put_management_category { management_category_id: 'a' }"));
}

}  // namespace
}  // namespace juchu::order
