#include "common/rpc/call_limiter.h"

#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::rpc {

absl::StatusOr<CallLimiter::Place> CallLimiter::Enter(const google::protobuf::MethodDescriptor& method) {
  const bool is_long =
      method.client_streaming() || method.server_streaming() || waiting_methods_.count(method.name()) > 0;
  std::atomic<int>& taken = is_long ? long_calls_ : calls_;
  const int limit = is_long ? limits_.long_calls : limits_.calls;
  if (++taken <= limit) return Place(taken);
  --taken;
  return ResourceExhausted("OVERLOADED",
                           absl::StrCat("all ", limit, is_long ? " places for long calls" : " places", " are taken"),
                           {{"remedy", "try again after some seconds, with the same request id"}});
}

}  // namespace juchu::rpc
