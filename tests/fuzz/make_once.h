#ifndef TESTS_FUZZ_MAKE_ONCE_H_
#define TESTS_FUZZ_MAKE_ONCE_H_

#include "absl/strings/str_cat.h"
#include "services/gateway/app/request_checks.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/require.h"

namespace juchu::fuzz {

// Makes a change by `call`. What is made is made once: sent again it gives its first answer.
template <typename Request, typename Call>
void MakeOnce(const Request& request, Call call) {
  const auto first = call(request);
  if (!first.ok()) return CheckRefusal(first.status());
  const auto again = call(request);
  Require(again.ok(), absl::StrCat("a repeat is answered: ", again.status().ToString()));
  Require(gateway::HashRequest(*again) == gateway::HashRequest(*first), "a repeat gets the first answer");
}

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_MAKE_ONCE_H_
