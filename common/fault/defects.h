#ifndef COMMON_FAULT_DEFECTS_H_
#define COMMON_FAULT_DEFECTS_H_

#include "absl/strings/string_view.h"

// The mistakes that tests can plant. tests/proof/defects_test.cc must show each of them found; a new one without its
// row there fails it.
namespace juchu::fault {

inline constexpr absl::string_view kDefects[] = {
    // A change is written whatever version it was decided on.
    "write-without-version",
    // A COMMIT that failed counts as one that succeeded, as with the library's commit().
    "commit-error-ignored",
    // Orders are loaded by their numbers alone.
    "tenant-predicate-missing",
    // The caller is answered, then COMMIT is sent.
    "answer-before-commit",
    // A change does not keep its request id.
    "retry-without-key",
    // The reconciler acknowledges what it has leased, then does it.
    "acknowledge-before-effect",
    // A decision that rests on an old configuration is written over what the new one came to.
    "late-fact-overwrites",
    // What the inventory answered earlier is written over what it answered later.
    "older-answer-overwrites",
    // A change by hand leaves an AUTO order AUTO.
    "mode-not-turned",
    // Stock is read, and written as what was read and the change.
    "stock-read-then-written",
    // An order that gives stock back gives back each piece twice.
    "stock-given-back-twice",
    // An order that another call has locked is passed over and taken for one that nobody knows.
    "locked-order-skipped",
    // The card company's number of a request is written down when the company has been called.
    "card-sent-before-written",
    // A request to the card company whose answer was lost is asked for anew, without asking what became of it.
    "lost-answer-sent-anew",
    // What a finished request came to for its single orders is not looked at.
    "order-level-error-ignored",
    // An order is registered with NP or GMO whether or not it has been already.
    "registered-unseen",
    // Nobody remembers which slip numbers were reported.
    "slip-number-forgotten",
};

constexpr bool IsDefect(absl::string_view name) {
  for (const absl::string_view defect : kDefects) {
    if (defect == name) return true;
  }
  return false;
}

// A name out of kDefects; any other does not compile.
class Defect {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): written as text where a mistake is planted.
  consteval Defect(const char* name) : name_(name) {
    if (!IsDefect(name_)) throw "no such defect in kDefects";
  }
  constexpr absl::string_view name() const { return name_; }

 private:
  absl::string_view name_;
};

}  // namespace juchu::fault

#endif  // COMMON_FAULT_DEFECTS_H_
