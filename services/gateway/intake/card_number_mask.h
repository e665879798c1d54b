#ifndef SERVICES_GATEWAY_INTAKE_CARD_NUMBER_MASK_H_
#define SERVICES_GATEWAY_INTAKE_CARD_NUMBER_MASK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace juchu::gateway {

// Returns `text`, which is UTF-8, with every payment card number in it masked: each digit but the last four becomes
// '*'; what stands between the digits stays. Card numbers must not be stored anywhere.
//
// A card number is 13 to 19 digits, half- or full-width, that pass the Luhn check, begin as a card brand's numbers of
// that length begin, and stand together or parted by single spaces or hyphens the way that cards are printed or typed
// (4-4-4-4, 4-6-5, 4-6-4, 8-8, digit by digit). Brand and grouping are asked for because one number in ten passes
// the Luhn check by chance: phone numbers (also two in a row), the malls' order numbers and tracking numbers stay. A
// 13-digit number with a Japanese article number's prefix and check digit (JAN) stays too.
std::string MaskCardNumbers(absl::string_view text);
// The same in place.
void MaskCardNumbersIn(std::string& text);

// Whether a number, code or id, which must be kept as it is or not at all, holds a card number. As MaskCardNumbers
// finds them, but two that are much more often something else are none here: 13 digits (article numbers of any country;
// cards of so few are no longer issued), and 16 digits that begin with a day of our years (yymmdd, as systems number
// orders).
bool HoldsCardNumber(absl::string_view code);

// CARD_NUMBER_REFUSED (INVALID_ARGUMENT) with a remedy when `code` holds one, `field` named where it is given. Never
// repeats it.
absl::Status RefuseCardNumber(absl::string_view code);
absl::Status RefuseCardNumber(absl::string_view code, absl::string_view field);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_CARD_NUMBER_MASK_H_
