#ifndef COMMON_IDS_ORDER_NUMBER_H_
#define COMMON_IDS_ORDER_NUMBER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/time/clock.h"

namespace juchu {

// Makes order numbers (システム受注番号): 16 characters of Crockford's base 32 (digits and capitals without I, L, O,
// U), ten for the millisecond, six random. Numbers of one generator grow strictly, so later orders sort later; two
// generators meet with a chance of one in 2^30 within one millisecond, and the database's key refuses that.
// Thread-safe.
class OrderNumberGenerator {
 public:
  // `clock` must outlive the generator. `random` gives 64 random bits; OpenSSL's generator when empty.
  explicit OrderNumberGenerator(const Clock& clock, std::function<uint64_t()> random = {});

  std::string Next() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const Clock& clock_;
  const std::function<uint64_t()> random_;
  absl::Mutex mutex_;
  uint64_t last_milliseconds_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_random_ ABSL_GUARDED_BY(mutex_) = 0;
};

// `text` in capitals when it has the shape of an order number (small letters are taken too); else
// INVALID_ARGUMENT/ORDER_NUMBER_INVALID that names `field`.
absl::StatusOr<std::string> ParseOrderNumber(absl::string_view field, absl::string_view text);

}  // namespace juchu

#endif  // COMMON_IDS_ORDER_NUMBER_H_
