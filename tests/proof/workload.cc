#include "tests/proof/workload.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_factory.h"
#include "tests/proof/judge.h"
#include "tests/proof/workload_client.h"

namespace juchu::proof {
namespace {

// A client that could not take in an order waits before it tries again, as one does who was refused.
constexpr absl::Duration kAfterRefusal = absl::Milliseconds(50);

WorkloadOptions WithSeed(WorkloadOptions options) {
  if (options.seed == 0) options.seed = static_cast<uint64_t>(absl::ToUnixMicros(absl::Now()));
  return options;
}

}  // namespace

struct Workload::Parts {
  explicit Parts(int clients) : state(clients) {}

  WorkloadState state;
  // By tenant.
  std::vector<std::unique_ptr<WorkloadClient::Orders>> orders;
  // By client: client i works for tenant i modulo the number of tenants.
  std::vector<std::unique_ptr<GatewayCaller>> callers;
};

Workload::Workload(const Connect& connect, WorkloadOptions options) : options_(WithSeed(std::move(options))) {
  std::printf("workload: tenants %s, %d clients, seed %llu\n", absl::StrJoin(options_.tenants, ", ").c_str(),
              options_.clients, static_cast<unsigned long long>(options_.seed));
  parts_ = std::make_unique<Parts>(options_.clients);
  for (size_t i = 0; i < options_.tenants.size(); ++i) {
    const auto slots = [this](int count) {
      return OrderSlots(count, options_.operations_per_order, options_.unknown_per_order);
    };
    // In place: slots have a lock.
    parts_->orders.emplace_back(
        new WorkloadClient::Orders{slots(options_.orders_per_tenant), slots(options_.crowd_per_tenant)});
  }
  for (int i = 0; i < options_.clients; ++i) {
    const size_t tenant = static_cast<size_t>(i) % options_.tenants.size();
    parts_->callers.push_back(std::make_unique<GatewayCaller>(connect(), options_.tenants[tenant], options_.tenants,
                                                              CallLimits{options_.try_limit, options_.patience},
                                                              parts_->state.findings));
    if (static_cast<size_t>(i) >= options_.tenants.size()) continue;
    if (const auto status = parts_->callers.back()->SetUp(); !status.ok()) {
      std::fprintf(stderr, "workload: tenant %s: %s\n", options_.tenants[tenant].c_str(), status.ToString().c_str());
      std::abort();
    }
  }
}

Workload::~Workload() { Stop(); }

void Workload::Start() {
  running_ = options_.clients;
  const auto tenants = options_.tenants.size();
  for (int i = 0; i < options_.clients; ++i) {
    threads_.emplace_back([this, i, tenants] {
      const size_t tenant = static_cast<size_t>(i) % tenants;
      WorkloadClient client(*parts_->callers[static_cast<size_t>(i)], i, options_.seed, i / static_cast<int>(tenants),
                            parts_->state, *parts_->orders[tenant], *parts_->orders[(tenant + 1) % tenants]);
      while (!stopping_ && (options_.operations == 0 || operations_done() < options_.operations)) {
        if (!client.RunOne()) absl::SleepFor(kAfterRefusal);
      }
      --running_;
    });
  }
}

void Workload::Stop() {
  stopping_ = true;
  Wait();
}

void Workload::Wait() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

int64_t Workload::operations_done() const { return parts_->state.operations; }

Verdict Workload::Judge() {
  Wait();
  Verdict verdict;
  verdict.findings = parts_->state.findings.Take();
  verdict.repeats = parts_->state.repeats;
  verdict.probes = parts_->state.probes;
  const int64_t begun = Recorder::Now();
  JudgeHistory(parts_->state.recorder.Take(), parts_->callers, options_.tenants.size(), verdict);
  for (size_t i = 0; i < options_.tenants.size(); ++i) {
    parts_->callers[i]->Audit(verdict.findings, verdict.orders_audited);
  }
  // What the judges' own reading was shown.
  for (auto& finding : parts_->state.findings.Take()) verdict.findings.push_back(std::move(finding));
  verdict.judge_seconds = static_cast<double>(Recorder::Now() - begun) / 1e9;
  return verdict;
}

Workload::Connect GatewayOf(Cluster& cluster) {
  return [&cluster] {
    contract::Endpoint endpoint = cluster.gateway();
    endpoint.channel = Must(rpc::CreateMtlsChannel(cluster.gateway_target(), cluster.client_identity(), "localhost"));
    return endpoint;
  };
}

}  // namespace juchu::proof
