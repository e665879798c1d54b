#ifndef COMMON_TESTING_SUBPROCESS_H_
#define COMMON_TESTING_SUBPROCESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace juchu::testing {

// Runs a program of the PATH to its end with `input` as its standard input and returns its standard output. An exit
// code other than 0 is an error that shows the standard error. `input` and the output pass through files in the
// temporary directory, so any size is safe.
absl::StatusOr<std::string> RunProgram(const std::vector<std::string>& arguments, absl::string_view input = "");

}  // namespace juchu::testing

#endif  // COMMON_TESTING_SUBPROCESS_H_
