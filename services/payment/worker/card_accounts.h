#ifndef SERVICES_PAYMENT_WORKER_CARD_ACCOUNTS_H_
#define SERVICES_PAYMENT_WORKER_CARD_ACCOUNTS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "services/payment/rccs/rccs_types.h"

namespace juchu::payment {

// The shops' accounts at the card company, from a file that only the process reads (a mounted secret):
//
//   {"accounts": [{"tenant_id": "acme", "shop_id": "rakuten-main",
//                  "auth_key": "…", "shop_url": "…", "user_name": "…"}]}
//
// Keys end after some months: the file is read again when it has changed, and one that cannot be read leaves what was
// known. Thread-safe.
class CardAccounts {
 public:
  // `path` "": nobody has an account. INVALID_ARGUMENT/CARD_ACCOUNTS_UNREADABLE says what is wrong with the file, never
  // what stands in it. `clock` must outlive it.
  static absl::StatusOr<std::unique_ptr<CardAccounts>> Open(const std::string& path, const Clock& clock);

  // The shop's account; nothing where it has none.
  std::optional<rccs::Account> Find(absl::string_view tenant, absl::string_view shop_id) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // By tenant and shop.
  using Accounts = std::map<std::pair<std::string, std::string>, rccs::Account>;

  CardAccounts(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  static absl::StatusOr<Accounts> Read(const std::string& path);
  void ReadAgainIfChanged() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const Clock& clock_;
  absl::Mutex mutex_;
  Accounts accounts_ ABSL_GUARDED_BY(mutex_);
  // Of the file that was read last.
  int64_t changed_ns_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time next_look_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_WORKER_CARD_ACCOUNTS_H_
