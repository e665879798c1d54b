#include "common/rpc/calls_under_way.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"

namespace juchu::rpc {

class CallsUnderWay::Count {
 public:
  void Add(int change) {
    absl::MutexLock lock(&mutex_);
    calls_ += change;
  }
  bool AwaitNone(absl::Duration limit) {
    absl::MutexLock lock(&mutex_);
    const auto none = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return calls_ == 0; };
    return mutex_.AwaitWithTimeout(absl::Condition(&none), limit);
  }

 private:
  absl::Mutex mutex_;
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

namespace {

// Lives as long as the call: gRPC deletes it when the last byte of the answer has been handed to the socket.
template <typename Count>
class Interceptor final : public grpc::experimental::Interceptor {
 public:
  explicit Interceptor(std::shared_ptr<Count> count) : count_(std::move(count)) { count_->Add(1); }
  ~Interceptor() override { count_->Add(-1); }
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override { methods->Proceed(); }

 private:
  const std::shared_ptr<Count> count_;
};

template <typename Count>
class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(std::shared_ptr<Count> count) : count_(std::move(count)) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override {
    if (absl::StartsWith(info->method(), "/grpc.health.")) return nullptr;
    return new Interceptor<Count>(count_);
  }

 private:
  const std::shared_ptr<Count> count_;
};

}  // namespace

CallsUnderWay::CallsUnderWay() : count_(std::make_shared<Count>()) {}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> CallsUnderWay::MakeInterceptors() const {
  return std::make_unique<Factory<Count>>(count_);
}

bool CallsUnderWay::AwaitNone(absl::Duration limit) const { return count_->AwaitNone(limit); }

}  // namespace juchu::rpc
