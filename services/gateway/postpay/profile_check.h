#ifndef SERVICES_GATEWAY_POSTPAY_PROFILE_CHECK_H_
#define SERVICES_GATEWAY_POSTPAY_PROFILE_CHECK_H_

#include "absl/status/status.h"
#include "juchu/payment/v1/layout.pb.h"
#include "services/gateway/postpay/layout_profile.h"

namespace juchu::gateway {

// Masks card numbers in what is for people only: the names of profile and carriers, the note, the texts of reasons.
void MaskTexts(juchu::payment::v1::LayoutProfile& profile);

// Whether a file can be read or written by `profile`: everything that layout.proto asks for, and that each field of the
// profile has a meaning in its kind of file. INVALID_ARGUMENT with the path of the first field that is wrong
// ("layout_profile.columns[3].field") and a remedy: FIELD_REQUIRED, ID_INVALID, TEXT_TOO_LONG, TEXT_INVALID,
// ENUM_VALUE_INVALID, VALUE_OUT_OF_RANGE, LIST_TOO_LONG, FIELD_UNKNOWN, FIELD_TWICE, FIELD_MISSING (a field that the
// kind cannot be without has no column), FIELD_NOT_USED, GOODS_NUMBER_INVALID, HEADER_TWICE, WORD_TWICE, CODE_INVALID,
// CHARACTER_NOT_IN_CP932, CELL_IS_FORMULA, CARD_NUMBER_REFUSED (what stands in files must be as the company has it).
absl::Status CheckProfile(const juchu::payment::v1::LayoutProfile& profile);

// The same, and LAYOUT_KIND_WRONG where the profile is for another use.
absl::Status CheckProfileFor(LayoutUse use, const juchu::payment::v1::LayoutProfile& profile);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_PROFILE_CHECK_H_
