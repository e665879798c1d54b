#include "services/payment/rccs/rccs_client.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/payment/rccs/https_post.h"
#include "services/payment/rccs/rccs_messages.h"
#include "services/payment/rccs/rccs_text.h"

namespace juchu::payment::rccs {
namespace {

constexpr int kHttpOk = 200;
// Shorter ones stand by chance in many a word; real keys have some fifty characters.
constexpr std::size_t kMinKeyBytes = 8;

absl::Status NothingSent(absl::string_view cause) {
  return Unavailable("RCCS_UNREACHABLE", absl::StrCat("RCCS cannot be reached, and nothing was sent: ", cause),
                     {{"cause", std::string(cause)}});
}

ErrorMetadata CauseOf(const HttpsAnswer& answer, absl::string_view cause) {
  ErrorMetadata metadata = {{"cause", std::string(cause)}};
  if (answer.http_status != 0) metadata["http_status"] = absl::StrCat(answer.http_status);
  return metadata;
}

absl::Status OutcomeUnknown(absl::string_view cause, ErrorMetadata metadata) {
  return MakeError(absl::StatusCode::kUnknown, "RCCS_OUTCOME_UNKNOWN",
                   absl::StrCat("RCCS may have taken the request, and did not say so: ", cause), std::move(metadata));
}

// The errors that all calls share: those that are certain.
absl::Status CheckCertain(const HttpsAnswer& answer) {
  if (!answer.may_have_left) return NothingSent(answer.cause);
  if (answer.http_status >= 400 && answer.http_status < 500) {
    return FailedPrecondition("RCCS_HTTP_REFUSED", absl::StrCat("RCCS refused the call with HTTP ", answer.http_status),
                              {{"http_status", absl::StrCat(answer.http_status)}});
  }
  return absl::OkStatus();
}

// Why there is no answer to read; "": there is one.
std::string WhyNoAnswer(const HttpsAnswer& answer) {
  if (!answer.complete) return answer.cause;
  if (answer.http_status != kHttpOk) return absl::StrCat("RCCS answered with HTTP ", answer.http_status);
  return "";
}

// Sent once, until the deadline. `body` has no use afterwards.
HttpsAnswer Send(const ClientOptions& options, const std::string& body, absl::Duration left) {
  if (left <= absl::ZeroDuration()) {
    HttpsAnswer answer;
    answer.cause = "the deadline is over";
    return answer;
  }
  return SendHttpsPost(
      {options.url, options.ca_file, body, options.connect_timeout, std::min(options.timeout, left), kMaxAnswerBytes});
}

std::string WithoutKey(const Account& account, std::string body) {
  if (account.auth_key.size() < kMinKeyBytes) return body;
  const std::string escaped = EscapeForXml(account.auth_key).value_or(account.auth_key);
  return absl::StrReplaceAll(body, {{account.auth_key, "***"}, {escaped, "***"}});
}

absl::Status CheckOptions(const ClientOptions& options) {
  JUCHU_RETURN_IF_ERROR(CheckHttpsUrl(options.url));
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file).is_open()) {
    return InvalidField("FILE_UNREADABLE", "ca_file", "it cannot be read", "give a PEM file, or none");
  }
  for (const absl::Duration duration : {options.connect_timeout, options.timeout}) {
    if (duration > absl::ZeroDuration()) continue;
    return InvalidField("VALUE_OUT_OF_RANGE", "timeout", "a timeout is not positive", "give both more than 0");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Create(ClientOptions options, const Clock& clock) {
  JUCHU_RETURN_IF_ERROR(CheckOptions(options));
  return std::unique_ptr<Client>(new Client(std::move(options), clock));
}

Client::Client(ClientOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

absl::StatusOr<std::string> Client::Read(const Account& account, const std::string& body, absl::Time deadline) const {
  HttpsAnswer answer = Send(options_, body, deadline - clock_.Now());
  JUCHU_RETURN_IF_ERROR(CheckCertain(answer));
  const std::string cause = WhyNoAnswer(answer);
  if (!cause.empty()) {
    return Unavailable("RCCS_NO_ANSWER", absl::StrCat("RCCS gave no answer: ", cause), CauseOf(answer, cause));
  }
  return WithoutKey(account, std::move(answer.body));
}

absl::StatusOr<int64_t> Client::GetRequestId(const Account& account, absl::Time deadline) const {
  JUCHU_ASSIGN_OR_RETURN(const std::string body, WriteGetRequestId(account));
  JUCHU_ASSIGN_OR_RETURN(const std::string answer, Read(account, body, deadline));
  return ReadRequestId(answer);
}

absl::Status Client::Request(const Account& account, Operation operation, int64_t request_id,
                             absl::Span<const OrderRequest> orders, absl::Time deadline) const {
  JUCHU_ASSIGN_OR_RETURN(const std::string body, WriteRequest(account, operation, request_id, orders));
  const HttpsAnswer answer = Send(options_, body, deadline - clock_.Now());
  JUCHU_RETURN_IF_ERROR(CheckCertain(answer));
  const std::string cause = WhyNoAnswer(answer);
  if (!cause.empty()) return OutcomeUnknown(cause, CauseOf(answer, cause));
  const absl::Status reply = ReadReply(WithoutKey(account, answer.body));
  if (reply.ok()) return reply;
  ErrorMetadata metadata = CauseOf(answer, reply.message());
  if (const std::optional<ErrorInfo> info = GetErrorInfo(reply); info.has_value()) {
    // A code that is no error may be a warning about a request that was taken.
    const auto code = info->metadata.find("rccs_error_code");
    const bool error = code != info->metadata.end() && absl::StartsWith(code->second, "RCCS_E");
    if (error && info->reason == "RCCS_REFUSED") return reply;
    metadata.insert(info->metadata.begin(), info->metadata.end());
  }
  return OutcomeUnknown(reply.message(), std::move(metadata));
}

absl::StatusOr<std::vector<RequestResult>> Client::GetResults(const Account& account,
                                                              absl::Span<const int64_t> request_ids,
                                                              absl::Time deadline) const {
  JUCHU_ASSIGN_OR_RETURN(const std::string body, WriteGetResult(account, request_ids));
  JUCHU_ASSIGN_OR_RETURN(const std::string answer, Read(account, body, deadline));
  return ReadResults(answer);
}

absl::StatusOr<std::vector<OrderResult>> Client::GetResultAll(const Account& account, const ResultSearch& search,
                                                              absl::Time deadline) const {
  JUCHU_ASSIGN_OR_RETURN(const std::string body, WriteGetResultAll(account, search));
  JUCHU_ASSIGN_OR_RETURN(const std::string answer, Read(account, body, deadline));
  return ReadResultAll(answer);
}

}  // namespace juchu::payment::rccs
