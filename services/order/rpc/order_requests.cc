#include "services/order/rpc/order_requests.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/domain/commit_cause.h"
#include "services/order/domain/commit_mask.h"

namespace juchu::order {
namespace {

constexpr int kMaxLoaded = 1000;
constexpr int kMaxWritten = 500;
constexpr size_t kHashBytes = 32;

// `seen` holds views of the numbers.
absl::Status CheckNumber(absl::string_view field, const std::string& number,
                         absl::flat_hash_set<absl::string_view>& seen) {
  JUCHU_RETURN_IF_ERROR(ParseOrderNumber(field, number).status());
  if (seen.insert(number).second) return absl::OkStatus();
  return InvalidField("ORDER_TWICE", field, "names an order that the request names already", "name each order once");
}

absl::Status CheckRequestId(const std::string& request_id, const std::string& hash) {
  if (request_id.empty()) return absl::OkStatus();
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request_id));
  if (hash.size() == kHashBytes) return absl::OkStatus();
  return InvalidField("REQUEST_HASH_INVALID", "request_hash", "is not a SHA-256", "send 32 bytes with a request_id");
}

// A tag that stands in the wrong category, or a status that does not exist, must not reach the database.
absl::Status CheckOrder(absl::string_view field, const v1::Order& order) {
  for (const auto& tag : order.state_tags()) {
    if (!v1::StateValue_IsValid(tag.value()) || tag.value() / 100 != tag.category()) {
      return InvalidField("STATE_TAG_INVALID", absl::StrCat(field, ".state_tags"), "holds a value of another category",
                          "the category is the value divided by 100");
    }
  }
  return absl::OkStatus();
}

bool SaysItsCause(const v1::CommitOrdersRequest::Commit& commit) {
  return commit.has_update_mask() || commit.has_change_time() || !commit.operation().empty() ||
         !commit.reason().empty() || !commit.request_id().empty() || !commit.request_hash().empty();
}

}  // namespace

absl::Status CheckRequest(const v1::LoadOrdersRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("keys", request.keys_size(), 0, kMaxLoaded));
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < request.keys_size(); ++i) {
    const auto& key = request.keys(i);
    JUCHU_RETURN_IF_ERROR(CheckNumber(absl::StrCat("keys[", i, "].order_number"), key.order_number(), seen));
    JUCHU_RETURN_IF_ERROR(CheckRequestId(key.request_id(), key.request_hash()));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::CreateOrdersRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("orders", request.orders_size(), 1, kMaxWritten));
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < request.orders_size(); ++i) {
    const std::string field = absl::StrCat("orders[", i, "].order");
    const auto& order = request.orders(i).order();
    JUCHU_RETURN_IF_ERROR(CheckNumber(absl::StrCat(field, ".order_number"), order.order_number(), seen));
    JUCHU_RETURN_IF_ERROR(rpc::CheckRange(absl::StrCat(field, ".status"), order.status(), 1, v1::Status_MAX));
    JUCHU_RETURN_IF_ERROR(rpc::CheckRange(absl::StrCat(field, ".mode"), order.mode(), 1, v1::TransitionMode_MAX));
    JUCHU_RETURN_IF_ERROR(CheckOrder(field, order));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::CommitOrdersRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("commits", request.commits_size(), 1, kMaxWritten));
  absl::flat_hash_set<absl::string_view> seen;
  // Shared by many, checked once.
  const v1::CommitOrdersRequest::Commit* checked = nullptr;
  for (int i = 0; i < request.commits_size(); ++i) {
    const std::string field = absl::StrCat("commits[", i, "]");
    const auto& commit = request.commits(i);
    JUCHU_RETURN_IF_ERROR(CheckNumber(absl::StrCat(field, ".order_number"), commit.order_number(), seen));
    if (!CauseOf(commit, request).has_actor()) {
      return InvalidField("FIELD_REQUIRED", absl::StrCat(field, ".actor"), "is missing",
                          "say who makes the change, here or in shared");
    }
    // What it says besides would not be read.
    if (!commit.has_actor() && SaysItsCause(commit)) {
      return InvalidField("FIELD_REQUIRED", absl::StrCat(field, ".actor"), "is missing where its cause is said",
                          "say all of the cause in the commit, or all of it in shared");
    }
    if (const auto& cause = CauseOf(commit, request); std::exchange(checked, &cause) != &cause) {
      JUCHU_RETURN_IF_ERROR(CheckRequestId(cause.request_id(), cause.request_hash()));
      JUCHU_RETURN_IF_ERROR(CheckCommitMask(cause.update_mask()));
    }
    JUCHU_RETURN_IF_ERROR(CheckOrder(absl::StrCat(field, ".order"), commit.order()));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::FindOrdersRequest& request) {
  return rpc::CheckBatchSize("shop_order_numbers", request.shop_order_numbers_size(), 1, kMaxLoaded);
}

absl::Status CheckRequest(const v1::ListOrderHistoryRequest& request) {
  JUCHU_RETURN_IF_ERROR(ParseOrderNumber("order_number", request.order_number()).status());
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxLoaded);
}

absl::Status CheckRequest(const v1::AuditOrdersRequest& request) {
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxWritten);
}

absl::Status CheckRequest(const v1::ChangeConfigurationRequest& request) {
  if (request.request_id().empty()) return absl::OkStatus();
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request.request_id()));
  return rpc::CheckBatchSize("request_hash", static_cast<int>(request.request_hash().size()), kHashBytes, kHashBytes);
}

}  // namespace juchu::order
