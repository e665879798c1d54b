#include "services/payment/storage/payment_files.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "common/ids/sha256.h"
#include "common/mysql/run_in_transaction.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"

namespace juchu::payment {
namespace {

#define JUCHU_FILE_COLUMNS \
  "file_id, kind, file_name, layout_profile_id, create_time_us, actor_kind, actor_id, orders, size_bytes, sha256 "
constexpr char kInsert[] =
    "INSERT INTO payment_files (tenant_id, file_id, kind, file_name, layout_profile_id, create_time_us, actor_kind, "
    "actor_id, orders, size_bytes, sha256, content, request_id, request_hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kSelectByRequest[] =
    "SELECT " JUCHU_FILE_COLUMNS ", request_hash FROM payment_files WHERE tenant_id = ? AND request_id = ?";
constexpr char kSelect[] =
    "SELECT " JUCHU_FILE_COLUMNS ", content FROM payment_files WHERE tenant_id = ? AND file_id = ?";
// A parameter of '' asks for nothing.
constexpr char kList[] =
    "SELECT " JUCHU_FILE_COLUMNS
    " FROM payment_files WHERE tenant_id = ? AND (? = '' OR file_id < ?) ORDER BY file_id DESC LIMIT ?";
constexpr char kListKinds[] =
    "SELECT " JUCHU_FILE_COLUMNS " FROM payment_files WHERE tenant_id = ? AND (? = '' OR file_id < ?) AND kind IN (";
constexpr char kListKindsTail[] = ") ORDER BY file_id DESC LIMIT ?";
#undef JUCHU_FILE_COLUMNS
constexpr size_t kFileColumns = 10;
constexpr char kListLayouts[] = "SELECT profile FROM layouts WHERE tenant_id = ? ORDER BY layout_profile_id";
// Whoever puts the last one that there is room for keeps the others waiting.
constexpr char kLockLayouts[] = "SELECT layout_profile_id FROM layouts WHERE tenant_id = ? FOR UPDATE";
constexpr char kPutLayout[] =
    "INSERT INTO layouts (tenant_id, layout_profile_id, profile) VALUES (?,?,?) ON DUPLICATE KEY UPDATE profile = "
    "VALUES(profile)";
constexpr char kDeleteLayout[] = "DELETE FROM layouts WHERE tenant_id = ? AND layout_profile_id = ?";
constexpr size_t kMostLayouts = 200;

v1::PaymentFile FileOf(const mysql::Row& row) {
  v1::PaymentFile file;
  // The order numbers.
  file.ParseFromString(row.String(7));
  file.set_file_id(row.String(0));
  file.set_kind(static_cast<v1::LayoutKind>(row.Int32(1)));
  file.set_file_name(row.String(2));
  file.set_layout_profile_id(row.String(3));
  *file.mutable_create_time() = TimestampFromMicros(row.Int64(4));
  file.mutable_actor()->set_kind(static_cast<common::v1::Actor::Kind>(row.Int32(5)));
  file.mutable_actor()->set_id(row.String(6));
  file.set_size_bytes(row.Int64(8));
  file.set_sha256(row.String(9));
  return file;
}

}  // namespace

absl::StatusOr<v1::PaymentFile> InsertFile(mysql::Transaction& transaction, absl::string_view tenant,
                                           const NewFileRow& row, absl::Time now) {
  v1::PaymentFile file;
  file.mutable_order_numbers()->Assign(row.order_numbers.begin(), row.order_numbers.end());
  const std::string orders = file.SerializeAsString();
  const std::string& content = row.file.content();
  file.set_file_id(row.file_id);
  file.set_kind(row.file.kind());
  file.set_file_name(row.file.file_name());
  file.set_layout_profile_id(row.file.layout_profile_id());
  *file.mutable_create_time() = TimestampFromTime(now);
  *file.mutable_actor() = row.actor;
  file.set_size_bytes(static_cast<int64_t>(content.size()));
  file.set_sha256(absl::BytesToHexString(Sha256(content)));
  JUCHU_RETURN_IF_ERROR(
      transaction
          .Execute(kInsert, {tenant, row.file_id, static_cast<int64_t>(row.file.kind()), row.file.file_name(),
                             row.file.layout_profile_id(), now, static_cast<int64_t>(row.actor.kind()), row.actor.id(),
                             orders, file.size_bytes(), file.sha256(), content, row.request_id, row.request_hash})
          .status());
  return file;
}

absl::StatusOr<std::optional<v1::PaymentFile>> FindFileOf(mysql::Session& session, absl::string_view tenant,
                                                          const std::string& request_id,
                                                          const std::string& request_hash) {
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(kSelectByRequest, {tenant, request_id}));
  if (rows.empty()) return std::nullopt;
  if (rows.front().String(kFileColumns) != request_hash) {
    return InvalidField("REQUEST_ID_REUSED", "request_id", "was used for another request", "send a new UUID");
  }
  return FileOf(rows.front());
}

absl::StatusOr<v1::FindFileResponse> PaymentFileStore::Find(absl::string_view tenant,
                                                            const v1::FindFileRequest& request, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(auto file, FindFileOf(*connection, tenant, request.request_id(), request.request_hash()));
  v1::FindFileResponse response;
  if (file.has_value()) *response.mutable_file() = *std::move(file);
  return response;
}

absl::StatusOr<v1::ListFilesResponse> PaymentFileStore::List(absl::string_view tenant,
                                                             const v1::ListFilesRequest& request, absl::Time deadline) {
  mysql::Params params = {tenant, request.before_file_id(), request.before_file_id()};
  for (const int kind : request.kinds()) params.emplace_back(kind);
  params.emplace_back(request.page_size() + 1);
  std::string sql = kList;
  if (!request.kinds().empty()) {
    JUCHU_ASSIGN_OR_RETURN(
        sql, mysql::RepeatRows(kListKinds, "?", static_cast<size_t>(request.kinds_size()), kListKindsTail));
  }
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(sql, params));
  v1::ListFilesResponse response;
  for (const auto row : rows) {
    if (response.files_size() == request.page_size()) {
      response.set_more(true);
      break;
    }
    *response.add_files() = FileOf(row);
  }
  return response;
}

absl::StatusOr<v1::ReadFileResponse> PaymentFileStore::Read(absl::string_view tenant,
                                                            const v1::ReadFileRequest& request, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(kSelect, {tenant, request.file_id()}));
  if (rows.empty()) {
    return NotFound("PAYMENT_FILE_NOT_FOUND", "there is no such file",
                    {{"file_id", request.file_id()}, {"remedy", "list the files"}});
  }
  v1::ReadFileResponse response;
  *response.mutable_file() = FileOf(rows.front());
  response.set_content(rows.front().String(kFileColumns));
  return response;
}

absl::StatusOr<v1::ListLayoutsResponse> PaymentFileStore::ListLayouts(absl::string_view tenant, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(kListLayouts, {tenant}));
  v1::ListLayoutsResponse response;
  for (const auto row : rows) {
    if (!response.add_layouts()->ParseFromString(row.String(0))) {
      return MakeError(absl::StatusCode::kInternal, "LAYOUT_UNREADABLE", "a layout of the tenant cannot be read");
    }
  }
  return response;
}

absl::StatusOr<v1::LayoutProfile> PaymentFileStore::PutLayout(absl::string_view tenant, const v1::LayoutProfile& layout,
                                                              absl::Time deadline) {
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::LayoutProfile> {
        JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(kLockLayouts, {tenant}));
        bool is_new = true;
        for (const auto row : rows) is_new = is_new && row.String(0) != layout.layout_profile_id();
        if (is_new && rows.size() >= kMostLayouts) {
          return ResourceExhausted("TOO_MANY_LAYOUTS", "the tenant has 200 layouts",
                                   {{"remedy", "delete one that is not used any more"}});
        }
        JUCHU_RETURN_IF_ERROR(
            transaction.Execute(kPutLayout, {tenant, layout.layout_profile_id(), layout.SerializeAsString()}).status());
        return layout;
      });
}

absl::Status PaymentFileStore::DeleteLayout(absl::string_view tenant, const std::string& layout_profile_id,
                                            absl::Time deadline) {
  return mysql::RunInTransaction(pool_, deadline, [&](mysql::Transaction& transaction) {
    return transaction.Execute(kDeleteLayout, {tenant, layout_profile_id}).status();
  });
}

}  // namespace juchu::payment
