#include "common/executor/executor.h"

namespace juchu {

Executor::Executor(int threads) {
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
  } catch (...) {
    // The system has no more threads: those that there are must end first.
    End();
    throw;
  }
}

Executor::~Executor() { End(); }

void Executor::End() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  for (auto& thread : threads_) thread.join();
}

void Executor::Push(std::function<void()> job) {
  absl::MutexLock lock(&mutex_);
  jobs_.push_back(std::move(job));
}

void Executor::Work() {
  const auto has_news = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ending_ || !jobs_.empty(); };
  while (true) {
    std::function<void()> job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_news));
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace juchu
