#ifndef TESTS_FUZZ_PAYMENT_SERVICE_DOUBLE_H_
#define TESTS_FUZZ_PAYMENT_SERVICE_DOUBLE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/ids/order_number.h"
#include "common/time/clock.h"
#include "juchu/payment/v1/payment_service.pb.h"
#include "services/gateway/clients/payment_client.h"
#include "services/payment/domain/card.h"
#include "tests/fuzz/card_company_double.h"

namespace juchu::fuzz {

// One tenant's payment service in memory, by the same pure rules as the real one (services/payment/domain, its checks
// of requests), and the card company behind it: quick, and without the database. What people ask for wrongly it refuses
// as the real one does; ends the process when the gateway asks wrongly by itself. Confined to one thread.
class PaymentServiceDouble final : public gateway::PaymentClient {
 public:
  // `clock` must outlive the double. The tenant has no payments.
  explicit PaymentServiceDouble(const Clock& clock);

  absl::StatusOr<payment::v1::SettleCardsResponse> SettleCards(const rpc::CallContext& context,
                                                               const payment::v1::SettleCardsRequest& request) override;
  absl::StatusOr<payment::v1::ReadCardsResponse> ReadCards(const rpc::CallContext& context,
                                                           const payment::v1::ReadCardsRequest& request) override;
  absl::StatusOr<payment::v1::SearchCardsResponse> SearchCards(const rpc::CallContext& context,
                                                               const payment::v1::SearchCardsRequest& request) override;
  absl::StatusOr<payment::v1::PaymentSettings> GetPaymentSettings(
      const rpc::CallContext& context, const payment::v1::GetPaymentSettingsRequest& request) override;
  absl::StatusOr<payment::v1::PaymentSettings> PutPaymentSettings(
      const rpc::CallContext& context, const payment::v1::PutPaymentSettingsRequest& request) override;
  absl::StatusOr<payment::v1::AuditPaymentsResponse> AuditPayments(
      const rpc::CallContext& context, const payment::v1::AuditPaymentsRequest& request) override;
  // News of the tenant "acme". They are handed out again until they are acknowledged: no lease keeps them.
  absl::StatusOr<common::v1::LeaseChangesResponse> LeaseChanges(
      const rpc::CallContext& context, const common::v1::LeaseChangesRequest& request) override;
  absl::StatusOr<common::v1::ExtendLeasesResponse> ExtendLeases(
      const rpc::CallContext& context, const common::v1::ExtendLeasesRequest& request) override;
  absl::StatusOr<common::v1::AckChangesResponse> AckChanges(const rpc::CallContext& context,
                                                            const common::v1::AckChangesRequest& request) override;

  // The company answers: one for each card, in the order of their numbers; the rest get none.
  void Answer(absl::Span<const CompanyAnswer> answers);

  // What is known of an order's card.
  struct StoredCard {
    std::string shop_id;
    std::string shop_order_number;
    int64_t facts_version = 0;
    int64_t order_version = 0;
    // Up to this version of the order nothing replaces what a person has set going.
    int64_t asked_version = 0;
    payment::Card card;
    payment::v1::CardState state = payment::v1::CARD_STATE_UNSPECIFIED;
    std::string error_code;
    std::string error_message;
    // When the authorization ends by itself.
    absl::Time expire_time = absl::InfiniteFuture();
    // Oldest first; an open one is the last.
    std::vector<payment::v1::CardRequest> requests;
    // Of the open request: the company is asked what there is before it is sent, and since when it has been wished.
    bool asks_first = false;
    absl::Time asked_time;
    // Ids of the requests that were sent after that.
    std::set<std::string> asked;
  };
  const std::map<std::string, StoredCard>& cards() const { return cards_; }
  // What is told of the order when this is told of its screening, with the screening's own version of facts.
  payment::v1::PaymentFacts FactsWith(const payment::v1::PaymentFacts& screening) const;
  // The other half of the service knows this of the order's screening by now: it is told beside what is told of the
  // card, and it is news.
  void TellScreening(const payment::v1::PaymentFacts& screening);
  // Of the order's card and its screening together. 0: nothing is known of the order.
  int64_t FactsVersionOf(const std::string& order_number) const;
  // Cards, requests and settings as bytes: the same as before exactly when none of them has changed. Without the
  // versions of orders.
  std::string Snapshot() const;

 private:
  payment::v1::PaymentFacts FactsOf(const std::string& order_number) const;
  void QueueNews(const std::string& order_number, int64_t version);
  void Advance(const std::string& order_number, const StoredCard& before, bool asked, StoredCard& stored);
  void AnswerOne(const std::string& order_number, CompanyAnswer answer, StoredCard& stored);
  void End(const std::string& order_number, const CardCompanyDouble::Result& result, StoredCard& stored);

  const Clock& clock_;
  OrderNumberGenerator request_ids_;
  CardCompanyDouble company_;
  payment::v1::PaymentSettings settings_;
  std::map<std::string, StoredCard> cards_;
  // What is told of screenings, by order number.
  std::map<std::string, payment::v1::PaymentFacts> screenings_;
  // Generations by order number.
  std::map<std::string, int64_t> news_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_PAYMENT_SERVICE_DOUBLE_H_
