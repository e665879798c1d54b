#include "services/payment/rpc/postpay_requests.h"

#include <initializer_list>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::payment {
namespace {

constexpr int kMaxOfFile = 1000;
constexpr int kMaxResults = 500;
constexpr int kMaxRead = 1000;
constexpr size_t kMaxContent = 16'000'000;
constexpr size_t kHashBytes = 32;
constexpr size_t kMaxLayoutId = 64;

absl::Status CheckFile(const v1::NewFile& file, std::initializer_list<v1::LayoutKind> kinds) {
  if (!absl::c_linear_search(kinds, file.kind())) {
    return InvalidField("ENUM_VALUE_INVALID", "file.kind", "is not of this method", "send the kind of the file");
  }
  JUCHU_RETURN_IF_ERROR(rpc::CheckLength("file.file_name", file.file_name(), 1, 100));
  JUCHU_RETURN_IF_ERROR(rpc::CheckLength("file.layout_profile_id", file.layout_profile_id(), 1, kMaxLayoutId));
  if (!file.content().empty() && file.content().size() <= kMaxContent) return absl::OkStatus();
  return InvalidField("FILE_SIZE_INVALID", "file.content", absl::StrCat("has ", file.content().size(), " bytes"),
                      "send 1 byte to 16 MB");
}

template <typename Request>
absl::Status CheckId(const Request& request) {
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request.request_id()));
  if (request.request_hash().size() == kHashBytes) return absl::OkStatus();
  return InvalidField("REQUEST_HASH_INVALID", "request_hash", "is not a SHA-256", "send 32 bytes");
}

// Entries with an order number each, none twice; `check` looks at the rest of an entry.
template <typename Entries, typename Check>
absl::Status CheckEntries(const char* field, const Entries& entries, int most, const Check& check) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize(field, entries.size(), 1, most));
  rpc::DistinctOrders orders;
  for (int i = 0; i < entries.size(); ++i) {
    const std::string entry = absl::StrCat(field, "[", i, "]");
    JUCHU_RETURN_IF_ERROR(orders.Check(entry + ".order_number", entries[i].order_number()));
    JUCHU_RETURN_IF_ERROR(check(entry, entries[i]));
  }
  return absl::OkStatus();
}

template <typename Enum>
absl::Status CheckEnum(const std::string& field, Enum value, bool is_valid) {
  if (is_valid && static_cast<int>(value) != 0) return absl::OkStatus();
  return InvalidField("ENUM_VALUE_INVALID", field, "is no value of the contract", "send one of the contract");
}

}  // namespace

absl::Status CheckRequest(const v1::RecordRegistrationsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckFile(request.file(), {v1::NP_REGISTRATION, v1::GMO_REGISTRATION}));
  JUCHU_RETURN_IF_ERROR(CheckId(request));
  return CheckEntries(
      "registrations", request.registrations(), kMaxOfFile,
      [](const std::string& field, const auto& registration) -> absl::Status {
        JUCHU_RETURN_IF_ERROR(rpc::CheckRange(field + ".facts_version", registration.facts_version(), 0, INT64_MAX));
        return rpc::CheckRange(field + ".amount_yen", registration.amount_yen(), 1, 999'999'999'999);
      });
}

absl::Status CheckRequest(const v1::RecordResultsRequest& request) {
  return CheckEntries(
      "results", request.results(), kMaxResults, [](const std::string& field, const auto& result) -> absl::Status {
        JUCHU_RETURN_IF_ERROR(
            CheckEnum(field + ".company", result.company(), v1::PostpayCompany_IsValid(result.company())));
        JUCHU_RETURN_IF_ERROR(
            CheckEnum(field + ".result", result.result(), v1::ScreeningResult_IsValid(result.result())));
        JUCHU_RETURN_IF_ERROR(rpc::CheckLength(field + ".transaction_id", result.transaction_id(), 0, 40));
        JUCHU_RETURN_IF_ERROR(rpc::CheckLength(field + ".reason", result.reason(), 0, 500));
        return rpc::CheckLength(field + ".decided_time", result.decided_time(), 0, 100);
      });
}

absl::Status CheckRequest(const v1::RecordSlipsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckFile(request.file(), {v1::NP_SLIP, v1::GMO_SLIP}));
  JUCHU_RETURN_IF_ERROR(CheckId(request));
  return CheckEntries("slips", request.slips(), kMaxOfFile,
                      [](const std::string& field, const auto& slip) -> absl::Status {
                        JUCHU_RETURN_IF_ERROR(rpc::CheckLength(field + ".carrier", slip.carrier(), 1, 50));
                        return rpc::CheckLength(field + ".slip_number", slip.slip_number(), 1, 50);
                      });
}

absl::Status CheckRequest(const v1::FindReportedSlipsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckEnum("company", request.company(), v1::PostpayCompany_IsValid(request.company())));
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("slip_numbers", request.slip_numbers_size(), 1, kMaxRead));
  for (int i = 0; i < request.slip_numbers_size(); ++i) {
    JUCHU_RETURN_IF_ERROR(rpc::CheckLength(absl::StrCat("slip_numbers[", i, "]"), request.slip_numbers(i), 1, 50));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::ReadScreeningsRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("order_numbers", request.order_numbers_size(), 1, kMaxRead));
  rpc::DistinctOrders orders;
  for (int i = 0; i < request.order_numbers_size(); ++i) {
    JUCHU_RETURN_IF_ERROR(orders.Check(absl::StrCat("order_numbers[", i, "]"), request.order_numbers(i)));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::FindFileRequest& request) { return CheckId(request); }

absl::Status CheckRequest(const v1::ListFilesRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("kinds", request.kinds_size(), 0, 10));
  if (!request.before_file_id().empty()) {
    JUCHU_RETURN_IF_ERROR(ParseOrderNumber("before_file_id", request.before_file_id()).status());
  }
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxRead);
}

absl::Status CheckRequest(const v1::ReadFileRequest& request) {
  return ParseOrderNumber("file_id", request.file_id()).status();
}

absl::Status CheckRequest(const v1::ListLayoutsRequest&) { return absl::OkStatus(); }

absl::Status CheckRequest(const v1::PutLayoutRequest& request) {
  return rpc::CheckLength("layout.layout_profile_id", request.layout().layout_profile_id(), 1, kMaxLayoutId);
}

absl::Status CheckRequest(const v1::DeleteLayoutRequest& request) {
  return rpc::CheckLength("layout_profile_id", request.layout_profile_id(), 1, kMaxLayoutId);
}

}  // namespace juchu::payment
