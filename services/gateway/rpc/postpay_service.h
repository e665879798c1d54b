#ifndef SERVICES_GATEWAY_RPC_POSTPAY_SERVICE_H_
#define SERVICES_GATEWAY_RPC_POSTPAY_SERVICE_H_

#include <utility>

#include "common/rpc/handler.h"
#include "juchu/gateway/v1/postpay_service.grpc.pb.h"
#include "services/gateway/app/postpay_exporter.h"
#include "services/gateway/app/postpay_layouts.h"
#include "services/gateway/app/postpay_reader.h"
#include "services/gateway/app/screening_intake.h"

namespace juchu::gateway {

// The public interface for NP and GMO over the wire: nothing but calls of the application. Thread-safe.
class PostpayService final : public v1::PostpayService::Service {
 public:
  struct Parts {
    PostpayExporter& exporter;
    ScreeningIntake& intake;
    PostpayReader& reader;
    PostpayLayouts& layouts;
  };

  PostpayService(rpc::Handler handler, Parts parts) : handler_(std::move(handler)), parts_(parts) {}

  grpc::Status ExportRegistrations(grpc::ServerContext* context, const v1::ExportRegistrationsRequest* request,
                                   v1::ExportFileResponse* response) override;
  grpc::Status ImportScreeningResults(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::ImportScreeningResultsResponse, v1::ImportScreeningResultsRequest>* stream) override;
  grpc::Status ExportSlips(grpc::ServerContext* context, const v1::ExportSlipsRequest* request,
                           v1::ExportFileResponse* response) override;
  grpc::Status GetScreening(grpc::ServerContext* context, const v1::GetScreeningRequest* request,
                            payment::v1::Screening* response) override;
  grpc::Status ListPaymentFiles(grpc::ServerContext* context, const v1::ListPaymentFilesRequest* request,
                                v1::ListPaymentFilesResponse* response) override;
  grpc::Status DownloadPaymentFile(grpc::ServerContext* context, const v1::DownloadPaymentFileRequest* request,
                                   grpc::ServerWriter<v1::DownloadPaymentFileResponse>* stream) override;
  grpc::Status ListLayoutProfiles(grpc::ServerContext* context, const v1::ListLayoutProfilesRequest* request,
                                  v1::ListLayoutProfilesResponse* response) override;
  grpc::Status PutLayoutProfile(grpc::ServerContext* context, const v1::PutLayoutProfileRequest* request,
                                payment::v1::LayoutProfile* response) override;
  grpc::Status DeleteLayoutProfile(grpc::ServerContext* context, const v1::DeleteLayoutProfileRequest* request,
                                   v1::DeleteLayoutProfileResponse* response) override;

 private:
  const rpc::Handler handler_;
  const Parts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_RPC_POSTPAY_SERVICE_H_
