#ifndef COMMON_RPC_SERVER_RUNNER_H_
#define COMMON_RPC_SERVER_RUNNER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/channel_factory.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace juchu::rpc {

struct ServerOptions {
  // "host:port"; port 0 takes a free one.
  std::string listen;
  TlsFiles tls;
  // Handlers at a time; past it calls are refused with RESOURCE_EXHAUSTED. At least 8.
  int max_threads = 64;
  // The largest message taken from a caller, in bytes.
  int max_receive_bytes = 1 << 20;
  // Whether the contracts can be asked for over the wire (gRPC reflection).
  bool reflection = true;
  // After SIGTERM: how long calls still come in, answered as ever, while load balancers look away.
  absl::Duration drain_wait = absl::ZeroDuration();
  // Then: how long calls under way may take.
  absl::Duration shutdown_grace = absl::Seconds(15);
};

// Blocks SIGTERM and SIGINT in this thread and in all that it starts. First thing in main: the runner waits for the
// signals, no handler runs.
void BlockShutdownSignals();

// Runs one gRPC server: mutual TLS, health, reflection, limits, and the order of things at the end.
class ServerRunner {
 public:
  // Listens and serves. The services must outlive the runner. `ready` says whether the process can do its work (a
  // query, say); it is asked every few seconds and answered through gRPC's health service.
  static absl::StatusOr<std::unique_ptr<ServerRunner>> Start(const ServerOptions& options,
                                                             const std::vector<grpc::Service*>& services,
                                                             std::function<bool()> ready);
  ~ServerRunner();

  int port() const;

  // Waits for SIGTERM or SIGINT, calls `stopping` (to wake what waits inside of handlers), then shuts down.
  void WaitForSignal(const std::function<void()>& stopping = {});

  // Health off, drain wait, no new calls, those under way end or are cancelled after the grace. Can be called once
  // more.
  void Shutdown();

 private:
  class Impl;
  explicit ServerRunner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_SERVER_RUNNER_H_
