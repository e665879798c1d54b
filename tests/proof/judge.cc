#include "tests/proof/judge.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/proof/linearizability.h"
#include "tests/proof/version_chain.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;

// A try that a client gave up may still change the order between the two reads; then both are read again.
constexpr int kMaxReads = 20;

ChainEntry EntryOf(const pb::HistoryEntry& entry) {
  ChainEntry result;
  result.version = entry.version();
  result.operation = entry.operation();
  result.reason = entry.reason();
  for (const auto& change : entry.changes()) {
    if (change.path() == "status") {
      pb::Status_Parse(change.before(), &result.status_before);
      pb::Status_Parse(change.after(), &result.status_after);
    } else if (change.path() == "mode") {
      pb::TransitionMode_Parse(change.before(), &result.mode_before);
      pb::TransitionMode_Parse(change.after(), &result.mode_after);
    }
  }
  return result;
}

// One order as it is stored, and that reading as an operation.
struct ReadBack {
  StoredOrder stored;
  Operation read;
  std::string problem;
};

ReadBack ReadOrder(int32_t index, const OrderName& name, GatewayCaller& caller) {
  ReadBack result;
  result.stored.order = index;
  for (int i = 0; i < kMaxReads; ++i) {
    pb::Order order;
    const Ended got = caller.Get(name.number, order);
    std::vector<pb::HistoryEntry> entries;
    const Ended listed = got.status.ok() ? caller.History(name.number, entries) : got;
    if (!listed.status.ok()) {
      result.problem = absl::StrCat(Describe(name), " cannot be read at the end: ", listed.status.ToString());
      return result;
    }
    result.stored.view = ViewOf(order);
    result.read.order = index;
    result.read.client = -1;
    result.read.invoke_ns = got.last_invoke_ns;
    result.read.return_ns = Recorder::Now();
    result.read.end = End::kOk;
    result.read.answer = result.stored.view;
    result.stored.entries.clear();
    for (const auto& entry : entries) result.stored.entries.push_back(EntryOf(entry));
    if (!entries.empty() && entries.back().version() == order.version()) return result;
  }
  // It stays so: the checker says what is wrong.
  return result;
}

std::vector<ReadBack> ReadAll(const History& history, const std::vector<std::unique_ptr<GatewayCaller>>& callers,
                              size_t tenants) {
  std::map<std::string, size_t> tenant_index;
  for (size_t i = 0; i < tenants; ++i) tenant_index[callers[i]->tenant()] = i;
  std::vector<ReadBack> results(history.orders.size());
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (size_t t = 0; t < callers.size(); ++t) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < results.size(); i = next++) {
        const auto& name = history.orders[i];
        results[i] = ReadOrder(static_cast<int32_t>(i), name, *callers[tenant_index.at(name.tenant)]);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return results;
}

void Count(const History& history, Verdict& verdict) {
  verdict.orders = static_cast<int64_t>(history.orders.size());
  for (const auto& operation : history.operations) {
    // What a crowd makes would hide the rest.
    if (operation.crowd) continue;
    ++verdict.operations;
    verdict.acknowledged += operation.end == End::kOk && operation.changed && !operation.repeat ? 1 : 0;
    verdict.unknown += operation.end == End::kUnknown ? 1 : 0;
  }
}

}  // namespace

void JudgeHistory(History history, const std::vector<std::unique_ptr<GatewayCaller>>& callers, size_t tenants,
                  Verdict& verdict) {
  Count(history, verdict);
  std::vector<StoredOrder> stored;
  for (auto& read_back : ReadAll(history, callers, tenants)) {
    if (!read_back.problem.empty()) {
      verdict.findings.push_back({"answers", std::move(read_back.problem)});
      continue;
    }
    history.operations.push_back(read_back.read);
    stored.push_back(std::move(read_back.stored));
  }
  const int64_t begun = Recorder::Now();
  const auto add = [&](std::vector<Finding> findings) {
    for (auto& finding : findings) verdict.findings.push_back(std::move(finding));
  };
  add(CheckLinearizability(history).findings);
  add(CheckVersionChains(history, stored));
  add(CheckRepeats(history));
  verdict.histories_checked = static_cast<int64_t>(stored.size());
  verdict.check_seconds = static_cast<double>(Recorder::Now() - begun) / 1e9;
}

bool Verdict::FoundBy(const std::string& check) const {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.check == check; });
}

std::string Verdict::Text() const {
  std::string text = absl::StrFormat(
      "%d operations (%d changes acknowledged, %d never answered, %d requests repeated, %d probes for other tenants' "
      "orders; %d moves of a crowd and %d of them repeated) on %d orders; %d histories checked in %.3f s, %d orders "
      "audited: %d findings",
      operations, acknowledged, unknown, repeats, probes, crowd_moves, crowd_repeats, orders, histories_checked,
      check_seconds, orders_audited, findings.size());
  std::set<std::string> told;
  for (const auto& finding : findings) {
    if (told.insert(finding.check).second) absl::StrAppend(&text, "\n", finding.check, ": ", finding.text);
  }
  return text;
}

}  // namespace juchu::proof
