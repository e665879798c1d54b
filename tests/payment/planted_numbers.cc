#include "tests/payment/planted_numbers.h"

#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace juchu::payment {
namespace {

// Visa, Mastercard, JCB, American Express, as their published test numbers begin.
constexpr const char* kBeginnings[] = {"411111", "555555", "353011", "378282"};
constexpr size_t kAmexDigits = 15;
constexpr size_t kDigits = 16;

size_t DigitsOf(absl::string_view beginning) { return absl::StartsWith(beginning, "37") ? kAmexDigits : kDigits; }

char CheckDigit(absl::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int weighed = i % 2 == 0 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string InGroups(absl::string_view digits, absl::string_view separator) {
  if (digits.size() == kAmexDigits) {
    return absl::StrCat(digits.substr(0, 4), separator, digits.substr(4, 6), separator, digits.substr(10));
  }
  return absl::StrCat(digits.substr(0, 4), separator, digits.substr(4, 4), separator, digits.substr(8, 4), separator,
                      digits.substr(12));
}

std::string FullWidth(absl::string_view digits) {
  std::string text;
  for (const char digit : digits) absl::StrAppend(&text, "\xEF\xBC", std::string(1, static_cast<char>(digit + 0x60)));
  return text;
}

std::string Write(absl::string_view digits, Typed typed, size_t separator) {
  static constexpr const char* kSeparators[] = {"-", " ", "－", "　"};
  switch (typed) {
    case Typed::kPlain:
      return std::string(digits);
    case Typed::kInGroups:
      return InGroups(digits, kSeparators[separator % 4]);
    case Typed::kFullWidth:
      return FullWidth(digits);
  }
  return "";
}

// What one character of `bytes` is to a search: a digit, nothing (a separator inside a number), or something else.
struct Seen {
  char digit = 0;
  bool separates = false;
  size_t size = 1;
};

Seen Look(absl::string_view bytes) {
  const auto at = [bytes](size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0; };
  if (at(0) >= '0' && at(0) <= '9') return {.digit = bytes[0]};
  if (at(0) == ' ' || at(0) == '-') return {.separates = true};
  // U+FF10 to U+FF19 in UTF-8 and in CP932.
  if (at(0) == 0xEF && at(1) == 0xBC && at(2) >= 0x90 && at(2) <= 0x99) {
    return {.digit = static_cast<char>(at(2) - 0x60), .size = 3};
  }
  if (at(0) == 0x82 && at(1) >= 0x4F && at(1) <= 0x58) return {.digit = static_cast<char>(at(1) - 0x1F), .size = 2};
  // U+3000, U+FF0D and U+2212, likewise.
  for (const absl::string_view separator : {"\u3000", "\uFF0D", "\u2212", "\x81\x40", "\x81\x7C"}) {
    if (bytes.substr(0, separator.size()) == separator) return {.separates = true, .size = separator.size()};
  }
  return {};
}

}  // namespace

PlantedNumbers::Made PlantedNumbers::Make(const std::string& where) {
  const size_t choice = std::hash<std::string>()(where) % 16 + numbers_of_[where]++;
  const std::string beginning = kBeginnings[choice % 4];
  const int filled = static_cast<int>(DigitsOf(beginning) - beginning.size()) - 1;
  std::string digits = absl::StrCat(beginning, absl::StrFormat("%0*d", filled, places_.size()));
  digits.push_back(CheckDigit(digits));
  places_[digits] = where;
  return {std::move(digits), choice};
}

std::string PlantedNumbers::Number(Typed typed, const std::string& where) {
  absl::MutexLock lock(&mutex_);
  const Made made = Make(where);
  return Write(made.digits, typed, made.choice / 4);
}

std::string PlantedNumbers::Text(const std::string& where) {
  absl::MutexLock lock(&mutex_);
  const int mark = static_cast<int>(marks_.size());
  marks_[mark] = where;
  const Made first = Make(where);
  return absl::StrFormat("#%05d: %s %s", mark, Write(first.digits, Typed::kInGroups, first.choice / 4),
                         FullWidth(Make(where).digits));
}

std::vector<std::string> PlantedNumbers::FindIn(absl::string_view bytes) const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> found;
  std::string run;
  const auto search_run = [&] {
    for (size_t begin = 0; begin + kAmexDigits <= run.size(); ++begin) {
      for (const size_t size : {kAmexDigits, kDigits}) {
        const auto place = places_.find(absl::string_view(run).substr(begin, size));
        if (place != places_.end()) found.push_back(absl::StrCat(place->first, ", typed into ", place->second));
      }
    }
    run.clear();
  };
  while (!bytes.empty()) {
    const Seen seen = Look(bytes);
    if (seen.digit != 0) run.push_back(seen.digit);
    if (seen.digit == 0 && !seen.separates) search_run();
    bytes.remove_prefix(seen.size);
  }
  search_run();
  return found;
}

std::set<std::string> PlantedNumbers::FindMaskedIn(absl::string_view bytes) const {
  absl::MutexLock lock(&mutex_);
  std::set<std::string> places;
  for (size_t at = bytes.find('#'); at != absl::string_view::npos; at = bytes.find('#', at + 1)) {
    int mark = 0;
    const absl::string_view text = bytes.substr(at);
    if (text.size() < 9 || text.substr(6, 3) != ": *" || !absl::SimpleAtoi(text.substr(1, 5), &mark)) continue;
    const auto place = marks_.find(mark);
    if (place != marks_.end()) places.insert(place->second);
  }
  return places;
}

int64_t PlantedNumbers::count() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(places_.size());
}

}  // namespace juchu::payment
