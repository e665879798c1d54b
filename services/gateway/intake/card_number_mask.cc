#include "services/gateway/intake/card_number_mask.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/status/error.h"

namespace juchu::gateway {
namespace {

constexpr std::size_t kMinDigits = 13;
constexpr std::size_t kMaxDigits = 19;
constexpr std::size_t kDigitsShown = 4;
constexpr std::size_t kArticleNumberDigits = 13;

constexpr char kReason[] = "CARD_NUMBER_REFUSED";
constexpr char kProblem[] = "a card number stands in it";
constexpr char kRemedy[] = "take it out; juchu keeps no card numbers, and does not change a number or code";

// Numbers of a brand: the first `prefix_digits` digits lie in [low, high], the length in [min_digits, max_digits].
struct Brand {
  int prefix_digits;
  int low;
  int high;
  std::size_t min_digits;
  std::size_t max_digits;
};

constexpr std::array<Brand, 16> kBrands = {{
    {1, 4, 4, 13, 13},        // Visa, old
    {1, 4, 4, 16, 16},        // Visa
    {1, 4, 4, 19, 19},        // Visa
    {2, 51, 55, 16, 16},      // Mastercard
    {4, 2221, 2720, 16, 16},  // Mastercard
    {2, 34, 34, 15, 15},      // American Express
    {2, 37, 37, 15, 15},      // American Express
    {4, 3528, 3589, 16, 19},  // JCB
    {3, 300, 305, 14, 19},    // Diners Club
    {4, 3095, 3095, 14, 19},  // Diners Club
    {2, 36, 36, 14, 19},      // Diners Club
    {2, 38, 39, 14, 19},      // Diners Club
    {4, 6011, 6011, 16, 19},  // Discover
    {3, 644, 649, 16, 19},    // Discover
    {2, 65, 65, 16, 19},      // Discover
    {2, 62, 62, 16, 19},      // UnionPay
}};

// One digit of the text and where its bytes stand.
struct Digit {
  char value;
  std::size_t begin;
  std::size_t size;
};

// Digits that stand together, or groups of them parted by one separator each.
struct DigitRun {
  absl::InlinedVector<Digit, 2 * kMaxDigits> digits;
  // Index in `digits` of each group's first digit.
  absl::InlinedVector<std::size_t, kMaxDigits> group_starts;

  std::size_t GroupEnd(std::size_t group) const {
    return group + 1 < group_starts.size() ? group_starts[group + 1] : digits.size();
  }
};

// Of any script; -1: no digit.
int32_t DigitValue(UChar32 character) {
  if (character >= 0x80) return u_charDigitValue(character);
  return character >= '0' && character <= '9' ? character - '0' : -1;
}

bool IsSeparator(UChar32 character) {
  return character == ' ' || character == 0x3000 || character == 0xA0 || character == '-' || character == 0xFF0D ||
         character == 0x2212 || character == 0x30FC || character == 0xFF70 ||
         (character >= 0x2010 && character <= 0x2015);
}

bool PassesLuhn(absl::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
    const int value = (*digit - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

bool IsJapaneseArticleNumber(absl::string_view digits) {
  if (digits.size() != kArticleNumberDigits || (!absl::StartsWith(digits, "45") && !absl::StartsWith(digits, "49")))
    return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return sum % 10 == 0;
}

bool HasBrand(absl::string_view digits) {
  return std::any_of(kBrands.begin(), kBrands.end(), [digits](const Brand& brand) {
    int prefix = 0;
    return digits.size() >= brand.min_digits && digits.size() <= brand.max_digits &&
           absl::SimpleAtoi(digits.substr(0, static_cast<std::size_t>(brand.prefix_digits)), &prefix) &&
           prefix >= brand.low && prefix <= brand.high;
  });
}

// Whether people write card numbers in groups of these sizes.
bool IsCardGrouping(const std::vector<std::size_t>& sizes) {
  if (sizes.size() == 1) return true;
  const auto all = [&sizes](std::size_t size) {
    return std::all_of(sizes.begin(), sizes.end(), [size](std::size_t other) { return other == size; });
  };
  if (all(1) || all(8)) return true;
  if (sizes == std::vector<std::size_t>{4, 6, 5} || sizes == std::vector<std::size_t>{4, 6, 4}) return true;
  return sizes.size() >= 4 && sizes.back() <= 4 &&
         std::all_of(sizes.begin(), sizes.end() - 1, [](std::size_t size) { return size == 4; });
}

bool IsCardNumber(absl::string_view digits, const std::vector<std::size_t>& group_sizes) {
  return digits.size() >= kMinDigits && digits.size() <= kMaxDigits && IsCardGrouping(group_sizes) &&
         HasBrand(digits) && PassesLuhn(digits) && !IsJapaneseArticleNumber(digits);
}

// The number of groups from `first` on that make a card number, the longest such; 0: none.
std::size_t MatchGroups(const DigitRun& run, std::size_t first) {
  std::string digits;
  std::vector<std::size_t> sizes;
  std::size_t matched = 0;
  for (std::size_t group = first; group < run.group_starts.size(); ++group) {
    const std::size_t size = run.GroupEnd(group) - run.group_starts[group];
    if (digits.size() + size > kMaxDigits) break;
    for (std::size_t i = run.group_starts[group]; i < run.GroupEnd(group); ++i) digits.push_back(run.digits[i].value);
    sizes.push_back(size);
    if (IsCardNumber(digits, sizes)) matched = sizes.size();
  }
  return matched;
}

// The digits of one card number.
using CardNumber = std::vector<Digit>;

void CollectCardNumbers(const DigitRun& run, std::vector<CardNumber>& numbers) {
  for (std::size_t group = 0; group < run.group_starts.size();) {
    const std::size_t matched = MatchGroups(run, group);
    if (matched == 0) {
      ++group;
      continue;
    }
    const auto begin = run.digits.begin();
    numbers.emplace_back(begin + static_cast<std::ptrdiff_t>(run.group_starts[group]),
                         begin + static_cast<std::ptrdiff_t>(run.GroupEnd(group + matched - 1)));
    group += matched;
  }
}

std::vector<CardNumber> FindCardNumbers(absl::string_view text) {
  std::vector<CardNumber> numbers;
  if (text.size() < kMinDigits) return numbers;
  DigitRun run;
  bool separator_before = false;
  const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  const auto finish_run = [&run, &numbers] {
    if (run.digits.size() >= kMinDigits) CollectCardNumbers(run, numbers);
    run.digits.clear();
    run.group_starts.clear();
  };
  for (int32_t i = 0; i < size;) {
    const auto begin = static_cast<std::size_t>(i);
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    const int32_t value = DigitValue(character);
    if (value >= 0) {
      if (run.digits.empty() || separator_before) run.group_starts.push_back(run.digits.size());
      run.digits.push_back(Digit{static_cast<char>('0' + value), begin, static_cast<std::size_t>(i) - begin});
      separator_before = false;
    } else if (!run.digits.empty() && !separator_before && IsSeparator(character)) {
      separator_before = true;
    } else {
      finish_run();
      separator_before = false;
    }
  }
  finish_run();
  return numbers;
}

// Whether it begins with a day of 2023 to 2027, as yymmdd: numbers that systems give begin so, and Mastercard's of 16
// digits have a range there.
bool BeginsWithDay(const CardNumber& number) {
  const auto two_digits = [&number](std::size_t at) {
    return (number[at].value - '0') * 10 + (number[at + 1].value - '0');
  };
  const absl::CivilDay day(2000 + two_digits(0), two_digits(2), two_digits(4));
  return day.year() % 100 == two_digits(0) && day.month() == two_digits(2) && day.day() == two_digits(4) &&
         day.year() >= 2023 && day.year() <= 2027;
}

std::string Mask(absl::string_view text, const std::vector<CardNumber>& numbers) {
  std::string result;
  result.reserve(text.size());
  std::size_t copied = 0;
  for (const CardNumber& number : numbers) {
    for (std::size_t i = 0; i + kDigitsShown < number.size(); ++i) {
      absl::StrAppend(&result, text.substr(copied, number[i].begin - copied), "*");
      copied = number[i].begin + number[i].size;
    }
  }
  absl::StrAppend(&result, text.substr(copied));
  return result;
}

}  // namespace

std::string MaskCardNumbers(absl::string_view text) { return Mask(text, FindCardNumbers(text)); }

void MaskCardNumbersIn(std::string& text) {
  const std::vector<CardNumber> numbers = FindCardNumbers(text);
  if (!numbers.empty()) text = Mask(text, numbers);
}

bool HoldsCardNumber(absl::string_view code) {
  const std::vector<CardNumber> numbers = FindCardNumbers(code);
  return std::any_of(numbers.begin(), numbers.end(), [](const CardNumber& number) {
    return number.size() > kArticleNumberDigits && !BeginsWithDay(number);
  });
}

absl::Status RefuseCardNumber(absl::string_view code) {
  if (!HoldsCardNumber(code)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, kReason, kProblem, {{"remedy", kRemedy}});
}

absl::Status RefuseCardNumber(absl::string_view code, absl::string_view field) {
  if (!HoldsCardNumber(code)) return absl::OkStatus();
  return InvalidField(kReason, field, kProblem, kRemedy);
}

}  // namespace juchu::gateway
