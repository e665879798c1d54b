#include "tests/proof/chaos_round.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/proof/allocation_round.h"
#include "tests/proof/card_round.h"
#include "tests/proof/live_audit.h"
#include "tests/proof/postpay_round.h"
#include "tests/proof/round_client.h"

namespace juchu::proof {
namespace {

// How long nothing may come to its end after a fault: a client's longest try, its waits and a restart, generously.
constexpr absl::Duration kStandstill = absl::Seconds(30);
// A lease that died with its reconciler must run out first.
constexpr absl::Duration kSettled = absl::Seconds(90);
constexpr absl::Duration kPoll = absl::Milliseconds(5);
// What counts as load.
constexpr int64_t kOperationsForEachClient = 3;
constexpr int64_t kCardsForEachClient = 1;
constexpr int kAllocatingClients = 3;
constexpr int kCardClients = 3;
// Three batches of a bulk update (ChaosCluster).
constexpr int kCrowd = 80;
// Two of each company.
constexpr int kPostpayClients = 4;

int64_t CardsAsked(const CardRound& cards) {
  const auto counts = cards.counts();
  return counts.authorizations + counts.captures;
}

// Waits until the clients have done some more, with the payment service too; false when they do not.
bool WaitForLoad(const Workload& workload, const CardRound& cards, Nemesis& nemesis) {
  const int64_t enough = workload.operations_done() + kOperationsForEachClient * workload.options().clients;
  const int64_t enough_cards = CardsAsked(cards) + kCardsForEachClient * kCardClients;
  const absl::Time limit = absl::Now() + kStandstill;
  while (workload.operations_done() < enough || CardsAsked(cards) < enough_cards) {
    // A service that could not reach its database at its start has ended again.
    nemesis.Restart();
    if (absl::Now() > limit) return false;
    absl::SleepFor(kPoll);
  }
  return true;
}

}  // namespace

Verdict RunUnderFaults(ChaosCluster& chaos, Nemesis& nemesis, const std::vector<std::string>& faults,
                       WorkloadOptions options) {
  options.operations = 0;
  options.crowd_per_tenant = kCrowd;
  AllocationRound allocations(
      chaos.cluster(), [&chaos] { return chaos.Connect(); }, options.tenants.front() + "-stock", kAllocatingClients,
      options.seed);
  const std::string card_tenant = chaos.NextCardTenant();
  CardRound cards(
      chaos.cluster(), [&chaos] { return chaos.Connect(); }, card_tenant, kCardClients, options.seed);
  PostpayRound postpay(
      chaos.cluster(), [&chaos] { return chaos.Connect(); }, options.tenants.front() + "-postpay", kPostpayClients,
      options.seed);
  std::vector<std::string> audited = options.tenants;
  audited.insert(audited.end(),
                 {options.tenants.front() + "-stock", options.tenants.front() + "-postpay", card_tenant});
  Workload workload([&chaos] { return chaos.Connect(); }, std::move(options));
  workload.Start();
  allocations.Start();
  cards.Start();
  postpay.Start();
  LiveAudit audit([&chaos] { return chaos.Connect(); }, std::move(audited));
  std::vector<Finding> standstills;
  const auto expect_load = [&](const std::string& when) {
    if (WaitForLoad(workload, cards, nemesis)) return true;
    standstills.push_back(
        {"liveness", absl::StrCat("no work was done within ", absl::FormatDuration(kStandstill), " ", when)});
    return false;
  };
  bool alive = expect_load("without a fault");
  for (size_t i = 0; alive && i < faults.size(); ++i) {
    nemesis.Do(faults[i]);
    alive = expect_load("after " + faults[i]);
  }
  nemesis.Heal();
  audit.Stop();
  workload.Stop();
  allocations.Stop();
  cards.Stop();
  postpay.Stop();
  Verdict verdict = workload.Judge();
  verdict.allocations = allocations.counts().allocations;
  verdict.authorizations = cards.counts().authorizations;
  verdict.captures = cards.counts().captures;
  const auto of_postpay = postpay.counts();
  verdict.registrations = of_postpay.registrations;
  verdict.slips = of_postpay.slips;
  verdict.operations += allocations.operations_done() + cards.operations_done() + of_postpay.registrations +
                        of_postpay.results + of_postpay.slips;
  for (auto& finding : allocations.Judge()) verdict.findings.push_back(std::move(finding));
  for (auto& finding : cards.Judge()) verdict.findings.push_back(std::move(finding));
  for (auto& finding : postpay.Judge()) verdict.findings.push_back(std::move(finding));
  verdict.live_audits = audit.audits();
  verdict.findings.insert(verdict.findings.end(), audit.findings().begin(), audit.findings().end());
  verdict.findings.insert(verdict.findings.begin(), standstills.begin(), standstills.end());
  return verdict;
}

std::optional<Finding> WaitUntilSettled(ChaosCluster& chaos) {
  Cluster& cluster = chaos.cluster();
  const std::string left =
      WaitUntilDone({{"changes of orders", &cluster.database(), "order_changes"},
                     {"news of the inventory", &cluster.inventory_database(), "inventory_changes"},
                     {"news of cards", &cluster.payment_database(), "payment_changes"},
                     {"card requests", &cluster.payment_database(), "card_requests WHERE open_mark = 1"}},
                    kSettled);
  if (left.empty()) return std::nullopt;
  return Finding{"queue", absl::StrCat(left, " are not done ", absl::FormatDuration(kSettled), " after the end")};
}

}  // namespace juchu::proof
