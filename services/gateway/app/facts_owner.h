#ifndef SERVICES_GATEWAY_APP_FACTS_OWNER_H_
#define SERVICES_GATEWAY_APP_FACTS_OWNER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/app/order_decision.h"

namespace juchu::gateway {

// Why orders are looked at.
enum class Cause {
  // A person asks for something for them.
  kAsked,
  // Something of them has changed.
  kChanged,
  // The owner has facts of them that nobody has acknowledged: what it did for them the orders may not know.
  kFacts,
  // Stock has come for which they may wait; MANUAL orders go on waiting.
  kStock,
};

// One order on its way through a settlement.
struct SettledOrder {
  std::string number;
  // What became of it.
  absl::Status status;
  // FULL, as it was loaded last.
  order::v1::Order order;
  // What the commit did; its order number is "" when there was none.
  v1::OrderChangeResponse change;
};

// A service that owns facts of orders, for one settlement: what the orders wish of it, and what it answers. Indexes are
// those of the settlement's orders. Used by one thread.
class FactsOwner {
 public:
  virtual ~FactsOwner() = default;

  // As the history names it.
  virtual absl::string_view name() const = 0;
  // Finds out what a loaded order wishes. Anything but OK refuses it for whoever asks: nothing has been done for it.
  virtual absl::Status Judge(size_t index, const order::v1::Order& order,
                             const order::v1::Configuration& configuration) = 0;
  // Asks for what the orders of these indexes wish; the status of one for which it cannot be asked says why. A status
  // for the whole call when nothing can be done.
  virtual absl::Status Ask(const rpc::CallContext& context, const order::v1::Configuration& configuration,
                           const std::vector<size_t>& indexes, std::vector<SettledOrder>& orders) = 0;
  // Whether it has answered something that the order does not know.
  virtual bool HasNews(size_t index, const order::v1::Order& order) const = 0;
  // Writes that down.
  virtual void WriteNews(size_t index, order::v1::Order& order, Edit& edit) const = 0;
  // The order knows.
  virtual void Acknowledge(const rpc::CallContext& context, size_t index, const std::string& order_number) = 0;
  // Why the person who asked is refused, although something had been asked for before that was known.
  virtual absl::Status Refusal(size_t index) const = 0;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_FACTS_OWNER_H_
