#include "tests/proof/nemesis.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace juchu::proof {
namespace {

// How long most faults last at most: longer than what is under way needs, shorter than any client's patience.
constexpr absl::Duration kPause = absl::Milliseconds(600);
// Longer than a client's try and a lease (ChaosCluster): what wakes up again finds that others
// have gone on without it.
constexpr absl::Duration kFreeze = absl::Seconds(8);
constexpr absl::Duration kLinkFault = absl::Milliseconds(600);
// Longer than a process may take to look at its clock again: one that was wrong between two looks is not seen, and no
// real clock is.
constexpr absl::Duration kClockFault = absl::Milliseconds(3600);
// A process whose clock was set back ends within this time, unless it never looked at its clock while it was wrong.
constexpr absl::Duration kClockNoticed = absl::Seconds(5);

struct ClockMove {
  const char* name;
  absl::Duration error;
};

}  // namespace

Nemesis::Nemesis(ChaosCluster& chaos, uint64_t seed) : chaos_(chaos), random_(seed) {
  AddProcessFaults();
  for (const auto& link : ChaosCluster::Links()) AddLinkFaults(link);
  AddClockFaults();
}

int64_t Nemesis::Between(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
}

absl::Duration Nemesis::Moment(absl::Duration limit) {
  const int64_t microseconds = absl::ToInt64Microseconds(limit);
  return absl::Microseconds(Between(microseconds / 3, microseconds));
}

void Nemesis::Restart() {
  for (const auto& name : chaos_.cluster().process_names()) {
    auto& process = chaos_.cluster().process(name);
    if (process.Running()) continue;
    if (const auto status = process.Start(); !status.ok()) {
      std::fprintf(stderr, "%s does not start again: %s\n", name.c_str(), status.ToString().c_str());
      std::abort();
    }
  }
}

void Nemesis::RestartServer() {
  if (const auto status = chaos_.server().Restart(); !status.ok()) {
    std::fprintf(stderr, "MariaDB does not start again: %s\n", std::string(status.message()).c_str());
    std::abort();
  }
}

void Nemesis::MoveClocks(const std::vector<std::string>& processes, absl::Duration from, absl::Duration to) {
  for (const auto& process : processes) chaos_.SetClock(process, to);
  if (to >= from) return;
  // Each must notice that its clock was set back, and end; not before it has may the next thing happen to it. On a
  // machine that gives it no time to look while the clock is wrong it may not, and what waits in it would wait for the
  // clock.
  const absl::Time limit = absl::Now() + kClockNoticed;
  for (const auto& name : processes) {
    auto& process = chaos_.cluster().process(name);
    while (process.Running() && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(5));
    if (!process.Running()) continue;
    ++unnoticed_;
    process.Kill();
  }
  Restart();
}

void Nemesis::AddProcessFaults() {
  auto& server = chaos_.server();
  faults_["mariadb/kill"] = [this, &server] {
    server.Kill();
    RestartServer();
  };
  faults_["mariadb/stop"] = [this, &server] {
    server.Stop();
    RestartServer();
  };
  const auto pause = [&server](absl::Duration duration) {
    server.Pause();
    absl::SleepFor(duration);
    server.Continue();
  };
  faults_["mariadb/pause"] = [this, pause] { pause(Moment(kPause)); };
  faults_["mariadb/freeze"] = [pause] { pause(kFreeze); };
  for (const std::string& name : chaos_.cluster().process_names()) {
    auto& process = chaos_.cluster().process(name);
    faults_[name + "/kill"] = [&process] { process.Kill(); };
    faults_[name + "/stop"] = [&process] { process.Terminate(); };
    const auto hold = [&process](absl::Duration duration) {
      process.Pause();
      absl::SleepFor(duration);
      process.Continue();
    };
    faults_[name + "/pause"] = [this, hold] { hold(Moment(kPause)); };
    faults_[name + "/freeze"] = [hold] { hold(kFreeze); };
  }
}

void Nemesis::AddLinkFaults(const std::string& link) {
  auto& proxy = chaos_.proxy(link);
  const auto add = [this, &link, &proxy](const std::string& name, std::function<void()> begin) {
    faults_[absl::StrCat(link, "/", name)] = [this, &proxy, begin = std::move(begin)] {
      begin();
      absl::SleepFor(Moment(kLinkFault));
      proxy.Heal();
    };
  };
  add("slow", [this, &proxy] {
    proxy.Slow(Direction::kToServer, absl::Milliseconds(Between(1, 30)), absl::Milliseconds(Between(0, 50)));
    proxy.Slow(Direction::kToClient, absl::Milliseconds(Between(1, 30)), absl::Milliseconds(Between(0, 50)));
  });
  add("throttle", [this, &proxy] {
    proxy.Throttle(Direction::kToServer, Between(2'000, 50'000));
    proxy.Throttle(Direction::kToClient, Between(2'000, 50'000));
  });
  for (const auto direction : {Direction::kToServer, Direction::kToClient}) {
    const char* to = direction == Direction::kToServer ? "-to-server" : "-to-client";
    add(absl::StrCat("black-hole", to), [&proxy, direction] { proxy.BlackHole(direction); });
    add(absl::StrCat("cut", to), [this, &proxy, direction] { proxy.CutAfter(direction, Between(0, 20'000)); });
    add(absl::StrCat("half-close", to),
        [this, &proxy, direction] { proxy.HalfCloseAfter(direction, Between(0, 20'000)); });
  }
  add("refuse", [&proxy] {
    proxy.Refuse();
    proxy.ResetAll();
  });
  add("reset", [&proxy] { proxy.ResetAll(); });
  add("lose-answer", [this, &proxy] { proxy.LoseAnswersFrom(Between(1, 20)); });
}

void Nemesis::AddClockFaults() {
  static constexpr ClockMove kMoves[] = {
      {"+1h", absl::Hours(1)}, {"-2h", absl::Hours(-2)}, {"+30d", absl::Hours(24 * 30)}};
  static const std::map<std::string, std::vector<std::string>> kWhose = {
      {"order", {"order"}},
      {"inventory", {"inventory"}},
      {"payment", {"payment"}},
      {"gateway", {"gateway"}},
      {"all", {"order", "inventory", "payment", "gateway"}}};
  for (const auto& [whose, processes] : kWhose) {
    for (const ClockMove& move : kMoves) {
      faults_[absl::StrCat("clock/", whose, move.name)] = [this, &processes = processes, &move] {
        MoveClocks(processes, absl::ZeroDuration(), move.error);
        absl::SleepFor(Moment(kClockFault));
        MoveClocks(processes, move.error, absl::ZeroDuration());
      };
    }
  }
}

std::vector<std::string> Nemesis::Faults() const {
  std::vector<std::string> names;
  for (const auto& [name, fault] : faults_) names.push_back(name);
  return names;
}

std::string Nemesis::Draw(absl::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& [name, fault] : faults_) {
    if (absl::StartsWith(name, prefix)) names.push_back(name);
  }
  return names.at(static_cast<size_t>(Between(0, static_cast<int64_t>(names.size()) - 1)));
}

void Nemesis::Do(const std::string& fault) {
  const auto found = faults_.find(fault);
  if (found == faults_.end()) {
    std::fprintf(stderr, "no such fault: %s\n", fault.c_str());
    std::abort();
  }
  ++done_[fault];
  found->second();
  Restart();
}

}  // namespace juchu::proof
