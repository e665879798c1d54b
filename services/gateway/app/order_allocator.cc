#include "services/gateway/app/order_allocator.h"

#include <utility>

#include "common/status/status_macros.h"
#include "services/gateway/app/allocation_owner.h"
#include "services/gateway/app/bulk_error.h"

namespace juchu::gateway {

absl::StatusOr<v1::AllocateOrdersResponse> OrderAllocator::Allocate(const rpc::CallContext& context,
                                                                    const v1::AllocateOrdersRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, ParseOrderNumbers(request.order_numbers()));
  Change change;
  change.operation = "AllocateOrders";
  change.actor = PersonOf(context);
  AllocationOwner inventory(inventory_, acknowledger_, Cause::kAsked, numbers.size());
  JUCHU_ASSIGN_OR_RETURN(auto orders, settler_.Run(context, numbers, {&inventory}, change, /*evaluates=*/false));
  v1::AllocateOrdersResponse response;
  for (size_t index = 0; index < orders.size(); ++index) {
    auto& outcome = *response.add_outcomes();
    outcome.set_order_number(orders[index].number);
    if (!orders[index].status.ok()) {
      *outcome.mutable_error() = BulkErrorOf(orders[index].status);
      continue;
    }
    const auto& answer = inventory.answer(index);
    if (answer.facts.has_value()) outcome.set_state(static_cast<order::v1::StateValue>(answer.facts->state()));
    outcome.mutable_lines()->Assign(answer.lines.begin(), answer.lines.end());
    *outcome.mutable_change() = ChangeOf(orders[index]);
  }
  return response;
}

}  // namespace juchu::gateway
