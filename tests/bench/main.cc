// juchu-bench: juchu beside the least that the same work could cost, in one run; see tools/bench.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "tests/bench/workloads.h"

ABSL_FLAG(std::vector<std::string>, only, {}, "workloads to run, by name; empty: all");
ABSL_FLAG(int, rounds, 3, "how often everything is measured, in turns; odd");
ABSL_FLAG(double, seconds, 0, "of each measurement; 0: 2, or 1 with --quick");
ABSL_FLAG(int64_t, orders, 0, "orders to search through, 3,200 at least; 0: 1,000,000, or 100,000 with --quick");
ABSL_FLAG(int, batch, 10'000,
          "orders of a bulk update, and of a file imported alone: a multiple of 500, at most 10,000");
ABSL_FLAG(
    std::vector<std::string>, in_flight, std::vector<std::string>({"1", "8", "32"}),
    "calls in flight of status changes, bulk updates, imports, allocations and searches; the targets are for 1, 8 "
    "and 32");
ABSL_FLAG(bool, quick, false, "few orders and short measurements: to see that it runs, and large differences");
ABSL_FLAG(std::string, json, "", "file for all figures of all rounds");

namespace juchu::bench {
namespace {

constexpr int kMaxInFlight = 128;

struct Workload {
  const char* name;
  std::function<absl::StatusOr<Section>(Stand&, const Scale&)> run;
};

const std::vector<Workload>& Workloads() {
  static const auto* const workloads =
      new std::vector<Workload>{{"rest", RunRest},         {"status", RunStatusChanges},   {"bulk", RunBulk},
                                {"import", RunImport},     {"allocation", RunAllocations}, {"search", RunSearch},
                                {"searches", RunSearches}, {"growth", RunGrowth}};
  return *workloads;
}

absl::StatusOr<std::vector<Workload>> Chosen() {
  const auto names = absl::GetFlag(FLAGS_only);
  if (names.empty()) return Workloads();
  std::vector<Workload> chosen;
  for (const auto& name : names) {
    for (const auto& workload : Workloads()) {
      if (name == workload.name) chosen.push_back(workload);
    }
  }
  if (chosen.size() == names.size()) return chosen;
  return absl::InvalidArgumentError(absl::StrCat(
      "--only: names of ", absl::StrJoin(Workloads(), ", ", [](std::string* out, const Workload& workload) {
        out->append(workload.name);
      })));
}

absl::StatusOr<Scale> ScaleFromFlags() {
  Scale scale;
  if (absl::GetFlag(FLAGS_quick)) {
    scale.duration = absl::Seconds(1);
    scale.warm_up = absl::Milliseconds(200);
    scale.orders = 100'000;
  }
  scale.rounds = absl::GetFlag(FLAGS_rounds);
  scale.batch_orders = absl::GetFlag(FLAGS_batch);
  if (const double seconds = absl::GetFlag(FLAGS_seconds); seconds != 0) scale.duration = absl::Seconds(seconds);
  if (const int64_t orders = absl::GetFlag(FLAGS_orders); orders != 0) scale.orders = orders;
  scale.in_flight.clear();
  for (const auto& text : absl::GetFlag(FLAGS_in_flight)) {
    int in_flight = 0;
    if (!absl::SimpleAtoi(text, &in_flight) || in_flight < 1 || in_flight > kMaxInFlight) {
      return absl::InvalidArgumentError(absl::StrCat("--in_flight: give numbers of 1 to ", kMaxInFlight));
    }
    scale.in_flight.push_back(in_flight);
  }
  if (scale.rounds < 1 || scale.rounds % 2 == 0) return absl::InvalidArgumentError("--rounds: give an odd number");
  if (scale.duration <= absl::ZeroDuration()) return absl::InvalidArgumentError("--seconds: give more than 0");
  // A hundredth of them is changed 32 at a time.
  if (scale.orders < 3200) return absl::InvalidArgumentError("--orders: give 3200 at least");
  if (scale.batch_orders < 500 || scale.batch_orders > 10'000 || scale.batch_orders % 500 != 0) {
    return absl::InvalidArgumentError("--batch: give a multiple of 500, at most 10000");
  }
  return scale;
}

absl::Status WriteJson(const std::vector<Section>& sections, const Scale& scale) {
  const std::string path = absl::GetFlag(FLAGS_json);
  if (path.empty()) return absl::OkStatus();
  nlohmann::json json = {{"time", absl::FormatTime(absl::Now(), absl::UTCTimeZone())},
                         {"rounds", scale.rounds},
                         {"seconds", absl::ToDoubleSeconds(scale.duration)},
                         {"orders", scale.orders},
                         {"batch", scale.batch_orders},
                         {"sections", nlohmann::json::array()}};
  for (const auto& section : sections) json["sections"].push_back(ToJson(section));
  std::ofstream file(path);
  file << json.dump(2) << "\n";
  file.close();
  return file ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrCat("--json: cannot write ", path));
}

absl::Status Run() {
  JUCHU_ASSIGN_OR_RETURN(const auto workloads, Chosen());
  JUCHU_ASSIGN_OR_RETURN(const Scale scale, ScaleFromFlags());
  std::fprintf(stderr, "starting the database, juchu and the two-hop RPC\n");
  JUCHU_ASSIGN_OR_RETURN(const auto stand, Stand::Start());
  JUCHU_RETURN_IF_ERROR(LoadChangeableOrders(*stand, kTenant, kJuchuOrders));
  std::vector<Section> sections;
  for (const auto& workload : workloads) {
    std::fprintf(stderr, "%s\n", workload.name);
    JUCHU_ASSIGN_OR_RETURN(auto section, workload.run(*stand, scale));
    std::fprintf(stderr, "\n");
    Print(section);
    sections.push_back(std::move(section));
  }
  return WriteJson(sections, scale);
}

}  // namespace
}  // namespace juchu::bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("measures juchu beside SQL by hand and a minimal RPC; run it by tools/bench");
  if (absl::ParseCommandLine(argc, argv).size() > 1) {
    std::cerr << "juchu-bench: only flags are taken; see --help\n";
    return 2;
  }
  const absl::Status status = juchu::bench::Run();
  if (status.ok()) return 0;
  std::cerr << "\njuchu-bench: " << status.ToString(absl::StatusToStringMode::kWithNoExtraData) << "\n";
  return absl::IsInvalidArgument(status) ? 2 : 1;
}
