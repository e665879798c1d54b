#ifndef TESTS_STANDIN_RCCS_CONNECTIONS_H_
#define TESTS_STANDIN_RCCS_CONNECTIONS_H_

#include <functional>
#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "httplib.h"

namespace juchu::standin {

// The TLS connections that a server has open, which the library itself does not tell. The server gives each
// connection a thread until it ends, so that a thread knows the connection it serves. Must outlive the server.
// Thread-safe.
class RccsConnections {
 public:
  RccsConnections() = default;
  RccsConnections(const RccsConnections&) = delete;
  RccsConnections& operator=(const RccsConnections&) = delete;

  // Watches the connections of the server. Call before it listens; `threads` is how many it serves at a time.
  void Watch(httplib::SSLServer& server, int threads);
  // Ends the connection that this thread serves; what is written to it later is lost.
  static void EndMine();
  // Ends all connections, and from now on each new one after its handshake.
  void EndAll() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Threads;

  // Our own descriptor for the connection: its number cannot become another's while we hold it.
  void Opened(int fd) ABSL_LOCKS_EXCLUDED(mutex_);
  void Closed() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<int> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_CONNECTIONS_H_
