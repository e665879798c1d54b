#ifndef TESTS_BENCH_REPORT_H_
#define TESTS_BENCH_REPORT_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/bench/measure.h"

namespace juchu::bench {

// One contender at one number of calls in flight: a sample of each round.
struct Line {
  std::string contender;
  int in_flight = 1;
  std::vector<Sample> rounds = {};
};

// A ratio with its target. The ratio of each round is of that round's samples; the middle one counts.
struct Verdict {
  std::string text;
  std::vector<double> rounds;
  double target = 0;
  bool at_least = true;

  double ratio() const { return Median(rounds); }
  bool met() const { return at_least ? ratio() >= target : ratio() <= target; }
};

// What one workload came to.
struct Section {
  std::string title;
  // What the columns count: "changes", "orders".
  std::string unit;
  std::vector<Line> lines = {};
  // A table of its own instead: the first row is the heading.
  std::vector<std::vector<std::string>> rows = {};
  // Said beneath.
  std::vector<std::string> notes = {};
  std::vector<Verdict> verdicts = {};
};

// Prints the section to standard output, in columns.
void Print(const Section& section);

// The whole of it, every round's figures too.
nlohmann::json ToJson(const Section& section);

// Prints rows with their columns aligned, the first column to the left and the others to the right.
void PrintColumns(const std::vector<std::vector<std::string>>& rows);

}  // namespace juchu::bench

#endif  // TESTS_BENCH_REPORT_H_
