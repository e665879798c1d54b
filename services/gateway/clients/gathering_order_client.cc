#include "services/gateway/clients/gathering_order_client.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/gateway/clients/send_together.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

// A second call pays for itself when as many wait as a processor is busy with while the first is written.
constexpr GatherLimits kLoads = {.flights = 2, .batch = 64, .crowd = 16};
constexpr GatherLimits kCommits = {.flights = 2, .batch = 64, .crowd = 16};

// How requests of one order make a request of many, and its answer the answers of each.
struct Loads {
  static void Add(const pb::LoadOrdersRequest& one, pb::LoadOrdersRequest& all) { *all.add_keys() = one.keys(0); }
  static int Size(const pb::LoadOrdersResponse& all) { return all.orders_size(); }
  static void Take(pb::LoadOrdersResponse& all, int index, pb::LoadOrdersResponse& one) {
    *one.add_orders() = std::move(*all.mutable_orders(index));
    one.set_configuration_version(all.configuration_version());
    if (all.has_configuration()) *one.mutable_configuration() = all.configuration();
  }
};
struct Commits {
  static void Add(const pb::CommitOrdersRequest& one, pb::CommitOrdersRequest& all) {
    *all.add_commits() = one.commits(0);
  }
  static int Size(const pb::CommitOrdersResponse& all) { return all.outcomes_size(); }
  static void Take(pb::CommitOrdersResponse& all, int index, pb::CommitOrdersResponse& one) {
    *one.add_outcomes() = std::move(*all.mutable_outcomes(index));
  }
};

}  // namespace

GatheringOrderClient::GatheringOrderClient(std::shared_ptr<Stub> stub, const Clock& clock,
                                           std::function<void(absl::Duration)> wait)
    : OrderClient(std::move(stub), clock, std::move(wait)), loads_(kLoads, clock), commits_(kCommits, clock) {}

absl::StatusOr<pb::LoadOrdersResponse> GatheringOrderClient::LoadOrders(const rpc::CallContext& context,
                                                                        const pb::LoadOrdersRequest& request) {
  if (request.keys_size() != 1) return OrderClient::LoadOrders(context, request);
  const std::string group =
      absl::StrCat(context.tenant, "/", request.view(), "/", request.known_configuration_version());
  return loads_.Ask(group, request.keys(0).order_number(), request, context.deadline,
                    [&](absl::Time deadline, absl::Span<const pb::LoadOrdersRequest* const> items) {
                      rpc::CallContext gathered = context;
                      gathered.deadline = deadline;
                      return SendTogether<Loads, pb::LoadOrdersRequest, pb::LoadOrdersResponse>(
                          items, [&](const auto& all) { return OrderClient::LoadOrders(gathered, all); });
                    });
}

absl::StatusOr<pb::CommitOrdersResponse> GatheringOrderClient::CommitOrders(const rpc::CallContext& context,
                                                                            const pb::CommitOrdersRequest& request) {
  // What one caller's commits share is not true of another's.
  if (request.commits_size() != 1 || request.has_shared()) return OrderClient::CommitOrders(context, request);
  const std::string group = absl::StrCat(context.tenant, "/", request.configuration_version());
  return commits_.Ask(group, request.commits(0).order_number(), request, context.deadline,
                      [&](absl::Time deadline, absl::Span<const pb::CommitOrdersRequest* const> items) {
                        rpc::CallContext gathered = context;
                        gathered.deadline = deadline;
                        return SendTogether<Commits, pb::CommitOrdersRequest, pb::CommitOrdersResponse>(
                            items, [&](const auto& all) { return OrderClient::CommitOrders(gathered, all); });
                      });
}

}  // namespace juchu::gateway
