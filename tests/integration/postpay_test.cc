// NP後払い and GMO後払い from the outside: registered by a file, screened, shipped, reported by a file, paid.
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/ids/sha256.h"
#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "services/gateway/intake/text_decoder.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace payment_pb = ::juchu::payment::v1;
using ::juchu::testing::HasReason;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kNpHeader[] = "NP取引ID,加盟店取引ID,与信結果,NG事由,保留事由,結果確定日時\r\n";

class PostpayTest : public ::testing::Test {
 protected:
  void TearDown() override {
    Stack::Get().Reconcile();
    EXPECT_THAT(tenant_.Audit().findings, ::testing::IsEmpty());
  }

  // An AUTO order in 確認待; `orderer` is merged over its own.
  std::string Order(const std::string& orderer = "phone: '0312345678'", const std::string& method = "NP後払い") {
    return tenant_.NewOrder(method, absl::StrCat("orderer { name_kana: 'ﾀｶﾊｼ ﾀﾛｳ' ", orderer, " }"));
  }

  absl::StatusOr<gw::ExportFileResponse> Register(const std::vector<std::string>& numbers,
                                                  payment_pb::PostpayCompany company = payment_pb::NP,
                                                  const std::string& request_id = NewRequestId()) {
    gw::ExportRegistrationsRequest request;
    request.set_company(company);
    for (const auto& number : numbers) request.add_order_numbers(number);
    request.set_request_id(request_id);
    return tenant_.Call(&PostpayStub::ExportRegistrations, request);
  }

  absl::StatusOr<gw::ExportFileResponse> Slip(const std::string& number, const std::string& slip_number,
                                              payment_pb::PostpayCompany company = payment_pb::NP) {
    gw::ExportSlipsRequest request;
    request.set_company(company);
    auto& slip = *request.add_slips();
    slip.set_order_number(number);
    slip.set_carrier("YAMATO");
    slip.set_slip_number(slip_number);
    request.set_request_id(NewRequestId());
    return tenant_.Call(&PostpayStub::ExportSlips, request);
  }

  // Why the first order that was left out was.
  static std::string LeftOut(const absl::StatusOr<gw::ExportFileResponse>& response) {
    if (!response.ok()) return response.status().ToString();
    return response->left_out().empty() ? "" : response->left_out(0).problems(0).reason();
  }

  Tenant::ScreeningResult Import(const std::string& lines) {
    return tenant_.ImportResults(payment_pb::NP, kNpHeader + lines);
  }
  static std::string Line(const std::string& number, const std::string& result, const std::string& id = "18121200001") {
    return absl::StrCat(id, ",", number, ",", result, ",,,2026/07/08 10:00\r\n");
  }
  static std::string ReasonOf(const Tenant::ScreeningResult& result) {
    return result.outcomes.at(0).problems().empty() ? "" : result.outcomes.at(0).problems(0).reason();
  }

  pb::StateValue Screening(const std::string& number) { return ValueOf(tenant_.Get(number), pb::CREDIT_SCREENING); }
  pb::Status Status(const std::string& number) { return tenant_.Get(number).status(); }

  void Save(const std::string& number, const std::string& path, const pb::Order& order) {
    gw::UpdateOrderRequest request;
    *request.mutable_order() = order;
    request.mutable_update_mask()->add_paths(path);
    request.set_request_id(NewRequestId());
    const auto saved = tenant_.Call(&GatewayStub::UpdateOrder, request);
    ASSERT_TRUE(saved.ok()) << saved.status();
    ASSERT_EQ(saved->order().order_number(), number);
  }

  void Ship(const std::string& number) {
    tenant_.Receive("SKU-1", 1);
    Stack::Get().Reconcile();
    tenant_.Override(number, pb::INSTRUCTED);
    tenant_.Override(number, pb::SHIPMENT_CONFIRMED);
    ASSERT_EQ(Status(number), pb::SHIPPED);
  }

  Tenant tenant_;
};

TEST_F(PostpayTest, GoesFromConfirmationToCompletion) {
  for (const auto company : {payment_pb::NP, payment_pb::GMO}) {
    const bool is_np = company == payment_pb::NP;
    const std::string number = Order("phone: '0312345678'", is_np ? "NP後払い" : "GMO後払い");
    const auto exported = Register({}, company);
    ASSERT_TRUE(exported.ok()) << exported.status();
    EXPECT_THAT(exported->exported_order_numbers(), ElementsAre(number)) << exported->DebugString();
    EXPECT_EQ(Screening(number), pb::SCREENING_PENDING);
    EXPECT_EQ(Status(number), pb::AWAITING_CONFIRMATION);
    const std::string id = is_np ? "18121200001" : "A1234567890";
    const std::string file = is_np ? kNpHeader + Line(number, "OK", id)
                                   : absl::StrCat("GMO取引ID,加盟店取引ID,審査結果,理由\n", id, ",", number, ",OK,\n");
    const auto imported = tenant_.ImportResults(company, file);
    ASSERT_TRUE(imported.status.ok()) << imported.status;
    EXPECT_EQ(imported.summary.applied(), 1) << imported.outcomes.at(0).DebugString();
    EXPECT_EQ(Screening(number), pb::SCREENING_APPROVED);
    EXPECT_EQ(imported.outcomes.at(0).status(), pb::AWAITING_ALLOCATION) << "the order goes on by itself";
    EXPECT_EQ(LeftOut(Slip(number, "444413758703", company)), "OPERATION_NOT_IN_STATUS");
    Ship(number);
    const auto slips = Slip(number, "4444-1375-8703", company);
    EXPECT_THAT(slips->exported_order_numbers(), ElementsAre(number)) << slips->DebugString();
    EXPECT_THAT(tenant_.Download(slips->file().file_id()), HasSubstr(is_np ? "59010,444413758703" : "12,444413758703"));
    EXPECT_EQ(Status(number), pb::AWAITING_POSTPAYMENT);
    EXPECT_EQ(LeftOut(Slip(number, "444413758703", company)), "OPERATION_NOT_IN_STATUS");
    gw::BulkUpdateOrdersRequest bulk;
    bulk.mutable_orders()->add_order_numbers(number);
    bulk.mutable_changes()->add_state_values(pb::POSTPAYMENT_PAID);
    bulk.mutable_changes()->mutable_paid_time()->set_seconds(1795480300);
    bulk.set_request_id(NewRequestId());
    EXPECT_TRUE(tenant_.Bulk(bulk).status.ok());
    EXPECT_EQ(Status(number), pb::COMPLETED);
    EXPECT_EQ(tenant_.Get(number).mode(), pb::AUTO);
  }
  EXPECT_THAT(tenant_.Audit().findings, IsEmpty());
}

TEST_F(PostpayTest, AnOrderThatIsOnlyScreenedHasNoCardToVoid) {
  gw::VoidCardsRequest request;
  request.add_order_numbers(Order());
  request.set_reason("誤り");
  ASSERT_TRUE(Register({request.order_numbers(0)}).ok());
  const auto voided = tenant_.Call(&PaymentStub::VoidCards, request, "manager");
  ASSERT_TRUE(voided.ok()) << voided.status();
  EXPECT_EQ(voided->outcomes(0).error().reason(), "CARD_NOT_USED");
}

TEST_F(PostpayTest, TheFileIsKeptByteForByteAndARepeatGetsTheSame) {
  const std::string number = Order();
  const std::string request_id = NewRequestId();
  const auto first = Register({number}, payment_pb::NP, request_id);
  ASSERT_TRUE(first.ok()) << first.status();
  const std::string content = tenant_.Download(first->file().file_id());
  EXPECT_EQ(static_cast<int64_t>(content.size()), first->file().size_bytes());
  EXPECT_EQ(first->file().actor().id(), "hanako@example.jp");
  EXPECT_THAT(first->file().order_numbers(), ElementsAre(number));
  const std::string text = gateway::DecodeText(content, gateway::TextEncoding::kCp932).text;
  EXPECT_THAT(text, HasSubstr("髙橋 太郎")) << "CP932 has it";
  EXPECT_THAT(text, HasSubstr("\r\n"));
  const auto again = Register({number}, payment_pb::NP, request_id);
  EXPECT_EQ(again->file().file_id(), first->file().file_id());
  EXPECT_EQ(again->file().sha256(), first->file().sha256());
  EXPECT_THAT(Register({number, Order()}, payment_pb::NP, request_id), HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(LeftOut(Register({number})), "SCREENING_ALREADY_REGISTERED");
  const auto listed = tenant_.Call(&PostpayStub::ListPaymentFiles, gw::ListPaymentFilesRequest(), "viewer");
  ASSERT_EQ(listed->files_size(), 1);
  EXPECT_EQ(listed->files(0).file_id(), first->file().file_id());
}

TEST_F(PostpayTest, AnOrderThatBreaksARuleIsNamedAndTheOthersGo) {
  const std::string good = Order();
  const std::string emoji = tenant_.NewOrder("NP後払い",
                                             "orderer { phone: '0312345678' } deliveries { items { product_code: "
                                             "'SKU-1' product_name: '特上🍣' unit_price_yen: "
                                             "1000 quantity: 1 } }");
  const std::string far = Order("phone: '012345'");
  const std::string bank = tenant_.NewOrder("銀行振込");
  const auto exported = Register({emoji, good, far, bank, "06A1B2C3D4E5F6G7"});
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_THAT(exported->exported_order_numbers(), ElementsAre(good));
  std::map<std::string, std::string> why;
  for (const auto& order : exported->left_out()) {
    for (const auto& problem : order.problems()) absl::StrAppend(&why[order.order_number()], problem.reason());
  }
  EXPECT_THAT(why[emoji], HasSubstr("CHARACTER_NOT_IN_CP932"));
  EXPECT_EQ(why[far], "PHONE_INVALID");
  EXPECT_EQ(why[bank], "PAYMENT_KIND_WRONG");
  EXPECT_EQ(why["06A1B2C3D4E5F6G7"], "ORDER_NOT_FOUND");
  EXPECT_EQ(Screening(emoji), pb::SCREENING_UNREGISTERED);
  EXPECT_THAT(exported->DebugString(), Not(HasSubstr("太郎"))) << "no personal data in messages";
}

TEST_F(PostpayTest, BehindAThousandThatCannotGoTheOthersDo) {
  const auto bad = tenant_.NewOrders(1001, "NP後払い", "orderer { phone: '012345' }");
  const auto good = tenant_.NewOrders(2, "NP後払い", "orderer { phone: '0312345678' }");
  const auto exported = Register({});
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_THAT(exported->exported_order_numbers(), ElementsAreArray(good));
  EXPECT_EQ(exported->left_out_count(), 1001);
  EXPECT_EQ(exported->left_out_size(), 1000) << "an answer names so many";
  EXPECT_FALSE(exported->more());
  tenant_.NewOrders(1001, "NP後払い", "orderer { phone: '0312345678' }");
  gw::ExportRegistrationsRequest request;
  request.set_company(payment_pb::NP);
  request.set_dry_run(true);
  request.set_request_id(NewRequestId());
  const auto full = tenant_.Call(&PostpayStub::ExportRegistrations, request);
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(full->exported_order_numbers_size(), 1000) << "as one file takes";
  EXPECT_TRUE(full->more());
}

TEST_F(PostpayTest, ASlipNumberOfAnotherOrderIsNamedWithIt) {
  std::vector<std::string> numbers;
  for (int i = 1; i <= 4; ++i) {
    numbers.push_back(Order());
    Register({numbers.back()}).IgnoreError();
    const std::string id = absl::StrCat("1812-1200-00", i);
    ASSERT_EQ(Import(Line(numbers.back(), "OK", id)).summary.applied(), 1) << "hyphens and all";
    Ship(numbers.back());
  }
  const auto first = Slip(numbers[0], "4444-1375-8703");
  ASSERT_THAT(first->exported_order_numbers(), ElementsAre(numbers[0])) << first->DebugString();
  EXPECT_THAT(tenant_.Download(first->file().file_id()), HasSubstr("1812-1200-001")) << "as the company gave it";
  gw::GetScreeningRequest get;
  get.set_order_number(numbers[0]);
  EXPECT_EQ(tenant_.Call(&PostpayStub::GetScreening, get, "viewer")->slip_number(), "444413758703");
  // However the number is written.
  const auto reused = Slip(numbers[1], "４４４４１３７５８７０３");
  ASSERT_EQ(LeftOut(reused), "SLIP_NUMBER_REPORTED");
  EXPECT_FALSE(reused->has_file());
  EXPECT_EQ(reused->left_out_count(), 1);
  const auto& problem = reused->left_out(0).problems(0);
  EXPECT_EQ(problem.field(), "slip_number");
  EXPECT_THAT(problem.message(), AllOf(HasSubstr(numbers[0]), HasSubstr("correct the slip number")));
  EXPECT_EQ(Status(numbers[1]), pb::SHIPPED);
  EXPECT_EQ(LeftOut(Slip(numbers[1], "444413758704")), "");
  // A month later the number is free.
  Stack::Get().PaymentSql(absl::StrCat(
      "UPDATE reported_slips SET report_time_us = report_time_us - 32 * 86400 * 1000000 WHERE tenant_id = '",
      tenant_.id(), "' AND slip_number = '444413758703'"));
  EXPECT_EQ(LeftOut(Slip(numbers[2], "444413758703")), "");
  EXPECT_EQ(LeftOut(Slip(numbers[3], "444413758703")), "SLIP_NUMBER_REPORTED");
}

TEST_F(PostpayTest, GmoMayHoldAnOrder) {
  const std::string number = Order("phone: '0312345678'", "GMO後払い");
  Register({number}, payment_pb::GMO).IgnoreError();
  const auto imported = tenant_.ImportResults(
      payment_pb::GMO,
      absl::StrCat("GMO取引ID,加盟店取引ID,審査結果,理由\nA1234567890,", number, ",保留,電話番号の確認\n"));
  ASSERT_EQ(imported.summary.applied(), 1) << imported.status;
  EXPECT_EQ(imported.outcomes.at(0).note(), "") << "the layout knows the word";
  EXPECT_EQ(Screening(number), pb::SCREENING_ON_HOLD);
}

TEST_F(PostpayTest, ADryRunChangesNothing) {
  const std::string number = Order();
  gw::ExportRegistrationsRequest request;
  request.set_company(payment_pb::NP);
  request.set_dry_run(true);
  request.set_request_id(NewRequestId());
  const auto dry = tenant_.Call(&PostpayStub::ExportRegistrations, request);
  EXPECT_THAT(dry->exported_order_numbers(), ElementsAre(number));
  EXPECT_FALSE(dry->has_file());
  EXPECT_EQ(Screening(number), pb::SCREENING_UNREGISTERED);
  Register({number}).IgnoreError();
  const auto imported = tenant_.ImportResults(payment_pb::NP, kNpHeader + Line(number, "OK"), /*dry_run=*/true);
  EXPECT_EQ(imported.summary.applied(), 1);
  EXPECT_EQ(Screening(number), pb::SCREENING_PENDING);
}

TEST_F(PostpayTest, EveryResultShowsWithItsReasonAndAWayOn) {
  const std::string number = Order();
  Register({number}).IgnoreError();
  EXPECT_EQ(Import(Line(number, "審査中")).summary.already_applied(), 0);
  EXPECT_EQ(Screening(number), pb::SCREENING_PENDING);
  EXPECT_EQ(Import(absl::StrCat("18121200001,", number, ",保留,,RE021,\r\n")).summary.applied(), 1);
  EXPECT_EQ(Screening(number), pb::SCREENING_ON_HOLD);
  gw::GetScreeningRequest get;
  get.set_order_number(number);
  EXPECT_THAT(tenant_.Call(&PostpayStub::GetScreening, get, "viewer")->reason(), HasSubstr("RE021"));
  const auto unknown = Import(Line(number, "ALERT"));
  EXPECT_THAT(unknown.outcomes.at(0).note(), HasSubstr("ALERT"));
  EXPECT_EQ(Screening(number), pb::SCREENING_ON_HOLD);
  EXPECT_EQ(Import(Line(number, "NG")).summary.applied(), 1);
  EXPECT_EQ(Screening(number), pb::SCREENING_REJECTED);
  const auto again = Import(Line(number, "NG"));
  EXPECT_EQ(again.summary.already_applied(), 1) << "the same file twice changes nothing";
  // As for a moment in which the order does not know the refusal yet: all that wait go out, and it is left out.
  tenant_.Override(number, pb::SCREENING_UNREGISTERED);
  EXPECT_EQ(LeftOut(Register({})), "SCREENING_DECIDED");
  EXPECT_EQ(LeftOut(Register({number})), "") << "what was refused may be registered again, by name";
  EXPECT_EQ(Screening(number), pb::SCREENING_PENDING);
}

TEST_F(PostpayTest, AResultThatDoesNotFitIsNamedAndNotApplied) {
  EXPECT_EQ(ReasonOf(Import(Line("06A1B2C3D4E5F6G7", "OK"))), "ORDER_NOT_FOUND");
  const std::string unregistered = Order();
  EXPECT_EQ(ReasonOf(Import(Line(unregistered, "OK"))), "SCREENING_NOT_REGISTERED");
  const std::string cancelled = Order();
  Register({cancelled}).IgnoreError();
  ASSERT_TRUE(tenant_.Cancel(cancelled).ok());
  EXPECT_EQ(ReasonOf(Import(Line(cancelled, "OK"))), "ORDER_HAS_ENDED");
  const std::string dearer = Order();
  Register({dearer}).IgnoreError();
  pb::Order edited = tenant_.Get(dearer);
  edited.mutable_amounts()->set_total_yen(900);
  Save(dearer, "amounts", edited);
  EXPECT_EQ(Screening(dearer), pb::SCREENING_UNREGISTERED) << "in the save itself";
  Stack::Get().Reconcile();
  EXPECT_EQ(Screening(dearer), pb::SCREENING_UNREGISTERED);
  EXPECT_EQ(ReasonOf(Import(Line(dearer, "OK"))), "SCREENING_AMOUNT_CHANGED");
  EXPECT_EQ(Screening(dearer), pb::SCREENING_UNREGISTERED);
  EXPECT_EQ(LeftOut(Register({dearer})), "");
  EXPECT_EQ(Import(Line(dearer, "OK")).summary.applied(), 1);
  EXPECT_THAT(tenant_.Audit().findings, IsEmpty());
}

TEST_F(PostpayTest, AnotherPaymentMethodNeedsAnotherScreening) {
  const std::string number = Order();
  Register({number}).IgnoreError();
  EXPECT_EQ(Import(Line(number, "OK")).summary.applied(), 1);
  pb::Order edited = tenant_.Get(number);
  edited.set_payment_method("GMO後払い");
  Save(number, "payment_method", edited);
  EXPECT_EQ(Screening(number), pb::SCREENING_UNREGISTERED);
  EXPECT_EQ(ReasonOf(Import(Line(number, "NG"))), "PAYMENT_KIND_WRONG");
  edited = tenant_.Get(number);
  edited.set_payment_method("NP後払い");
  Save(number, "payment_method", edited);
  Stack::Get().Reconcile();
  EXPECT_EQ(Screening(number), pb::SCREENING_APPROVED) << "what the first company has decided still holds";
}

// The order knows one version of everything that the payment service says of it, and so does whoever reads the card:
// the audit compares them.
TEST_F(PostpayTest, ACardAfterAScreeningHasTheVersionOfBoth) {
  const std::string number = Order();
  ASSERT_TRUE(Register({number}).ok());
  pb::Order edited = tenant_.Get(number);
  edited.set_payment_method("楽天カード");
  Save(number, "payment_method", edited);
  gw::AuthorizeCardsRequest authorize;
  authorize.add_order_numbers(number);
  ASSERT_TRUE(tenant_.Call(&PaymentStub::AuthorizeCards, authorize, "manager").ok());
  Stack::Get().Reconcile();
  gw::GetCardRequest get;
  get.set_order_number(number);
  const auto card = tenant_.Call(&PaymentStub::GetCard, get, "viewer");
  ASSERT_TRUE(card.ok()) << card.status();
  EXPECT_EQ(card->state(), payment_pb::CARD_AUTHORIZING);
  EXPECT_GT(card->facts_version(), 1);
  EXPECT_EQ(card->facts_version(), tenant_.Get(number).fact_versions().payment());
}

TEST_F(PostpayTest, ATenantPutsItsOwnLayout) {
  auto layouts = tenant_.Call(&PostpayStub::ListLayoutProfiles, gw::ListLayoutProfilesRequest(), "viewer");
  ASSERT_EQ(layouts->layout_profiles_size(), 6);
  gw::PutLayoutProfileRequest put;
  for (const auto& layout : layouts->layout_profiles()) {
    EXPECT_THAT(layout.note(), HasSubstr("own layout"));
    if (layout.kind() == payment_pb::NP_RESULT) *put.mutable_layout_profile() = layout;
  }
  put.mutable_layout_profile()->mutable_columns(2)->set_header("判定");
  auto& word = *put.mutable_layout_profile()->add_result_words();
  word.set_word("可");
  word.set_result(payment_pb::SCREENED_APPROVED);
  ASSERT_TRUE(tenant_.Call(&PostpayStub::PutLayoutProfile, put, "manager").ok());
  const std::string number = Order();
  Register({number}).IgnoreError();
  const auto imported = tenant_.ImportResults(
      payment_pb::NP,
      absl::StrCat("\xEF\xBB\xBF判定,加盟店取引ID,備考,NP取引ID\n可,=\"", number, "\",\"二\n行\",18121200001\n"));
  EXPECT_EQ(imported.summary.applied(), 1) << imported.status;
  EXPECT_THAT(imported.summary.ignored_columns(), ElementsAre("備考"));
  put.mutable_layout_profile()->mutable_columns(0)->set_field("nonsense");
  EXPECT_THAT(tenant_.Call(&PostpayStub::PutLayoutProfile, put, "manager").status(), HasReason("FIELD_UNKNOWN"));
}

TEST_F(PostpayTest, TwoExportsAtATimeRegisterEachOrderOnce) {
  std::vector<std::string> numbers;
  for (int i = 0; i < 20; ++i) numbers.push_back(Order());
  std::vector<absl::StatusOr<gw::ExportFileResponse>> responses(4, absl::UnknownError(""));
  std::vector<std::thread> threads;
  for (auto& response : responses) {
    threads.emplace_back([&] { response = Register(numbers); });
  }
  for (auto& thread : threads) thread.join();
  int exported = 0;
  for (const auto& response : responses) {
    if (response.ok()) {
      exported += response->exported_order_numbers_size();
    } else {
      EXPECT_THAT(response.status(), HasReason("SCREENING_CHANGED"));
    }
  }
  EXPECT_EQ(exported, 20);
}

}  // namespace
}  // namespace juchu::integration
