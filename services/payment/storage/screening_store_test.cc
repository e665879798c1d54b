// Registrations, results and slips, and what a slip number that was reported keeps from another order.
#include "services/payment/storage/screening_store.h"

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/queue/change_queue.h"
#include "common/testing/proto_matchers.h"
#include "services/payment/storage/card_rows.h"
#include "services/payment/storage/payment_storage_fixture.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSlip[] = "444413758703";

class ScreeningStoreTest : public PaymentStorageTest {
 protected:
  void SetUp() override {
    PaymentStorageTest::SetUp();
    store_ = std::make_unique<ScreeningStore>(*pool_, clock_, [] {});
  }

  static v1::NewFile File(v1::LayoutKind kind) {
    v1::NewFile file;
    file.set_kind(kind);
    file.set_file_name("file.csv");
    file.set_layout_profile_id("default");
    file.set_content("a,b\r\n");
    return file;
  }

  // As the gateway does once an order knows what it was told.
  void Acknowledge(const std::string& order_number, int64_t facts_version) {
    common::v1::AckChangesRequest request;
    auto& change = *request.add_changes();
    change.set_tenant_id("acme");
    change.set_order_number(order_number);
    change.set_generation(facts_version);
    EXPECT_THAT(ChangeQueue(*pool_, clock_, kPaymentChanges).Ack(request, Deadline()), IsOk());
  }

  // Registers the i-th order and has it approved.
  void Approve(int i, v1::PostpayCompany company = v1::NP, const std::string& tenant = "acme") {
    v1::RecordRegistrationsRequest registrations;
    *registrations.mutable_file() = File(company == v1::NP ? v1::NP_REGISTRATION : v1::GMO_REGISTRATION);
    registrations.set_request_id(NewRequestId());
    registrations.set_request_hash(std::string(32, 'r'));
    auto& registration = *registrations.add_registrations();
    registration.set_order_number(Number(i));
    registration.set_amount_yen(1000);
    ASSERT_THAT(store_->RecordRegistrations(tenant, registrations, {}, Deadline()), IsOk());
    v1::RecordResultsRequest results;
    auto& result = *results.add_results();
    result.set_order_number(Number(i));
    result.set_company(company);
    result.set_result(v1::SCREENED_APPROVED);
    result.set_amount_yen(1000);
    const auto taken = store_->RecordResults(tenant, results, Deadline());
    ASSERT_THAT(taken, IsOk());
    ASSERT_TRUE(taken->outcomes(0).changed()) << taken->DebugString();
  }

  static v1::RecordSlipsRequest Slips(const std::vector<std::pair<int, std::string>>& slips,
                                      v1::PostpayCompany company = v1::NP) {
    v1::RecordSlipsRequest request;
    *request.mutable_file() = File(company == v1::NP ? v1::NP_SLIP : v1::GMO_SLIP);
    request.set_request_id(NewRequestId());
    request.set_request_hash(std::string(32, 's'));
    for (const auto& [i, slip_number] : slips) {
      auto& slip = *request.add_slips();
      slip.set_order_number(Number(i));
      slip.set_carrier("YAMATO");
      slip.set_slip_number(slip_number);
    }
    return request;
  }
  absl::StatusOr<v1::RecordFileResponse> Report(const v1::RecordSlipsRequest& request,
                                                const std::string& tenant = "acme") {
    return store_->RecordSlips(tenant, request, {}, Deadline());
  }

  // "number order" of each.
  std::vector<std::string> Taken(const std::vector<std::string>& numbers, v1::PostpayCompany company = v1::NP,
                                 const std::string& tenant = "acme") {
    v1::FindReportedSlipsRequest request;
    request.set_company(company);
    for (const auto& number : numbers) request.add_slip_numbers(number);
    const auto found = store_->FindReportedSlips(tenant, request, Deadline());
    EXPECT_THAT(found, IsOk());
    std::vector<std::string> taken;
    for (const auto& slip : found->slips()) taken.push_back(absl::StrCat(slip.slip_number(), " ", slip.order_number()));
    return taken;
  }

  std::unique_ptr<ScreeningStore> store_;
};

TEST_F(ScreeningStoreTest, ASlipNumberIsReportedForOneOrder) {
  for (const int i : {1, 2, 3}) Approve(i);
  ASSERT_THAT(Report(Slips({{1, kSlip}})), IsOk());
  EXPECT_THAT(Taken({kSlip, "512547514334"}), ElementsAre(absl::StrCat(kSlip, " ", Number(1))));
  const auto refused = Report(Slips({{2, "512547514334"}, {3, kSlip}})).status();
  EXPECT_THAT(refused, HasReason("SCREENING_CHANGED"));
  EXPECT_THAT(refused, HasMetadata("why", "SLIP_NUMBER_REPORTED"));
  EXPECT_THAT(refused, HasMetadata("order_number", Number(3)));
  EXPECT_THAT(Taken({"512547514334"}), IsEmpty()) << "all of a file or nothing";
  EXPECT_THAT(Report(Slips({{2, "1"}, {3, "1"}})), HasReason("SCREENING_CHANGED")) << "nor twice in one file";
  EXPECT_THAT(Report(Slips({{2, "512547514334"}, {3, "1"}})), IsOk());
}

// A file of all that wait was written when the order had no screening; kept later, it must not take a refusal back.
TEST_F(ScreeningStoreTest, WhatWasDecidedMeanwhileIsNotRegisteredOver) {
  const auto registration_of = [](std::optional<int64_t> facts_version) {
    v1::RecordRegistrationsRequest request;
    *request.mutable_file() = File(v1::NP_REGISTRATION);
    request.set_request_id(NewRequestId());
    request.set_request_hash(std::string(32, 'r'));
    auto& registration = *request.add_registrations();
    registration.set_order_number(Number(1));
    registration.set_amount_yen(1000);
    if (facts_version.has_value()) registration.set_facts_version(*facts_version);
    return request;
  };
  ASSERT_THAT(store_->RecordRegistrations("acme", registration_of(0), {}, Deadline()), IsOk());
  v1::RecordResultsRequest results;
  auto& result = *results.add_results();
  result.set_order_number(Number(1));
  result.set_company(v1::NP);
  result.set_result(v1::SCREENED_REJECTED);
  result.set_amount_yen(1000);
  ASSERT_THAT(store_->RecordResults("acme", results, Deadline()), IsOk());
  const auto late = store_->RecordRegistrations("acme", registration_of(0), {}, Deadline()).status();
  EXPECT_THAT(late, HasReason("SCREENING_CHANGED"));
  EXPECT_THAT(late, HasMetadata("order_number", Number(1)));
  // Whoever has seen the refusal may try once more.
  EXPECT_THAT(store_->RecordRegistrations("acme", registration_of(2), {}, Deadline()), IsOk());
  // A gateway from before the field.
  EXPECT_THAT(store_->RecordResults("acme", results, Deadline()), IsOk());
  EXPECT_THAT(store_->RecordRegistrations("acme", registration_of(std::nullopt), {}, Deadline()), IsOk());
}

TEST_F(ScreeningStoreTest, CardsAreReadWithWhatIsToldOfTheirOrders) {
  Approve(1);
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  Approve(3);
  const v1::PaymentFacts both = SettleOne(NeedOf(Number(3), v1::CARD_HOLD));
  const auto read = Read({Number(3), Number(4), Number(2), Number(1)});
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->payments_size(), 2) << "one that is screened has no card for that";
  EXPECT_EQ(read->payments(0).order_number(), Number(3));
  EXPECT_EQ(read->payments(0).facts_version(), 3);
  EXPECT_EQ(read->payments(1).order_number(), Number(2));
  ASSERT_EQ(read->facts_size(), 3) << "of the other one nothing is known";
  EXPECT_THAT(read->facts(0), testing::EqualsProto(both));
  EXPECT_EQ(read->facts(1).order_number(), Number(2));
  EXPECT_EQ(read->facts(1).state(), v1::CARD_AUTHORIZING);
  EXPECT_EQ(read->facts(1).screening(), v1::SCREENING_STATE_UNSPECIFIED);
  EXPECT_EQ(read->facts(2).order_number(), Number(1));
  EXPECT_EQ(read->facts(2).version(), 2);
  EXPECT_EQ(read->facts(2).state(), v1::CARD_STATE_UNSPECIFIED);
  EXPECT_EQ(read->facts(2).screening(), v1::SCREENING_APPROVED);
  EXPECT_EQ(read->facts(2).screening_company(), v1::NP);
  EXPECT_EQ(read->facts(2).registered_yen(), 1000);
}

// Who has been told of a screening and a card acknowledges both together: that must not take away news that come later.
TEST_F(ScreeningStoreTest, NewsOfACardAreThoseOfTheWholeOrder) {
  Approve(1);
  Acknowledge(Number(1), 2);
  const auto told = SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  EXPECT_EQ(told.version(), 3);
  EXPECT_EQ(Sql("SELECT generation FROM payment_changes"), "3\n");
  Acknowledge(Number(1), told.version());
  EXPECT_EQ(Sql("SELECT generation FROM payment_changes"), "");
  Work();
  EXPECT_EQ(Sql("SELECT generation FROM payment_changes"), "4\n");
  Acknowledge(Number(1), told.version());
  EXPECT_EQ(Sql("SELECT generation FROM payment_changes"), "4\n") << "of the authorization nobody has been told";
}

TEST_F(ScreeningStoreTest, TheOtherCompanyAndOtherTenantsHaveNumbersOfTheirOwn) {
  Approve(1);
  Approve(2, v1::GMO);
  Approve(1, v1::NP, "other");
  ASSERT_THAT(Report(Slips({{1, kSlip}})), IsOk());
  EXPECT_THAT(Taken({kSlip}, v1::GMO), IsEmpty());
  EXPECT_THAT(Taken({kSlip}, v1::NP, "other"), IsEmpty());
  EXPECT_THAT(Report(Slips({{2, kSlip}}, v1::GMO)), IsOk());
  EXPECT_THAT(Report(Slips({{1, kSlip}}), "other"), IsOk());
}

TEST_F(ScreeningStoreTest, ASlipNumberIsFreeAgainAfterAMonth) {
  for (const int i : {1, 2, 3}) Approve(i);
  ASSERT_THAT(Report(Slips({{1, kSlip}})), IsOk());
  clock_.Advance(absl::Hours(24 * 31) - absl::Seconds(1));
  EXPECT_THAT(Report(Slips({{2, kSlip}})), HasReason("SCREENING_CHANGED"));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Taken({kSlip}), IsEmpty());
  ASSERT_THAT(Report(Slips({{2, kSlip}})), IsOk());
  EXPECT_THAT(Taken({kSlip}), ElementsAre(absl::StrCat(kSlip, " ", Number(2)))) << "and rests from then on";
  EXPECT_THAT(Report(Slips({{3, kSlip}})), HasReason("SCREENING_CHANGED"));
}

TEST_F(ScreeningStoreTest, ARepeatedRequestIsNoSecondReport) {
  Approve(1);
  const auto request = Slips({{1, kSlip}});
  const auto first = Report(request);
  const auto again = Report(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->repeated_request());
  EXPECT_EQ(again->file().file_id(), first->file().file_id());
}

TEST_F(ScreeningStoreTest, OfTwoFilesAtATimeOneReportsTheNumber) {
  constexpr int kOrders = 8;
  for (int i = 1; i <= kOrders; ++i) Approve(i);
  std::vector<absl::Status> statuses(kOrders);
  std::vector<std::thread> threads;
  for (int i = 1; i <= kOrders; ++i) {
    threads.emplace_back([&, i] { statuses[static_cast<size_t>(i - 1)] = Report(Slips({{i, kSlip}})).status(); });
  }
  for (auto& thread : threads) thread.join();
  int reported = 0;
  for (const auto& status : statuses) {
    if (status.ok()) {
      ++reported;
    } else {
      EXPECT_THAT(status, HasMetadata("why", "SLIP_NUMBER_REPORTED"));
    }
  }
  EXPECT_EQ(reported, 1);
  EXPECT_EQ(Sql("SELECT COUNT(*) FROM screenings WHERE slip_reported = 1"), "1\n");
}

TEST_F(ScreeningStoreTest, TheMigrationTakesInWhatWasReportedBefore) {
  for (const int i : {1, 2}) {
    Approve(i);
    ASSERT_THAT(Report(Slips({{i, absl::StrCat("4444-1375 870", i)}})), IsOk());
    clock_.Advance(absl::Seconds(1));
  }
  // A number that went out twice, as was possible once: the later one counts.
  Sql(absl::StrCat("UPDATE screenings SET slip_number = '", kSlip, "'; DROP TABLE reported_slips"));
  std::ifstream file(testing::SourceRoot() + "/services/payment/migrations/0005_create_reported_slips.sql");
  Sql(std::string{std::istreambuf_iterator<char>(file), {}});
  EXPECT_THAT(Taken({kSlip}), ElementsAre(absl::StrCat(kSlip, " ", Number(2))));
  Sql("UPDATE screenings SET slip_number = '4444-1375 8703'; DROP TABLE reported_slips");
  file.seekg(0);
  Sql(std::string{std::istreambuf_iterator<char>(file), {}});
  EXPECT_THAT(Taken({kSlip}), ElementsAre(absl::StrCat(kSlip, " ", Number(2)))) << "without hyphens and spaces";
}

}  // namespace
}  // namespace juchu::payment
