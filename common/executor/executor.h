#ifndef COMMON_EXECUTOR_EXECUTOR_H_
#define COMMON_EXECUTOR_EXECUTOR_H_

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace juchu {

// Runs what it is given in threads of its own, begun in that order: for work that comes piece by piece beside that of
// the caller, where a thread for each piece would cost more than the piece. Its end waits for all that it was given.
// Thread-safe.
class Executor {
 public:
  // `threads`: how many pieces run at a time, at least 1.
  explicit Executor(int threads);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // The result of `task`, which must not wait for what is given later.
  template <typename Task>
  std::future<std::invoke_result_t<Task>> Run(Task task) {
    auto job = std::make_shared<std::packaged_task<std::invoke_result_t<Task>()>>(std::move(task));
    auto result = job->get_future();
    Push([job] { (*job)(); });
    return result;
  }

 private:
  void Push(std::function<void()> job) ABSL_LOCKS_EXCLUDED(mutex_);
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);
  void End() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  std::deque<std::function<void()>> jobs_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace juchu

#endif  // COMMON_EXECUTOR_EXECUTOR_H_
