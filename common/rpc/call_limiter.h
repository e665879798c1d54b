#ifndef COMMON_RPC_CALL_LIMITER_H_
#define COMMON_RPC_CALL_LIMITER_H_

#include <google/protobuf/descriptor.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace juchu::rpc {

// How many calls a process serves at a time. Long calls have a bound of their own, so that they never take the places
// of short ones.
struct CallLimits {
  int calls = 128;
  int long_calls = 32;
};

// Gives out places among the calls being served. Long are streams, and methods that wait for something to happen. What
// finds no place is refused at once, before it has cost anything: a queue would only make everybody wait for answers
// that come too late. One for a process; thread-safe.
class CallLimiter {
 public:
  // `waiting_methods` names the unary methods that are long.
  explicit CallLimiter(CallLimits limits, std::set<std::string> waiting_methods = {})
      : limits_(limits), waiting_methods_(std::move(waiting_methods)) {}

  // A place, given back when it goes.
  class Place {
   public:
    explicit Place(std::atomic<int>& taken) : taken_(&taken) {}

   private:
    struct GiveBack {
      void operator()(std::atomic<int>* taken) const { --*taken; }
    };
    std::unique_ptr<std::atomic<int>, GiveBack> taken_;
  };

  // RESOURCE_EXHAUSTED/OVERLOADED when all places of the method's kind are taken.
  absl::StatusOr<Place> Enter(const google::protobuf::MethodDescriptor& method);

 private:
  const CallLimits limits_;
  const std::set<std::string> waiting_methods_;
  std::atomic<int> calls_ = 0;
  std::atomic<int> long_calls_ = 0;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_CALL_LIMITER_H_
