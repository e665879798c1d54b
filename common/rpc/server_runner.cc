#include "common/rpc/server_runner.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/rpc/calls_under_way.h"
#include "common/rpc/health.h"
#include "common/rpc/unreadable_request.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::rpc {
namespace {

constexpr absl::Duration kHealthInterval = absl::Seconds(5);
// The name in the health service that says whether the process can do its work.
constexpr char kReady[] = "";
// What calls of peers that never pause get at the end of the grace.
constexpr absl::Duration kLastCalls = absl::Seconds(2);
// Threads for refusals: each takes a moment only.
constexpr int kSpareThreads = 16;

sigset_t ShutdownSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void BlockShutdownSignals() {
  const sigset_t signals = ShutdownSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

class ServerRunner::Impl {
 public:
  Impl(const ServerOptions& given, std::function<bool()> is_ready) : options(given), ready(std::move(is_ready)) {}

  // Follows `ready`, until the end.
  void WatchHealth() {
    auto* health = server->GetHealthCheckService();
    do {
      const bool serving = ready();
      if (!stopping.HasBeenNotified()) health->SetServingStatus(kReady, serving);
    } while (!stopping.WaitForNotificationWithTimeout(kHealthInterval));
    health->SetServingStatus(kReady, false);
  }

  const ServerOptions options;
  const std::function<bool()> ready;
  int port = 0;
  CallsUnderWay calls;
  std::unique_ptr<grpc::Server> server;
  absl::Notification stopping;
  std::thread health_thread;
};

absl::StatusOr<std::unique_ptr<ServerRunner>> ServerRunner::Start(const ServerOptions& options,
                                                                  const std::vector<grpc::Service*>& services,
                                                                  std::function<bool()> ready) {
#ifndef JUCHU_FAULTS
  // Debian's Abseil is built to look for deadlocks at every lock, by a graph under one lock of the whole process. That
  // is for tests, which run with it.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  JUCHU_ASSIGN_OR_RETURN(auto credentials, CreateMtlsServerCredentials(options.tls));
  auto impl = std::make_unique<Impl>(options, std::move(ready));
  grpc::EnableDefaultHealthCheckService(true);
  if (options.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddListeningPort(options.listen, std::move(credentials), &impl->port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  grpc::ResourceQuota quota;
  // Past this the library refuses by itself: with the same code, but without a reason.
  quota.SetMaxThreads(options.limits.calls + options.limits.long_calls + kSpareThreads);
  builder.SetResourceQuota(quota);
  // By default a thread ends when two others wait for calls, so that nearly every call would pay for a new thread.
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 2);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, options.limits.calls);
  builder.SetMaxReceiveMessageSize(options.max_receive_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 100);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20'000);
  // Connections end now and then, so that callers find new replicas and draining ends.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 300'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 900'000);
  // Two servers on one port would share the calls without anybody noticing.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(std::make_unique<UnreadableRequestInterceptorFactory>());
  interceptors.push_back(impl->calls.MakeInterceptors());
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  impl->server = builder.BuildAndStart();
  if (impl->server == nullptr || impl->port == 0) {
    return InvalidField("ADDRESS_UNUSABLE", "--listen", absl::StrCat("cannot listen on ", options.listen),
                        "name a free address and port, and check the certificate and key");
  }
  impl->server->GetHealthCheckService()->SetServingStatus(kReady, false);
  impl->server->GetHealthCheckService()->SetServingStatus(kAcceptingCalls, true);
  impl->health_thread = std::thread([raw = impl.get()] { raw->WatchHealth(); });
  Log(LogLevel::kInfo, "serving", {{"port", static_cast<int64_t>(impl->port)}});
  return std::unique_ptr<ServerRunner>(new ServerRunner(std::move(impl)));
}

ServerRunner::ServerRunner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ServerRunner::~ServerRunner() { Shutdown(); }

int ServerRunner::port() const { return impl_->port; }

void ServerRunner::WaitForSignal() {
  const sigset_t signals = ShutdownSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  Log(LogLevel::kInfo, "stopping", {{"signal", static_cast<int64_t>(signal)}});
}

void ServerRunner::Shutdown(const std::function<void()>& wake) {
  if (impl_->stopping.HasBeenNotified()) return;
  impl_->stopping.Notify();
  impl_->server->GetHealthCheckService()->SetServingStatus(kAcceptingCalls, false);
  impl_->health_thread.join();
  if (impl_->options.drain_wait > absl::ZeroDuration()) absl::SleepFor(impl_->options.drain_wait);
  if (wake) wake();
  const absl::Time limit = absl::Now() + impl_->options.shutdown_grace;
  // A connection that is closed behind its last call may take the end of the answer with it: the kernel resets it when
  // something from the peer is still unread. So it is closed when nothing is under way any more.
  impl_->calls.AwaitNone(limit - absl::Now());
  impl_->server->Shutdown(absl::ToChronoTime(std::max(limit, absl::Now() + kLastCalls)));
  impl_->server->Wait();
  Log(LogLevel::kInfo, "stopped", {});
}

}  // namespace juchu::rpc
