#ifndef SERVICES_GATEWAY_POSTPAY_RESULT_TEXT_H_
#define SERVICES_GATEWAY_POSTPAY_RESULT_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "juchu/payment/v1/layout.pb.h"

namespace juchu::gateway {

// A value without what a spreadsheet puts around it so that it stays text: ="0012" and '0012 become 0012.
std::string WithoutSpreadsheetMarks(absl::string_view text);

// Text of others as it may be kept and shown: one line of at most `max_characters`, the last being … where it was
// longer. Line breaks and control characters become spaces, characters that turn the writing direction are dropped,
// card numbers are masked.
std::string ShownText(absl::string_view text, std::size_t max_characters);

// The reason of a result in words. A text that is nothing but codes ("RE009,RE014") gets the profile's text behind each
// code that the profile knows: "RE009 住所情報不足、RE014 …". Any other text stays.
std::string ReasonInWords(const juchu::payment::v1::LayoutProfile& profile, absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_RESULT_TEXT_H_
