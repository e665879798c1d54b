#ifndef SERVICES_GATEWAY_APP_ORDER_QUERY_VALIDATION_H_
#define SERVICES_GATEWAY_APP_ORDER_QUERY_VALIDATION_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "juchu/order/v1/query.pb.h"

namespace juchu::gateway {

// Checks every field of a query and returns it as the order service wants it: hyphens of the phone dropped, the mail
// address in lower case, each list sorted and without doubles (so that the same question always reads the same).
// `field` is the query's path in the request ("query"). Errors, all INVALID_ARGUMENT with field and remedy:
// SEARCH_KEY_REQUIRED when none of the ten keys is set; TOO_MANY_VALUES, ORDER_NUMBER_INVALID, RANGE_INVALID,
// DATE_INVALID, TIME_INVALID, ENUM_VALUE_INVALID, ID_INVALID, FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_INVALID.
absl::StatusOr<order::v1::OrderQuery> NormalizeOrderQuery(const order::v1::OrderQuery& query, absl::string_view field);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_QUERY_VALIDATION_H_
