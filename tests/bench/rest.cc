// What juchu costs while nobody calls, and how soon it is there.
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "tests/bench/workloads.h"

namespace juchu::bench {
namespace {

constexpr const char* kServices[] = {"order", "inventory", "payment", "gateway"};
// The long polls look into the database themselves every few seconds.
constexpr absl::Duration kRest = absl::Seconds(15);

// Seconds from the start of a process until it serves; it is killed before.
double SecondsToReady(Stand& stand, const std::string& process) {
  stand.cluster().process(process).Kill();
  const absl::Time start = absl::Now();
  stand.cluster().Heal();
  return absl::ToDoubleSeconds(absl::Now() - start);
}

// What somebody asked the database, and how often.
struct Asked {
  std::string statement;
  int64_t times = 0;

  // What other processes queue, and leases that run out, are seen only by looking: the reconciler's long polls of the
  // owners' changes do so every few seconds, and the card worker for shops that are due. The health service asks
  // whether the database is there, and not in a transaction.
  bool Expected() const {
    return absl::StrContains(statement, "_changes ") || absl::StrContains(statement, "FROM card_shops ") ||
           statement == "SET autocommit = 0" || statement == "SET autocommit = 1" || statement == "COMMIT" ||
           statement == "ROLLBACK" || statement == "SELECT 1";
  }
};

// The services' statements during kRest, by the server's general log. They come as users of their own, over the socket
// as root and the SQL by hand do; a line's user_host begins with the user: "u_1b2c[u_1b2c] @ localhost []".
absl::StatusOr<std::vector<Asked>> WatchStatements(Stand& stand) {
  testing::MariaDbInstance& server = stand.server();
  JUCHU_RETURN_IF_ERROR(
      server.RootSql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = ON")
          .status());
  absl::SleepFor(kRest);
  JUCHU_RETURN_IF_ERROR(server.RootSql("SET GLOBAL general_log = OFF").status());
  JUCHU_ASSIGN_OR_RETURN(
      const std::string text,
      server.RootSql("SELECT COUNT(*), LEFT(argument, 300) FROM mysql.general_log WHERE command_type IN ('Query', "
                     "'Execute') AND user_host NOT LIKE 'root[%' AND user_host NOT LIKE 'by_hand[%' GROUP BY 2 ORDER "
                     "BY 1 DESC"));
  std::vector<Asked> all;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits('\t', 1));
    Asked asked{parts.second};
    if (!absl::SimpleAtoi(parts.first, &asked.times)) return absl::InternalError(absl::StrCat("general log: ", line));
    all.push_back(std::move(asked));
  }
  return all;
}

}  // namespace

absl::StatusOr<Section> RunRest(Stand& stand, const Scale& scale) {
  Section section{"At rest, and at the start", ""};
  section.rows = {{"process", "ready after s", "memory MiB", "CPU ms a second"}};
  std::vector<std::vector<double>> ready(std::size(kServices));
  for (int round = 0; round < scale.rounds; ++round) {
    for (size_t i = 0; i < std::size(kServices); ++i) ready[i].push_back(SecondsToReady(stand, kServices[i]));
  }
  std::vector<absl::Duration> cpu;
  for (const char* service : kServices) cpu.push_back(CpuTime(stand.cluster().process(service).pid()));
  JUCHU_ASSIGN_OR_RETURN(const auto asked, WatchStatements(stand));
  for (size_t i = 0; i < std::size(kServices); ++i) {
    const std::string service = kServices[i];
    const pid_t pid = stand.cluster().process(service).pid();
    const double memory = static_cast<double>(ResidentKb(pid)) / 1024;
    const double busy = absl::ToDoubleMilliseconds(CpuTime(pid) - cpu[i]) / absl::ToDoubleSeconds(kRest);
    section.rows.push_back({service, absl::StrFormat("%.2f", Median(ready[i])), absl::StrFormat("%.0f", memory),
                            absl::StrFormat("%.1f", busy)});
    section.verdicts.push_back({service + ": seconds from start to ready", ready[i], 1, false});
    section.verdicts.push_back({service + ": MiB of memory at rest", {memory}, 64, false});
  }
  double beyond = 0;
  for (const auto& [statement, times] : asked) {
    section.notes.push_back(absl::StrCat(times, " × ", statement));
    if (!Asked{statement, times}.Expected()) beyond += static_cast<double>(times);
  }
  section.notes.insert(section.notes.begin(),
                       absl::StrCat("the database was asked in ", absl::FormatDuration(kRest), ":"));
  section.verdicts.push_back(
      {"statements a second beyond long polls and health", {beyond / absl::ToDoubleSeconds(kRest)}, 0, false});
  return section;
}

}  // namespace juchu::bench
