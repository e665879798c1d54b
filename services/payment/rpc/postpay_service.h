#ifndef SERVICES_PAYMENT_RPC_POSTPAY_SERVICE_H_
#define SERVICES_PAYMENT_RPC_POSTPAY_SERVICE_H_

#include <utility>

#include "common/rpc/handler.h"
#include "juchu/payment/v1/postpay_service.grpc.pb.h"
#include "services/payment/storage/payment_files.h"
#include "services/payment/storage/screening_store.h"

namespace juchu::payment {

// The payment service's interface for NP and GMO over the wire: checks, calls the storage. No rule lives here.
// Thread-safe.
class PostpayService final : public v1::PostpayService::Service {
 public:
  struct Stores {
    ScreeningStore& screenings;
    PaymentFileStore& files;
  };

  PostpayService(rpc::Handler handler, Stores stores) : handler_(std::move(handler)), stores_(stores) {}

  grpc::Status RecordRegistrations(grpc::ServerContext* context, const v1::RecordRegistrationsRequest* request,
                                   v1::RecordFileResponse* response) override;
  grpc::Status RecordResults(grpc::ServerContext* context, const v1::RecordResultsRequest* request,
                             v1::RecordResultsResponse* response) override;
  grpc::Status RecordSlips(grpc::ServerContext* context, const v1::RecordSlipsRequest* request,
                           v1::RecordFileResponse* response) override;
  grpc::Status FindReportedSlips(grpc::ServerContext* context, const v1::FindReportedSlipsRequest* request,
                                 v1::FindReportedSlipsResponse* response) override;
  grpc::Status ReadScreenings(grpc::ServerContext* context, const v1::ReadScreeningsRequest* request,
                              v1::ReadScreeningsResponse* response) override;
  grpc::Status FindFile(grpc::ServerContext* context, const v1::FindFileRequest* request,
                        v1::FindFileResponse* response) override;
  grpc::Status ListFiles(grpc::ServerContext* context, const v1::ListFilesRequest* request,
                         v1::ListFilesResponse* response) override;
  grpc::Status ReadFile(grpc::ServerContext* context, const v1::ReadFileRequest* request,
                        v1::ReadFileResponse* response) override;
  grpc::Status ListLayouts(grpc::ServerContext* context, const v1::ListLayoutsRequest* request,
                           v1::ListLayoutsResponse* response) override;
  grpc::Status PutLayout(grpc::ServerContext* context, const v1::PutLayoutRequest* request,
                         v1::LayoutProfile* response) override;
  grpc::Status DeleteLayout(grpc::ServerContext* context, const v1::DeleteLayoutRequest* request,
                            v1::DeleteLayoutResponse* response) override;

 private:
  const rpc::Handler handler_;
  const Stores stores_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_RPC_POSTPAY_SERVICE_H_
