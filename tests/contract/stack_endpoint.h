#ifndef TESTS_CONTRACT_STACK_ENDPOINT_H_
#define TESTS_CONTRACT_STACK_ENDPOINT_H_

#include <atomic>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/contract/merchant.h"
#include "tests/integration/stack.h"

namespace juchu::contract {

// The gateway of the integration tests' stack, as the frontend reaches it.
inline Endpoint StackEndpoint() {
  auto& stack = integration::Stack::Get();
  return {stack.Channel("gateway", stack.certificates().For("frontend")),
          [&stack](const std::string& tenant, const std::string& role) { return stack.Token(tenant, role); }};
}

// All of one length: none is the beginning of another, so that a text that holds an id is a text about its merchant.
inline std::string NewMerchantId() {
  static std::atomic<int> made = 1000;
  return absl::StrCat("m", ++made);
}

}  // namespace juchu::contract

#endif  // TESTS_CONTRACT_STACK_ENDPOINT_H_
