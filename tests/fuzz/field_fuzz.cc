// Single values of a file: what is taken has one form, which means the same when it is read again.
#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/postal_prefecture.h"
#include "services/gateway/intake/text_decoder.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

using fuzz::Require;

constexpr int64_t kLimit = 999'999'999'999;

bool IsDialed(absl::string_view digits) {
  return !digits.empty() && digits.size() <= 20 && std::all_of(digits.begin(), digits.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Every refusal tells a program what is wrong and a person what to do.
void CheckRefusal(const absl::Status& status) {
  if (status.ok()) return;
  const auto info = GetErrorInfo(status);
  Require(status.code() == absl::StatusCode::kInvalidArgument && info.has_value(), "a refusal carries its reason");
  Require(!info->reason.empty() && info->metadata.count("remedy") == 1, "a refusal carries its remedy");
}

void CheckNumbers(absl::string_view text) {
  const auto number = ParseInteger(text, -kLimit, kLimit);
  CheckRefusal(number.status());
  if (number.ok()) {
    Require(*number >= -kLimit && *number <= kLimit, "a number lies in its range");
    const auto again = ParseInteger(absl::StrCat(*number), -kLimit, kLimit);
    Require(again.ok() && *again == *number, "a number written plainly is the same number");
  }
  const auto rate = ParseTaxRate(text);
  CheckRefusal(rate.status());
  if (rate.ok()) Require(*rate == 0 || *rate == 8 || *rate == 10, "a tax rate is one of three");
  CheckRefusal(ParseFlag(text).status());
}

void CheckTimes(absl::string_view text) {
  const auto time = ParseCivilTime(text);
  CheckRefusal(time.status());
  if (!time.ok()) return;
  Require(time->year() >= 1900 && time->year() <= 9999, "a year has four digits");
  const auto again = ParseCivilTime(absl::FormatCivilTime(*time));
  Require(again.ok() && *again == *time, "a time written plainly is the same time");
}

void CheckDialed(absl::string_view text) {
  const auto postal_code = ParsePostalCode(text);
  CheckRefusal(postal_code.status());
  if (postal_code.ok()) Require(IsDialed(*postal_code), "a postal code is digits");
  const auto phone = ParsePhone(text);
  CheckRefusal(phone.status());
  if (phone.ok()) {
    Require(IsDialed(absl::StripPrefix(*phone, "+")) && phone->size() <= 20, "a phone number is digits");
    const auto again = ParsePhone(*phone);
    Require(again.ok() && *again == *phone, "a phone number written plainly is the same number");
  }
}

void CheckTexts(absl::string_view text) {
  const absl::string_view trimmed = TrimSpaces(text);
  Require(TrimSpaces(trimmed) == trimmed, "trimmed text has nothing to trim");
  const std::string width = NormalizeWidth(text);
  Require(IsStrictUtf8(width) && NormalizeWidth(width) == width, "a normal form is its own normal form");
  const std::string lines = NormalizeLineEnds(text);
  Require(!absl::StrContains(lines, '\r') && NormalizeLineEnds(lines) == lines, "LF ends lines");
  Require(CountCharacters(text) <= text.size(), "no character has less than a byte");
  const absl::Status one_line = ValidateText(text, false);
  CheckRefusal(one_line);
  CheckRefusal(ValidateText(text, true));
  if (one_line.ok()) {
    Require(ValidateText(text, true).ok(), "one line is good where several are");
    Require(std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
            "good text has no control characters");
  }
  const absl::Status mail = ValidateMail(text);
  CheckRefusal(mail);
  if (mail.ok()) Require(std::count(text.begin(), text.end(), '@') == 1, "a mail address has one @");
  CheckRefusal(ValidateShopOrderNumber(text));
  Require(UnescapeQuotes(absl::StrReplaceAll(text, {{"\"", "\"\""}})) == text, "quotes come back");
}

}  // namespace
}  // namespace juchu::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = juchu::fuzz::TextOf(data, size);
  // Fields are decoded before they are read.
  if (!juchu::gateway::IsStrictUtf8(text)) return -1;
  juchu::gateway::CheckNumbers(text);
  juchu::gateway::CheckTimes(text);
  juchu::gateway::CheckDialed(text);
  juchu::gateway::CheckTexts(text);
  juchu::gateway::PostalCodeMatchesPrefecture(text.substr(0, text.find('\n')), text);
  return 0;
}
