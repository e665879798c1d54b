#ifndef SERVICES_GATEWAY_APP_POSTPAY_EXPORTER_H_
#define SERVICES_GATEWAY_APP_POSTPAY_EXPORTER_H_

#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "services/gateway/app/postpay_parts.h"

namespace juchu::gateway {

// Writes the files that go out (取引登録エクスポート, 配送伝票CSVエクスポート). A file is kept by the payment service
// in the same transaction that makes its orders 与信中 or 報告済; so a repeat of a request finds the file, and no order
// goes out twice. Thread-safe.
class PostpayExporter {
 public:
  explicit PostpayExporter(PostpayParts parts) : parts_(parts) {}

  // The methods of the public PostpayService; see there.
  absl::StatusOr<v1::ExportFileResponse> ExportRegistrations(const rpc::CallContext& context,
                                                             const v1::ExportRegistrationsRequest& request);
  absl::StatusOr<v1::ExportFileResponse> ExportSlips(const rpc::CallContext& context,
                                                     const v1::ExportSlipsRequest& request);

 private:
  const PostpayParts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_POSTPAY_EXPORTER_H_
