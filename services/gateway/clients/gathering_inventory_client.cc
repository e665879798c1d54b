#include "services/gateway/clients/gathering_inventory_client.h"

#include <utility>

#include "services/gateway/clients/send_together.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::inventory::v1;

// As for orders.
constexpr GatherLimits kAllocations = {.flights = 2, .batch = 64, .crowd = 16};

struct Allocations {
  static void Add(const pb::AllocateOrdersRequest& one, pb::AllocateOrdersRequest& all) {
    *all.add_needs() = one.needs(0);
  }
  static int Size(const pb::AllocateOrdersResponse& all) { return all.outcomes_size(); }
  static void Take(pb::AllocateOrdersResponse& all, int index, pb::AllocateOrdersResponse& one) {
    *one.add_outcomes() = std::move(*all.mutable_outcomes(index));
  }
};

}  // namespace

GatheringInventoryClient::GatheringInventoryClient(std::shared_ptr<Stub> stub, const Clock& clock,
                                                   std::function<void(absl::Duration)> wait)
    : InventoryClient(std::move(stub), clock, std::move(wait)), allocations_(kAllocations, clock) {}

absl::StatusOr<pb::AllocateOrdersResponse> GatheringInventoryClient::AllocateOrders(
    const rpc::CallContext& context, const pb::AllocateOrdersRequest& request) {
  if (request.needs_size() != 1) return InventoryClient::AllocateOrders(context, request);
  return allocations_.Ask(context.tenant, request.needs(0).order_number(), request, context.deadline,
                          [&](absl::Time deadline, absl::Span<const pb::AllocateOrdersRequest* const> items) {
                            rpc::CallContext gathered = context;
                            gathered.deadline = deadline;
                            return SendTogether<Allocations, pb::AllocateOrdersRequest, pb::AllocateOrdersResponse>(
                                items, [&](const auto& all) { return InventoryClient::AllocateOrders(gathered, all); });
                          });
}

}  // namespace juchu::gateway
