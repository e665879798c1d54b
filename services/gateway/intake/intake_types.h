#ifndef SERVICES_GATEWAY_INTAKE_INTAKE_TYPES_H_
#define SERVICES_GATEWAY_INTAKE_INTAKE_TYPES_H_

#include <string>
#include <vector>

namespace juchu::gateway {

// A place in a file that is wrong. Never holds a value from the file, which may be personal data.
struct IntakeProblem {
  // Line as a text editor counts; the first is 1. 0: the whole file.
  int line = 0;
  // The column's name as the file has it; "": none is meant.
  std::string column;
  // For programs: "DATE_INVALID". README.md of this folder lists them.
  std::string reason;
  // What is wrong, and what to do; without a full stop.
  std::string message;
  std::string remedy;
};

// What an operator should know though nothing was refused for it.
struct IntakeNote {
  // For programs: "TOTAL_DIFFERS".
  std::string reason;
  std::string message;
};

// What is to be said of one order of a file beside what it holds.
struct IntakeOrder {
  // The mall's number; always set.
  std::string shop_order_number;
  // Lines on which the order's rows begin, ascending. All rows of the file with its number, wherever they stand.
  std::vector<int> lines;
  // Every reason to refuse it, at most kMaxProblemsPerOrder. Empty: the order was read whole.
  std::vector<IntakeProblem> problems;
  std::vector<IntakeNote> notes;
};

inline constexpr int kMaxProblemsPerOrder = 50;

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_INTAKE_TYPES_H_
