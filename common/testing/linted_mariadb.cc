#include "common/testing/linted_mariadb.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/testing/statement_lint.h"

namespace juchu::testing {
namespace {

// Null as long as nobody has asked for it.
MariaDbInstance* linted = nullptr;

// What the log says that a program of ours sent: prepared, or as text, which what has no parameters is; and executed,
// with what stood for the parameters. Tests work on the data past juchu, over the socket.
class StatementLog {
 public:
  struct Entry {
    std::string text;
    bool executed = false;
  };

  explicit StatementLog(const std::string& file) : log_(file) {}

  // False at the end.
  bool Next(Entry& entry) {
    while (ReadOne()) {
      if (command_ == "Connect") {
        if (absl::StrContains(argument_, "@localhost ")) {
          past_juchu_.insert(connection_);
        } else {
          past_juchu_.erase(connection_);
        }
      }
      const bool executed = command_ == "Execute";
      if (past_juchu_.count(connection_) > 0 || (!executed && command_ != "Prepare" && command_ != "Query")) continue;
      entry = {std::move(argument_), executed};
      return true;
    }
    return false;
  }

 private:
  // What one connection asked for; a statement may go over several lines.
  bool ReadOne() {
    static const std::regex kBeginning(
        "[^\t]*\t+ *(\\d+) (Connect|Prepare|Query|Execute|Quit|[A-Z][a-z]+ [a-z]+)(?:\t|$)", std::regex::optimize);
    // The time and the connection come first.
    static constexpr size_t kMostBefore = 60;
    if (next_.empty() && !std::getline(log_, next_)) return false;
    bool begun = false;
    do {
      std::smatch match;
      const std::string head = next_.substr(0, kMostBefore);
      if (std::regex_search(head, match, kBeginning, std::regex_constants::match_continuous)) {
        if (begun) return true;
        begun = true;
        connection_ = match[1];
        command_ = match[2];
        argument_ = next_.substr(static_cast<size_t>(match.length()));
        if (absl::StartsWith(argument_, "--")) argument_.clear();
      } else if (begun && !absl::StartsWith(next_, "--")) {
        absl::StrAppend(&argument_, argument_.empty() ? "" : " ", absl::StripLeadingAsciiWhitespace(next_));
      }
      next_.clear();
    } while (std::getline(log_, next_));
    return begun;
  }

  std::ifstream log_;
  std::string next_;
  std::string connection_;
  std::string command_;
  std::string argument_;
  std::set<std::string> past_juchu_;
};

class StatementLint : public ::testing::Environment {
 public:
  void TearDown() override {
    // No test has asked for the database.
    if (linted == nullptr) return;
    StatementLog log(linted->statement_log_file());
    std::set<std::string> seen;
    int judged = 0;
    int64_t executed = 0;
    for (StatementLog::Entry entry; log.Next(entry);) {
      if (entry.executed) {
        EXPECT_LE(TenantsIn(entry.text).size(), 1u) << "a statement of two tenants: " << entry.text;
        ++executed;
        continue;
      }
      if (!seen.insert(Shortened(entry.text)).second) continue;
      const Judgement judgement = JudgeStatement(entry.text);
      judged += judgement.is_of_tenants ? 1 : 0;
      EXPECT_EQ(judgement.fault, "") << entry.text;
    }
    // A few tests alone send few.
    const auto& tests = *::testing::UnitTest::GetInstance();
    const int least = tests.test_to_run_count() < tests.total_test_count() ? 0 : 30;
    EXPECT_GT(judged, least) << "the statement log is empty: the lint saw nothing";
    EXPECT_GT(executed, least) << "the statement log has no executed statements";
    std::printf("statement lint: %d different statements name their tenant, %ld executed ones name one at most\n",
                judged, executed);
  }
};

[[maybe_unused]] const auto* const kRegistered = ::testing::AddGlobalTestEnvironment(new StatementLint);

}  // namespace

MariaDbInstance& LintedMariaDb() {
  static const auto instance = MariaDbInstance::StartOrExit({.log_statements = true});
  linted = instance.get();
  return *instance;
}

}  // namespace juchu::testing
