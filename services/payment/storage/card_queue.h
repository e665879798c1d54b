#ifndef SERVICES_PAYMENT_STORAGE_CARD_QUEUE_H_
#define SERVICES_PAYMENT_STORAGE_CARD_QUEUE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/ids/order_number.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/payment/v1/payment.pb.h"
#include "services/payment/domain/card.h"

namespace juchu::payment {

// A shop that one worker works on, until its lease ends.
struct ShopTurn {
  std::string tenant;
  std::string shop_id;
  std::string lease_token;
  absl::Time lease_end;
  // The shop's interval has passed, or it never sent.
  bool may_send = false;
  // Turns before this one in a row in which the company could not be reached.
  int failures = 0;
};

// One request as a worker sees it.
struct QueuedRequest {
  std::string request_id;
  std::string order_number;
  std::string shop_order_number;
  v1::CardOperation operation = v1::CARD_OPERATION_UNSPECIFIED;
  int64_t amount_yen = 0;
  v1::CardRequestState state = v1::CARD_REQUEST_STATE_UNSPECIFIED;
  bool asks_first = false;
  int64_t company_request_id = 0;
  absl::Time create_time;
  // Of what has been given the company's number.
  absl::Time first_send_time;
  absl::Time send_time;
  int sends = 0;
  int checks = 0;
  // What the company, or the way to it, said last.
  std::string error_code;
  std::string error_message;
  // Of one that asks first: when the order's card was first asked for anything; else create_time.
  absl::Time history_begin;
};

// How a request ended, for good.
struct RequestEnding {
  QueuedRequest request;
  Ending ending = Ending::kDone;
  std::string code;
  std::string message;
  std::string approval_number;
  std::string transaction_id;
  // Of an authorization that came to another amount than was asked for.
  std::optional<int64_t> price_yen;
  // Of an authorization that was found to be there: since when; else since now.
  std::optional<absl::Time> authorize_time;
  // The company has said this of the order, and not only of what it was sent with.
  bool of_order = false;
};

// The requests that have been written down, as the workers take them to the company. Every step is written down before
// and after what is done outside, so that a worker that dies anywhere leaves behind what the next one needs to know.
// Two workers on one shop do no harm: each request is given to the company's number once, and ends once. Thread-safe.
class CardQueue {
 public:
  // `pool` and `clock` must outlive the queue. `queued` is called after a commit that queued news.
  CardQueue(mysql::Pool& pool, const Clock& clock, std::function<void()> queued)
      : pool_(pool), clock_(clock), queued_(std::move(queued)), request_ids_(clock) {}

  // Takes a shop in which something is due, under a lease; nothing when there is none. Over all tenants.
  absl::StatusOr<std::optional<ShopTurn>> TakeShop(absl::Duration lease, absl::Time deadline);
  // Gives it back: it is due again when its next request is. `sent`: the interval begins anew. `reached`: whether the
  // company could be reached; where it could not, it is left alone for longer each time.
  absl::Status EndTurn(const ShopTurn& turn, bool sent, bool reached, absl::Time deadline);
  // When TakeShop will find a shop: in the past where it does now; nothing when nothing is under way. Over all tenants.
  absl::StatusOr<std::optional<absl::Time>> NextShopTime(absl::Time deadline);

  // What waits to be sent, the oldest first, of one operation. `asks_first`: only those that do, or only the others.
  absl::StatusOr<std::vector<QueuedRequest>> Waiting(const ShopTurn& turn, v1::CardOperation operation, bool asks_first,
                                                     int most, absl::Time deadline);
  // What the company may have and whose result is due to be asked for, the longest due first.
  absl::StatusOr<std::vector<QueuedRequest>> Due(const ShopTurn& turn, int most, absl::Time deadline);

  // Gives the company's number to those that wait still, and returns them: from here on the company may have them.
  // Those that have it already keep theirs and are sent once more.
  absl::StatusOr<std::vector<QueuedRequest>> BeginSending(const ShopTurn& turn, int64_t company_request_id,
                                                          const std::vector<QueuedRequest>& requests,
                                                          absl::Time check_time, absl::Time deadline);
  // The company has them.
  absl::Status MarkSent(const ShopTurn& turn, const std::vector<QueuedRequest>& requests, absl::Time check_time,
                        absl::Time deadline);
  // The company surely does not have them: they wait again, without a number. All bear the same one; what somebody has
  // sent again meanwhile stays as it is.
  absl::Status ReturnToWaiting(const ShopTurn& turn, const std::vector<QueuedRequest>& requests, absl::Time due_time,
                               const std::string& code, const std::string& message, absl::Time deadline);
  // They have no result yet: asked for again at `check_time`. `code` and `message` say why not; "" leaves what is
  // known.
  absl::Status PutOff(const ShopTurn& turn, const std::vector<QueuedRequest>& requests, absl::Time check_time,
                      const std::string& code, const std::string& message, absl::Time deadline);
  // The company's numbers under which something of these orders was sent that was given up later, by order number.
  absl::StatusOr<std::map<std::string, std::vector<int64_t>>> LostNumbers(const ShopTurn& turn,
                                                                          const std::vector<QueuedRequest>& requests,
                                                                          absl::Time deadline);
  // The company was asked and knows nothing of what they ask for: they are sent as any other.
  absl::Status LetBeSent(const ShopTurn& turn, const std::vector<QueuedRequest>& requests, absl::Time deadline);
  // Ends requests, with what follows for their cards: facts, news, and the next request of each. One that has ended
  // already stays as it is.
  absl::Status End(const ShopTurn& turn, const std::vector<RequestEnding>& endings, absl::Time deadline);

  // How often Notify has been called.
  int64_t news() ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits until there is more news than `seen` or `limit` has passed; false when stopped.
  bool Wait(int64_t seen, absl::Duration limit) ABSL_LOCKS_EXCLUDED(mutex_);
  // Requests have been written down by this process, or it has given a shop back.
  void Notify() ABSL_LOCKS_EXCLUDED(mutex_);
  // Wakes all waiters for good.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Executes `head`, whose end takes the ids of `requests`, after `params`.
  absl::Status Update(absl::string_view head, mysql::Params params, const ShopTurn& turn,
                      const std::vector<QueuedRequest>& requests, absl::Time deadline);

  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
  OrderNumberGenerator request_ids_;
  absl::Mutex mutex_;
  int64_t news_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_CARD_QUEUE_H_
