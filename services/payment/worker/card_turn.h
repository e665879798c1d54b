#ifndef SERVICES_PAYMENT_WORKER_CARD_TURN_H_
#define SERVICES_PAYMENT_WORKER_CARD_TURN_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "services/payment/rccs/rccs_client.h"
#include "services/payment/storage/card_queue.h"
#include "services/payment/worker/card_worker.h"

namespace juchu::payment {

// One turn of one shop: results are asked for, then what waits is sent. Used once, by one thread. No transaction is
// open while the company is called.
class CardTurn {
 public:
  CardTurn(CardQueue& queue, const rccs::Client& company, const rccs::Account& account, const Clock& clock,
           const CardWorker::Options& options, ShopTurn turn)
      : queue_(queue), company_(company), account_(account), clock_(clock), options_(options), turn_(std::move(turn)) {}

  // Asks for results that are due.
  absl::Status Check();
  // Asks what there is of cards whose earlier request was lost, and sends the rest as any other.
  absl::Status AskFirst();
  // Sends what waits.
  absl::Status Send();

  // The company could be reached, as far as it was called.
  bool reached() const { return reached_; }
  bool sent() const { return sent_; }

 private:
  using Requests = std::vector<QueuedRequest>;

  absl::Status CheckSome(const Requests& requests);
  absl::Status TakeSteps(const Requests& requests, const std::vector<rccs::RequestResult>& results);
  // What the company knows of the order, judged for the request.
  absl::StatusOr<rccs::Judgement> History(const QueuedRequest& request);
  // The same of a request that asks first, when nothing of the order that was given up, under `lost_numbers`, is being
  // worked on still.
  absl::StatusOr<rccs::Judgement> SettledHistory(const QueuedRequest& request,
                                                 const std::vector<int64_t>& lost_numbers);
  absl::Status SendOperation(v1::CardOperation operation);
  absl::Status SendTogether(const Requests& waiting);
  // Sends what has been given its number.
  absl::Status SendNumbered(const Requests& requests);
  absl::Status AfterSending(const Requests& requests, const absl::Status& answer, bool surely_not_sent);
  // Orders that the company's format cannot name end at once; returns the others.
  absl::StatusOr<Requests> WithoutUnwritable(const Requests& waiting);
  // A question about requests was not answered: they are asked about again, or given up.
  absl::Status Unanswered(const Requests& requests, const absl::Status& answer);
  // Notes that the company was not reached and returns OK: the turn is over.
  absl::Status Unreached(const Requests& requests, const absl::Status& answer);
  bool IsOver() const;
  absl::Time Deadline() const { return turn_.lease_end; }
  absl::Time CheckTime(int checks);

  CardQueue& queue_;
  const rccs::Client& company_;
  const rccs::Account& account_;
  const Clock& clock_;
  const CardWorker::Options& options_;
  const ShopTurn turn_;
  absl::BitGen random_;
  bool reached_ = true;
  bool sent_ = false;
  // Questions that the company has answered, and to which it has said no.
  int answers_ = 0;
  int refusals_ = 0;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_WORKER_CARD_TURN_H_
