#include "services/gateway/app/facts_settler.h"

#include "common/status/status_macros.h"
#include "services/gateway/app/allocation_owner.h"
#include "services/gateway/app/card_owner.h"

namespace juchu::gateway {

absl::StatusOr<std::vector<absl::Status>> FactsSettler::SettleChanged(const rpc::CallContext& context,
                                                                      absl::Span<const std::string> order_numbers) {
  return Settle(context, order_numbers, Owners::kAll, Cause::kChanged);
}

absl::StatusOr<std::vector<absl::Status>> FactsSettler::SettleAllocations(const rpc::CallContext& context,
                                                                          absl::Span<const std::string> order_numbers,
                                                                          Cause cause) {
  return Settle(context, order_numbers, Owners::kInventory, cause);
}

absl::StatusOr<std::vector<absl::Status>> FactsSettler::SettleCards(const rpc::CallContext& context,
                                                                    absl::Span<const std::string> order_numbers) {
  return Settle(context, order_numbers, Owners::kPayment, Cause::kFacts);
}

absl::StatusOr<std::vector<absl::Status>> FactsSettler::Settle(const rpc::CallContext& context,
                                                               absl::Span<const std::string> order_numbers,
                                                               Owners owners, Cause cause) {
  std::vector<absl::Status> statuses;
  if (order_numbers.empty()) return statuses;
  Change change;
  change.operation = "Reconcile";
  change.actor.set_kind(common::v1::Actor::RULE);
  change.actor.set_id("reconciler");
  AllocationOwner inventory(parts_.inventory, parts_.inventory_acknowledger, cause, order_numbers.size());
  CardOwner payment(parts_.payment, parts_.payment_acknowledger, cause, order_numbers.size());
  std::vector<FactsOwner*> asked;
  if (owners != Owners::kPayment) asked.push_back(&inventory);
  if (owners != Owners::kInventory) asked.push_back(&payment);
  const auto orders = parts_.settler.Run(context, order_numbers, asked, change, cause == Cause::kChanged);
  JUCHU_RETURN_IF_ERROR(orders.status());
  for (const auto& order : *orders) {
    if (absl::IsInternal(order.status) && order_numbers.size() > 1) {
      // One of them may be what a service cannot stomach; the others must not suffer for it.
      const auto alone = Settle(context, {order.number}, owners, cause);
      statuses.push_back(alone.ok() ? alone->front() : alone.status());
    } else {
      // Nobody can settle an order that is not there.
      statuses.push_back(absl::IsNotFound(order.status) ? absl::OkStatus() : order.status);
    }
  }
  return statuses;
}

}  // namespace juchu::gateway
