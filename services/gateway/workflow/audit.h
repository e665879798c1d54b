#ifndef SERVICES_GATEWAY_WORKFLOW_AUDIT_H_
#define SERVICES_GATEWAY_WORKFLOW_AUDIT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/gateway/workflow/types.h"

// Whether what has happened to an order is what the workflow lets happen. Pure.
namespace juchu::gateway::workflow {

// A version of an order in which its status or mode changed.
struct Move {
  int64_t version = 0;
  // None for the first version.
  std::optional<Status> status_before;
  Status status_after = Status::kUnconfirmed;
  std::optional<Mode> mode_before;
  Mode mode_after = Mode::kAuto;
  // The workflow ended the move, not a person.
  bool status_by_rule = false;
  // A person asked for the mode.
  bool mode_by_person = false;
  // The statuses gone through, first the one before.
  std::vector<Status> path;
};

struct Violation {
  // "MOVED_THOUGH_MANUAL", as GatewayService.AuditOrders names it.
  std::string invariant;
  std::string message;
};

// What of the workflow's rules does not hold for the order. `settled`: no work on it is queued, so an AUTO order must
// be where its facts say.
std::vector<Violation> Audit(const OrderFacts& facts, const Settings& settings, const std::vector<Move>& moves,
                             bool settled);

// What the inventory service says of an order.
struct StockAnswer {
  StateValue state = StateValue::kUnallocated;
  // What it held has left the stock.
  bool shipped = false;
};

// What the payment service says of an order's card.
struct CardAnswer {
  StateValue state = StateValue::kUnauthorized;
  // In yen; 0: nothing.
  int64_t authorized_yen = 0;
  int64_t captured_yen = 0;
  // A request to the company is under way.
  bool is_open = false;
  // The company has refused to cancel the authorization: people see to it.
  bool void_has_failed = false;
};

// What the payment service says of an order's screening by NP or GMO, which has been registered once.
struct ScreeningAnswer {
  // What came of it.
  StateValue state = StateValue::kScreeningUnregistered;
  // The slip has been exported.
  bool slip_reported = false;
  // It was registered with the order's company, and with the amount that the order has now.
  bool is_of_order = true;
};

// What an order shows of its stock, its card and its screening, and what it may have of them, against what their
// services say. For orders on which no work is queued, and answers that the order knows: newer ones are on their way to
// it.
std::vector<Violation> AuditStock(const OrderFacts& facts, const StockAnswer& answer);
std::vector<Violation> AuditCard(const OrderFacts& facts, const CardAnswer& answer);
std::vector<Violation> AuditScreening(const OrderFacts& facts, const ScreeningAnswer& answer);

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_AUDIT_H_
