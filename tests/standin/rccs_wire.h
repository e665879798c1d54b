#ifndef TESTS_STANDIN_RCCS_WIRE_H_
#define TESTS_STANDIN_RCCS_WIRE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/standin/rccs_model.h"

namespace juchu::standin {

// One SOAP request. Which members are used follows from the operation.
struct WireRequest {
  Operation operation = Operation::kGetRequestId;
  Account account;
  // intVal of the four asynchronous operations.
  int request_id = 0;
  // Their orders, at least one.
  std::vector<OrderWork> orders;
  // getRCCSResult; at least one.
  std::vector<int> ids;
  // getRCCSResultAll.
  RowSearch search;
};

// Reads an envelope as strictly as the real one: every element in its namespace (by URI; prefixes are the caller's),
// each child there, once and in its place, no other elements, attributes or text. An error says in a few words what is
// wrong, for the body of an HTTP 400.
absl::StatusOr<WireRequest> ReadRequest(absl::string_view body);

// What is answered. A reply with an error has nothing but its verdict.
struct WireReply {
  Verdict verdict;
  // getRCCSRequestId.
  std::optional<int> request_id;
  // getRCCSResult.
  std::optional<std::vector<RequestStatus>> statuses;
  // getRCCSResultAll.
  std::optional<std::vector<OrderRow>> rows;
};

// The envelope of the answer to `operation`.
std::string WriteReply(Operation operation, const WireReply& reply);

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_WIRE_H_
