#ifndef COMMON_FAULT_FAULT_H_
#define COMMON_FAULT_FAULT_H_

#include "absl/strings/string_view.h"
#include "common/fault/defects.h"

// Where tests make a process crash, fail or stall, and mistakes that tests plant to see that the checkers find them.
// Built in by the CMake option JUCHU_FAULTS (dev and asan presets); otherwise both functions are `false` at compile
// time and leave nothing in the program.
//
// Fault points, in the order in which a change passes them:
//   rpc.before_call/<Method>    a call of a neighbour is about to be sent
//   mysql.before_begin          a transaction is about to begin
//   mysql.after_write           a statement has written; passed once for each
//   mysql.before_commit         COMMIT is about to be sent
//   mysql.after_commit          COMMIT has been answered
//   rpc.before_answer/<Method>  the handler is done, its answer not yet sent
//   rpc.after_call/<Method>     a neighbour has answered
//   company.before_call/<Call>  a card company is about to be asked, what is asked is written down
//   company.after_call/<Call>   it has answered, which is not written down yet
//   reconciler.after_lease      work is leased, nothing of it done
//   reconciler.before_ack       work is done, not yet acknowledged
namespace juchu::fault {

#ifdef JUCHU_FAULTS

// Passes a point. When a test has armed it: ends the process, or waits, or returns true, and then the caller behaves as
// if what the point stands for had failed.
bool Fails(absl::string_view point);
// The same for a point of many, "<point>/<which>".
bool Fails(absl::string_view point, absl::string_view which);

// Whether a test has planted this mistake (defects.h).
bool IsPlanted(Defect defect);

#else

constexpr bool Fails(absl::string_view) { return false; }
constexpr bool Fails(absl::string_view, absl::string_view) { return false; }
constexpr bool IsPlanted(Defect) { return false; }

#endif

}  // namespace juchu::fault

#endif  // COMMON_FAULT_FAULT_H_
