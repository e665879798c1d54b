// What must always hold of cards: found where somebody has broken it past the service, and nowhere else.
#include "services/payment/storage/card_auditor.h"

#include "services/payment/storage/payment_storage_fixture.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A row of card_requests as after an operation that was carried out.
std::string Done(const std::string& order, v1::CardOperation operation) {
  return absl::StrCat(
      "INSERT INTO card_requests (tenant_id, request_id, order_number, shop_id, shop_order_number, operation, "
      "amount_yen, state, open_mark, asks_first, company_request_id, create_time_us, due_time_us, sends) VALUES "
      "('acme', 'ZZZZZZZZZZZZZZZ1', '",
      order, "', 'rakuten', 'm', ", static_cast<int>(operation), ", 1000, 4, NULL, 0, 7, 1, 1, 1)");
}

class CardAuditorTest : public PaymentStorageTest {
 protected:
  static constexpr int kBroken = 2;

  // Three captured orders, the second of which is then broken.
  void Break(const std::string& statement) {
    for (int i = 1; i <= 3; ++i) Captured(Number(i));
    ASSERT_THAT(Audit(), IsEmpty());
    Sql(statement);
  }
  static std::string Finding(const std::string& invariant) { return Number(kBroken) + ": " + invariant; }
  // The WHERE of the broken order.
  static std::string Where() { return " WHERE tenant_id = 'acme' AND order_number = '" + Number(kBroken) + "'"; }
};

TEST_F(CardAuditorTest, AStateThatDoesNotFollow) {
  Break("UPDATE cards SET state = 503" + Where());
  EXPECT_THAT(Audit(), ElementsAre(Finding("STATE_NOT_DERIVED")));
}

TEST_F(CardAuditorTest, AnAuthorizationThatNobodyAskedFor) {
  Break("DELETE FROM card_requests" + Where() + " AND operation = 1");
  EXPECT_THAT(Audit(), ElementsAre(Finding("AUTHORIZED_NOT_BY_REQUEST")));
}

TEST_F(CardAuditorTest, ACaptureThatNobodyAskedFor) {
  Break("DELETE FROM card_requests" + Where() + " AND operation = 3");
  EXPECT_THAT(Audit(), ElementsAre(Finding("CAPTURED_NOT_BY_REQUEST")));
}

TEST_F(CardAuditorTest, TwoAuthorizationsOfWhichNoneWasCancelled) {
  Break(Done(Number(kBroken), v1::AUTHORIZE));
  EXPECT_THAT(Audit(), ElementsAre(Finding("AUTHORIZED_TWICE")));
}

TEST_F(CardAuditorTest, TwoCapturesOfWhichNoneWasCancelled) {
  Break(Done(Number(kBroken), v1::CAPTURE));
  EXPECT_THAT(Audit(), ElementsAre(Finding("CAPTURED_TWICE")));
}

TEST_F(CardAuditorTest, MoreCapturedThanAuthorized) {
  // The database itself refuses it, too.
  const std::string change = "UPDATE cards SET captured_yen = 1001" + Where();
  Break("");
  EXPECT_FALSE(database_->RootSql(change).ok());
  Sql("SET check_constraint_checks = 0; " + change);
  EXPECT_THAT(Audit(), ElementsAre(Finding("CAPTURED_TOO_MUCH")));
}

// Everything that may happen to a card, in good order.
TEST_F(CardAuditorTest, FindsNothingInWhatTheServiceDoes) {
  TakenBack(Number(1));
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  EXPECT_THAT(Audit(), IsEmpty()) << "while it waits";
  SettleOne(NeedOf(Number(3), v1::CARD_HOLD));
  const ShopTurn turn = Taken();
  Begin(turn, 1, Waiting(turn, v1::AUTHORIZE));
  EXPECT_THAT(Audit(), IsEmpty()) << "while it is sent";
  End(turn, Due(turn));
  EndTurn(turn);
  clock_.Advance(kLease);
  // Refused, asked again, and done.
  SettleOne(NeedOf(Number(4), v1::CARD_HOLD));
  Work(Ending::kRefused, "RCCS_E22-822");
  EXPECT_THAT(Audit(), IsEmpty());
  SettleOne(Asked(NeedOf(Number(4), v1::CARD_HOLD)));
  Work();
  // Another amount: cancelled and authorized anew; then captured and that cancelled.
  SettleOne(NeedOf(Number(4), v1::CARD_HOLD, 1500, 2));
  Work();
  Work();
  SettleOne(NeedOf(Number(4), v1::CARD_CAPTURE, 1500, 3));
  Work();
  EXPECT_EQ(ReadOne(Number(4)).captured_yen(), 1500);
  SettleOne(Asked(NeedOf(Number(4), v1::CARD_RELEASE, 1500, 4)));
  Work();
  EXPECT_EQ(ReadOne(Number(4)).state(), v1::CARD_VOIDED);
  // Nobody knows what became of it; asked again, it is found.
  SettleOne(NeedOf(Number(5), v1::CARD_HOLD));
  Work(Ending::kLost, "RESULT_LOST");
  EXPECT_THAT(Audit(), IsEmpty());
  SettleOne(Asked(NeedOf(Number(5), v1::CARD_HOLD)));
  Work();
  EXPECT_EQ(ReadOne(Number(5)).state(), v1::CARD_AUTHORIZED);
  EXPECT_THAT(Audit(), IsEmpty());
}

// Held because the company authorized another amount, which no request has asked for.
TEST_F(CardAuditorTest, FindsNothingInAnAuthorizationOfAnotherAmount) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  const ShopTurn turn = Taken();
  RequestEnding ending;
  ending.request = Begin(turn, 1, Waiting(turn, v1::AUTHORIZE)).at(0);
  ending.ending = Ending::kRefused;
  ending.code = "AMOUNT_DIFFERS";
  ending.price_yen = 900;
  ASSERT_THAT(queue_->End(turn, {ending}, Deadline()), IsOk());
  EXPECT_EQ(ReadOne(Number(1)).authorized_yen(), 900);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(CardAuditorTest, ReadsPageByPageAndOneTenantOnly) {
  Break("UPDATE cards SET state = 503");
  Captured(Number(4));
  for (const int page_size : {1, 2, 3, 500}) {
    audited_ = 0;
    EXPECT_THAT(Audit("acme", page_size),
                ElementsAre(Number(1) + ": STATE_NOT_DERIVED", Number(2) + ": STATE_NOT_DERIVED",
                            Number(3) + ": STATE_NOT_DERIVED"));
    EXPECT_EQ(audited_, 4);
  }
  audited_ = 0;
  EXPECT_THAT(Audit("other"), IsEmpty());
  EXPECT_EQ(audited_, 0);
}

}  // namespace
}  // namespace juchu::payment
