#ifndef SERVICES_GATEWAY_APP_REQUEST_CHECKS_H_
#define SERVICES_GATEWAY_APP_REQUEST_CHECKS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "juchu/common/v1/types.pb.h"

namespace juchu::gateway {

// Checks of single request fields that several methods share; for request ids and order numbers see common/ids.
// `field` is the field's path in the request. All errors are INVALID_ARGUMENT with field and remedy.

// An id that a tenant chose: 1 to 32 lower-case letters, digits, hyphens. Errors: ID_INVALID, CARD_NUMBER_REFUSED.
absl::Status CheckId(absl::string_view id, absl::string_view field);

// One line of text of `min` to `max` characters (Unicode code points): no control characters, no bidirectional
// overrides. `text` is valid UTF-8, as every proto3 string is. Errors: FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_INVALID.
absl::Status CheckLine(absl::string_view text, size_t min, size_t max, absl::string_view field);

// A line that is kept as it is, because others know something by it: a number, a code, a mail address. As CheckLine,
// and free text is masked, but this is refused when a card number stands in it: CARD_NUMBER_REFUSED.
absl::Status CheckCode(absl::string_view text, size_t min, size_t max, absl::string_view field);

// Refuses text of several lines over `max` characters, or with another control character than line breaks and tabs.
// Errors: TEXT_TOO_LONG, TEXT_INVALID.
absl::Status CheckText(absl::string_view text, size_t max, absl::string_view field);

// Refuses what is no time of the years 1900 to 9999 in Japan. Errors: TIME_INVALID.
absl::Status CheckTime(const google::protobuf::Timestamp& time, absl::string_view field);

// Refuses what is no day of the calendar between 1900 and 9999. Errors: DATE_INVALID.
absl::Status CheckDate(const common::v1::Date& date, absl::string_view field);

// How many things a page has: 50 unless asked for, 1,000 at most. Errors: PAGE_SIZE_INVALID for a negative one.
absl::StatusOr<int> ReadPageSize(int32_t given);

// The SHA-256 of a request's name and content, for request_hash: equal contents give equal hashes, whatever the
// order in which a client wrote fields or map entries.
std::string HashRequest(const google::protobuf::Message& request);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_REQUEST_CHECKS_H_
