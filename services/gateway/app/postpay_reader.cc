#include "services/gateway/app/postpay_reader.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/request_checks.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

constexpr size_t kPiece = 256 * 1024;

// What a page token is bound to: the request, whatever its page.
std::string QuestionOf(v1::ListPaymentFilesRequest request) {
  request.clear_page_size();
  request.clear_page_token();
  return HashRequest(request);
}

}  // namespace

absl::StatusOr<pb::Screening> PostpayReader::GetScreening(const rpc::CallContext& context,
                                                          const v1::GetScreeningRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const std::string number, ParseOrderNumber("order_number", request.order_number()));
  pb::ReadScreeningsRequest read;
  read.add_order_numbers(number);
  JUCHU_ASSIGN_OR_RETURN(auto response, postpay_.ReadScreenings(context, read));
  if (!response.screenings().empty()) return std::move(*response.mutable_screenings(0));
  return NotFound("SCREENING_NOT_FOUND", "the order has not been registered for screening",
                  {{"order_number", number}, {"remedy", "check the number; it is registered by its export in 確認待"}});
}

absl::StatusOr<v1::ListPaymentFilesResponse> PostpayReader::ListFiles(const rpc::CallContext& context,
                                                                      const v1::ListPaymentFilesRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("kinds", request.kinds_size(), 0, 10));
  pb::ListFilesRequest list;
  for (int i = 0; i < request.kinds_size(); ++i) {
    if (!pb::LayoutKind_IsValid(request.kinds(i)) || request.kinds(i) == pb::LAYOUT_KIND_UNSPECIFIED) {
      return InvalidField("ENUM_VALUE_INVALID", absl::StrCat("kinds[", i, "]"), "is no kind of file",
                          "send a kind of the contract");
    }
    list.add_kinds(request.kinds(i));
  }
  JUCHU_ASSIGN_OR_RETURN(const int page_size, ReadPageSize(request.page_size()));
  list.set_page_size(page_size);
  const std::string question = QuestionOf(request);
  if (!request.page_token().empty()) {
    JUCHU_ASSIGN_OR_RETURN(*list.mutable_before_file_id(),
                           tokens_.Decode(context.tenant, question, request.page_token(), clock_.Now()));
  }
  JUCHU_ASSIGN_OR_RETURN(auto page, postpay_.ListFiles(context, list));
  v1::ListPaymentFilesResponse response;
  *response.mutable_files() = std::move(*page.mutable_files());
  if (page.more()) {
    const auto& last = response.files(response.files_size() - 1);
    response.set_next_page_token(tokens_.Encode(context.tenant, question, last.file_id(), clock_.Now()));
  }
  return response;
}

absl::Status PostpayReader::Download(const rpc::CallContext& context, const v1::DownloadPaymentFileRequest& request,
                                     const Sink& sink) {
  pb::ReadFileRequest read;
  JUCHU_ASSIGN_OR_RETURN(*read.mutable_file_id(), ParseOrderNumber("file_id", request.file_id()));
  JUCHU_ASSIGN_OR_RETURN(auto file, postpay_.ReadFile(context, read));
  v1::DownloadPaymentFileResponse message;
  *message.mutable_file() = std::move(*file.mutable_file());
  for (size_t begin = 0; sink(message); begin += kPiece) {
    if (begin >= file.content().size()) return absl::OkStatus();
    message.set_data(file.content().substr(begin, kPiece));
  }
  return absl::CancelledError("the caller has gone away");
}

}  // namespace juchu::gateway
