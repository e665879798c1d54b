// juchu-prove: the long proof. Rounds of a workload under random faults, each judged, until the time is over; before
// them the tests that kill, plant defects, restart and overload. tools/prove builds what it needs and runs it.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/testing/child_process.h"
#include "common/testing/mariadb_instance.h"
#include "tests/proof/chaos_round.h"

ABSL_FLAG(double, hours, 0, "how long; or --minutes");
ABSL_FLAG(double, minutes, 0, "how long; or --hours");
ABSL_FLAG(uint64_t, seed, 0, "what everything random follows from; 0 takes one. It is printed");
ABSL_FLAG(std::vector<std::string>, faults, {},
          "only these faults, in this order, in every round, such as mariadb/kill,clock/order+30d");
ABSL_FLAG(int, stall_ms, -1,
          "how long the kill matrix and the background kills stall a process at each point; 5000 takes about half an "
          "hour by itself and is the "
          "standard from two hours on, else 50");
ABSL_FLAG(bool, rounds_only, false, "leave out the tests before the rounds");
ABSL_FLAG(std::string, logs, "", "folder for the logs of what was found; made when missing. Required");

namespace juchu::proof {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kProgressInterval = absl::Seconds(30);
// A database and processes of their own for so many rounds: tables stay small, and starts are proven too.
constexpr int kRoundsPerCluster = 20;
// Of each round: kills of MariaDB, kills of a service, and whatever else.
constexpr int kKillsOfEach = 2;
constexpr int kRandomFaults = 3;
constexpr int kClients = 8;
constexpr int kTenants = 2;
constexpr std::array<const char*, 4> kServiceKills = {"order/kill", "inventory/kill", "payment/kill", "gateway/kill"};
// The stalls of 5 s at every point take about half an hour, all kills in the background a quarter of one.
constexpr absl::Duration kLongTestsFrom = absl::Hours(2);

struct Totals {
  // Crashes of MariaDB itself, while it recovered from a kill.
  int64_t crashed_starts = 0;
  // Processes that did not notice that their clock was set back, and were killed.
  int64_t unnoticed = 0;
  int64_t rounds = 0;
  int64_t operations = 0;
  int64_t acknowledged = 0;
  int64_t unknown = 0;
  int64_t repeats = 0;
  int64_t probes = 0;
  int64_t crowd_moves = 0;
  int64_t crowd_repeats = 0;
  int64_t allocations = 0;
  int64_t authorizations = 0;
  int64_t captures = 0;
  int64_t registrations = 0;
  int64_t slips = 0;
  int64_t orders = 0;
  int64_t histories = 0;
  int64_t orders_audited = 0;
  int64_t live_audits = 0;
  int64_t clusters = 0;
  std::map<std::string, int64_t> faults;
  absl::Duration in_rounds;

  void Add(const Verdict& verdict) {
    ++rounds;
    operations += verdict.operations;
    acknowledged += verdict.acknowledged;
    unknown += verdict.unknown;
    repeats += verdict.repeats;
    probes += verdict.probes;
    crowd_moves += verdict.crowd_moves;
    crowd_repeats += verdict.crowd_repeats;
    allocations += verdict.allocations;
    authorizations += verdict.authorizations;
    captures += verdict.captures;
    registrations += verdict.registrations;
    slips += verdict.slips;
    orders += verdict.orders;
    histories += verdict.histories_checked;
    orders_audited += verdict.orders_audited;
    live_audits += verdict.live_audits;
  }
  // Of those whose names end so.
  int64_t Done(const std::vector<std::string>& names) const {
    int64_t done = 0;
    for (const auto& name : names) {
      if (const auto it = faults.find(name); it != faults.end()) done += it->second;
    }
    return done;
  }
  int64_t MariaDbKills() const { return Done({"mariadb/kill"}); }
  int64_t ServiceKills() const { return Done({kServiceKills.begin(), kServiceKills.end()}); }
};

class Prove {
 public:
  Prove(absl::Duration duration, uint64_t seed)
      : begin_(absl::Now()), end_(begin_ + duration), seed_(seed), random_(seed) {}

  // True when nothing was found.
  bool Run(int stall_ms) {
    Say(absl::StrFormat("proving for %s, seed %d", absl::FormatDuration(end_ - begin_), seed_));
    if (!absl::GetFlag(FLAGS_rounds_only)) {
      std::map<std::string, std::string> environment = {
          {"JUCHU_STALL_MS", absl::StrCat(stall_ms)}, {"JUCHU_OVERLOAD_SECONDS", "60"}, {"JUCHU_RESTARTS", "50"}};
      if (end_ - begin_ >= kLongTestsFrom) environment["JUCHU_ALL_BACKGROUND_KILLS"] = "1";
      for (const char* name : {"defects_test", "kill_matrix_test", "card_kill_test", "background_kill_test",
                               "rolling_restart_test", "overload_test"}) {
        if (!RunTests(name, environment)) return false;
      }
    }
    while (absl::Now() < end_) {
      if (!RunCluster()) return false;
    }
    return true;
  }

  void PrintTotals() const;

 private:
  void Say(const std::string& text) const {
    std::printf("%7.0f s  %s\n", absl::ToDoubleSeconds(absl::Now() - begin_), text.c_str());
    std::fflush(stdout);
  }
  bool RunTests(const std::string& name, const std::map<std::string, std::string>& environment);
  bool RunCluster();
  std::vector<std::string> DrawFaults(Nemesis& nemesis);
  void Progress(bool now = false);
  void Report(const std::vector<Finding>& findings, ChaosCluster& chaos, const std::vector<std::string>& faults) const;

  const absl::Time begin_;
  const absl::Time end_;
  const uint64_t seed_;
  std::mt19937_64 random_;
  Totals totals_;
  absl::Time last_progress_ = absl::InfinitePast();
  // Of the tests run before.
  std::vector<std::string> test_lines_;
};

// A test program as a child process; its summary goes to the totals, its output to the logs.
bool Prove::RunTests(const std::string& name, const std::map<std::string, std::string>& environment) {
  const std::string log = absl::StrCat(absl::GetFlag(FLAGS_logs), "/", name, ".log");
  fs::remove(log);
  const char* folder = name == "card_kill_test" ? "payment" : "proof";
  testing::ChildProcess child({absl::StrCat(JUCHU_BINARY_DIR, "/tests/", folder, "/", name)}, environment, log);
  if (const auto status = child.Start(); !status.ok()) {
    Say(absl::StrCat(name, ": ", std::string(status.message())));
    return false;
  }
  Say(absl::StrCat(name, " begins"));
  absl::Time said = absl::Now();
  while (child.Running()) {
    absl::SleepFor(absl::Milliseconds(100));
    if (absl::Now() - said < kProgressInterval) continue;
    said = absl::Now();
    Say(absl::StrCat(name, " goes on"));
  }
  std::ifstream file(log);
  int run = 0;
  int passed = 0;
  for (std::string line; std::getline(file, line);) {
    for (const char* summary :
         {"kill matrix: ", "background kills: ", "card kills: ", "restarts: ", "overload ", "afterwards "}) {
      if (absl::StartsWith(line, summary)) test_lines_.push_back(line);
    }
    if (absl::StartsWith(line, "[ RUN      ] Defects/")) ++run;
    if (absl::StartsWith(line, "[       OK ] Defects/")) ++passed;
  }
  if (run > 0) test_lines_.push_back(absl::StrCat("defects: ", run, " seeded, ", passed, " caught"));
  if (child.exit_code() == 0) return true;
  Say(absl::StrCat(name, " FAILED; its output is ", log));
  return false;
}

// In any order.
std::vector<std::string> Prove::DrawFaults(Nemesis& nemesis) {
  if (const auto given = absl::GetFlag(FLAGS_faults); !given.empty()) return given;
  std::vector<std::string> faults;
  for (int i = 0; i < kKillsOfEach; ++i) {
    faults.push_back("mariadb/kill");
    faults.push_back(kServiceKills[random_() % kServiceKills.size()]);
  }
  for (int i = 0; i < kRandomFaults; ++i) faults.push_back(nemesis.Draw());
  std::shuffle(faults.begin(), faults.end(), random_);
  return faults;
}

bool Prove::RunCluster() {
  auto server = Must(testing::MariaDbInstance::Start());
  ChaosCluster chaos(*server, {.movable_clocks = true, .card_tenants = kRoundsPerCluster});
  Nemesis nemesis(chaos, random_());
  ++totals_.clusters;
  std::vector<Finding> findings;
  std::vector<std::string> faults;
  for (int round = 0; findings.empty() && round < kRoundsPerCluster && absl::Now() < end_; ++round) {
    WorkloadOptions options;
    options.clients = kClients;
    options.seed = random_();
    options.tenants = {absl::StrCat("r", totals_.rounds, "-a"), absl::StrCat("r", totals_.rounds, "-b")};
    faults = DrawFaults(nemesis);
    const absl::Time begin = absl::Now();
    const Verdict verdict = RunUnderFaults(chaos, nemesis, faults, options);
    totals_.in_rounds += absl::Now() - begin;
    totals_.Add(verdict);
    findings = verdict.findings;
    Progress();
  }
  totals_.unnoticed += nemesis.unnoticed();
  totals_.crashed_starts += chaos.server().crashed_starts();
  for (const auto& [fault, times] : nemesis.done()) totals_.faults[fault] += times;
  if (findings.empty()) {
    if (auto unsettled = WaitUntilSettled(chaos)) findings.push_back(*std::move(unsettled));
  }
  if (findings.empty()) return true;
  Report(findings, chaos, faults);
  return false;
}

void Prove::Progress(bool now) {
  if (!now && absl::Now() - last_progress_ < kProgressInterval) return;
  last_progress_ = absl::Now();
  Say(absl::StrFormat("%d rounds, %d operations, %d orders judged, nothing found", totals_.rounds, totals_.operations,
                      totals_.orders));
}

void Prove::Report(const std::vector<Finding>& findings, ChaosCluster& chaos,
                   const std::vector<std::string>& faults) const {
  const fs::path folder = fs::path(absl::GetFlag(FLAGS_logs)) / absl::StrCat("seed-", seed_);
  fs::create_directories(folder);
  std::ofstream file(folder / "findings");
  Say("FOUND, with the faults " + absl::StrJoin(faults, ",") + ":");
  for (const auto& finding : findings) {
    file << finding.check << ": " << finding.text << "\n\n";
    std::printf("  %s: %s\n", finding.check.c_str(), finding.text.c_str());
  }
  for (const auto& process : chaos.cluster().process_names()) {
    std::error_code ignored;
    fs::copy_file(chaos.cluster().log_file(process), folder / (process + ".log"), fs::copy_options::overwrite_existing,
                  ignored);
  }
  std::printf("seed %lu; findings and logs are in %s\n", seed_, folder.c_str());
}

void Prove::PrintTotals() const {
  const auto& t = totals_;
  std::printf("\n");
  for (const auto& line : test_lines_) std::printf("%s\n", line.c_str());
  std::printf("rounds: %ld on %ld fresh databases in %s, seed %lu\n", t.rounds, t.clusters,
              absl::FormatDuration(absl::Trunc(absl::Now() - begin_, absl::Seconds(1))).c_str(), seed_);
  std::printf(
      "operations: %ld (%.0f a second); of them %ld changes acknowledged, %ld never answered; %ld repeats, %ld "
      "probes for other tenants' orders; %ld moves of a crowd of orders at once and %ld of them repeated; %ld "
      "allocations, %ld authorizations, %ld captures, %ld registrations and %ld "
      "slips\n",
      t.operations, static_cast<double>(t.operations) / std::max(1.0, absl::ToDoubleSeconds(t.in_rounds)),
      t.acknowledged, t.unknown, t.repeats, t.probes, t.crowd_moves, t.crowd_repeats, t.allocations, t.authorizations,
      t.captures, t.registrations, t.slips);
  std::printf(
      "checked: %ld orders, %ld histories; audited: %ld orders in %ld audits at rest; %ld audits while they were "
      "worked on\n",
      t.orders, t.histories, t.orders_audited, t.rounds * kTenants, t.live_audits);
  int64_t all = 0;
  for (const auto& [fault, times] : t.faults) all += times;
  std::printf(
      "faults: %ld; kills of MariaDB: %ld (and it crashed while it recovered: %ld), of services: %ld; clocks set back "
      "without notice: %ld\n",
      all, t.MariaDbKills(), t.crashed_starts, t.ServiceKills(), t.unnoticed);
  for (const auto& [fault, times] : t.faults) std::printf("  %-38s %5ld\n", fault.c_str(), times);
}

// An error of usage ends the program.
absl::Duration DurationFromFlags() {
  const double hours = absl::GetFlag(FLAGS_hours);
  const double minutes = absl::GetFlag(FLAGS_minutes);
  if ((hours > 0) == (minutes > 0) || hours < 0 || minutes < 0) {
    std::fprintf(stderr, "juchu-prove: give either --hours or --minutes, more than 0\n");
    std::exit(2);
  }
  if (absl::GetFlag(FLAGS_logs).empty()) {
    std::fprintf(stderr, "juchu-prove: --logs is missing: name a folder for the logs of what is found\n");
    std::exit(2);
  }
  return hours * absl::Hours(1) + minutes * absl::Minutes(1);
}

int Main() {
  const absl::Duration duration = DurationFromFlags();
  std::error_code error;
  fs::create_directories(absl::GetFlag(FLAGS_logs), error);
  if (error) {
    std::fprintf(stderr, "juchu-prove: --logs=%s: %s\n", absl::GetFlag(FLAGS_logs).c_str(), error.message().c_str());
    return 2;
  }
  uint64_t seed = absl::GetFlag(FLAGS_seed);
  if (seed == 0) seed = std::random_device()();
  int stall_ms = absl::GetFlag(FLAGS_stall_ms);
  if (stall_ms < 0) stall_ms = duration >= kLongTestsFrom ? 5000 : 50;
  Prove prove(duration, seed);
  const bool nothing_found = prove.Run(stall_ms);
  prove.PrintTotals();
  std::printf(nothing_found ? "nothing acknowledged was lost, nothing was done twice, nothing was found\n"
                            : "SOMETHING WAS FOUND, see above\n");
  return nothing_found ? 0 : 1;
}

}  // namespace
}  // namespace juchu::proof

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "juchu-prove runs clients against juchu's programs on private MariaDB servers while these are killed, stopped, "
      "cut off and told the wrong time, and judges what the clients were told. Exit code 0: nothing was found; 1: "
      "something was; 2: wrong usage.");
  absl::ParseCommandLine(argc, argv);
  return juchu::proof::Main();
}
