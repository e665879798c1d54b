#ifndef SERVICES_PAYMENT_RCCS_RCCS_MESSAGES_H_
#define SERVICES_PAYMENT_RCCS_RCCS_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/payment/rccs/rccs_types.h"

// The messages of RCCS, which are SOAP 1.1. Pure: bytes in, values out, and the other way round.
namespace juchu::payment::rccs {

// ---- Requests. Child elements stand in the order in which the real client's requests have them, which within the
// models is that of the alphabet: the server answers any other order with HTTP 400.
//
// INVALID_ARGUMENT, with the field and never with its value: VALUE_MISSING, TEXT_TOO_LONG, CHARACTER_INVALID (see
// EscapeForXml), VALUE_OUT_OF_RANGE, LIST_EMPTY, ORDER_TWICE, PERIOD_INVALID.

// getRCCSRequestId: an id for one later request.
absl::StatusOr<std::string> WriteGetRequestId(const Account& account);

// authori, authoriCancel, sales or salesCancel. Each order stands in it once.
absl::StatusOr<std::string> WriteRequest(const Account& account, Operation operation, int64_t request_id,
                                         absl::Span<const OrderRequest> orders);

// getRCCSResult: how far these requests are.
absl::StatusOr<std::string> WriteGetResult(const Account& account, absl::Span<const int64_t> request_ids);

// getRCCSResultAll: the results in a period, whatever request they come from and whatever the card's status.
absl::StatusOr<std::string> WriteGetResultAll(const Account& account, const ResultSearch& search);

// ---- Answers. Of anybody's bytes, in time and memory linear in their size:
//
//   DATA_LOSS RCCS_ANSWER_UNREADABLE    not XML, or over a limit; an HTML page; another message; no errorCode; an
//                                       element twice; a number that is none
//   UNKNOWN RCCS_FAULT                  a SOAP fault. What it means for the request, it does not say
//   FAILED_PRECONDITION RCCS_REFUSED    the reply's errorCode is not RCCS_N00-000
//
// The last two carry rccs_error_code and rccs_message (of a fault: faultcode and faultstring), as CleanText and
// MaskedText leave them. No error carries anything else of the answer.
//
// pugixml reads them. It loads no DTD and knows no entities but the five of XML and characters by number, so there is
// nothing to expand and nothing to fetch; an answer with a DOCTYPE, which SOAP forbids, is unreadable. Elements are
// found by their local names: prefixes are the sender's choice.
//
// What is recorded of real answers, and what is our reading: getRCCSResultAll's answer is recorded as it went over the
// wire. Of getRCCSResult's the elements are recorded without their namespaces, of getRCCSRequestId's that its result
// has errorCode and requestId; of the replies to the four requests nothing. They are read after the same pattern,
// <operation>Response/result, and leniently: the elements may stand at any depth below the result.

inline constexpr std::size_t kMaxAnswerBytes = 16 * 1024 * 1024;
// Of '<', which bounds the memory for nodes. A result of one order has 40.
inline constexpr std::size_t kMaxAnswerTags = 1'000'000;
// The deepest recorded answer has 8.
inline constexpr int kMaxAnswerDepth = 64;

// The id of getRCCSRequestId: the first of requestId, int, return and the result's own text that is there. At least 1.
absl::StatusOr<int64_t> ReadRequestId(absl::string_view xml);

// The reply to authori, authoriCancel, sales or salesCancel. OK: the request was taken; nothing is done yet.
absl::Status ReadReply(absl::string_view xml);

// The requests in the answer of getRCCSResult, in its order. A request that RCCS does not name is missing.
absl::StatusOr<std::vector<RequestResult>> ReadResults(absl::string_view xml);

// The results in the answer of getRCCSResultAll, one for each operation on an order, in its order.
absl::StatusOr<std::vector<OrderResult>> ReadResultAll(absl::string_view xml);

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_RCCS_MESSAGES_H_
