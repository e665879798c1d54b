#ifndef SERVICES_GATEWAY_INTAKE_POSTAL_PREFECTURE_H_
#define SERVICES_GATEWAY_INTAKE_POSTAL_PREFECTURE_H_

#include "absl/strings/string_view.h"

namespace juchu::gateway {

// The prefecture that `address` begins with, as one of the 47 names ("東京都"); "" when it begins with none. Spaces
// before it are passed over.
absl::string_view PrefectureOfAddress(absl::string_view address);

// Whether a Japanese postal code and an address can belong together, judged by the code's first three digits and the
// prefecture at the address's beginning: false is 住所エラー. Lenient where the codes of a district belong to two or
// three prefectures. False also for a code that is not seven digits (hyphens, spaces, 〒 and full-width digits are
// understood), for digits that no district has, and for an address that does not begin with a prefecture: then the two
// cannot be compared and a person has to look.
bool PostalCodeMatchesPrefecture(absl::string_view postal_code, absl::string_view address);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_POSTAL_PREFECTURE_H_
