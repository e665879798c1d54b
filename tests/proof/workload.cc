#include "tests/proof/workload.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_factory.h"
#include "tests/proof/crowd_client.h"
#include "tests/proof/judge.h"
#include "tests/proof/workload_client.h"

namespace juchu::proof {
namespace {

// A client that could not take in an order waits before it tries again, as one does who was refused.
constexpr absl::Duration kAfterRefusal = absl::Milliseconds(50);
// Of each tenant. They are a load of their own; what they leave of the machine is for the others.
constexpr int kCrowdClients = 2;
constexpr absl::Duration kBetweenCrowdMoves = absl::Milliseconds(500);

WorkloadOptions WithSeed(WorkloadOptions options) {
  if (options.seed == 0) options.seed = static_cast<uint64_t>(absl::ToUnixMicros(absl::Now()));
  return options;
}

}  // namespace

struct Workload::Parts {
  // `clients`: with those of the crowds.
  explicit Parts(int clients) : state(clients) {}

  WorkloadState state;
  // By tenant.
  std::vector<std::unique_ptr<OrderSlots>> slots;
  // By client: client i works for tenant i modulo the number of tenants.
  std::vector<std::unique_ptr<GatewayCaller>> callers;
  // By tenant; the clients of a crowd share a caller.
  std::vector<std::unique_ptr<OrderSlots>> crowds;
  std::vector<std::unique_ptr<GatewayCaller>> crowd_callers;
};

Workload::Workload(const Connect& connect, WorkloadOptions options) : options_(WithSeed(std::move(options))) {
  std::printf("workload: tenants %s, %d clients, seed %llu\n", absl::StrJoin(options_.tenants, ", ").c_str(),
              options_.clients, static_cast<unsigned long long>(options_.seed));
  parts_ = std::make_unique<Parts>(options_.clients + kCrowdClients * static_cast<int>(options_.tenants.size()));
  for (size_t i = 0; i < options_.tenants.size(); ++i) {
    parts_->slots.push_back(std::make_unique<OrderSlots>(options_.orders_per_tenant, options_.operations_per_order,
                                                         options_.unknown_per_order));
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
  if (options_.crowd_per_tenant == 0) return;
  for (const auto& tenant : options_.tenants) {
    parts_->crowds.push_back(std::make_unique<OrderSlots>(options_.crowd_per_tenant, options_.operations_per_order,
                                                          options_.unknown_per_order));
    parts_->crowd_callers.push_back(std::make_unique<GatewayCaller>(connect(), tenant, options_.tenants,
                                                                    CallLimits{options_.try_limit, options_.patience},
                                                                    parts_->state.findings));
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
                            parts_->state, *parts_->slots[tenant], *parts_->slots[(tenant + 1) % tenants]);
      while (!stopping_ && (options_.operations == 0 || operations_done() < options_.operations)) {
        if (!client.RunOne()) absl::SleepFor(kAfterRefusal);
      }
      --running_;
    });
  }
  StartCrowds();
}

void Workload::StartCrowds() {
  for (size_t tenant = 0; tenant < parts_->crowds.size(); ++tenant) {
    for (int i = 0; i < kCrowdClients; ++i) {
      threads_.emplace_back([this, tenant, i] {
        const int client = options_.clients + kCrowdClients * static_cast<int>(tenant) + i;
        CrowdClient mover(*parts_->crowd_callers[tenant], client, options_.seed + static_cast<uint64_t>(client),
                          parts_->state, *parts_->crowds[tenant]);
        while (!stopping_ && running_ > 0) {
          mover.RunOne();
          absl::SleepFor(kBetweenCrowdMoves);
        }
      });
    }
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
  verdict.crowd_moves = parts_->state.crowd_moves;
  verdict.crowd_repeats = parts_->state.crowd_repeats;
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
