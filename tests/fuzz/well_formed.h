#ifndef TESTS_FUZZ_WELL_FORMED_H_
#define TESTS_FUZZ_WELL_FORMED_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/fuzz/require.h"

namespace juchu::fuzz {

// gRPC sends a text that is not UTF-8, and whoever receives it cannot read it.
template <typename Request>
void RequireReadable(const Request& request) {
  Request received;
  Require(received.ParseFromString(request.SerializeAsString()), "the gateway sends no request that cannot be read");
}

// For what the gateway asks by itself: nobody but it could mend the request. `checked` is what the service says of it.
template <typename Request>
void RequireWellFormed(const Request& request, const absl::Status& checked) {
  Require(checked.ok(), absl::StrCat("the gateway sends no malformed request: ", checked.message()));
  RequireReadable(request);
}

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_WELL_FORMED_H_
