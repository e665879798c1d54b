#ifndef TESTS_PROOF_CHAOS_PROXY_H_
#define TESTS_PROOF_CHAOS_PROXY_H_

#include <cstdint>
#include <list>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "tests/proof/chaos_link.h"

namespace juchu::proof {

// A TCP proxy on a port of 127.0.0.1 that passes every byte on unchanged until it is told to do harm: to the
// connections that are open and to those that come, until Heal. Stands between any two processes. One thread of its
// own; every method is thread-safe and takes effect at once.
class ChaosProxy {
 public:
  // What has passed since the start, over all connections.
  struct Stats {
    int64_t connections = 0;
    int64_t bytes_to_server = 0;
    int64_t bytes_to_client = 0;
    // Of the server; a greeting of MariaDB before TLS begins counts as one.
    int64_t records_to_client = 0;
    // Connections that have ended with RST to both sides, by order or because one side had done so.
    int64_t resets = 0;
  };

  // Listens on a free port. Connections go to `target_port` of 127.0.0.1; who listens there may come and go.
  static absl::StatusOr<std::unique_ptr<ChaosProxy>> Start(int target_port);
  // Ends the connections.
  ~ChaosProxy();
  ChaosProxy(const ChaosProxy&) = delete;
  ChaosProxy& operator=(const ChaosProxy&) = delete;

  int port() const { return port_; }

  // Each piece of bytes comes `latency` and up to `jitter` later, in order.
  void Slow(Direction direction, absl::Duration latency, absl::Duration jitter) ABSL_LOCKS_EXCLUDED(mutex_);
  // No more bytes a second than this for each connection; at least 1.
  void Throttle(Direction direction, int64_t bytes_per_second) ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes what comes and passes none of it.
  void BlackHole(Direction direction) ABSL_LOCKS_EXCLUDED(mutex_);
  // Each connection passes `bytes` more in the direction and is then reset to both sides; again and again.
  void CutAfter(Direction direction, int64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  // Each connection passes `bytes` more in the direction and then tells the receiver the end (FIN), as if the sender
  // had shut down its half; the other direction goes on.
  void HalfCloseAfter(Direction direction, int64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  // Both sides must speak TLS, MySQL's greeting before it allowed. Of the records that the server sends from now on,
  // over all connections, the `record`-th (from 1) and what follows it are lost: its connection is reset before the
  // record passes. Happens once; the next connections are whole.
  void LoseAnswersFrom(int64_t record) ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether the loss that LoseAnswersFrom has planned has not come yet.
  bool LossPending() const ABSL_LOCKS_EXCLUDED(mutex_);
  // New connections are refused as by a machine on which nobody listens.
  void Refuse() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends all connections of now with RST to both sides.
  void ResetAll() ABSL_LOCKS_EXCLUDED(mutex_);
  // Undoes everything. A connection of which bytes were swallowed is reset: it can never be right again.
  void Heal() ABSL_LOCKS_EXCLUDED(mutex_);

  Stats stats() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  ChaosProxy(int target_port, int listener, int port, int wake_fd);

  void Run();
  void SetListening(bool listening) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Counts what has passed and forgets connections that have ended.
  void Reap() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AcceptAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Wake() const;
  void Change(Direction direction, const Toxics& toxics) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int target_port_;
  const int listener_;
  const int port_;
  const int wake_fd_;

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool listening_ ABSL_GUARDED_BY(mutex_) = true;
  Harm harm_ ABSL_GUARDED_BY(mutex_);
  Stats stats_ ABSL_GUARDED_BY(mutex_);
  std::list<ChaosLink> links_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CHAOS_PROXY_H_
