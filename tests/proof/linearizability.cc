#include "tests/proof/linearizability.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "tests/proof/order_model.h"

namespace juchu::proof {
namespace {

constexpr int64_t kMaxSteps = 5'000'000;
// Of a violation's explanation.
constexpr size_t kMaxTold = 12;

// Whether the operation can tell or change anything. What was refused whatever the order is like was not there; a
// repeat is checked against its first answer; a read that got no answer says nothing.
bool Counts(const Operation& operation) {
  if (operation.repeat) return false;
  if (operation.end == End::kFailed) return operation.failure != Failure::kRefused;
  return operation.end == End::kOk || operation.ask != Ask::kRead;
}

// SplitMix64: the operation's share in the name of a set of operations.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

uint64_t HashOf(const OrderView& view) {
  uint64_t hash = Mix(static_cast<uint64_t>(view.version));
  hash = Mix(hash ^ static_cast<uint64_t>(view.paid_time));
  return Mix(hash ^ (static_cast<uint64_t>(view.status) | static_cast<uint64_t>(view.mode) << 8 |
                     static_cast<uint64_t>(view.paid) << 16 | static_cast<uint64_t>(view.payment_method) << 24));
}

// The search over one order's operations.
class Search {
 public:
  // With `explain_at`, as found by a search before, the search ends where that one got furthest, to say why no further.
  explicit Search(std::vector<const Operation*> operations, std::optional<size_t> explain_at = std::nullopt)
      : operations_(std::move(operations)), explain_at_(explain_at) {
    MakeList();
  }

  // "" when the operations can be put in an order; else why not.
  std::string Run() {
    OrderView state = NewOrder();
    // What has been carried out in this try, and the state before each.
    std::vector<std::pair<int, OrderView>> done;
    uint64_t done_set = 0;
    int64_t steps = 0;
    int entry = entries_[kHead].next;
    while (entries_[kHead].next != kNone) {
      if (++steps > kMaxSteps) return "too many operations were never answered: it cannot be decided";
      Entry& at = entries_[static_cast<size_t>(entry)];
      if (at.is_call) {
        OrderView after;
        const uint64_t with = done_set ^ Mix(static_cast<uint64_t>(at.operation));
        if (Explains(state, OperationAt(at), after) && tried_.insert({with, HashOf(after)}).second) {
          done.emplace_back(entry, state);
          state = after;
          done_set = with;
          Lift(at);
          entry = entries_[kHead].next;
        } else {
          entry = at.next;
        }
        continue;
      }
      // An answer that nothing tried so far explains: take the last step back and go on behind it.
      if (done.size() == explain_at_) return Explain(OperationAt(at), done, state);
      furthest_ = std::max(furthest_, done.size());
      if (done.empty()) return Search(operations_, furthest_).Run();
      entry = done.back().first;
      state = done.back().second;
      Entry& back = entries_[static_cast<size_t>(entry)];
      done_set ^= Mix(static_cast<uint64_t>(back.operation));
      done.pop_back();
      PutBack(back);
      entry = back.next;
    }
    return "";
  }

 private:
  static constexpr int kNone = -1;
  static constexpr size_t kHead = 0;

  // A call or an answer in the list of those not yet accounted for, by time.
  struct Entry {
    int operation = kNone;
    bool is_call = false;
    int previous = kNone;
    int next = kNone;
    // The other entry of the operation.
    int partner = kNone;
  };

  const Operation& OperationAt(const Entry& entry) const { return *operations_[static_cast<size_t>(entry.operation)]; }

  void MakeList() {
    struct Moment {
      int64_t time;
      bool is_return;
      int operation;
    };
    std::vector<Moment> moments;
    moments.reserve(2 * operations_.size());
    for (size_t i = 0; i < operations_.size(); ++i) {
      moments.push_back({operations_[i]->invoke_ns, false, static_cast<int>(i)});
      moments.push_back({operations_[i]->return_ns, true, static_cast<int>(i)});
    }
    // Of the same moment, the call counts as the earlier: they may have overlapped.
    std::sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
      return std::tie(a.time, a.is_return, a.operation) < std::tie(b.time, b.is_return, b.operation);
    });
    entries_.resize(moments.size() + 1);
    std::vector<int> call_of(operations_.size());
    for (size_t i = 0; i < moments.size(); ++i) {
      const int index = static_cast<int>(i) + 1;
      Entry& entry = entries_[i + 1];
      entry.operation = moments[i].operation;
      entry.is_call = !moments[i].is_return;
      entry.previous = index - 1;
      entry.next = i + 1 < moments.size() ? index + 1 : kNone;
      int& call = call_of[static_cast<size_t>(entry.operation)];
      if (entry.is_call) {
        call = index;
      } else {
        entry.partner = call;
        entries_[static_cast<size_t>(call)].partner = index;
      }
    }
    if (!moments.empty()) entries_[kHead].next = 1;
  }

  void Unlink(const Entry& entry) {
    entries_[static_cast<size_t>(entry.previous)].next = entry.next;
    if (entry.next != kNone) entries_[static_cast<size_t>(entry.next)].previous = entry.previous;
  }
  void Link(int index) {
    const Entry& entry = entries_[static_cast<size_t>(index)];
    entries_[static_cast<size_t>(entry.previous)].next = index;
    if (entry.next != kNone) entries_[static_cast<size_t>(entry.next)].previous = index;
  }
  void Lift(const Entry& call) {
    Unlink(call);
    Unlink(entries_[static_cast<size_t>(call.partner)]);
  }
  // In the opposite order of Lift, so that each finds the neighbours that it had.
  void PutBack(const Entry& call) {
    Link(call.partner);
    Link(entries_[static_cast<size_t>(call.partner)].partner);
  }

  // The try that explained the most operations says best what is wrong.
  std::string Explain(const Operation& answer, const std::vector<std::pair<int, OrderView>>& done,
                      const OrderView& state) const {
    std::string text = absl::StrCat("no order of the operations explains: ", Describe(answer), ". The best of them, ",
                                    done.size(), " operations long, leaves the order at ", Describe(state));
    absl::flat_hash_set<int> used;
    for (const auto& [entry, before] : done) used.insert(entries_[static_cast<size_t>(entry)].operation);
    const size_t first = done.size() > kMaxTold ? done.size() - kMaxTold : 0;
    absl::StrAppend(&text, first > 0 ? "; its end:" : ":");
    for (size_t i = first; i < done.size(); ++i) {
      absl::StrAppend(&text, "\n    ", Describe(OperationAt(entries_[static_cast<size_t>(done[i].first)])));
    }
    std::vector<int> beside;
    for (size_t i = 0; i < operations_.size() && beside.size() < kMaxTold; ++i) {
      const bool overlaps = operations_[i]->invoke_ns <= answer.return_ns && operations_[i] != &answer;
      if (overlaps && !used.contains(static_cast<int>(i))) beside.push_back(static_cast<int>(i));
    }
    if (!beside.empty()) absl::StrAppend(&text, "\n  not in it, though begun by then:");
    for (const int i : beside) absl::StrAppend(&text, "\n    ", Describe(*operations_[static_cast<size_t>(i)]));
    return text;
  }

  const std::vector<const Operation*> operations_;
  // entries_[kHead] is the list's head.
  std::vector<Entry> entries_;
  // Which set of operations left which state, as two hashes of 64 bits. That two different pairs agree by chance in a
  // run of 10^6 operations has a probability below 10^-24.
  absl::flat_hash_set<std::pair<uint64_t, uint64_t>> tried_;
  const std::optional<size_t> explain_at_;
  // The most operations that a try explained before an answer that it could not.
  size_t furthest_ = 0;
};

}  // namespace

LinearizabilityResult CheckLinearizability(const History& history) {
  std::vector<std::vector<const Operation*>> by_order(history.orders.size());
  LinearizabilityResult result;
  for (const auto& operation : history.operations) {
    if (Counts(operation)) by_order[static_cast<size_t>(operation.order)].push_back(&operation);
  }
  for (size_t i = 0; i < by_order.size(); ++i) {
    result.operations += static_cast<int64_t>(by_order[i].size());
    ++result.orders;
    const std::string why = Search(std::move(by_order[i])).Run();
    if (!why.empty()) {
      result.findings.push_back({"linearizability", absl::StrCat(Describe(history.orders[i]), ": ", why)});
    }
  }
  return result;
}

}  // namespace juchu::proof
