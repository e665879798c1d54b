// Tokens as callers send them: of all byte strings, only those that were really issued are accepted.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "services/gateway/auth/base64url.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/token_store.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace juchu::fuzz {
namespace {

void CheckToken(absl::string_view token) {
  static auto* const store = new TokenStore(kTokenKeys);
  const auto principal = store->Verify(token);
  if (!principal.ok()) {
    CheckTokenRefusal(principal.status());
    return;
  }
  Require(std::find(kGoodTokens.begin(), kGoodTokens.end(), token) != kGoodTokens.end(),
          "only tokens that were issued are accepted");
  Require(principal->tenant == "shop-a" && principal->subject == "hanako", "an accepted token says who calls");
}

// Changes the inside of one part, which bytes changed at random would only make bad base64url.
std::string MutatedPart(absl::string_view token, unsigned seed) {
  std::vector<std::string> parts = absl::StrSplit(token, '.');
  std::string& part = parts[seed % parts.size()];
  const auto inside = gateway::DecodeBase64Url(part);
  if (!inside.has_value()) return "";
  std::vector<uint8_t> bytes(inside->begin(), inside->end());
  const size_t size = bytes.size();
  bytes.resize(size + 64);
  bytes.resize(LLVMFuzzerMutate(bytes.data(), size, bytes.size()));
  part = absl::WebSafeBase64Escape(TextOf(bytes.data(), bytes.size()));
  return absl::StrJoin(parts, ".");
}

}  // namespace
}  // namespace juchu::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  if (seed % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string mutated = juchu::fuzz::MutatedPart(juchu::fuzz::TextOf(data, size), seed / 8);
  if (mutated.empty() || mutated.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(mutated.begin(), mutated.end(), data);
  return mutated.size();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  juchu::fuzz::CheckToken(juchu::fuzz::TextOf(data, size));
  return 0;
}
