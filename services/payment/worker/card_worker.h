#ifndef SERVICES_PAYMENT_WORKER_CARD_WORKER_H_
#define SERVICES_PAYMENT_WORKER_CARD_WORKER_H_

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/queue/change_queue.h"
#include "common/time/clock.h"
#include "services/payment/rccs/rccs_client.h"
#include "services/payment/storage/card_queue.h"
#include "services/payment/worker/card_accounts.h"
#include "services/payment/worker/card_check.h"

namespace juchu::payment {

// Takes what has been written down to the card company, and its answers back. Any number of workers on any number of
// replicas: a shop is worked on under a lease. A worker that dies at any point leaves a request that is either not
// sent, or may have been; the latter is settled by asking, never by sending it as a new one.
class CardWorker {
 public:
  struct Options {
    int threads = 2;
    CheckRules checks;
    // Orders of one request.
    int most_orders = 100;
    // Requests of one operation in one turn of a shop.
    int most_requests = 20;
    // One worker at a time works on a shop; one that dies gives it back after this.
    absl::Duration lease = absl::Minutes(3);
    // No call of the company begins so shortly before the lease ends: it may hang until its own limit.
    absl::Duration last_call = absl::Seconds(70);
    // Until something is due the database is asked no more often than this.
    absl::Duration look_again = kLookAgain;
  };

  // All must outlive the worker.
  CardWorker(CardQueue& queue, const rccs::Client& company, CardAccounts& accounts, const Clock& clock, Options options)
      : queue_(queue), company_(company), accounts_(accounts), clock_(clock), options_(options) {}
  ~CardWorker() { Stop(); }
  CardWorker(const CardWorker&) = delete;
  CardWorker& operator=(const CardWorker&) = delete;

  // Works in threads of its own until Stop, which waits for the calls under way.
  void Start();
  void Stop();

  // Does what is due of one shop; false when no shop has anything due.
  absl::StatusOr<bool> RunTurn();

 private:
  // `sent`: whether something may have gone to the company, whatever became of the turn.
  absl::Status DoTurn(const ShopTurn& turn, bool& sent);
  // Does what is due of the shop, and gives it back.
  absl::Status WorkOn(const ShopTurn& turn);
  // Sleeps until a shop is due, and takes it; nothing when stopped.
  absl::StatusOr<std::optional<ShopTurn>> AwaitShop();
  // The same by one thread at a time: when it has taken one, the next thread looks.
  absl::StatusOr<std::optional<ShopTurn>> AwaitShopAlone() ABSL_LOCKS_EXCLUDED(mutex_);
  void Run();

  CardQueue& queue_;
  const rccs::Client& company_;
  CardAccounts& accounts_;
  const Clock& clock_;
  const Options options_;
  std::atomic<bool> stopping_{false};
  absl::Mutex mutex_;
  bool looking_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_WORKER_CARD_WORKER_H_
