#ifndef SERVICES_GATEWAY_APP_SCREENING_INTAKE_H_
#define SERVICES_GATEWAY_APP_SCREENING_INTAKE_H_

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "services/gateway/app/postpay_parts.h"
#include "services/gateway/postpay/result_file.h"

namespace juchu::gateway {

// Takes what NP or GMO decided from their files (与信結果インポート) to the orders. Thread-safe.
class ScreeningIntake {
 public:
  // Gives the next message of the stream up; nothing at its end.
  using Source = std::function<std::optional<v1::ImportScreeningResultsRequest>()>;
  // Takes a message of the stream down; false when the caller has gone away.
  using Sink = std::function<bool(const v1::ImportScreeningResultsResponse&)>;

  explicit ScreeningIntake(PostpayParts parts) : parts_(parts) {}

  // As PostpayService.ImportScreeningResults.
  absl::Status Import(const rpc::CallContext& context, const Source& source, const Sink& sink);

 private:
  struct Batch;
  // Refuses lines whose order is not there, has ended, or is paid otherwise.
  absl::Status FindOrders(const rpc::CallContext& context, Batch& batch);
  absl::Status Record(const rpc::CallContext& context, Batch& batch);

  const PostpayParts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_SCREENING_INTAKE_H_
