#include "tests/proof/simulated_history.h"

#include <algorithm>
#include <random>
#include <utility>

#include "tests/proof/order_model.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;

// An operation and the moment at which it takes its effect.
struct Planned {
  Operation operation;
  int64_t effect_ns = 0;
  bool never = false;
};

class Simulator {
 public:
  explicit Simulator(const SimulationOptions& options) : options_(options), random_(options.seed) {}

  void AddOrder(Simulation& simulation) {
    const auto index = static_cast<int32_t>(simulation.history.orders.size());
    simulation.history.orders.push_back({"simulated", "order-" + std::to_string(index)});
    auto plan = Plan(index);
    std::sort(plan.begin(), plan.end(), [](const auto& one, const auto& other) {
      return one.effect_ns != other.effect_ns ? one.effect_ns < other.effect_ns
                                              : one.operation.token < other.operation.token;
    });
    StoredOrder stored{index, NewOrder(), {{1, "CreateOrders", "", {}, {}, {}, {}}}};
    for (auto& planned : plan) {
      if (!planned.never) Run(planned.operation, stored);
      simulation.history.operations.push_back(planned.operation);
    }
    simulation.stored.push_back(std::move(stored));
  }

 private:
  uint64_t Draw(uint64_t n) { return random_() % n; }

  std::vector<Planned> Plan(int32_t order) {
    std::vector<Planned> plan;
    std::vector<int64_t> free_at(static_cast<size_t>(options_.clients));
    for (int i = 0; i < options_.operations_per_order; ++i) {
      const size_t client = Draw(free_at.size());
      Planned planned;
      Operation& operation = planned.operation;
      operation.client = static_cast<int32_t>(client);
      operation.order = order;
      operation.invoke_ns = free_at[client] + static_cast<int64_t>(Draw(1000));
      planned.effect_ns = operation.invoke_ns + static_cast<int64_t>(Draw(1000));
      operation.return_ns = planned.effect_ns + static_cast<int64_t>(Draw(1000));
      free_at[client] = operation.return_ns + 1;
      DrawAsk(operation);
      operation.end = End::kOk;
      if (operation.ask != Ask::kRead && Draw(1000) < static_cast<uint64_t>(options_.unknown_per_mille)) {
        operation.end = End::kUnknown;
        operation.return_ns = kNever;
        planned.never = Draw(2) == 0;
        planned.effect_ns += static_cast<int64_t>(Draw(2) * Draw(20'000));
      }
      plan.push_back(planned);
    }
    return plan;
  }

  void DrawAsk(Operation& operation) {
    const uint64_t what = Draw(100);
    if (what < 30) return;
    operation.token = ++tokens_;
    auto& asked = operation.asked;
    if (what < 55) {
      operation.ask = Ask::kChangeStatus;
      asked.status = static_cast<pb::Status>(1 + Draw(9));
      operation.crowd = what < 35;
    } else if (what < 70) {
      operation.ask = Ask::kChangeMode;
      asked.mode = static_cast<pb::TransitionMode>(1 + Draw(2));
    } else if (what < 80) {
      operation.ask = Ask::kSavePaymentMethod;
      asked.payment_method = static_cast<int32_t>(Draw(2));
      asked.version = 1 + static_cast<int64_t>(Draw(static_cast<uint64_t>(options_.operations_per_order)));
    } else if (what < 97) {
      operation.ask = Ask::kSetPrepayment;
      asked.paid = Draw(2) == 0;
      if (asked.paid) asked.paid_time = operation.token;
    } else {
      operation.ask = Ask::kCancel;
    }
  }

  // Carries the operation out and keeps what is stored of it.
  static void Run(Operation& operation, StoredOrder& stored) {
    const OrderView before = stored.view;
    const Expected expected = Step(before, operation);
    if (operation.end == End::kOk && expected.failure != Failure::kNone) {
      operation.end = End::kFailed;
      operation.failure = expected.failure;
    }
    if (operation.end == End::kOk) {
      operation.answer = expected.after;
      operation.changed = expected.changed;
    }
    if (!expected.changed) return;
    stored.view = expected.after;
    ChainEntry entry;
    entry.version = expected.after.version;
    entry.operation = MethodOf(operation);
    entry.reason = TokenText(operation.token);
    if (before.status != expected.after.status) {
      entry.status_before = before.status;
      entry.status_after = expected.after.status;
    }
    if (before.mode != expected.after.mode) {
      entry.mode_before = before.mode;
      entry.mode_after = expected.after.mode;
    }
    stored.entries.push_back(std::move(entry));
  }

  const SimulationOptions options_;
  std::mt19937_64 random_;
  int64_t tokens_ = 0;
};

}  // namespace

Simulation Simulate(const SimulationOptions& options) {
  Simulation simulation;
  Simulator simulator(options);
  for (int i = 0; i < options.orders; ++i) simulator.AddOrder(simulation);
  return simulation;
}

}  // namespace juchu::proof
