#include "tests/proof/crowd_client.h"

#include <algorithm>
#include <utility>

#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;

bool IsDone(const Operation& operation) { return operation.end == End::kOk && operation.changed; }

}  // namespace

void CrowdClient::RunOne() {
  if (Targets targets = Gather(); !targets.empty()) Move(std::move(targets));
}

CrowdClient::Targets CrowdClient::Gather() {
  Targets targets;
  bool all_there = true;
  for (const auto& pick : crowd_.TakeAll()) {
    if (pick.order.has_value()) {
      targets.emplace_back(pick.slot, *pick.order);
    } else if (!all_there) {
      crowd_.GiveUp(pick.slot);
    } else if (all_there = Renew(caller_, "C-", state_, crowd_, pick); all_there) {
      const auto renewed = crowd_.Peek(static_cast<uint64_t>(pick.slot));
      if (renewed.has_value()) targets.push_back(*renewed);
    }
  }
  return all_there ? targets : Targets();
}

void CrowdClient::Move(Targets targets) {
  // Two clients that meet do not name them in the same order.
  std::shuffle(targets.begin(), targets.end(), random_);
  Operation operation;
  operation.client = client_;
  operation.ask = Ask::kChangeStatus;
  operation.crowd = true;
  operation.token = ++state_.tokens;
  operation.asked.status = DrawStatus(random_);
  operation.invoke_ns = Recorder::Now();
  std::vector<Operation> operations;
  std::vector<std::string> numbers;
  for (const auto& [slot, order] : targets) {
    operations.push_back(operation);
    operations.back().order = order.order;
    numbers.push_back(order.number);
  }
  const std::string request_id = MakeRequestId(random_);
  caller_.BulkUpdate(numbers, request_id, operations);
  for (size_t i = 0; i < targets.size(); ++i) {
    const Operation& ended = operations[i];
    state_.recorder.Add(ended);
    crowd_.Done(targets[i].first, ended.order, ended.end == End::kOk ? ended.answer.version : 0,
                ended.end == End::kUnknown);
  }
  const bool all_done = std::all_of(operations.begin(), operations.end(), IsDone);
  if (all_done) ++state_.crowd_moves;
  if (!all_done || random_() % 4 != 0) return;
  for (auto& again : operations) {
    again.repeat = true;
    again.end = End::kUnknown;
    again.invoke_ns = Recorder::Now();
    again.return_ns = kNever;
  }
  caller_.BulkUpdate(numbers, request_id, operations);
  for (const auto& again : operations) state_.recorder.Add(again);
  if (std::all_of(operations.begin(), operations.end(), IsDone)) ++state_.crowd_repeats;
}

}  // namespace juchu::proof
