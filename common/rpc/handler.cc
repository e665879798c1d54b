#include "common/rpc/handler.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/fault/fault.h"
#include "common/log/log.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/trace.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::rpc {
namespace {

// What the way back to the caller may take; work ends that much earlier than the caller stops waiting. And a share of
// the time that is left: gRPC sends it rounded up by as much as one hundredth, by which the next hop would outlast this
// one.
constexpr absl::Duration kReturnOverhead = absl::Milliseconds(20);
constexpr int kRoundedShare = 50;
// A call with less time than this is refused before it costs anything.
constexpr absl::Duration kLeastTime = absl::Milliseconds(10);

constexpr absl::string_view kPeerUri = "spiffe://juchu/";

}  // namespace

std::string PeerName(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  for (const auto& value : auth->FindPropertyValues("x509_subject_alternative_name")) {
    absl::string_view name(value.data(), value.size());
    if (absl::ConsumePrefix(&name, kPeerUri)) return std::string(name);
  }
  return "";
}

absl::StatusOr<Handler> Handler::Create(const google::protobuf::ServiceDescriptor& service,
                                        const Authorizer& authorizer, Metrics& metrics, const Clock& clock,
                                        DefaultDeadlines deadlines, CallLimiter* limiter) {
  JUCHU_RETURN_IF_ERROR(authorizer.CheckService(service));
  Handler handler(authorizer, metrics, clock, deadlines, limiter);
  for (int i = 0; i < service.method_count(); ++i) handler.methods_[service.method(i)->name()] = service.method(i);
  return handler;
}

absl::Status Handler::Begin(grpc::ServerContextBase& context, const google::protobuf::MethodDescriptor& method,
                            CallContext& call) const {
  const absl::Time now = clock_->Now();
  if (context.deadline() == std::chrono::system_clock::time_point::max()) {
    const bool stream = method.client_streaming() || method.server_streaming();
    const absl::Duration standard = stream ? deadlines_.stream : deadlines_.unary;
    if (standard == absl::ZeroDuration()) {
      return InvalidField("DEADLINE_REQUIRED", "grpc-timeout", "is missing", "set a deadline on the call");
    }
    call.deadline = now + standard;
  } else {
    const absl::Time given = absl::FromChrono(context.deadline());
    call.deadline = given - kReturnOverhead - std::max(given - now, absl::ZeroDuration()) / kRoundedShare;
  }
  if (call.deadline - now < kLeastTime) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED", "too little time is left to do anything");
  }
  const auto& metadata = context.client_metadata();
  const auto read = [&](absl::string_view key) -> std::optional<std::string> {
    const auto range = metadata.equal_range(grpc::string_ref(key.data(), key.size()));
    if (range.first == range.second || std::next(range.first) != range.second) return std::nullopt;
    return std::string(range.first->second.data(), range.first->second.size());
  };
  call.caller = PeerName(context);
  call.traceparent = ContinueTrace(read("traceparent").value_or(""));
  call.cancelled = [&context] { return context.IsCancelled(); };
  return authorizer_->Authorize(method, read, call);
}

grpc::Status Handler::Serve(grpc::ServerContextBase& context, absl::string_view method,
                            absl::FunctionRef<absl::Status(const CallContext&)> serve) const {
  const auto& descriptor = *methods_.at(std::string(method));
  CallContext call;
  call.method = absl::StrCat(descriptor.service()->full_name(), "/", descriptor.name());
  if (limiter_ == nullptr) return ServeAdmitted(context, descriptor, call, serve);
  const auto place = limiter_->Enter(descriptor);
  if (place.ok()) return ServeAdmitted(context, descriptor, call, serve);
  // Counted and not logged: under overload the lines would cost more than the refusals.
  metrics_->RecordCall(call.method, place.status().code(), absl::ZeroDuration());
  return ToGrpcStatus(place.status());
}

grpc::Status Handler::ServeAdmitted(grpc::ServerContextBase& context, const google::protobuf::MethodDescriptor& method,
                                    CallContext& call,
                                    absl::FunctionRef<absl::Status(const CallContext&)> serve) const {
  const auto started = std::chrono::steady_clock::now();
  metrics_->AddCallInFlight(1);
  absl::Status status;
  try {
    status = Begin(context, method, call);
    if (status.ok()) status = serve(call);
    if (fault::Fails("rpc.before_answer", method.name())) status = absl::UnavailableError("a fault point");
  } catch (const std::exception& error) {
    // Nothing of ours throws; a library that does must not take the process down, nor tell a stranger its insides.
    Log(LogLevel::kError, "handler_exception", {{"method", call.method}, {"what", std::string(error.what())}});
    status = MakeError(absl::StatusCode::kInternal, "UNEXPECTED", "an unexpected error; it has been logged");
  }
  const absl::Duration duration = absl::FromChrono(std::chrono::steady_clock::now() - started);
  metrics_->AddCallInFlight(-1);
  metrics_->RecordCall(call.method, status.code(), duration);
  const bool serious = status.code() == absl::StatusCode::kInternal || status.code() == absl::StatusCode::kUnknown;
  // The message may hold what a caller sent, so the line has it only where someone must find a fault of ours.
  Log(serious ? LogLevel::kError : LogLevel::kInfo, "call",
      {{"method", call.method},
       {"code", absl::StatusCodeToString(status.code())},
       {"reason", ReasonOf(status)},
       {"tenant", call.tenant},
       {"caller", call.caller},
       {"trace", std::string(TraceId(call.traceparent))},
       {"ms", absl::ToDoubleMilliseconds(duration)},
       {"fault", serious ? std::string(status.message()) : std::string()}});
  return ToGrpcStatus(status);
}

}  // namespace juchu::rpc
