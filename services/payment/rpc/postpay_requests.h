#ifndef SERVICES_PAYMENT_RPC_POSTPAY_REQUESTS_H_
#define SERVICES_PAYMENT_RPC_POSTPAY_REQUESTS_H_

#include "absl/status/status.h"
#include "juchu/payment/v1/postpay_service.pb.h"

namespace juchu::payment {

// Whether a request holds together; pure. INVALID_ARGUMENT that names the field, what is wrong and the remedy.
absl::Status CheckRequest(const v1::RecordRegistrationsRequest& request);
absl::Status CheckRequest(const v1::RecordResultsRequest& request);
absl::Status CheckRequest(const v1::RecordSlipsRequest& request);
absl::Status CheckRequest(const v1::FindReportedSlipsRequest& request);
absl::Status CheckRequest(const v1::ReadScreeningsRequest& request);
absl::Status CheckRequest(const v1::FindFileRequest& request);
absl::Status CheckRequest(const v1::ListFilesRequest& request);
absl::Status CheckRequest(const v1::ReadFileRequest& request);
absl::Status CheckRequest(const v1::ListLayoutsRequest& request);
absl::Status CheckRequest(const v1::PutLayoutRequest& request);
absl::Status CheckRequest(const v1::DeleteLayoutRequest& request);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_RPC_POSTPAY_REQUESTS_H_
