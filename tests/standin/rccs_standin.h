#ifndef TESTS_STANDIN_RCCS_STANDIN_H_
#define TESTS_STANDIN_RCCS_STANDIN_H_

#include <sys/socket.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "httplib.h"
#include "tests/standin/rccs_behaviours.h"
#include "tests/standin/rccs_book.h"
#include "tests/standin/rccs_connections.h"
#include "tests/standin/rccs_model.h"
#include "tests/standin/rccs_wire.h"

namespace juchu::standin {

// A stand-in for the card payment API of the mall (RCCS): SOAP over TLS on 127.0.0.1, with a memory that survives a
// kill and ways to misbehave. See README.md for what is recorded from the real one and what is our reading of it.
// Thread-safe.
class RccsStandin {
 public:
  // Where the API is, behind url().
  static constexpr char kPath[] = "/rccsapi-services/RCCSApiService";

  struct Options {
    // Made when it is not there, else gone on with.
    std::string journal_file;
    // PEM: the server's certificate chain and its private key.
    std::string certificate_file;
    std::string key_file;
    // 0: one that is free.
    int port = 0;
    // From the acceptance of a request to its effect.
    absl::Duration delay;
    std::vector<Account> accounts;
    // Of the draws for behaviours with a probability.
    uint32_t seed = 0;
    // Must outlive the stand-in. nullptr: the machine's.
    const Clock* clock = nullptr;
  };

  // What has happened. Orders and the first three of `requests` are as in the journal; `calls` are those since the
  // start that were well-formed, by operation.
  struct BookOfEffects {
    std::map<std::string, OrderCounts> orders;
    int64_t ids_given = 0;
    int64_t requests_accepted = 0;
    int64_t requests_finished = 0;
    std::map<std::string, int64_t> calls;
  };

  // Listens when it returns. An error says which file or port is at fault.
  static absl::StatusOr<std::unique_ptr<RccsStandin>> Start(Options options);
  // Ends the connections; answers under way are lost, as are those that hang.
  ~RccsStandin();
  RccsStandin(const RccsStandin&) = delete;
  RccsStandin& operator=(const RccsStandin&) = delete;

  int port() const { return port_; }
  // "https://127.0.0.1:<port>", without a path.
  std::string url() const;

  // Replaces the rules. When none of the new ones is kStall, stalled requests go on.
  void SetBehaviours(std::vector<Behaviour> behaviours);
  // Of requests that are accepted from now on.
  void SetDelay(absl::Duration delay) ABSL_LOCKS_EXCLUDED(mutex_);
  // Effects, also those that nobody was told of. `orders`: one order number, the beginning of several followed by *,
  // or "" for all.
  BookOfEffects Book(absl::string_view orders = "") ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Server final : public httplib::SSLServer {
   public:
    using SSLServer::SSLServer;
    // The library lets 5 connections wait; the sixth client would try again only after a second. Call once bound.
    void DeepenBacklog() { ::listen(svr_sock_, SOMAXCONN); }
  };

  RccsStandin(Options options, std::unique_ptr<RccsBook> book);

  void AddRoutes();
  void AddControlRoutes();
  void Serve(const httplib::Request& http, httplib::Response& answer) ABSL_LOCKS_EXCLUDED(mutex_);
  // Answers after the work, as `behaviour` wants it.
  void Answer(const std::optional<Behaviour>& behaviour, Operation operation, WireReply reply,
              httplib::Response& answer) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Knows(const Account& account) const;
  // The orders by which behaviours may choose the call.
  std::vector<std::string> OrdersOf(const WireRequest& request) const;
  WireReply Do(const WireRequest& request, const std::vector<std::string>& orders) ABSL_LOCKS_EXCLUDED(mutex_);
  WireReply Accept(const WireRequest& request, const std::vector<std::string>& orders) ABSL_LOCKS_EXCLUDED(mutex_);
  WireReply TellResults(const WireRequest& request, const std::vector<std::string>& orders);
  WireReply TellRows(const WireRequest& request, const std::vector<std::string>& orders);

  const Options options_;
  const SystemClock system_clock_;
  const Clock& clock_;
  const std::unique_ptr<RccsBook> book_;
  Behaviours behaviours_;
  RccsConnections connections_;
  Server server_;
  int port_ = 0;

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration delay_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int64_t> calls_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_STANDIN_H_
