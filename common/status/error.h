#ifndef COMMON_STATUS_ERROR_H_
#define COMMON_STATUS_ERROR_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace juchu {

// What a program may branch on when something was refused. Travels with an absl::Status as a payload, and over the
// wire as google.rpc.ErrorInfo. Texts are for people; reasons are for programs.
struct ErrorInfo {
  // UPPER_SNAKE_CASE, at most 63 characters, stable: "ORDER_VERSION_STALE".
  std::string reason;
  // Every variable part of the message. Two keys have a fixed meaning: "field" is the path of the request field that
  // is wrong ("order.deliveries[0].items[2].quantity"), "remedy" says what the caller can do.
  std::map<std::string, std::string> metadata;
};

using ErrorMetadata = std::map<std::string, std::string>;

// Makes a status of `code` that carries {reason, metadata}. `message` is one sentence without a full stop.
absl::Status MakeError(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                       ErrorMetadata metadata = {});

// For a terminal: the message, and the remedy behind it where the message does not say it.
std::string MessageWithRemedy(const absl::Status& status);

// INVALID_ARGUMENT for one request field: the message reads "<field>: <problem>; <remedy>".
absl::Status InvalidField(absl::string_view reason, absl::string_view field, absl::string_view problem,
                          absl::string_view remedy, ErrorMetadata metadata = {});

absl::Status NotFound(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
absl::Status Aborted(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
absl::Status Unauthenticated(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
absl::Status PermissionDenied(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
absl::Status ResourceExhausted(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});
absl::Status Unavailable(absl::string_view reason, absl::string_view message, ErrorMetadata metadata = {});

// The payload of a status made by MakeError, or by conversion from the wire; nullopt for any other status.
std::optional<ErrorInfo> GetErrorInfo(const absl::Status& status);

// The reason of `status`, or "" where it carries none.
std::string ReasonOf(const absl::Status& status);

// Puts "<prefix>: " before the message and keeps code and payload. OK stays OK.
absl::Status WithContext(absl::string_view prefix, const absl::Status& status);

}  // namespace juchu

#endif  // COMMON_STATUS_ERROR_H_
