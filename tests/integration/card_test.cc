// 楽天カード from the outside: orders are authorized and captured by command and by themselves, and what the card
// company does to them shows, with a way on.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using ::juchu::testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using What = standin::Behaviour::What;

class CardTest : public ::testing::Test {
 protected:
  ~CardTest() override { Stack::Get().company().SetBehaviours({}); }

  // Whatever became of the card, the order shows it, and has of it what it may have.
  void TearDown() override {
    Settle();
    EXPECT_THAT(tenant_.Audit().findings, IsEmpty());
  }

  // An AUTO order paid by card.
  std::string Order(const std::string& text = "") {
    return tenant_.NewOrder("楽天カード", "shop_id: 'rakuten' " + text);
  }

  static void Work(absl::Duration most = absl::Hours(2)) { Stack::Get().WorkCards(most); }
  static void Settle() { Stack::Get().Reconcile(); }

  pb::StateValue Card(const std::string& number) { return ValueOf(tenant_.Get(number), pb::CARD); }
  pb::Status Status(const std::string& number) { return tenant_.Get(number).status(); }

  template <typename Request>
  absl::StatusOr<gw::CardOutcome> Command(grpc::Status (PaymentStub::*method)(grpc::ClientContext*, const Request&,
                                                                              gw::CardsResponse*),
                                          const std::string& number, Request request = {}) {
    request.add_order_numbers(number);
    const auto response = tenant_.Call(method, request, "manager");
    if (!response.ok()) return response.status();
    return response->outcomes(0);
  }
  std::string Authorize(const std::string& number) { return Told(Command(&PaymentStub::AuthorizeCards, number)); }
  std::string Capture(const std::string& number) { return Told(Command(&PaymentStub::CaptureCards, number)); }
  std::string Void(const std::string& number) {
    gw::VoidCardsRequest request;
    request.set_reason("返品");
    return Told(Command(&PaymentStub::VoidCards, number, request));
  }

  payment::v1::CardPayment Payment(const std::string& number) {
    gw::GetCardRequest request;
    request.set_order_number(number);
    const auto payment = tenant_.Call(&PaymentStub::GetCard, request, "viewer");
    EXPECT_TRUE(payment.ok()) << payment.status();
    return payment.value_or(payment::v1::CardPayment());
  }

  // What the company's own book says of the order.
  standin::OrderCounts Book(const std::string& number) {
    const std::string at_the_mall = tenant_.Get(number).shop_order_number();
    return Stack::Get().company().Book(at_the_mall).orders[at_the_mall];
  }

  // Lets the company misbehave towards this order.
  void Misbehave(const std::string& number, std::vector<standin::Behaviour> behaviours) {
    for (auto& behaviour : behaviours) behaviour.order = tenant_.Get(number).shop_order_number();
    Stack::Get().company().SetBehaviours(std::move(behaviours));
  }
  static standin::Behaviour Once(What what, standin::Operation operation) {
    standin::Behaviour behaviour;
    behaviour.what = what;
    behaviour.operation = operation;
    behaviour.times = 1;
    return behaviour;
  }

  void Authorized(const std::string& number) {
    ASSERT_EQ(Authorize(number), "CARD_AUTHORIZING");
    Work();
    ASSERT_EQ(Card(number), pb::AUTHORIZED);
  }

  // Up to 出荷済, the shipment confirmed by the manager's word.
  void Ship(const std::string& number) {
    tenant_.Receive("SKU-1", 1);
    Settle();
    tenant_.Override(number, pb::INSTRUCTED);
    tenant_.Override(number, pb::SHIPMENT_CONFIRMED);
    ASSERT_EQ(Status(number), pb::SHIPPED);
  }

  void Save(const std::string& number, int64_t total_yen) {
    gw::UpdateOrderRequest request;
    *request.mutable_order() = tenant_.Get(number);
    request.mutable_order()->mutable_amounts()->set_total_yen(total_yen);
    request.mutable_update_mask()->add_paths("amounts");
    request.set_request_id(NewRequestId());
    const auto saved = tenant_.Call(&GatewayStub::UpdateOrder, request);
    ASSERT_TRUE(saved.ok()) << saved.status();
  }

  void PayBy(const std::string& number, const std::string& payment_method) {
    gw::UpdateOrderRequest request;
    *request.mutable_order() = tenant_.Get(number);
    request.mutable_order()->set_payment_method(payment_method);
    request.mutable_update_mask()->add_paths("payment_method");
    request.set_request_id(NewRequestId());
    const auto saved = tenant_.Call(&GatewayStub::UpdateOrder, request);
    ASSERT_TRUE(saved.ok()) << saved.status();
  }

  void ExpectAllWell() {
    EXPECT_THAT(tenant_.Audit().findings, IsEmpty());
    EXPECT_THAT(tenant_.AuditPayments(), IsEmpty());
  }

  Tenant tenant_;

 private:
  // The state that a command came to, or why it was refused.
  static std::string Told(const absl::StatusOr<gw::CardOutcome>& outcome) {
    if (!outcome.ok()) return outcome.status().ToString();
    return outcome->has_error() ? outcome->error().reason() : payment::v1::CardState_Name(outcome->state());
  }
};

TEST_F(CardTest, IsAuthorizedByCommandAndCapturedByCommand) {
  const std::string number = Order();
  EXPECT_EQ(Status(number), pb::AWAITING_CONFIRMATION);
  EXPECT_EQ(Authorize(number), "CARD_AUTHORIZING");
  EXPECT_EQ(Card(number), pb::AUTHORIZING) << "at once";
  Work();
  EXPECT_EQ(Card(number), pb::AUTHORIZED);
  EXPECT_EQ(Status(number), pb::AWAITING_ALLOCATION) << "the order goes on by itself";
  EXPECT_EQ(Capture(number), "OPERATION_NOT_IN_STATUS");
  Ship(number);
  EXPECT_EQ(Capture(number), "CARD_CAPTURING");
  Work();
  EXPECT_EQ(Card(number), pb::CAPTURED);
  const auto book = Book(number);
  EXPECT_EQ(book.authorizations, 1);
  EXPECT_EQ(book.captures, 1);
  EXPECT_EQ(book.captured_yen, 1000);
  const auto payment = Payment(number);
  EXPECT_EQ(payment.captured_yen(), 1000);
  EXPECT_EQ(payment.requests_size(), 2);
  EXPECT_EQ(payment.requests(0).operation(), payment::v1::CAPTURE) << "the newest first";
  ExpectAllWell();
}

TEST_F(CardTest, ComesFromConfirmationToCompletionByItself) {
  tenant_.Set("authorize_cards_automatically", "authorize_cards_automatically: true");
  tenant_.Set("capture_cards_automatically", "capture_cards_automatically: true");
  tenant_.Receive("SKU-1", 5);
  const std::string number = Order();
  Settle();
  EXPECT_EQ(Card(number), pb::AUTHORIZING);
  Work();
  EXPECT_EQ(Status(number), pb::AWAITING_SHIPMENT);
  tenant_.Override(number, pb::INSTRUCTED);
  tenant_.Override(number, pb::SHIPMENT_CONFIRMED);
  tenant_.Override(number, pb::TRACKING_REPORTED);
  Work();
  EXPECT_EQ(Status(number), pb::COMPLETED);
  EXPECT_EQ(tenant_.Get(number).mode(), pb::AUTO);
  EXPECT_EQ(Book(number).captures, 1);
  ExpectAllWell();
}

TEST_F(CardTest, ARefusalShowsTheCompanysWordsAndIsAskedAgain) {
  const std::string number = Order();
  Misbehave(number, {Once(What::kRefuse, standin::Operation::kAuthori)});
  EXPECT_EQ(Authorize(number), "CARD_AUTHORIZING");
  Work();
  EXPECT_EQ(Card(number), pb::AUTHORIZATION_ERROR);
  EXPECT_EQ(Status(number), pb::AWAITING_CONFIRMATION);
  EXPECT_EQ(Payment(number).error_code(), "RCCS_E22-822");
  gw::ExplainOrderRequest explain;
  explain.set_order_number(number);
  const auto explained = tenant_.Call(&GatewayStub::ExplainOrder, explain, "viewer");
  ASSERT_TRUE(explained.ok());
  std::string reason;
  for (const auto& condition : explained->conditions()) {
    if (condition.name() == "CARD_AUTHORIZED") reason = condition.reason();
  }
  EXPECT_THAT(reason, HasSubstr("限度額オーバー"));
  Work();
  EXPECT_EQ(Book(number).authorizations, 0) << "nobody asks again by himself";
  Authorized(number);
  EXPECT_EQ(Book(number).authorizations, 1);
  ExpectAllWell();
}

// The answer to a request is lost in each way that there is: what the company did is found out by asking.
TEST_F(CardTest, LostAnswersAreSettledByAsking) {
  for (const What what : {What::kDropAfter, What::kDropBefore, What::kGarbage, What::kError500, What::kLieReply,
                          What::kTwice, What::kRequestError}) {
    SCOPED_TRACE(static_cast<int>(what));
    const std::string number = Order();
    Misbehave(number, {Once(what, standin::Operation::kAuthori)});
    Authorize(number);
    Work();
    if (Card(number) == pb::AUTHORIZATION_ERROR) Authorized(number);
    EXPECT_EQ(Card(number), pb::AUTHORIZED) << Payment(number).DebugString();
    EXPECT_EQ(Book(number).authorizations, 1);
    Ship(number);
    Misbehave(number, {Once(what, standin::Operation::kSales)});
    Capture(number);
    Work();
    if (Card(number) == pb::CAPTURE_ERROR) {
      Capture(number);
      Work();
    }
    EXPECT_EQ(Card(number), pb::CAPTURED) << Payment(number).DebugString();
    EXPECT_EQ(Book(number).captures, 1);
  }
  ExpectAllWell();
}

TEST_F(CardTest, WhatIsStalledShowsItsAgeAndIsLeftToAPersonAfterADay) {
  const std::string number = Order();
  Misbehave(number, {Once(What::kStall, standin::Operation::kAuthori)});
  Authorize(number);
  Work(absl::Hours(3));
  EXPECT_EQ(Card(number), pb::AUTHORIZING);
  gw::SearchCardsRequest stuck;
  stuck.set_stuck(true);
  const auto found = tenant_.Call(&PaymentStub::SearchCards, stuck, "viewer");
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->payments_size(), 1);
  EXPECT_EQ(found->payments(0).order_number(), number);
  Work(absl::Hours(30));
  EXPECT_EQ(Card(number), pb::AUTHORIZATION_ERROR);
  EXPECT_EQ(Payment(number).error_code(), "RESULT_LOST");
  // The company goes on after all: when a person asks again, it is found and not asked for twice.
  Stack::Get().company().SetBehaviours({});
  Authorized(number);
  EXPECT_EQ(Book(number).authorizations, 1);
  ExpectAllWell();
}

TEST_F(CardTest, CancellingVoidsTheAuthorization) {
  const std::string held = Order();
  Authorized(held);
  ASSERT_TRUE(tenant_.Cancel(held).ok());
  Work();
  EXPECT_EQ(Card(held), pb::VOIDED);
  EXPECT_EQ(Book(held).authorization_voids, 1);
  // One that is under way is voided when its result has come; one that was not sent yet is taken back.
  const std::string early = Order();
  Authorize(early);
  ASSERT_TRUE(tenant_.Cancel(early).ok());
  Work();
  EXPECT_EQ(Book(early).authorized_yen, 0);
  EXPECT_EQ(Status(early), pb::CANCELLED);
  ExpectAllWell();
}

TEST_F(CardTest, AnotherAmountNeedsANewAuthorization) {
  const std::string number = Order();
  Authorized(number);
  Save(number, 1500);
  EXPECT_EQ(Card(number), pb::UNAUTHORIZED) << "in the save itself";
  Settle();
  EXPECT_EQ(Book(number).authorized_yen, 1000) << "by command";
  EXPECT_EQ(Authorize(number), "CARD_AUTHORIZING");
  Work();
  EXPECT_EQ(Card(number), pb::AUTHORIZED);
  const auto book = Book(number);
  EXPECT_EQ(book.authorized_yen, 1500);
  EXPECT_EQ(book.authorization_voids, 1);
  Ship(number);
  Capture(number);
  Work();
  EXPECT_EQ(Book(number).captured_yen, 1500);
  ExpectAllWell();
}

TEST_F(CardTest, AnotherPaymentMethodVoidsTheAuthorization) {
  const std::string number = Order();
  Authorized(number);
  PayBy(number, "銀行振込");
  Work();
  EXPECT_EQ(Card(number), pb::STATE_VALUE_UNSPECIFIED);
  EXPECT_EQ(Book(number).authorized_yen, 0);
  EXPECT_EQ(tenant_.Get(number).mode(), pb::MANUAL);
  PayBy(number, "楽天カード");
  Settle();
  EXPECT_EQ(Card(number), pb::VOIDED) << "what became of the card is known";
  Authorized(number);
  ExpectAllWell();
}

TEST_F(CardTest, ACaptureIsVoidedByAManager) {
  const std::string number = Order();
  Authorized(number);
  Ship(number);
  Capture(number);
  Work();
  EXPECT_EQ(Authorize(number), "CARD_ALREADY_CAPTURED");
  Void(number);
  Work();
  EXPECT_EQ(Card(number), pb::VOIDED);
  EXPECT_EQ(Book(number).capture_voids, 1);
  ExpectAllWell();
}

TEST_F(CardTest, MoneyIsTakenOnlyForWhatIsShipped) {
  const std::string number = Order();
  Authorized(number);
  ASSERT_TRUE(tenant_.Move(number, pb::SHIPPED).ok());
  EXPECT_EQ(Capture(number), "SHIPMENT_NOT_CONFIRMED");
  tenant_.Set("capture_cards_automatically", "capture_cards_automatically: true");
  ASSERT_TRUE(tenant_.SetMode(number, pb::AUTO).ok());
  Work();
  EXPECT_EQ(Book(number).captures, 0);
}

TEST_F(CardTest, AShopWithoutAnAccountIsToldSo) {
  const std::string number = tenant_.NewOrder("楽天カード");
  EXPECT_EQ(Authorize(number), "CARD_AUTHORIZING");
  Work();
  EXPECT_EQ(Card(number), pb::AUTHORIZATION_ERROR);
  EXPECT_EQ(Payment(number).error_code(), "CARD_ACCOUNT_MISSING");
}

TEST_F(CardTest, EachOrderOfACommandSucceedsOrFailsForItself) {
  const std::string card = Order();
  const std::string bank = tenant_.NewOrder("銀行振込");
  gw::AuthorizeCardsRequest request;
  request.add_order_numbers(bank);
  request.add_order_numbers("06A1B2C3D4E5F6G7");
  request.add_order_numbers(card);
  const auto response = tenant_.Call(&PaymentStub::AuthorizeCards, request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->outcomes(0).error().reason(), "CARD_NOT_USED");
  EXPECT_EQ(response->outcomes(1).error().reason(), "ORDER_NOT_FOUND");
  EXPECT_EQ(response->outcomes(2).state(), payment::v1::CARD_AUTHORIZING);
  request.add_order_numbers(card);
  EXPECT_THAT(tenant_.Call(&PaymentStub::AuthorizeCards, request).status(), HasReason("ORDER_TWICE"));
  Work();
}

TEST_F(CardTest, AnAuthorizationThatEndsSoonIsNamed) {
  const std::string number = Order();
  Authorized(number);
  gw::SearchCardsRequest search;
  search.set_expiring(true);
  EXPECT_EQ(tenant_.Call(&PaymentStub::SearchCards, search, "viewer")->payments_size(), 0);
  gw::PutPaymentSettingsRequest put;
  put.mutable_settings()->set_card_send_interval_seconds(600);
  put.mutable_settings()->set_authorization_valid_days(60);
  put.mutable_settings()->set_expiry_warning_days(60);
  put.mutable_settings()->set_stuck_after_seconds(3600);
  EXPECT_TRUE(tenant_.Call(&PaymentStub::PutPaymentSettings, put, "manager").ok());
  EXPECT_EQ(
      tenant_.Call(&PaymentStub::GetPaymentSettings, gw::GetPaymentSettingsRequest(), "viewer")->expiry_warning_days(),
      60);
  Stack::Get().PaymentSql(absl::StrCat("UPDATE cards SET expire_time_us = expire_time_us - 1000000 WHERE tenant_id = '",
                                       tenant_.id(), "'"));
  const auto found = tenant_.Call(&PaymentStub::SearchCards, search, "viewer");
  ASSERT_EQ(found->payments_size(), 1);
  EXPECT_EQ(found->payments(0).order_number(), number);
}

TEST_F(CardTest, AuditFindsWhatAHandDidToOrderAndCard) {
  const std::string number = Order();
  Authorized(number);
  const std::string of_the_order = absl::StrCat(" WHERE order_number = '", number, "'");
  Stack::Get().RootSql("UPDATE orders SET card_state = 501" + of_the_order);
  EXPECT_THAT(
      tenant_.Audit().findings,
      ::testing::Contains(HasSubstr("CARD_DIFFERS: it shows 未オーソリ, and the payment service says オーソリ済")));
  Stack::Get().RootSql("UPDATE orders SET card_state = 503" + of_the_order);
  Stack::Get().PaymentSql("UPDATE cards SET captured_yen = 1" + of_the_order);
  EXPECT_THAT(tenant_.Audit().findings, ::testing::ElementsAre(HasSubstr("CAPTURED_BEFORE_SHIPMENT: 1 yen")));
  Stack::Get().PaymentSql("UPDATE cards SET captured_yen = 0" + of_the_order);
  const int status = Status(number);
  Stack::Get().RootSql("UPDATE orders SET status = 10" + of_the_order);
  EXPECT_THAT(tenant_.Audit().findings, ::testing::Contains(HasSubstr("CANCELLED_AND_AUTHORIZED: it is cancelled")));
  Stack::Get().RootSql(absl::StrCat("UPDATE orders SET status = ", status, of_the_order));
}

}  // namespace
}  // namespace juchu::integration
