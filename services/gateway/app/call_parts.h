#ifndef SERVICES_GATEWAY_APP_CALL_PARTS_H_
#define SERVICES_GATEWAY_APP_CALL_PARTS_H_

#include <atomic>
#include <future>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/executor/executor.h"
#include "common/executor/slots.h"
#include "common/rpc/call_context.h"

namespace juchu::gateway {

inline absl::Status CallerIsGone() { return absl::CancelledError("the caller is gone"); }

// The parts of a call of many orders (一括更新, an import). Some are worked on at a time, in threads of the call's own,
// and they share with those of other calls what may be under way. What has not begun when the call ends never does.
class CallParts {
 public:
  // `no_time`: what a part comes to that found no room before the call's deadline. `slots` and `context` must outlive
  // the parts.
  CallParts(Slots& slots, const rpc::CallContext& context, int at_a_time, absl::Status no_time)
      : slots_(slots), context_(context), no_time_(std::move(no_time)), executor_(at_a_time) {}
  ~CallParts() { over_ = true; }
  CallParts(const CallParts&) = delete;
  CallParts& operator=(const CallParts&) = delete;

  // The result of `work`, a Status or StatusOr; CANCELLED when the caller was gone before it began. They begin in the
  // order in which they are given.
  template <typename Work>
  std::future<std::invoke_result_t<Work>> Run(Work work) {
    return executor_.Run([this, work = std::move(work)]() mutable -> std::invoke_result_t<Work> {
      if (IsOver()) return CallerIsGone();
      const auto slot = slots_.Take(share_, context_.deadline);
      if (IsOver()) return CallerIsGone();
      if (!slot.has_value()) return no_time_;
      auto result = work();
      // A neighbour had no room until there was no more time. By itself that would say that nothing was done, which is
      // so of this part alone.
      if (absl::IsResourceExhausted(StatusOf(result))) return no_time_;
      return result;
    });
  }

  // The result of something else that takes long and is no part.
  template <typename Task>
  std::future<std::invoke_result_t<Task>> RunBeside(Task task) {
    return executor_.Run(std::move(task));
  }

 private:
  static const absl::Status& StatusOf(const absl::Status& status) { return status; }
  template <typename T>
  static const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
    return result.status();
  }
  bool IsOver() const { return over_ || context_.IsCancelled(); }

  Slots& slots_;
  const rpc::CallContext& context_;
  const absl::Status no_time_;
  std::atomic<bool> over_ = false;
  Slots::Share share_;
  // Ends first: it works with all of the others.
  Executor executor_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_CALL_PARTS_H_
