#include "services/payment/worker/card_worker.h"

#include <algorithm>
#include <optional>

#include "common/fault/fault.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/payment/worker/card_turn.h"

namespace juchu::payment {
namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(200);
constexpr absl::Duration kMaxBackoff = absl::Seconds(10);
constexpr absl::Duration kCallLimit = absl::Seconds(10);
constexpr int kMostWithoutAccount = 500;
constexpr v1::CardOperation kOperations[] = {v1::AUTHORIZE, v1::VOID_AUTHORIZATION, v1::CAPTURE, v1::VOID_CAPTURE};

// A shop without an account can ask for nothing: what waits ends.
absl::Status EndWithoutAccount(CardQueue& queue, const ShopTurn& turn) {
  for (const v1::CardOperation operation : kOperations) {
    for (const bool asks_first : {false, true}) {
      JUCHU_ASSIGN_OR_RETURN(const auto waiting,
                             queue.Waiting(turn, operation, asks_first, kMostWithoutAccount, turn.lease_end));
      std::vector<RequestEnding> endings;
      for (const auto& request : waiting) {
        RequestEnding ending;
        ending.request = request;
        ending.ending = Ending::kRefused;
        ending.code = "CARD_ACCOUNT_MISSING";
        ending.message = "the shop has no account at the card company here; whoever runs juchu adds it to the accounts";
        endings.push_back(std::move(ending));
      }
      JUCHU_RETURN_IF_ERROR(queue.End(turn, endings, turn.lease_end));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CardWorker::DoTurn(const ShopTurn& turn, bool& sent) {
  const auto account = accounts_.Find(turn.tenant, turn.shop_id);
  if (!account.has_value()) {
    JUCHU_RETURN_IF_ERROR(EndWithoutAccount(queue_, turn));
    // What was sent when there was an account waits until there is one again.
    return queue_.EndTurn(turn, /*sent=*/false, /*reached=*/false, clock_.Now() + kCallLimit);
  }
  CardTurn work(queue_, company_, *account, clock_, options_, turn);
  absl::Status done = work.Check();
  if (done.ok()) done = work.AskFirst();
  if (done.ok() && turn.may_send) done = work.Send();
  sent = work.sent();
  JUCHU_RETURN_IF_ERROR(done);
  return queue_.EndTurn(turn, work.sent(), work.reached(), clock_.Now() + kCallLimit);
}

absl::Status CardWorker::WorkOn(const ShopTurn& turn) {
  bool sent = false;
  const absl::Status done = DoTurn(turn, sent);
  // The shop need not wait for the end of the lease; but others come first.
  if (!done.ok()) queue_.EndTurn(turn, sent, /*reached=*/false, clock_.Now() + kCallLimit).IgnoreError();
  return done;
}

absl::StatusOr<bool> CardWorker::RunTurn() {
  JUCHU_ASSIGN_OR_RETURN(const auto turn, queue_.TakeShop(options_.lease, clock_.Now() + kCallLimit));
  if (!turn.has_value()) return false;
  JUCHU_RETURN_IF_ERROR(WorkOn(*turn));
  return true;
}

void CardWorker::Start() {
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Run(); });
}

void CardWorker::Stop() {
  stopping_ = true;
  queue_.Stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

absl::StatusOr<std::optional<ShopTurn>> CardWorker::AwaitShop() {
  while (!stopping_) {
    const int64_t seen = queue_.news();
    const absl::Time deadline = clock_.Now() + kCallLimit;
    JUCHU_ASSIGN_OR_RETURN(const auto due, queue_.NextShopTime(deadline));
    absl::Duration pause = due.value_or(absl::InfiniteFuture()) - clock_.Now();
    if (pause <= absl::ZeroDuration()) {
      JUCHU_ASSIGN_OR_RETURN(auto turn, queue_.TakeShop(options_.lease, deadline));
      if (turn.has_value()) return turn;
      // Another process takes it, or writes something down for it just now.
      pause = kFirstBackoff;
    }
    queue_.Wait(seen, std::min(pause, options_.look_again));
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<ShopTurn>> CardWorker::AwaitShopAlone() {
  {
    absl::MutexLock lock(&mutex_);
    const auto nobody_looks = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !looking_; };
    mutex_.Await(absl::Condition(&nobody_looks));
    looking_ = true;
  }
  auto turn = AwaitShop();
  absl::MutexLock lock(&mutex_);
  looking_ = false;
  return turn;
}

void CardWorker::Run() {
  absl::Duration backoff = kFirstBackoff;
  while (!stopping_) {
    const auto turn = AwaitShopAlone();
    absl::Status done = turn.status();
    if (done.ok() && turn->has_value()) {
      done = WorkOn(**turn);
      // Whoever looks has seen the shop as it was during the turn.
      queue_.Notify();
    }
    if (done.ok()) {
      backoff = kFirstBackoff;
      continue;
    }
    Log(LogLevel::kWarning, "card_turn_failed",
        {{"code", absl::StatusCodeToString(done.code())}, {"reason", ReasonOf(done)}});
    queue_.Wait(queue_.news(), backoff);
    backoff = std::min(2 * backoff, kMaxBackoff);
  }
}

}  // namespace juchu::payment
