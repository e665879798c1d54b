#ifndef SERVICES_GATEWAY_CLIENTS_SERVICE_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_SERVICE_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/fiber/signal.h"
#include "common/rpc/call_context.h"
#include "common/rpc/client_call.h"
#include "common/time/clock.h"
#include "google/protobuf/descriptor.h"

namespace juchu::gateway {

// What the clients of all services have in common. `Service` is the generated class ("order::v1::OrderService").
// Tenant, actor, trace and deadline come from the call context; methods that the contract marks repeatable are tried
// again when the service is unreachable. Thread-safe; a call holds its thread until the answer is there, unless it is
// made in a fiber.
template <typename Service>
class ServiceClient {
 public:
  using Stub = typename Service::StubInterface;

  // `stub` is shared by all threads; `clock` must outlive the client. `wait` is how it waits between tries: rpc::WaitOn
  // of the stub's channel; when empty it sleeps.
  ServiceClient(std::shared_ptr<Stub> stub, const Clock& clock, std::function<void(absl::Duration)> wait)
      : stub_(std::move(stub)), clock_(clock) {
    retry_.sleep = std::move(wait);
  }

  // How many RPCs this client has started, a call tried again counted once. Tests hold promises against it.
  int64_t calls_started() const { return calls_started_.load(std::memory_order_relaxed); }

 protected:
  // As clients are used when there is no need to try again.
  static rpc::RetryPolicy Once() { return {.max_tries = 1, .sleep = nullptr, .random = nullptr}; }

  // The contract's method of this name.
  static const google::protobuf::MethodDescriptor& MethodNamed(const std::string& name) {
    return *google::protobuf::DescriptorPool::generated_pool()
                ->FindServiceByName(Service::service_full_name())
                ->FindMethodByName(name);
  }

  // A method of the stub's callback interface.
  template <typename Request, typename Response>
  using Method = void (Stub::async_interface::*)(grpc::ClientContext*, const Request*, Response*,
                                                 std::function<void(grpc::Status)>);

  // Calls `descriptor`'s method, which is `method` of the stub. The status is what the service or gRPC said. A thread
  // that waits in gRPC itself would do the work of others' calls and hand it over; here it sleeps.
  template <typename Request, typename Response>
  absl::Status CallInto(Response& response, const rpc::CallContext& call,
                        const google::protobuf::MethodDescriptor& descriptor, Method<Request, Response> method,
                        const Request& request, const rpc::RetryPolicy& retry) {
    calls_started_.fetch_add(1, std::memory_order_relaxed);
    const auto invoke = [&](grpc::ClientContext* context, Response* into) {
      grpc::Status status;
      fiber::Signal answered;
      (stub_->async()->*method)(context, &request, into, [&](grpc::Status answer) {
        status = std::move(answer);
        answered.Notify();
      });
      answered.Wait();
      return status;
    };
    return rpc::CallUnary(response, call, descriptor, clock_, invoke, retry);
  }

  // The same with a response of its own.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(const rpc::CallContext& call, const google::protobuf::MethodDescriptor& descriptor,
                                Method<Request, Response> method, const Request& request,
                                const rpc::RetryPolicy& retry) {
    Response response;
    absl::Status status = CallInto(response, call, descriptor, method, request, retry);
    if (!status.ok()) return status;
    return response;
  }

  const rpc::RetryPolicy& retry() const { return retry_; }

 private:
  const std::shared_ptr<Stub> stub_;
  const Clock& clock_;
  rpc::RetryPolicy retry_;
  std::atomic<int64_t> calls_started_{0};
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_SERVICE_CLIENT_H_
