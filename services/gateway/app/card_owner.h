#ifndef SERVICES_GATEWAY_APP_CARD_OWNER_H_
#define SERVICES_GATEWAY_APP_CARD_OWNER_H_

#include <optional>
#include <string>
#include <vector>

#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/facts_owner.h"
#include "services/gateway/clients/payment_client.h"
#include "services/gateway/workflow/card_wish.h"

namespace juchu::gateway {

// Whether what a screening came to holds for the order: it was registered with the order's company, and with the amount
// that the order has now.
bool IsScreeningOf(const payment::v1::PaymentFacts& facts, const order::v1::Order& order);

// The payment service, which owns クレジット: what orders wish of it is workflow::CardWishOf, or what a person asks
// for.
class CardOwner final : public FactsOwner {
 public:
  // One order's answer.
  struct Answer {
    workflow::CardWish wish = workflow::CardWish::kNothing;
    // The payment service has been asked, and knows the order.
    bool asked = false;
    absl::Status refusal;
    // Absent when it was not asked.
    std::optional<payment::v1::PaymentFacts> facts;
  };

  // For `orders` orders; the others must outlive it. `command`: what a person asks for, with Cause::kAsked.
  CardOwner(PaymentClient& payment, FactsAcknowledger& acknowledger, Cause cause, size_t orders,
            std::optional<workflow::CardCommand> command = std::nullopt)
      : payment_(payment), acknowledger_(acknowledger), cause_(cause), command_(command), answers_(orders) {}

  const Answer& answer(size_t index) const { return answers_[index]; }

  absl::string_view name() const override { return "payment"; }
  absl::Status Judge(size_t index, const order::v1::Order& order,
                     const order::v1::Configuration& configuration) override;
  absl::Status Ask(const rpc::CallContext& context, const order::v1::Configuration& configuration,
                   const std::vector<size_t>& indexes, std::vector<SettledOrder>& orders) override;
  bool HasNews(size_t index, const order::v1::Order& order) const override;
  void WriteNews(size_t index, order::v1::Order& order, Edit& edit) const override;
  void Acknowledge(const rpc::CallContext& context, size_t index, const std::string& order_number) override;
  absl::Status Refusal(size_t index) const override { return answers_[index].refusal; }

 private:
  PaymentClient& payment_;
  FactsAcknowledger& acknowledger_;
  const Cause cause_;
  const std::optional<workflow::CardCommand> command_;
  std::vector<Answer> answers_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_CARD_OWNER_H_
