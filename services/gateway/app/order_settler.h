#ifndef SERVICES_GATEWAY_APP_ORDER_SETTLER_H_
#define SERVICES_GATEWAY_APP_ORDER_SETTLER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/rpc/call_context.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/facts_owner.h"
#include "services/gateway/app/order_cache.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Brings orders and the owners of their facts together: loads the orders, asks the owners for what they wish, and
// commits what they answer to the orders, which then go on as far as their facts let them. Each step may be repeated at
// any time and on any replica: an owner takes a wish with the order's version, the order takes facts with their
// version. One path for one order and for many. Thread-safe.
class OrderSettler {
 public:
  // All must outlive the settler.
  OrderSettler(OrderClient& orders, ConfigurationCache& configurations, OrderCache& copies, OrderChanger& changer)
      : orders_(orders), configurations_(configurations), copies_(copies), changer_(changer) {}

  // Settles at most 500 orders, none named twice, with these owners. `evaluates`: an order without news is evaluated
  // too. A person's `change` keeps its actor; else each order's history names the owner that has news, or the rule.
  absl::StatusOr<std::vector<SettledOrder>> Run(const rpc::CallContext& context,
                                                absl::Span<const std::string> order_numbers,
                                                absl::Span<FactsOwner* const> owners, const Change& change,
                                                bool evaluates);

 private:
  struct Batch;
  absl::Status Load(const rpc::CallContext& context, Batch& batch);
  absl::Status Ask(const rpc::CallContext& context, Batch& batch);
  absl::Status Commit(const rpc::CallContext& context, Batch& batch);

  OrderClient& orders_;
  ConfigurationCache& configurations_;
  OrderCache& copies_;
  OrderChanger& changer_;
};

// How many orders a settlement takes.
inline constexpr int kMostSettled = 500;

// The orders' numbers in capitals. INVALID_ARGUMENT when there are fewer than `least` or more than `most`, one of them
// is none, or one is named twice; the field is order_numbers.
absl::StatusOr<std::vector<std::string>> ParseOrderNumbers(
    const google::protobuf::RepeatedPtrField<std::string>& order_numbers, int least = 1, int most = kMostSettled);

// What was done to the order; that it stayed as it is, where nothing was.
v1::OrderChangeResponse ChangeOf(SettledOrder& settled);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_SETTLER_H_
