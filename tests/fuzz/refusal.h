#ifndef TESTS_FUZZ_REFUSAL_H_
#define TESTS_FUZZ_REFUSAL_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "tests/fuzz/require.h"

namespace juchu::fuzz {

// A refusal that a caller can do something about. Nothing is ever our own fault here: the services behind answer.
inline void CheckRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      break;
    default:
      Require(false, absl::StrCat("a refusal is the caller's fault: ", status.ToString()));
  }
  const auto info = GetErrorInfo(status);
  Require(info.has_value() && !info->reason.empty(), "a refusal carries its reason");
  if (status.code() != absl::StatusCode::kInvalidArgument) return;
  Require(info->metadata.count("field") == 1 || info->metadata.count("remedy") == 1,
          absl::StrCat("a malformed request is told what to do: ", status.ToString()));
}

// The same of one thing of a batch.
inline void CheckRefusal(const gateway::v1::BulkError& error) {
  ErrorMetadata metadata(error.metadata().begin(), error.metadata().end());
  CheckRefusal(
      MakeError(static_cast<absl::StatusCode>(error.code()), error.reason(), error.message(), std::move(metadata)));
}

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_REFUSAL_H_
