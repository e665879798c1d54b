#include "services/gateway/postpay/order_texts.h"

#include <algorithm>
#include <array>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/postpay/layout_file.h"

namespace juchu::gateway {
namespace {

constexpr std::size_t kPostalCodeDigits = 7;
constexpr std::size_t kGmoMinPhoneDigits = 8;
constexpr std::size_t kGmoMaxPhoneDigits = 17;
// Mobile, IP and machine numbers, which have a digit more than the others.
constexpr std::array<absl::string_view, 6> kLongPrefixes = {"020", "050", "060", "070", "080", "090"};

// False, with a problem, when there is nothing.
bool CheckPresent(absl::string_view text, const std::string& field, std::vector<PostpayProblem>& problems) {
  if (!text.empty()) return true;
  problems.push_back({field, "VALUE_MISSING", "the company requires it", "fill it in in the order"});
  return false;
}

bool IsNpPhone(absl::string_view digits) {
  const bool is_long = std::any_of(kLongPrefixes.begin(), kLongPrefixes.end(),
                                   [digits](absl::string_view prefix) { return absl::StartsWith(digits, prefix); });
  return absl::StartsWith(digits, "0") && digits.size() == (is_long ? 11 : 10);
}

}  // namespace

std::string ReadOrderText(absl::string_view text, const std::string& field, const TextRule& rule,
                          std::vector<PostpayProblem>& problems) {
  std::string read = CellText(text);
  if (read.empty() && !rule.required) return read;
  if (!CheckPresent(read, field, problems)) return read;
  const absl::Status valid = ValidateText(read, /*lines=*/false);
  const std::size_t count = CountCharacters(read);
  if (!valid.ok()) {
    problems.push_back({field, ReasonOf(valid), std::string(valid.message()), "correct the order"});
  } else if (count > rule.max) {
    problems.push_back({field, "TEXT_TOO_LONG", absl::StrCat(count, " characters where the company takes ", rule.max),
                        "shorten it in the order"});
  } else if (count < rule.min) {
    problems.push_back({field, "TEXT_TOO_SHORT", absl::StrCat(count, " characters where the company wants ", rule.min),
                        "correct the order"});
  }
  return read;
}

std::string ReadOrderPostalCode(absl::string_view text, const std::string& field,
                                std::vector<PostpayProblem>& problems) {
  if (!CheckPresent(CellText(text), field, problems)) return "";
  absl::StatusOr<std::string> digits = ParsePostalCode(text);
  if (digits.ok() && digits->size() == kPostalCodeDigits) return *std::move(digits);
  problems.push_back({field, "POSTAL_CODE_INVALID", "not seven digits", "correct it in the order"});
  return "";
}

std::string ReadOrderPhone(PostpayCompany company, absl::string_view text, const std::string& field,
                           std::vector<PostpayProblem>& problems) {
  if (!CheckPresent(CellText(text), field, problems)) return "";
  std::string phone = ParsePhone(text).value_or("");
  if (absl::StartsWith(phone, "+81")) phone = absl::StrCat(phone[3] == '0' ? "" : "0", phone.substr(3));
  const bool np = company == PostpayCompany::kNp;
  const bool valid =
      np ? IsNpPhone(phone)
         : !absl::StartsWith(phone, "+") && phone.size() >= kGmoMinPhoneDigits && phone.size() <= kGmoMaxPhoneDigits;
  if (valid) return phone;
  problems.push_back({field, "PHONE_INVALID",
                      np ? "not a telephone number in Japan: 11 digits after 020, 050, 060, 070, 080 and 090, else 10"
                         : "not 8 to 17 digits",
                      "correct it in the order"});
  return "";
}

}  // namespace juchu::gateway
