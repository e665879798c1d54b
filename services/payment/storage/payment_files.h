#ifndef SERVICES_PAYMENT_STORAGE_PAYMENT_FILES_H_
#define SERVICES_PAYMENT_STORAGE_PAYMENT_FILES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/mysql/transaction.h"
#include "juchu/common/v1/types.pb.h"
#include "juchu/payment/v1/postpay_service.pb.h"

// Files that have gone out, byte for byte, and the layouts that they are written by.
namespace juchu::payment {

struct NewFileRow {
  std::string file_id;
  v1::NewFile file;
  common::v1::Actor actor;
  std::vector<std::string> order_numbers;
  std::string request_id;
  std::string request_hash;
};

// Keeps it. ALREADY_EXISTS when its request has kept one at the same time.
absl::StatusOr<v1::PaymentFile> InsertFile(mysql::Transaction& transaction, absl::string_view tenant,
                                           const NewFileRow& row, absl::Time now);

// The file that the request kept. INVALID_ARGUMENT/REQUEST_ID_REUSED when it was a request of another content.
absl::StatusOr<std::optional<v1::PaymentFile>> FindFileOf(mysql::Session& session, absl::string_view tenant,
                                                          const std::string& request_id,
                                                          const std::string& request_hash);

// As PostpayService's methods for files and layouts. Thread-safe.
class PaymentFileStore {
 public:
  explicit PaymentFileStore(mysql::Pool& pool) : pool_(pool) {}

  absl::StatusOr<v1::FindFileResponse> Find(absl::string_view tenant, const v1::FindFileRequest& request,
                                            absl::Time deadline);
  absl::StatusOr<v1::ListFilesResponse> List(absl::string_view tenant, const v1::ListFilesRequest& request,
                                             absl::Time deadline);
  absl::StatusOr<v1::ReadFileResponse> Read(absl::string_view tenant, const v1::ReadFileRequest& request,
                                            absl::Time deadline);
  absl::StatusOr<v1::ListLayoutsResponse> ListLayouts(absl::string_view tenant, absl::Time deadline);
  absl::StatusOr<v1::LayoutProfile> PutLayout(absl::string_view tenant, const v1::LayoutProfile& layout,
                                              absl::Time deadline);
  absl::Status DeleteLayout(absl::string_view tenant, const std::string& layout_profile_id, absl::Time deadline);

 private:
  mysql::Pool& pool_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_PAYMENT_FILES_H_
