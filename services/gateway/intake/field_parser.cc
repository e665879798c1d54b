#include "services/gateway/intake/field_parser.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"

namespace juchu::gateway {
namespace {

constexpr absl::string_view kFullWidthSpace = "\u3000";
constexpr absl::string_view kMinusSign = "\u2212";
constexpr std::size_t kMaxDialDigits = 20;

absl::Status Invalid(absl::string_view reason, absl::string_view message, absl::string_view remedy) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, message, {{"remedy", std::string(remedy)}});
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); });
}

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

// Everything that people write for a hyphen, after NFKC.
std::string WithoutHyphens(absl::string_view normalized) {
  return absl::StrReplaceAll(normalized, {{"-", ""},
                                          {" ", ""},
                                          {"\u2010", ""},
                                          {"\u2011", ""},
                                          {"\u2012", ""},
                                          {"\u2013", ""},
                                          {"\u2014", ""},
                                          {"\u2015", ""},
                                          {kMinusSign, ""},
                                          {"\u30FC", ""}});
}

// Takes 1 to `max_digits` digits from the front of `text`.
std::optional<int> TakeNumber(absl::string_view& text, std::size_t max_digits) {
  std::size_t length = 0;
  while (length < text.size() && length < max_digits && absl::ascii_isdigit(static_cast<unsigned char>(text[length]))) {
    ++length;
  }
  int value = 0;
  if (!absl::SimpleAtoi(text.substr(0, length), &value)) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

// Takes ":05" or ":05:09" after the hour. False: something else stands there.
bool TakeMinuteAndSecond(absl::string_view& text, int& minute, int& second) {
  if (!absl::ConsumePrefix(&text, ":")) return false;
  const std::optional<int> taken_minute = TakeNumber(text, 2);
  if (!taken_minute.has_value()) return false;
  minute = *taken_minute;
  if (!absl::ConsumePrefix(&text, ":")) return true;
  const std::optional<int> taken_second = TakeNumber(text, 2);
  if (!taken_second.has_value()) return false;
  second = *taken_second;
  return true;
}

std::optional<absl::CivilSecond> ReadCivilTime(absl::string_view text) {
  const std::optional<int> year = TakeNumber(text, 4);
  if (!year.has_value() || *year < 1900 || text.empty() || (text[0] != '/' && text[0] != '-')) return std::nullopt;
  const absl::string_view separator = text.substr(0, 1);
  text.remove_prefix(1);
  const std::optional<int> month = TakeNumber(text, 2);
  if (!month.has_value() || !absl::ConsumePrefix(&text, separator)) return std::nullopt;
  const std::optional<int> day = TakeNumber(text, 2);
  if (!day.has_value()) return std::nullopt;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!text.empty()) {
    if (!absl::ConsumePrefix(&text, " ") && !absl::ConsumePrefix(&text, "T")) return std::nullopt;
    text = absl::StripLeadingAsciiWhitespace(text);
    const std::optional<int> taken_hour = TakeNumber(text, 2);
    if (!taken_hour.has_value() || !TakeMinuteAndSecond(text, minute, second) || !text.empty()) return std::nullopt;
    hour = *taken_hour;
  }
  // CivilSecond carries 2026/02/30 over into March: what exists is what comes back unchanged.
  const absl::CivilSecond civil(*year, *month, *day, hour, minute, second);
  if (civil.month() != *month || civil.day() != *day || civil.hour() != hour || civil.minute() != minute ||
      civil.second() != second) {
    return std::nullopt;
  }
  return civil;
}

}  // namespace

std::string NormalizeWidth(absl::string_view text) {
  if (IsAscii(text)) return std::string(text);
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const normalizer = icu::Normalizer2::getNFKCInstance(error);
  std::string normalized;
  icu::StringByteSink<std::string> sink(&normalized, static_cast<int32_t>(text.size()));
  if (U_SUCCESS(error)) {
    normalizer->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr,
                              error);
  }
  return U_SUCCESS(error) ? normalized : std::string(text);
}

absl::string_view TrimSpaces(absl::string_view text) {
  while (true) {
    const std::size_t size = text.size();
    text = absl::StripAsciiWhitespace(text);
    absl::ConsumePrefix(&text, kFullWidthSpace);
    absl::ConsumeSuffix(&text, kFullWidthSpace);
    if (text.size() == size) return text;
  }
}

std::size_t CountCharacters(absl::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

absl::StatusOr<int64_t> ParseInteger(absl::string_view text, int64_t min, int64_t max) {
  const std::string normalized = NormalizeWidth(TrimSpaces(text));
  absl::string_view rest = normalized;
  const bool negative = absl::ConsumePrefix(&rest, "-") || absl::ConsumePrefix(&rest, kMinusSign);
  const std::size_t point = rest.find('.');
  const absl::string_view whole = rest.substr(0, point);
  const absl::string_view fraction = point == absl::string_view::npos ? "0" : rest.substr(point + 1);
  if (!AllDigits(whole) || !AllDigits(fraction) || fraction.find_first_not_of('0') != absl::string_view::npos) {
    return Invalid("NUMBER_INVALID", "not a whole number",
                   "write digits only, with a minus where it is negative, and no thousands separator");
  }
  int64_t value = 0;
  const bool fits = absl::SimpleAtoi(absl::StrCat(negative ? "-" : "", whole), &value);
  if (!fits || value < min || value > max) {
    return Invalid("NUMBER_OUT_OF_RANGE", absl::StrCat("not between ", min, " and ", max), "correct the number");
  }
  return value;
}

absl::StatusOr<absl::CivilSecond> ParseCivilTime(absl::string_view text) {
  const std::string normalized = NormalizeWidth(TrimSpaces(text));
  const std::optional<absl::CivilSecond> civil = ReadCivilTime(normalized);
  if (!civil.has_value()) {
    return Invalid("DATE_INVALID", "not a date that exists", "write it as YYYY/MM/DD or YYYY/MM/DD hh:mm:ss");
  }
  return *civil;
}

absl::Time FromJapanTime(absl::CivilSecond civil) { return absl::FromCivil(civil, absl::FixedTimeZone(9 * 60 * 60)); }

absl::StatusOr<std::string> ParsePostalCode(absl::string_view text) {
  std::string digits =
      WithoutHyphens(absl::StrReplaceAll(NormalizeWidth(TrimSpaces(text)), {{"\u3012", ""}, {"\u3020", ""}}));
  if (!AllDigits(digits) || digits.size() > kMaxDialDigits) {
    return Invalid("POSTAL_CODE_INVALID", "not a postal code", "write seven digits, with or without a hyphen");
  }
  return digits;
}

absl::StatusOr<std::string> ParsePhone(absl::string_view text) {
  std::string phone = WithoutHyphens(absl::StrReplaceAll(NormalizeWidth(TrimSpaces(text)), {{"(", ""}, {")", ""}}));
  if (!AllDigits(absl::StripPrefix(phone, "+")) || phone.size() > kMaxDialDigits) {
    return Invalid("PHONE_INVALID", "not a telephone number", "write at most 20 digits, with or without hyphens");
  }
  return phone;
}

absl::StatusOr<int> ParseTaxRate(absl::string_view text) {
  const std::string normalized = NormalizeWidth(TrimSpaces(text));
  const absl::StatusOr<int64_t> rate = ParseInteger(absl::StripSuffix(normalized, "%"), 0, 100);
  if (!rate.ok() || (*rate != 10 && *rate != 8 && *rate != 0)) {
    return Invalid("TAX_RATE_INVALID", "not a rate of consumption tax", "write 10, 8 or 0");
  }
  return static_cast<int>(*rate);
}

absl::StatusOr<bool> ParseFlag(absl::string_view text) {
  const std::string normalized = NormalizeWidth(TrimSpaces(text));
  if (normalized != "0" && normalized != "1") return Invalid("FLAG_INVALID", "neither 0 nor 1", "write 0 or 1");
  return normalized == "1";
}

absl::Status ValidateShopOrderNumber(absl::string_view text) {
  const bool valid = !text.empty() && text.size() <= 30 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
  if (valid) return absl::OkStatus();
  return Invalid("SHOP_ORDER_NUMBER_INVALID", "not a shop order number", "write 1 to 30 letters, digits and hyphens");
}

absl::Status ValidateMail(absl::string_view text) {
  const std::size_t at = text.find('@');
  const bool valid = at != absl::string_view::npos && at > 0 && at + 1 < text.size() && at == text.rfind('@') &&
                     text.find(' ') == absl::string_view::npos && !absl::StrContains(text, kFullWidthSpace);
  if (valid) return absl::OkStatus();
  return Invalid("MAIL_INVALID", "not a mail address", "write one address such as name@example.jp");
}

absl::Status ValidateText(absl::string_view text, bool lines) {
  const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    if (character < 0 || character == 0xFFFD) {
      return Invalid("CHARACTERS_LOST", "holds a character that was lost before the file came here",
                     "correct the text where the file was made, and send the order again");
    }
    const bool control = character < 0x20 || (character >= 0x7F && character <= 0x9F);
    const bool breaks_or_turns =
        (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
    if ((control && !(lines && (character == '\n' || character == '\t'))) || breaks_or_turns) {
      return Invalid("CONTROL_CHARACTER", "holds a control character or a line break that the column does not take",
                     "remove it");
    }
  }
  return absl::OkStatus();
}

std::string NormalizeLineEnds(absl::string_view text) {
  if (!absl::StrContains(text, '\r')) return std::string(text);
  return absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}});
}

}  // namespace juchu::gateway
