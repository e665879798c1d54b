#include "common/status/error.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "juchu/common/v1/error.pb.h"

namespace juchu {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";

}  // namespace

absl::Status MakeError(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                       ErrorMetadata metadata) {
  absl::Status status(code, message);
  common::v1::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("juchu");
  for (auto& [key, value] : metadata) (*info.mutable_metadata())[key] = std::move(value);
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status InvalidField(absl::string_view reason, absl::string_view field, absl::string_view problem,
                          absl::string_view remedy, ErrorMetadata metadata) {
  metadata["field"] = std::string(field);
  metadata["remedy"] = std::string(remedy);
  return MakeError(absl::StatusCode::kInvalidArgument, reason, absl::StrCat(field, ": ", problem, "; ", remedy),
                   std::move(metadata));
}

absl::Status NotFound(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kNotFound, reason, message, std::move(metadata));
}
absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message, std::move(metadata));
}
absl::Status Aborted(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kAborted, reason, message, std::move(metadata));
}
absl::Status Unauthenticated(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kUnauthenticated, reason, message, std::move(metadata));
}
absl::Status PermissionDenied(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kPermissionDenied, reason, message, std::move(metadata));
}
absl::Status ResourceExhausted(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kResourceExhausted, reason, message, std::move(metadata));
}
absl::Status Unavailable(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kUnavailable, reason, message, std::move(metadata));
}

std::optional<ErrorInfo> GetErrorInfo(const absl::Status& status) {
  auto payload = status.GetPayload(kErrorInfoUrl);
  if (!payload) return std::nullopt;
  common::v1::ErrorInfo wire;
  if (!wire.ParseFromString(std::string(*payload))) return std::nullopt;
  ErrorInfo info;
  info.reason = wire.reason();
  for (const auto& [key, value] : wire.metadata()) info.metadata[key] = value;
  return info;
}

std::string ReasonOf(const absl::Status& status) {
  auto info = GetErrorInfo(status);
  return info ? info->reason : "";
}

absl::Status WithContext(absl::string_view prefix, const absl::Status& status) {
  if (status.ok()) return status;
  absl::Status result(status.code(), absl::StrCat(prefix, ": ", status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) { result.SetPayload(url, payload); });
  return result;
}

std::string MessageWithRemedy(const absl::Status& status) {
  std::string text(status.message());
  const auto info = GetErrorInfo(status);
  const auto remedy = info.has_value() ? info->metadata.find("remedy") : ErrorMetadata::const_iterator();
  if (!info.has_value() || remedy == info->metadata.end() || absl::StrContains(text, remedy->second)) return text;
  return absl::StrCat(text, "; ", remedy->second);
}

}  // namespace juchu
