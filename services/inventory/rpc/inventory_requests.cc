#include "services/inventory/rpc/inventory_requests.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/inventory/domain/jan.h"

namespace juchu::inventory {
namespace {

constexpr int kMaxWritten = 500;
constexpr int kMaxRead = 1000;
constexpr int kMaxLines = 500;
constexpr int64_t kMaxPiecesOfALine = 999'999;
constexpr int64_t kMaxPiecesOfAChange = 999'999'999;
constexpr size_t kMaxCode = 100;
constexpr size_t kMaxName = 255;
constexpr size_t kMaxReason = 500;
constexpr size_t kMaxLine = 50;
constexpr size_t kHashBytes = 32;

using Seen = absl::flat_hash_set<std::string>;

// One line of text without control characters or space at its ends: what is seen is what is stored and compared.
absl::Status CheckText(absl::string_view field, absl::string_view text, size_t least, size_t most) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckLength(field, text, least, most));
  for (const char c : text) {
    if (!absl::ascii_iscntrl(static_cast<unsigned char>(c))) continue;
    return InvalidField("TEXT_INVALID", field, "holds a control character", "send one line of text");
  }
  if (absl::StripAsciiWhitespace(text).size() == text.size()) return absl::OkStatus();
  return InvalidField("TEXT_INVALID", field, "begins or ends with space", "send it without");
}

absl::Status CheckCode(absl::string_view field, const std::string& code, Seen* seen = nullptr) {
  JUCHU_RETURN_IF_ERROR(CheckText(field, code, 1, kMaxCode));
  if (seen == nullptr || seen->insert(code).second) return absl::OkStatus();
  return InvalidField("PRODUCT_TWICE", field, "names a product that the request names already",
                      "name each product once");
}

template <typename Numbers>
absl::Status CheckOrders(const Numbers& numbers) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("order_numbers", numbers.size(), 1, kMaxWritten));
  rpc::DistinctOrders orders;
  for (int i = 0; i < numbers.size(); ++i) {
    JUCHU_RETURN_IF_ERROR(orders.Check(absl::StrCat("order_numbers[", i, "]"), numbers[i]));
  }
  return absl::OkStatus();
}

absl::Status CheckNeed(const std::string& field, const v1::AllocateOrdersRequest::Need& need) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckRange(field + ".order_version", need.order_version(), 1, INT64_MAX));
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize(field + ".lines", need.lines_size(), 0, kMaxLines));
  if (!need.has_priority_time()) {
    return InvalidField("FIELD_REQUIRED", field + ".priority_time", "is missing", "send the time that gives priority");
  }
  Seen lines;
  for (int i = 0; i < need.lines_size(); ++i) {
    const auto& line = need.lines(i);
    const std::string line_field = absl::StrCat(field, ".lines[", i, "]");
    JUCHU_RETURN_IF_ERROR(CheckText(line_field + ".line", line.line(), 1, kMaxLine));
    if (!lines.insert(line.line()).second) {
      return InvalidField("LINE_TWICE", line_field + ".line", "names a line that the order names already",
                          "name each line once");
    }
    JUCHU_RETURN_IF_ERROR(CheckCode(line_field + ".product_code", line.product_code()));
    JUCHU_RETURN_IF_ERROR(rpc::CheckRange(line_field + ".quantity", line.quantity(), 1, kMaxPiecesOfALine));
  }
  return absl::OkStatus();
}

absl::Status CheckChange(const std::string& field, const v1::ChangeStockRequest::Change& change, Seen& seen) {
  JUCHU_RETURN_IF_ERROR(CheckCode(field + ".product_code", change.product_code(), &seen));
  if (change.kind() != v1::COUNTED && change.kind() != v1::RECEIVED && change.kind() != v1::TAKEN) {
    return InvalidField("ENUM_VALUE_INVALID", field + ".kind", "is no change by hand",
                        "send COUNTED, RECEIVED or TAKEN");
  }
  JUCHU_RETURN_IF_ERROR(rpc::CheckRange(field + ".quantity", change.quantity(), change.kind() == v1::COUNTED ? 0 : 1,
                                        kMaxPiecesOfAChange));
  return CheckText(field + ".reason", change.reason(), 1, kMaxReason);
}

}  // namespace

absl::Status CheckRequest(const v1::PutProductsRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("products", request.products_size(), 1, kMaxWritten));
  Seen seen;
  for (int i = 0; i < request.products_size(); ++i) {
    const auto& product = request.products(i);
    const std::string field = absl::StrCat("products[", i, "]");
    JUCHU_RETURN_IF_ERROR(CheckCode(field + ".product_code", product.product_code(), &seen));
    JUCHU_RETURN_IF_ERROR(CheckText(field + ".product_name", product.product_name(), 1, kMaxName));
    if (product.jan().empty() || IsJan(product.jan())) continue;
    return InvalidField("JAN_INVALID", field + ".jan", "is no JAN",
                        "send 8 or 13 digits with the right check digit, or nothing");
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::SearchProductsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckText("product_code_prefix", request.product_code_prefix(), 0, kMaxCode));
  JUCHU_RETURN_IF_ERROR(CheckText("product_name_part", request.product_name_part(), 0, kMaxName));
  JUCHU_RETURN_IF_ERROR(CheckText("after_product_code", request.after_product_code(), 0, kMaxCode));
  if (!request.jan().empty() && !IsJan(request.jan())) {
    return InvalidField("JAN_INVALID", "jan", "is no JAN",
                        "send 8 or 13 digits with the right check digit, or nothing");
  }
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxRead);
}

absl::Status CheckRequest(const v1::ReadStockRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("product_codes", request.product_codes_size(), 1, kMaxRead));
  Seen seen;
  for (int i = 0; i < request.product_codes_size(); ++i) {
    JUCHU_RETURN_IF_ERROR(CheckCode(absl::StrCat("product_codes[", i, "]"), request.product_codes(i), &seen));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::ChangeStockRequest& request) {
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request.request_id()));
  if (request.request_hash().size() != kHashBytes) {
    return InvalidField("REQUEST_HASH_INVALID", "request_hash", "is not a SHA-256", "send 32 bytes");
  }
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("changes", request.changes_size(), 1, kMaxWritten));
  Seen seen;
  for (int i = 0; i < request.changes_size(); ++i) {
    JUCHU_RETURN_IF_ERROR(CheckChange(absl::StrCat("changes[", i, "]"), request.changes(i), seen));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::ListLedgerRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckCode("product_code", request.product_code()));
  if (!request.before_entry_id().empty()) {
    JUCHU_RETURN_IF_ERROR(ParseOrderNumber("before_entry_id", request.before_entry_id()).status());
  }
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxRead);
}

absl::Status CheckRequest(const v1::AllocateOrdersRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("needs", request.needs_size(), 1, kMaxWritten));
  rpc::DistinctOrders orders;
  for (int i = 0; i < request.needs_size(); ++i) {
    const std::string field = absl::StrCat("needs[", i, "]");
    JUCHU_RETURN_IF_ERROR(orders.Check(field + ".order_number", request.needs(i).order_number()));
    JUCHU_RETURN_IF_ERROR(CheckNeed(field, request.needs(i)));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::ShipOrdersRequest& request) { return CheckOrders(request.order_numbers()); }
absl::Status CheckRequest(const v1::ReadAllocationsRequest& request) { return CheckOrders(request.order_numbers()); }

absl::Status CheckRequest(const v1::ListWaitingOrdersRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckCode("product_code", request.product_code()));
  if (request.has_after()) {
    JUCHU_RETURN_IF_ERROR(ParseOrderNumber("after.order_number", request.after().order_number()).status());
  }
  return rpc::CheckRange("max_orders", request.max_orders(), 1, kMaxWritten);
}

absl::Status CheckRequest(const v1::AuditInventoryRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckText("after_product_code", request.after_product_code(), 0, kMaxCode));
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxWritten);
}

}  // namespace juchu::inventory
