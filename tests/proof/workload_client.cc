#include "tests/proof/workload_client.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/error.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr uint64_t kStatuses = pb::COMPLETED - pb::UNCONFIRMED + 1;
constexpr int64_t kFirstPaidTime = 1795480300;

// Two clients asked for the same with the same request id at the same time: one change, which either may have made.
Operation Merged(const Operation& one, const Operation& other) {
  const auto done = [](const Operation& operation) { return operation.end == End::kOk && operation.changed; };
  Operation merged = done(one) ? one : done(other) ? other : one.end == End::kUnknown ? one : other;
  merged.client = one.client;
  merged.invoke_ns = one.invoke_ns;
  if (merged.end != End::kUnknown) merged.return_ns = std::max(one.return_ns, other.return_ns);
  // Only what neither of the two did is not done.
  if (!done(merged) && (one.end == End::kUnknown || other.end == End::kUnknown)) merged.end = End::kUnknown;
  if (merged.end == End::kUnknown) merged.return_ns = kNever;
  return merged;
}

}  // namespace

pb::Status DrawStatus(std::mt19937_64& random) {
  return static_cast<pb::Status>(pb::UNCONFIRMED + static_cast<int>(random() % kStatuses));
}

std::string MakeRequestId(std::mt19937_64& random) {
  const uint64_t high = random();
  const uint64_t low = random();
  return absl::StrFormat("%08x-%04x-4%03x-%04x-%012x", high >> 32, (high >> 16) & 0xffff, high & 0xfff,
                         0x8000 | (low >> 48 & 0x3fff), low & 0xffffffffffff);
}

bool Renew(GatewayCaller& caller, const std::string& prefix, WorkloadState& state, OrderSlots& slots,
           const OrderSlots::Pick& pick) {
  WorkOrder order;
  order.shop_order_number = absl::StrCat(prefix, pick.slot, "-", pick.generation);
  auto number = caller.CreateOrder(order.shop_order_number);
  if (!number.ok()) {
    if (!absl::IsUnavailable(number.status()) && !absl::IsUnknown(number.status()) &&
        !absl::IsDeadlineExceeded(number.status()) && !absl::IsResourceExhausted(number.status())) {
      state.findings.Add(
          "answers", absl::StrCat("tenant ", caller.tenant(), ", taking an order in: ", number.status().ToString()));
    }
    slots.GiveUp(pick.slot);
    return false;
  }
  order.number = *std::move(number);
  order.order = state.recorder.AddOrder({caller.tenant(), order.number});
  slots.Put(pick.slot, std::move(order));
  return true;
}

WorkloadClient::WorkloadClient(GatewayCaller& caller, int client, uint64_t seed, int stream, WorkloadState& state,
                               OrderSlots& own, const OrderSlots& foreign)
    : caller_(caller),
      client_(client),
      random_(seed * 1'000'003 + static_cast<uint64_t>(stream)),
      request_ids_(seed * 1'000'033 + static_cast<uint64_t>(stream)),
      state_(state),
      own_(own),
      foreign_(foreign) {}

Operation WorkloadClient::Begin(Ask ask, const WorkOrder& order) {
  Operation operation;
  operation.client = client_;
  operation.order = order.order;
  operation.ask = ask;
  if (ask != Ask::kRead) operation.token = ++state_.tokens;
  operation.invoke_ns = Recorder::Now();
  return operation;
}

void WorkloadClient::Record(int slot, const Operation& operation) {
  state_.recorder.Add(operation);
  ++state_.operations;
  own_.Done(slot, operation.order, operation.end == End::kOk ? operation.answer.version : 0,
            operation.end == End::kUnknown && operation.ask != Ask::kRead);
}

bool WorkloadClient::RunOne() {
  const OrderSlots::Pick pick = own_.Take(random_());
  if (!pick.order.has_value()) return Renew(caller_, "W-", state_, own_, pick);
  const uint64_t what = Draw(100);
  if (what < 30) {
    Read(pick.slot, *pick.order);
  } else if (what < 78) {
    Change(pick.slot, *pick.order);
  } else if (what < 92) {
    SetPrepayment(pick.slot, *pick.order);
  } else if (what < 96) {
    Repeat();
  } else if (what < 99) {
    Probe();
  } else {
    caller_.RenameCategory(absl::StrCat("区分", Draw(1'000'000)), NewId());
  }
  return true;
}

void WorkloadClient::Read(int slot, const WorkOrder& order) {
  Operation operation = Begin(Ask::kRead, order);
  pb::Order read;
  Ended ended;
  if (const uint64_t how = Draw(3); how == 0) {
    ended = caller_.Get(order.number, read);
  } else {
    // Two tenants have orders with the same shop order number.
    pb::OrderQuery query;
    how == 1 ? query.add_order_numbers(order.number) : query.add_shop_order_numbers(order.shop_order_number);
    gw::SearchOrdersResponse found;
    ended = caller_.Search(query, found);
    if (ended.status.ok() && (found.orders_size() != 1 || found.orders(0).order_number() != order.number)) {
      state_.findings.Add("answers", absl::StrCat("tenant ", caller_.tenant(), ": a search for order ", order.number,
                                                  " found ", found.orders_size(), " orders"));
      return;
    }
    if (ended.status.ok()) read = found.orders(0);
  }
  // Only the try that was answered has read.
  operation.invoke_ns = ended.last_invoke_ns;
  if (ended.status.ok()) {
    operation.end = End::kOk;
    operation.answer = ViewOf(read);
    operation.return_ns = Recorder::Now();
  } else if (absl::IsNotFound(ended.status)) {
    state_.findings.Add("answers", absl::StrCat("tenant ", caller_.tenant(), ", order ", order.number,
                                                ", which was taken in, is not there: ", ended.status.ToString()));
  }
  Record(slot, operation);
}

void WorkloadClient::DrawChange(const WorkOrder& order, Operation& operation) {
  switch (operation.ask) {
    case Ask::kChangeStatus:
      operation.asked.status = DrawStatus(random_);
      break;
    case Ask::kChangeMode:
      operation.asked.mode = Draw(3) == 0 ? pb::MANUAL : pb::AUTO;
      break;
    case Ask::kSavePaymentMethod:
      operation.asked.payment_method = static_cast<int32_t>(Draw(2));
      operation.asked.version = order.version;
      break;
    case Ask::kSetPrepayment:
      operation.asked.paid = Draw(3) != 0;
      // A time of its own for each: so none of them leaves the order as another one would.
      if (operation.asked.paid) operation.asked.paid_time = kFirstPaidTime + operation.token;
      break;
    case Ask::kRead:
    case Ask::kCancel:
      break;
  }
}

void WorkloadClient::Change(int slot, const WorkOrder& order) {
  const uint64_t what = Draw(48);
  const Ask ask = what < 20   ? Ask::kChangeStatus
                  : what < 33 ? Ask::kChangeMode
                  : what < 45 ? Ask::kSavePaymentMethod
                              : Ask::kCancel;
  Operation operation = Begin(ask, order);
  DrawChange(order, operation);
  if (Draw(4) == 0) operation.asked.version = order.version;
  const std::string request_id = NewId();
  if (Draw(30) == 0) {
    Operation twin = operation;
    std::thread other([&] { caller_.Change(order.number, request_id, twin); });
    caller_.Change(order.number, request_id, operation);
    other.join();
    ++state_.repeats;
    const bool both = operation.end == End::kOk && operation.changed && twin.end == End::kOk && twin.changed;
    if (both && !(operation.answer == twin.answer)) {
      state_.findings.Add("repeat", absl::StrCat("tenant ", caller_.tenant(), ", order ", order.number,
                                                 ": one request sent twice at once was answered in two ways: ",
                                                 Describe(operation), "; ", Describe(twin)));
    }
    operation = Merged(operation, twin);
  } else {
    caller_.Change(order.number, request_id, operation);
  }
  Record(slot, operation);
  if (operation.end == End::kOk && operation.changed) last_done_ = Done{order, operation, request_id};
}

void WorkloadClient::SetPrepayment(int slot, const WorkOrder& order) {
  std::vector<std::pair<int, WorkOrder>> targets = {{slot, order}};
  for (uint64_t more = Draw(3); more > 0; --more) {
    const auto pick = own_.Peek(random_());
    if (!pick.has_value()) continue;
    bool is_new = true;
    for (const auto& [other_slot, other] : targets) is_new = is_new && other.order != pick->second.order;
    if (is_new) targets.push_back(*pick);
  }
  Operation operation = Begin(Ask::kSetPrepayment, order);
  DrawChange(order, operation);
  std::vector<Operation> operations;
  std::vector<std::string> numbers;
  for (const auto& [target_slot, target] : targets) {
    operations.push_back(operation);
    operations.back().order = target.order;
    numbers.push_back(target.number);
  }
  const std::string request_id = NewId();
  caller_.BulkUpdate(numbers, request_id, operations);
  for (size_t i = 0; i < targets.size(); ++i) Record(targets[i].first, operations[i]);
  // The same request names all of them; a bulk of one is repeated by itself.
  if (targets.size() == 1 && operations[0].end == End::kOk && operations[0].changed) {
    last_done_ = Done{order, operations[0], request_id};
  }
}

void WorkloadClient::Repeat() {
  if (!last_done_.has_value()) return;
  Operation again = last_done_->operation;
  again.repeat = true;
  again.invoke_ns = Recorder::Now();
  again.return_ns = kNever;
  again.failure = Failure::kNone;
  caller_.Change(last_done_->order.number, last_done_->request_id, again);
  ++state_.repeats;
  ++state_.operations;
  state_.recorder.Add(again);
}

// Another tenant's order is not there, by whichever method it is asked for.
void WorkloadClient::Probe() {
  const auto pick = foreign_.Peek(random_());
  if (!pick.has_value()) return;
  const std::string& number = pick->second.number;
  Ended ended;
  switch (Draw(3)) {
    case 0: {
      pb::Order order;
      ended = caller_.Get(number, order);
      break;
    }
    case 1: {
      std::vector<pb::HistoryEntry> entries;
      ended = caller_.History(number, entries);
      break;
    }
    default: {
      pb::OrderQuery query;
      query.add_order_numbers(number);
      gw::SearchOrdersResponse found;
      ended = caller_.Search(query, found);
      if (ended.status.ok() && found.orders().empty()) ended.status = NotFound("ORDER_NOT_FOUND", "");
    }
  }
  ++state_.probes;
  if (ended.status.ok()) {
    state_.findings.Add("tenancy",
                        absl::StrCat("tenant ", caller_.tenant(), " was shown order ", number, " of another tenant"));
  }
}

}  // namespace juchu::proof
