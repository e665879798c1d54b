#ifndef SERVICES_GATEWAY_INTAKE_FIELD_PARSER_H_
#define SERVICES_GATEWAY_INTAKE_FIELD_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace juchu::gateway {

// Readers of single values in UTF-8, as shop systems write them. Full-width digits and signs are understood. Each
// error is INVALID_ARGUMENT with the named reason and the metadata "remedy"; messages never hold the value, which may
// be personal data.

// Unicode's compatibility form NFKC: full-width digits and letters become half-width ones, ① becomes 1.
std::string NormalizeWidth(absl::string_view text);

// Without the spaces (half- and full-width) and tabs around it.
absl::string_view TrimSpaces(absl::string_view text);

// Characters (code points) of well-formed UTF-8.
std::size_t CountCharacters(absl::string_view text);

// An integer from `min` to `max`: digits with an optional minus before them; a fraction of zeros ("1200.00") is taken.
// NUMBER_INVALID (thousands separators too), NUMBER_OUT_OF_RANGE.
absl::StatusOr<int64_t> ParseInteger(absl::string_view text, int64_t min, int64_t max);

// "2026/07/08 09:05:00": also without zero padding, without seconds, without a time (midnight), with hyphens. The
// result is a time that exists: 2026/02/30 and 24:00 are refused. DATE_INVALID.
absl::StatusOr<absl::CivilSecond> ParseCivilTime(absl::string_view text);

// The instant of a time in Japan, which has kept nine hours before UTC without summer time since 1952.
absl::Time FromJapanTime(absl::CivilSecond civil);

// Digits only, at most 20; hyphens, spaces and 〒 are dropped. POSTAL_CODE_INVALID.
absl::StatusOr<std::string> ParsePostalCode(absl::string_view text);

// Digits with an optional leading plus, at most 20 in all; hyphens, spaces and brackets are dropped. PHONE_INVALID.
absl::StatusOr<std::string> ParsePhone(absl::string_view text);

// Consumption tax in per cent, 10, 8 or 0, with or without a per cent sign. TAX_RATE_INVALID.
absl::StatusOr<int> ParseTaxRate(absl::string_view text);

// "1" or "0". FLAG_INVALID.
absl::StatusOr<bool> ParseFlag(absl::string_view text);

// A shop order number: 1 to 30 letters, digits and hyphens. SHOP_ORDER_NUMBER_INVALID.
absl::Status ValidateShopOrderNumber(absl::string_view text);

// One @ with something on either side and no space. MAIL_INVALID.
absl::Status ValidateMail(absl::string_view text);

// Refuses what must not be in a text: U+FFFD (lost characters), control characters, and characters that turn the
// writing direction. `lines` allows LF and TAB. CHARACTERS_LOST, CONTROL_CHARACTER.
absl::Status ValidateText(absl::string_view text, bool lines);

// CR LF and CR become LF.
std::string NormalizeLineEnds(absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_FIELD_PARSER_H_
