#ifndef TESTS_FUZZ_CARD_REQUESTS_H_
#define TESTS_FUZZ_CARD_REQUESTS_H_

#include <functional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "request_sequence.pb.h"
#include "services/gateway/app/card_requester.h"
#include "services/gateway/app/change_handlers.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/facts_settler.h"
#include "tests/fuzz/order_service_double.h"
#include "tests/fuzz/payment_service_double.h"

namespace juchu::fuzz {

// The part of the fuzz target "request" that is about cards: serves such requests, lets the card company answer, and
// checks what comes of them.
class CardRequests {
 public:
  // All must outlive it. `parts` has the doubles too.
  CardRequests(gateway::CardRequester::Parts parts, gateway::FactsSettler& settler, PaymentServiceDouble& payment,
               const OrderServiceDouble& orders)
      : acknowledger_(parts.acknowledger), payment_(payment), orders_(orders), cards_(parts), changes_(settler) {}

  // False when the request is about something else.
  bool Serve(const rpc::CallContext& context, const AnyRequest& request);

  // Between two requests: the company answers, and news reach their orders.
  void Meanwhile(const CompanyRound& round);

  // What must hold of all that is stored.
  void CheckStored(const rpc::CallContext& context);

  // The order has been settled: it shows how far its card is.
  void CheckSettled(const std::string& order_number);

 private:
  using Call = std::function<absl::StatusOr<gateway::v1::CardsResponse>()>;

  void Command(int orders, bool is_repeatable, const Call& call);
  void CheckOutcome(const gateway::v1::CardOutcome& outcome);
  void Get(const rpc::CallContext& context, const gateway::v1::GetCardRequest& request);
  void Search(const rpc::CallContext& context, gateway::v1::SearchCardsRequest request);
  void PutSettings(const rpc::CallContext& context, const gateway::v1::PutPaymentSettingsRequest& request);
  void CarryNews();
  void Audit(const rpc::CallContext& context);

  gateway::FactsAcknowledger& acknowledger_;
  PaymentServiceDouble& payment_;
  const OrderServiceDouble& orders_;
  gateway::CardRequester cards_;
  gateway::PaymentChangeHandler changes_;
  // Orders whose shipment has ever been confirmed.
  std::set<std::string> confirmed_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_CARD_REQUESTS_H_
