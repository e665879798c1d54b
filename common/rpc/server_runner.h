#ifndef COMMON_RPC_SERVER_RUNNER_H_
#define COMMON_RPC_SERVER_RUNNER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call_limiter.h"
#include "common/rpc/channel_factory.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace juchu::rpc {

struct ServerOptions {
  // "host:port"; port 0 takes a free one.
  std::string listen;
  TlsFiles tls;
  // What the handlers' CallLimiter lets in. The server has threads for that, and some more for refusing the rest.
  CallLimits limits;
  // The largest message taken from a caller, in bytes.
  int max_receive_bytes = 1 << 20;
  // Whether the contracts can be asked for over the wire (gRPC reflection).
  bool reflection = true;
  // When it stops: how long calls still come in, answered as ever, while clients and load balancers turn to others.
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

  // Waits for SIGTERM or SIGINT; the caller then calls Shutdown.
  static void WaitForSignal();

  // Health off, drain wait, `wake` (ends what waits inside of handlers), no new calls, those under way end or are
  // cancelled after the grace. Can be called once more.
  void Shutdown(const std::function<void()>& wake = {});

 private:
  class Impl;
  explicit ServerRunner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_SERVER_RUNNER_H_
