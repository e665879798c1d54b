#ifndef SERVICES_GATEWAY_APP_POSTPAY_READER_H_
#define SERVICES_GATEWAY_APP_POSTPAY_READER_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/page/page_token.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "services/gateway/clients/postpay_client.h"

namespace juchu::gateway {

// What can be read of screenings and files. Thread-safe.
class PostpayReader {
 public:
  // Takes a message of a stream down; false when the caller has gone away.
  using Sink = std::function<bool(const v1::DownloadPaymentFileResponse&)>;

  // All must outlive the reader.
  PostpayReader(PostpayClient& postpay, const PageTokenCodec& tokens, const Clock& clock)
      : postpay_(postpay), tokens_(tokens), clock_(clock) {}

  // The methods of the public PostpayService; see there.
  absl::StatusOr<payment::v1::Screening> GetScreening(const rpc::CallContext& context,
                                                      const v1::GetScreeningRequest& request);
  absl::StatusOr<v1::ListPaymentFilesResponse> ListFiles(const rpc::CallContext& context,
                                                         const v1::ListPaymentFilesRequest& request);
  absl::Status Download(const rpc::CallContext& context, const v1::DownloadPaymentFileRequest& request,
                        const Sink& sink);

 private:
  PostpayClient& postpay_;
  const PageTokenCodec& tokens_;
  const Clock& clock_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_POSTPAY_READER_H_
