#ifndef TESTS_PAYMENT_PLANTED_NUMBERS_H_
#define TESTS_PAYMENT_PLANTED_NUMBERS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace juchu::payment {

// How a card number is typed: digits only, in groups as on the card, in full-width digits.
enum class Typed : uint8_t { kPlain, kInGroups, kFullWidth };

// Card numbers that a test types into juchu. Each is made up for one place, so that a number that is found somewhere
// says where it came in. They begin as the brands' published test numbers do and pass the Luhn check. Knows nothing of
// how juchu finds card numbers. Thread-safe.
class PlantedNumbers {
 public:
  // A new number that stands for `where`.
  std::string Number(Typed typed, const std::string& where) ABSL_LOCKS_EXCLUDED(mutex_);
  // A text of at most 50 characters with a mark of its own and two numbers in it, in groups and full-width.
  std::string Text(const std::string& where) ABSL_LOCKS_EXCLUDED(mutex_);

  // The numbers that stand in `bytes`, however they are written (UTF-8 or CP932, parted or not), each with its place.
  std::vector<std::string> FindIn(absl::string_view bytes) const ABSL_LOCKS_EXCLUDED(mutex_);
  // The places of the texts that stand in `bytes` with asterisks where their numbers were.
  std::set<std::string> FindMaskedIn(absl::string_view bytes) const ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t count() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // The digits of a new number, and what it chooses its brand and its separator by: the same for a place in each run,
  // whichever threads type where else.
  struct Made {
    std::string digits;
    size_t choice;
  };
  Made Make(const std::string& where) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  // The places of numbers by their digits, and of texts by their marks.
  absl::flat_hash_map<std::string, std::string> places_ ABSL_GUARDED_BY(mutex_);
  std::map<int, std::string> marks_ ABSL_GUARDED_BY(mutex_);
  // How many numbers each place has.
  std::map<std::string, size_t> numbers_of_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::payment

#endif  // TESTS_PAYMENT_PLANTED_NUMBERS_H_
