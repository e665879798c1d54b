#include "common/rpc/trace.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace juchu::rpc {
namespace {

constexpr size_t kLength = 55;  // "00-" 32 "-" 16 "-" 2

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string RandomHex64() {
  // Trace ids are for finding log lines together; they guard nothing, so a quick generator will do.
  thread_local absl::BitGen generator;
  return absl::StrFormat("%016x", absl::Uniform<uint64_t>(generator, 1, ~uint64_t{0}));
}

}  // namespace

absl::string_view TraceId(absl::string_view traceparent) {
  if (traceparent.size() != kLength || traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-')
    return "";
  const absl::string_view id = traceparent.substr(3, 32);
  return IsLowerHex(id) && id.find_first_not_of('0') != absl::string_view::npos ? id : "";
}

std::string ContinueTrace(absl::string_view incoming) {
  const absl::string_view known = TraceId(incoming);
  const std::string id = known.empty() ? absl::StrCat(RandomHex64(), RandomHex64()) : std::string(known);
  return absl::StrCat("00-", id, "-", RandomHex64(), "-01");
}

}  // namespace juchu::rpc
