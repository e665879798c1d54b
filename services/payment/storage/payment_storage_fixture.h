#ifndef SERVICES_PAYMENT_STORAGE_PAYMENT_STORAGE_FIXTURE_H_
#define SERVICES_PAYMENT_STORAGE_PAYMENT_STORAGE_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/testing/fake_clock.h"
#include "common/testing/linted_mariadb.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/payment/storage/card_auditor.h"
#include "services/payment/storage/card_queue.h"
#include "services/payment/storage/card_store.h"
#include "services/payment/storage/settings_store.h"

namespace juchu::payment {

// The payment service's storage on a schema of its own. Time passes when a test says so.
class PaymentStorageTest : public ::testing::Test {
 protected:
  using Need = v1::SettleCardsRequest::Need;
  using Requests = std::vector<QueuedRequest>;

  static constexpr absl::Duration kLease = absl::Minutes(3);

  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(
        database_, testing::ScopedDatabase::Create(testing::LintedMariaDb(), "services/payment/migrations"));
    mysql::Options options = database_->options();
    options.pool_size = 32;
    JUCHU_ASSERT_OK_AND_ASSIGN(pool_, mysql::Pool::Create(options, clock_));
    queue_ = std::make_unique<CardQueue>(*pool_, clock_, [] {});
    cards_ = std::make_unique<CardStore>(
        *pool_, clock_, [] {}, [this] { queue_->Notify(); });
    settings_ = std::make_unique<SettingsStore>(*pool_);
  }

  absl::Time Deadline() const { return clock_.Now() + absl::Seconds(60); }

  // The i-th order's number.
  static std::string Number(int i) { return absl::StrFormat("06A1B2C3%08d", i); }

  static Need NeedOf(const std::string& order, v1::CardWish wish, int64_t amount_yen = 1000, int64_t version = 1) {
    Need need;
    need.set_order_number(order);
    need.set_order_version(version);
    need.set_shop_id("rakuten");
    need.set_shop_order_number("mall-" + order);
    need.set_wish(wish);
    need.set_amount_yen(amount_yen);
    return need;
  }
  static Need OfShop(const std::string& shop, Need need) {
    need.set_shop_id(shop);
    return need;
  }
  static Need Asked(Need need) {
    need.set_asked(true);
    return need;
  }
  // Orders 1 to `count`.
  static std::vector<Need> Holds(int count) {
    std::vector<Need> needs;
    for (int i = 1; i <= count; ++i) needs.push_back(NeedOf(Number(i), v1::CARD_HOLD));
    return needs;
  }

  absl::StatusOr<v1::SettleCardsResponse> Settle(const std::vector<Need>& needs, const std::string& tenant = "acme") {
    v1::SettleCardsRequest request;
    for (const auto& need : needs) *request.add_needs() = need;
    return cards_->Settle(tenant, request, Deadline());
  }
  // One order's facts; fails the test when the call does.
  v1::PaymentFacts SettleOne(const Need& need, const std::string& tenant = "acme") {
    const auto response = Settle({need}, tenant);
    EXPECT_THAT(response, testing::IsOk());
    return response.ok() ? response->facts(0) : v1::PaymentFacts();
  }

  absl::StatusOr<v1::ReadCardsResponse> Read(const std::vector<std::string>& orders, bool with_requests = false,
                                             const std::string& tenant = "acme") {
    v1::ReadCardsRequest request;
    for (const auto& order : orders) request.add_order_numbers(order);
    request.set_with_requests(with_requests);
    return cards_->Read(tenant, request, Deadline());
  }
  // With its requests; empty where nothing is known of it.
  v1::CardPayment ReadOne(const std::string& order, const std::string& tenant = "acme") {
    const auto response = Read({order}, true, tenant);
    EXPECT_THAT(response, testing::IsOk());
    return response.ok() && response->payments_size() == 1 ? response->payments(0) : v1::CardPayment();
  }

  std::optional<ShopTurn> Take() {
    const auto turn = queue_->TakeShop(kLease, Deadline());
    EXPECT_THAT(turn, testing::IsOk());
    return turn.value_or(std::nullopt);
  }
  // One that must be there.
  ShopTurn Taken() {
    const auto turn = Take();
    EXPECT_TRUE(turn.has_value()) << "no shop is due";
    return turn.value_or(ShopTurn());
  }
  void EndTurn(const ShopTurn& turn, bool sent = false, bool reached = true) {
    EXPECT_THAT(queue_->EndTurn(turn, sent, reached, Deadline()), testing::IsOk());
  }

  Requests Waiting(const ShopTurn& turn, v1::CardOperation operation, bool asks_first = false) {
    const auto waiting = queue_->Waiting(turn, operation, asks_first, 1000, Deadline());
    EXPECT_THAT(waiting, testing::IsOk());
    return waiting.value_or(Requests());
  }
  Requests Due(const ShopTurn& turn) {
    const auto due = queue_->Due(turn, 1000, Deadline());
    EXPECT_THAT(due, testing::IsOk());
    return due.value_or(Requests());
  }
  // Gives them this number; their result is due to be asked for after `check_in`.
  Requests Begin(const ShopTurn& turn, int64_t company_request_id, const Requests& requests,
                 absl::Duration check_in = absl::Seconds(30)) {
    const auto begun = queue_->BeginSending(turn, company_request_id, requests, clock_.Now() + check_in, Deadline());
    EXPECT_THAT(begun, testing::IsOk());
    return begun.value_or(Requests());
  }
  void End(const ShopTurn& turn, const Requests& requests, Ending how = Ending::kDone, const std::string& code = "",
           const std::string& message = "") {
    std::vector<RequestEnding> endings;
    for (const auto& request : requests) {
      RequestEnding ending;
      ending.request = request;
      ending.ending = how;
      ending.code = code;
      ending.message = message;
      endings.push_back(std::move(ending));
    }
    EXPECT_THAT(queue_->End(turn, endings, Deadline()), testing::IsOk());
  }

  // A whole turn of the shop that is due: all that waits is sent and ends so. Returns what was sent.
  Requests Work(Ending how = Ending::kDone, const std::string& code = "") {
    const ShopTurn turn = Taken();
    Requests sent;
    for (const auto operation : {v1::AUTHORIZE, v1::VOID_AUTHORIZATION, v1::CAPTURE, v1::VOID_CAPTURE}) {
      for (const bool asks_first : {false, true}) {
        const Requests waiting = Waiting(turn, operation, asks_first);
        if (waiting.empty()) continue;
        const Requests begun = Begin(turn, ++company_request_id_, waiting);
        End(turn, begun, how, code);
        sent.insert(sent.end(), begun.begin(), begun.end());
      }
    }
    EndTurn(turn);
    return sent;
  }
  // An order that wished to be authorized and no longer does, in its second version.
  void TakenBack(const std::string& order, int64_t amount_yen = 1000, const std::string& tenant = "acme") {
    SettleOne(NeedOf(order, v1::CARD_HOLD, amount_yen), tenant);
    EXPECT_EQ(SettleOne(NeedOf(order, v1::CARD_RELEASE, amount_yen, 2), tenant).state(), v1::CARD_UNAUTHORIZED);
  }
  // An order that has come so far.
  void Authorized(const std::string& order, int64_t amount_yen = 1000) {
    SettleOne(NeedOf(order, v1::CARD_HOLD, amount_yen));
    Work();
  }
  void Captured(const std::string& order, int64_t amount_yen = 1000) {
    Authorized(order, amount_yen);
    SettleOne(NeedOf(order, v1::CARD_CAPTURE, amount_yen, 2));
    Work();
  }

  // What the database says, past the code under test: rows end in line feeds, columns are separated by tabs.
  std::string Sql(const std::string& statement) {
    const auto answer = database_->RootSql(statement);
    EXPECT_THAT(answer, testing::IsOk()) << statement;
    return answer.value_or("");
  }
  // After how long the shop is due; nothing: it is not.
  std::optional<absl::Duration> DueIn(const std::string& shop = "rakuten") {
    const std::string due = Sql("SELECT due_time_us FROM card_shops WHERE shop_id = '" + shop + "'");
    if (due.empty() || due == "NULL\n") return std::nullopt;
    return absl::FromUnixMicros(std::stoll(due)) - clock_.Now();
  }
  int OpenRequests() { return std::stoi(Sql("SELECT COUNT(*) FROM card_requests WHERE open_mark = 1")); }

  // Every finding, as "<order>: <invariant>".
  std::vector<std::string> Audit(const std::string& tenant = "acme", int page_size = 500) {
    v1::AuditPaymentsRequest request;
    request.set_page_size(page_size);
    std::vector<std::string> findings;
    while (true) {
      const auto response = AuditPayments(*pool_, tenant, request, Deadline());
      EXPECT_THAT(response, testing::IsOk());
      if (!response.ok()) return {"the audit failed"};
      audited_ += response->payments();
      for (const auto& finding : response->findings()) {
        findings.push_back(absl::StrCat(finding.order_number(), ": ", finding.invariant()));
      }
      if (!response->has_next()) return findings;
      request.set_after_order_number(response->next());
    }
  }

  testing::FakeClock clock_;
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<mysql::Pool> pool_;
  std::unique_ptr<CardQueue> queue_;
  std::unique_ptr<CardStore> cards_;
  std::unique_ptr<SettingsStore> settings_;
  int64_t company_request_id_ = 100;
  int64_t audited_ = 0;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_PAYMENT_STORAGE_FIXTURE_H_
