#include "services/order/domain/judge_commit.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace juchu::order {
namespace {

v1::OrderError ConfigurationStale() {
  v1::OrderError error;
  error.set_code(static_cast<int>(absl::StatusCode::kAborted));
  error.set_reason("CONFIGURATION_STALE");
  error.set_message("the tenant's configuration has changed meanwhile");
  (*error.mutable_metadata())["remedy"] = "load again and decide again";
  return error;
}

v1::OrderError VersionStale(const v1::CommitOrdersRequest::Commit& commit, int64_t version) {
  v1::OrderError error;
  error.set_code(static_cast<int>(absl::StatusCode::kAborted));
  error.set_reason("ORDER_VERSION_STALE");
  error.set_message(
      absl::StrCat("the order has changed since version ", commit.expected_version(), ": it is at version ", version));
  (*error.mutable_metadata())["order_number"] = commit.order_number();
  (*error.mutable_metadata())["current_version"] = absl::StrCat(version);
  (*error.mutable_metadata())["remedy"] = "read the order again and repeat the change on the new version";
  return error;
}

}  // namespace

v1::CommitOrdersResponse::Outcome JudgeCommit(const v1::CommitOrdersRequest::Commit& commit,
                                              absl::string_view request_hash, int64_t version, bool configuration_stale,
                                              const KeptAnswer* kept) {
  v1::CommitOrdersResponse::Outcome outcome;
  outcome.set_order_number(commit.order_number());
  if (kept != nullptr && kept->request_hash == request_hash) {
    outcome.set_earlier_answer(kept->answer);
  } else if (kept != nullptr) {
    *outcome.mutable_error() = RequestIdReused();
  } else if (configuration_stale) {
    *outcome.mutable_error() = ConfigurationStale();
  } else if (commit.expected_version() != version) {
    *outcome.mutable_error() = VersionStale(commit, version);
  } else {
    outcome.set_version(version + 1);
  }
  return outcome;
}

v1::OrderError RequestIdReused() {
  v1::OrderError error;
  error.set_code(static_cast<int>(absl::StatusCode::kInvalidArgument));
  error.set_reason("REQUEST_ID_REUSED");
  error.set_message("request_id: was used for a request with another content; send a new UUID");
  (*error.mutable_metadata())["field"] = "request_id";
  (*error.mutable_metadata())["remedy"] = "send a new UUID";
  return error;
}

}  // namespace juchu::order
