#ifndef SERVICES_GATEWAY_CLIENTS_POSTPAY_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_POSTPAY_CLIENT_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/payment/v1/postpay_service.grpc.pb.h"
#include "services/gateway/clients/service_client.h"

namespace juchu::gateway {

// The payment service's interface for NP and GMO, one method for each RPC. Every status that comes back has gone
// through TranslateServiceStatus.
class PostpayClient : public ServiceClient<payment::v1::PostpayService> {
 public:
  PostpayClient(std::shared_ptr<Stub> stub, const Clock& clock, std::function<void(absl::Duration)> wait = {})
      : ServiceClient(std::move(stub), clock, std::move(wait)) {}
  virtual ~PostpayClient() = default;
  PostpayClient(const PostpayClient&) = delete;
  PostpayClient& operator=(const PostpayClient&) = delete;

  // Virtual, so that tests of the layers above can stand in for the service.
  virtual absl::StatusOr<payment::v1::RecordFileResponse> RecordRegistrations(
      const rpc::CallContext& context, const payment::v1::RecordRegistrationsRequest& request);
  virtual absl::StatusOr<payment::v1::RecordResultsResponse> RecordResults(
      const rpc::CallContext& context, const payment::v1::RecordResultsRequest& request);
  virtual absl::StatusOr<payment::v1::RecordFileResponse> RecordSlips(const rpc::CallContext& context,
                                                                      const payment::v1::RecordSlipsRequest& request);
  virtual absl::StatusOr<payment::v1::FindReportedSlipsResponse> FindReportedSlips(
      const rpc::CallContext& context, const payment::v1::FindReportedSlipsRequest& request);
  virtual absl::StatusOr<payment::v1::ReadScreeningsResponse> ReadScreenings(
      const rpc::CallContext& context, const payment::v1::ReadScreeningsRequest& request);
  virtual absl::StatusOr<payment::v1::FindFileResponse> FindFile(const rpc::CallContext& context,
                                                                 const payment::v1::FindFileRequest& request);
  virtual absl::StatusOr<payment::v1::ListFilesResponse> ListFiles(const rpc::CallContext& context,
                                                                   const payment::v1::ListFilesRequest& request);
  virtual absl::StatusOr<payment::v1::ReadFileResponse> ReadFile(const rpc::CallContext& context,
                                                                 const payment::v1::ReadFileRequest& request);
  virtual absl::StatusOr<payment::v1::ListLayoutsResponse> ListLayouts(const rpc::CallContext& context,
                                                                       const payment::v1::ListLayoutsRequest& request);
  virtual absl::StatusOr<payment::v1::LayoutProfile> PutLayout(const rpc::CallContext& context,
                                                               const payment::v1::PutLayoutRequest& request);
  virtual absl::StatusOr<payment::v1::DeleteLayoutResponse> DeleteLayout(
      const rpc::CallContext& context, const payment::v1::DeleteLayoutRequest& request);
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_POSTPAY_CLIENT_H_
