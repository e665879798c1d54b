#include "services/gateway/rpc/postpay_service.h"

#include <optional>

namespace juchu::gateway {

grpc::Status PostpayService::ExportRegistrations(grpc::ServerContext* context,
                                                 const v1::ExportRegistrationsRequest* request,
                                                 v1::ExportFileResponse* response) {
  return handler_.ServeUnary(*context, "ExportRegistrations", *response, [&](const rpc::CallContext& call) {
    return parts_.exporter.ExportRegistrations(call, *request);
  });
}

grpc::Status PostpayService::ImportScreeningResults(
    grpc::ServerContext* context,
    grpc::ServerReaderWriter<v1::ImportScreeningResultsResponse, v1::ImportScreeningResultsRequest>* stream) {
  return handler_.Serve(*context, "ImportScreeningResults", [&](const rpc::CallContext& call) {
    const auto source = [stream]() -> std::optional<v1::ImportScreeningResultsRequest> {
      v1::ImportScreeningResultsRequest request;
      if (!stream->Read(&request)) return std::nullopt;
      return request;
    };
    return parts_.intake.Import(
        call, source, [stream](const v1::ImportScreeningResultsResponse& message) { return stream->Write(message); });
  });
}

grpc::Status PostpayService::ExportSlips(grpc::ServerContext* context, const v1::ExportSlipsRequest* request,
                                         v1::ExportFileResponse* response) {
  return handler_.ServeUnary(*context, "ExportSlips", *response,
                             [&](const rpc::CallContext& call) { return parts_.exporter.ExportSlips(call, *request); });
}

grpc::Status PostpayService::GetScreening(grpc::ServerContext* context, const v1::GetScreeningRequest* request,
                                          payment::v1::Screening* response) {
  return handler_.ServeUnary(*context, "GetScreening", *response,
                             [&](const rpc::CallContext& call) { return parts_.reader.GetScreening(call, *request); });
}

grpc::Status PostpayService::ListPaymentFiles(grpc::ServerContext* context, const v1::ListPaymentFilesRequest* request,
                                              v1::ListPaymentFilesResponse* response) {
  return handler_.ServeUnary(*context, "ListPaymentFiles", *response,
                             [&](const rpc::CallContext& call) { return parts_.reader.ListFiles(call, *request); });
}

grpc::Status PostpayService::DownloadPaymentFile(grpc::ServerContext* context,
                                                 const v1::DownloadPaymentFileRequest* request,
                                                 grpc::ServerWriter<v1::DownloadPaymentFileResponse>* stream) {
  return handler_.Serve(*context, "DownloadPaymentFile", [&](const rpc::CallContext& call) {
    return parts_.reader.Download(
        call, *request, [stream](const v1::DownloadPaymentFileResponse& message) { return stream->Write(message); });
  });
}

grpc::Status PostpayService::ListLayoutProfiles(grpc::ServerContext* context, const v1::ListLayoutProfilesRequest*,
                                                v1::ListLayoutProfilesResponse* response) {
  return handler_.ServeUnary(*context, "ListLayoutProfiles", *response,
                             [&](const rpc::CallContext& call) { return parts_.layouts.List(call); });
}

grpc::Status PostpayService::PutLayoutProfile(grpc::ServerContext* context, const v1::PutLayoutProfileRequest* request,
                                              payment::v1::LayoutProfile* response) {
  return handler_.ServeUnary(*context, "PutLayoutProfile", *response,
                             [&](const rpc::CallContext& call) { return parts_.layouts.Put(call, *request); });
}

grpc::Status PostpayService::DeleteLayoutProfile(grpc::ServerContext* context,
                                                 const v1::DeleteLayoutProfileRequest* request,
                                                 v1::DeleteLayoutProfileResponse* response) {
  return handler_.ServeUnary(*context, "DeleteLayoutProfile", *response,
                             [&](const rpc::CallContext& call) { return parts_.layouts.Delete(call, *request); });
}

}  // namespace juchu::gateway
