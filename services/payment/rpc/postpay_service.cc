#include "services/payment/rpc/postpay_service.h"

#include "services/payment/rpc/postpay_requests.h"
#include "services/payment/rpc/serve.h"

namespace juchu::payment {
namespace {

// The actor whose id the caller's metadata names.
common::v1::Actor PersonNamed(const std::string& id) {
  common::v1::Actor actor;
  actor.set_kind(common::v1::Actor::PERSON);
  actor.set_id(id);
  return actor;
}

}  // namespace

grpc::Status PostpayService::RecordRegistrations(grpc::ServerContext* context,
                                                 const v1::RecordRegistrationsRequest* request,
                                                 v1::RecordFileResponse* response) {
  return Serve(handler_, *context, "RecordRegistrations", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.screenings.RecordRegistrations(call.tenant, *request, PersonNamed(call.actor), call.deadline);
  });
}

grpc::Status PostpayService::RecordResults(grpc::ServerContext* context, const v1::RecordResultsRequest* request,
                                           v1::RecordResultsResponse* response) {
  return Serve(handler_, *context, "RecordResults", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.screenings.RecordResults(call.tenant, *request, call.deadline);
  });
}

grpc::Status PostpayService::RecordSlips(grpc::ServerContext* context, const v1::RecordSlipsRequest* request,
                                         v1::RecordFileResponse* response) {
  return Serve(handler_, *context, "RecordSlips", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.screenings.RecordSlips(call.tenant, *request, PersonNamed(call.actor), call.deadline);
  });
}

grpc::Status PostpayService::FindReportedSlips(grpc::ServerContext* context,
                                               const v1::FindReportedSlipsRequest* request,
                                               v1::FindReportedSlipsResponse* response) {
  return Serve(handler_, *context, "FindReportedSlips", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.screenings.FindReportedSlips(call.tenant, *request, call.deadline);
  });
}

grpc::Status PostpayService::ReadScreenings(grpc::ServerContext* context, const v1::ReadScreeningsRequest* request,
                                            v1::ReadScreeningsResponse* response) {
  return Serve(handler_, *context, "ReadScreenings", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.screenings.Read(call.tenant, *request, call.deadline);
  });
}

grpc::Status PostpayService::FindFile(grpc::ServerContext* context, const v1::FindFileRequest* request,
                                      v1::FindFileResponse* response) {
  return Serve(handler_, *context, "FindFile", *request, *response,
               [&](const rpc::CallContext& call) { return stores_.files.Find(call.tenant, *request, call.deadline); });
}

grpc::Status PostpayService::ListFiles(grpc::ServerContext* context, const v1::ListFilesRequest* request,
                                       v1::ListFilesResponse* response) {
  return Serve(handler_, *context, "ListFiles", *request, *response,
               [&](const rpc::CallContext& call) { return stores_.files.List(call.tenant, *request, call.deadline); });
}

grpc::Status PostpayService::ReadFile(grpc::ServerContext* context, const v1::ReadFileRequest* request,
                                      v1::ReadFileResponse* response) {
  return Serve(handler_, *context, "ReadFile", *request, *response,
               [&](const rpc::CallContext& call) { return stores_.files.Read(call.tenant, *request, call.deadline); });
}

grpc::Status PostpayService::ListLayouts(grpc::ServerContext* context, const v1::ListLayoutsRequest* request,
                                         v1::ListLayoutsResponse* response) {
  return Serve(handler_, *context, "ListLayouts", *request, *response,
               [&](const rpc::CallContext& call) { return stores_.files.ListLayouts(call.tenant, call.deadline); });
}

grpc::Status PostpayService::PutLayout(grpc::ServerContext* context, const v1::PutLayoutRequest* request,
                                       v1::LayoutProfile* response) {
  return Serve(handler_, *context, "PutLayout", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.files.PutLayout(call.tenant, request->layout(), call.deadline);
  });
}

grpc::Status PostpayService::DeleteLayout(grpc::ServerContext* context, const v1::DeleteLayoutRequest* request,
                                          v1::DeleteLayoutResponse* response) {
  return Serve(
      handler_, *context, "DeleteLayout", *request, *response,
      [&](const rpc::CallContext& call) -> absl::StatusOr<v1::DeleteLayoutResponse> {
        JUCHU_RETURN_IF_ERROR(stores_.files.DeleteLayout(call.tenant, request->layout_profile_id(), call.deadline));
        return v1::DeleteLayoutResponse();
      });
}

}  // namespace juchu::payment
