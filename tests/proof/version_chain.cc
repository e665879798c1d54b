#include "tests/proof/version_chain.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "tests/proof/order_model.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;

std::string StateText(pb::Status status, pb::TransitionMode mode) {
  return absl::StrCat(pb::Status_Name(status), " ", pb::TransitionMode_Name(mode));
}

// Where an entry leaves the order.
struct Reached {
  int64_t version = 0;
  pb::Status status = pb::STATUS_UNSPECIFIED;
  pb::TransitionMode mode = pb::TRANSITION_MODE_UNSPECIFIED;
  const ChainEntry* entry = nullptr;
};

// One order's chain.
class Chain {
 public:
  Chain(const OrderName& name, const StoredOrder& stored, std::vector<Finding>& findings)
      : name_(name), stored_(stored), findings_(findings) {}

  void CheckEntries() {
    Reached at;
    const OrderView first = NewOrder();
    for (const auto& entry : stored_.entries) {
      if (entry.version != at.version + 1) {
        Find("version ", entry.version, " follows version ", at.version, " in the history");
      }
      if (at.version == 0) {
        // What the first version came to is not among its changes.
        at = {entry.version, first.status, first.mode, &entry};
      } else {
        if (entry.status_before != pb::STATUS_UNSPECIFIED && entry.status_before != at.status) {
          Find("version ", entry.version, " begins at ", pb::Status_Name(entry.status_before),
               ", the version before it ended at ", pb::Status_Name(at.status));
        }
        if (entry.mode_before != pb::TRANSITION_MODE_UNSPECIFIED && entry.mode_before != at.mode) {
          Find("version ", entry.version, " begins ", pb::TransitionMode_Name(entry.mode_before),
               ", the version before it ended ", pb::TransitionMode_Name(at.mode));
        }
        at.version = entry.version;
        at.entry = &entry;
        if (entry.status_after != pb::STATUS_UNSPECIFIED) at.status = entry.status_after;
        if (entry.mode_after != pb::TRANSITION_MODE_UNSPECIFIED) at.mode = entry.mode_after;
      }
      if (const int64_t token = TokenOf(entry.reason); token != 0) {
        by_token_[token].push_back(at);
      } else if (entry.version != 1 || entry.operation != "CreateOrders") {
        Find("version ", entry.version, " (", entry.operation, ", \"", entry.reason, "\") was asked for by nobody");
      }
    }
    const auto& view = stored_.view;
    if (at.version != view.version || at.status != view.status || at.mode != view.mode) {
      Find("the history ends at version ", at.version, " ", StateText(at.status, at.mode), ", the order is at version ",
           view.version, " ", StateText(view.status, view.mode));
    }
  }

  void CheckOperation(const Operation& operation) {
    const auto it = by_token_.find(operation.token);
    const size_t times = it == by_token_.end() ? 0 : it->second.size();
    const bool done = operation.end == End::kOk && operation.changed;
    if (times > 1) Find("done ", times, " times: ", Describe(operation));
    if (done && times == 0) Find("acknowledged and not in the history: ", Describe(operation));
    if (!done && times > 0 && operation.end != End::kUnknown) {
      Find("not done, so the answer, but in the history as version ", it->second.front().version, ": ",
           Describe(operation));
    }
    if (times == 0) return;
    const auto& at = it->second.front();
    if (at.entry->operation != MethodOf(operation)) {
      Find("in the history as ", at.entry->operation, ": ", Describe(operation));
    }
    const auto& answer = operation.answer;
    if (done && (answer.version != at.version || answer.status != at.status || answer.mode != at.mode)) {
      Find("in the history as version ", at.version, " ", StateText(at.status, at.mode), ": ", Describe(operation));
    }
    by_token_.erase(it);
  }

  // What is left was asked by none of the operations.
  void CheckRest() {
    for (const auto& [token, reached] : by_token_) {
      Find("version ", reached.front().version, " (", reached.front().entry->operation, " #", token,
           ") was asked for on another order or never");
    }
  }

 private:
  template <typename... Parts>
  void Find(const Parts&... parts) {
    findings_.push_back({"version chain", absl::StrCat(Describe(name_), ": ", parts...)});
  }

  const OrderName& name_;
  const StoredOrder& stored_;
  std::vector<Finding>& findings_;
  absl::flat_hash_map<int64_t, std::vector<Reached>> by_token_;
};

}  // namespace

std::string MethodOf(const Operation& operation) {
  if (operation.crowd) return "BulkUpdateOrders";
  switch (operation.ask) {
    case Ask::kRead:
      return "";
    case Ask::kChangeStatus:
      return "ChangeOrderStatus";
    case Ask::kChangeMode:
      return "ChangeTransitionMode";
    case Ask::kSavePaymentMethod:
      return "UpdateOrder";
    case Ask::kSetPrepayment:
      return "BulkUpdateOrders";
    case Ask::kCancel:
      return "CancelOrder";
  }
  return "";
}

std::vector<Finding> CheckVersionChains(const History& history, const std::vector<StoredOrder>& stored) {
  std::vector<std::vector<const Operation*>> changes(history.orders.size());
  for (const auto& operation : history.operations) {
    if (operation.token != 0 && !operation.repeat) changes[static_cast<size_t>(operation.order)].push_back(&operation);
  }
  std::vector<Finding> findings;
  for (const auto& order : stored) {
    Chain chain(history.orders[static_cast<size_t>(order.order)], order, findings);
    chain.CheckEntries();
    for (const Operation* operation : changes[static_cast<size_t>(order.order)]) chain.CheckOperation(*operation);
    chain.CheckRest();
  }
  return findings;
}

std::vector<Finding> CheckRepeats(const History& history) {
  // A token is one request on one order.
  absl::flat_hash_map<std::pair<int32_t, int64_t>, const Operation*> firsts;
  for (const auto& operation : history.operations) {
    if (operation.token == 0 || operation.repeat || operation.end != End::kOk) continue;
    firsts[{operation.order, operation.token}] = &operation;
  }
  std::vector<Finding> findings;
  for (const auto& operation : history.operations) {
    if (!operation.repeat || operation.end == End::kUnknown) continue;
    const auto it = firsts.find({operation.order, operation.token});
    if (it == firsts.end()) continue;
    const Operation& first = *it->second;
    // What changed nothing keeps no answer, and a repeat of it is decided anew: only what changed something counts.
    if (!first.changed || operation.failure == Failure::kRefused) continue;
    if (operation.end == End::kOk && operation.changed && operation.answer == first.answer) continue;
    findings.push_back({"repeat", absl::StrCat(Describe(history.orders[static_cast<size_t>(operation.order)]), ": ",
                                               Describe(operation), ", but first: ", Describe(first))});
  }
  return findings;
}

}  // namespace juchu::proof
