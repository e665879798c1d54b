#ifndef SERVICES_GATEWAY_APP_ORDER_DECISION_H_
#define SERVICES_GATEWAY_APP_ORDER_DECISION_H_

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/workflow/decide.h"

namespace juchu::gateway {

// What an edit did to an order, and what is asked of the workflow.
struct Edit {
  workflow::Intent intent;
  // The top-level fields of Order that the edit wrote.
  std::set<std::string> fields;
  // It writes down what the inventory has just reported.
  bool reports_allocation = false;
  // In place of the change's, where they are there.
  std::optional<common::v1::Actor> actor;
  std::string reason;
  // State categories whose value the edit judged by rule (住所), not the person.
  std::set<order::v1::StateCategory> judged;
};

// One kind of change, made to one order or to many.
struct Change {
  std::string operation;
  std::string reason;
  common::v1::Actor actor;
  // "" for a change that nobody repeats (the reconciler's).
  std::string request_id;
  std::string request_hash;
  order::v1::OrderView view = order::v1::ORDER_VIEW_BASIC;
  bool dry_run = false;
  // Edits `order` and says what is asked. May be called again on a newer version of the same order.
  std::function<absl::StatusOr<Edit>(const order::v1::Configuration& configuration, order::v1::Order& order)> edit;
  // The answer to keep for a repeat; OrderChangeResponse when empty.
  std::function<std::string(const v1::OrderChangeResponse& response, const order::v1::Order& after)> answer;
};

// An empty order whose parts lie in one piece of memory: taking forty pieces, and giving them back when they have long
// left the processor's caches, costs more than to decide.
std::shared_ptr<order::v1::Order> NewOrder();

// What becomes of one order on its way through the workflow.
struct OrderDecision {
  // The order as it will be: the next version, when anything changes. Null only when it has been moved from.
  std::shared_ptr<order::v1::Order> after = NewOrder();
  // The top-level fields to write; empty: nothing changes.
  std::vector<std::string> fields;
  // Of these, what the rules changed: CommitOrdersRequest.Commit.rule_paths.
  std::vector<std::string> rule_paths;
  std::vector<order::v1::StateCategory> overridden;
  // Work remains for the reconciler: the order wishes something else of the owners of its facts than before.
  bool unsettled = false;
  // A mode was asked for.
  bool mode_asked = false;
  // Who makes the change, and why.
  common::v1::Actor actor;
  std::string reason;
  workflow::Decision decision;
};

// Decides `change` on `before` at `now`. Pure. Errors: those of the edit and of the workflow.
absl::StatusOr<OrderDecision> DecideOrder(const Change& change, const order::v1::Order& before,
                                          const order::v1::Configuration& configuration,
                                          const google::protobuf::Timestamp& now);

// What the person who asked is told.
v1::OrderChangeResponse ResponseOf(const OrderDecision& decided);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_DECISION_H_
