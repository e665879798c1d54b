#include "common/ids/order_number.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/status/error.h"

namespace juchu {
namespace {

constexpr absl::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kTimeCharacters = 10;
constexpr size_t kRandomCharacters = 6;
constexpr uint64_t kRandomLimit = uint64_t{1} << (5 * kRandomCharacters);

// By character.
constexpr std::array<bool, 256> kInAlphabet = [] {
  std::array<bool, 256> is_in = {};
  for (const char c : kAlphabet) is_in[static_cast<unsigned char>(c)] = true;
  return is_in;
}();

uint64_t RandomBits() {
  uint64_t bits = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof(bits)) != 1) std::abort();
  return bits;
}

void AppendBase32(std::string& text, uint64_t number, size_t characters) {
  for (size_t i = characters; i-- > 0;) text += kAlphabet[(number >> (5 * i)) & 31];
}

}  // namespace

OrderNumberGenerator::OrderNumberGenerator(const Clock& clock, std::function<uint64_t()> random)
    : clock_(clock), random_(random ? std::move(random) : RandomBits) {}

std::string OrderNumberGenerator::Next() {
  absl::MutexLock lock(&mutex_);
  const auto now = static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixMillis(clock_.Now())));
  if (now > last_milliseconds_) {
    last_milliseconds_ = now;
    // The upper half stays free for the orders that follow within the same millisecond.
    last_random_ = random_() % (kRandomLimit / 2);
  } else if (++last_random_ == kRandomLimit) {
    ++last_milliseconds_;
    last_random_ = 0;
  }
  std::string number;
  AppendBase32(number, last_milliseconds_, kTimeCharacters);
  AppendBase32(number, last_random_, kRandomCharacters);
  return number;
}

absl::StatusOr<std::string> ParseOrderNumber(absl::string_view field, absl::string_view text) {
  std::string number = absl::AsciiStrToUpper(text);
  const bool valid =
      number.size() == kTimeCharacters + kRandomCharacters &&
      std::all_of(number.begin(), number.end(), [](char c) { return kInAlphabet[static_cast<unsigned char>(c)]; });
  if (valid) return number;
  return InvalidField("ORDER_NUMBER_INVALID", field, text.empty() ? "is missing" : "is not an order number",
                      "an order number has 16 digits and letters, as SearchOrders gives it");
}

}  // namespace juchu
