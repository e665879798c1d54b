#include "services/gateway/app/postpay_export.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/card_owner.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/app/workflow_conversion.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
namespace payment_pb = ::juchu::payment::v1;

// "np_registration_20261126_101530.csv".
std::string FileNameOf(payment_pb::LayoutKind kind, absl::Time now) {
  static const absl::TimeZone kJapan = absl::FixedTimeZone(9 * 60 * 60);
  return absl::StrCat(absl::AsciiStrToLower(payment_pb::LayoutKind_Name(kind)), "_",
                      absl::FormatTime("%Y%m%d_%H%M%S", now, kJapan), ".csv");
}

}  // namespace

absl::StatusOr<std::map<std::string, v1::OrderChangeResponse>> SettlePostpay(
    const PostpayParts& parts, const rpc::CallContext& context, const std::string& operation,
    const std::vector<std::string>& order_numbers) {
  std::map<std::string, v1::OrderChangeResponse> changes;
  Change change;
  change.operation = operation;
  change.actor = PersonOf(context);
  for (size_t begin = 0; begin < order_numbers.size(); begin += kMostSettled) {
    const auto some = absl::MakeConstSpan(order_numbers).subspan(begin, kMostSettled);
    CardOwner payment(parts.payment, parts.acknowledger, Cause::kFacts, some.size());
    auto orders = parts.settler.Run(context, some, {&payment}, change, /*evaluates=*/false);
    JUCHU_RETURN_IF_ERROR(orders.status());
    for (auto& order : *orders) {
      if (absl::IsUnavailable(order.status) || absl::IsUnknown(order.status) ||
          absl::IsDeadlineExceeded(order.status)) {
        return order.status;
      }
      if (order.status.ok()) changes[order.number] = ChangeOf(order);
    }
  }
  return changes;
}

absl::StatusOr<bool> PostpayExport::AnswerEarlier(const std::string& operation, const std::string& request_id,
                                                  const std::string& request_hash) {
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request_id));
  payment_pb::FindFileRequest find;
  find.set_request_id(request_id);
  find.set_request_hash(request_hash);
  JUCHU_ASSIGN_OR_RETURN(auto found, parts.postpay.FindFile(context, find));
  if (!found.has_file()) return false;
  const auto& numbers = found.file().order_numbers();
  *response.mutable_exported_order_numbers() = numbers;
  JUCHU_RETURN_IF_ERROR(SettlePostpay(parts, context, operation, {numbers.begin(), numbers.end()}).status());
  *response.mutable_file() = std::move(*found.mutable_file());
  return true;
}

absl::Status PostpayExport::Load(const std::vector<std::string>& order_numbers) {
  orders.clear();
  screenings.clear();
  pb::LoadOrdersRequest load;
  const ConfigurationSnapshot held = parts.configurations.Find(context.tenant);
  load.set_known_configuration_version(held == nullptr ? 0 : held->version());
  load.set_view(pb::ORDER_VIEW_FULL);
  for (const auto& number : order_numbers) load.add_keys()->set_order_number(number);
  JUCHU_ASSIGN_OR_RETURN(auto loaded, parts.orders.LoadOrders(context, load));
  JUCHU_ASSIGN_OR_RETURN(configuration, parts.configurations.Resolve(context.tenant, held, loaded));
  settings = SettingsOf(*configuration);
  payment_pb::ReadScreeningsRequest read;
  for (auto& order : *loaded.mutable_orders()) {
    if (order.has_error()) {
      LeaveOut(order.order_number(), ToStatus(order.error()));
    } else {
      read.add_order_numbers(order.order_number());
      orders.push_back(std::move(*order.mutable_order()));
    }
  }
  if (orders.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(auto known, parts.postpay.ReadScreenings(context, read));
  for (auto& screening : *known.mutable_screenings()) {
    const std::string number = screening.order_number();
    screenings[number] = std::move(screening);
  }
  return absl::OkStatus();
}

const payment_pb::Screening* PostpayExport::ScreeningOf(const std::string& order_number) const {
  const auto it = screenings.find(order_number);
  return it == screenings.end() ? nullptr : &it->second;
}

pb::PaymentKind PostpayExport::payment_kind() const {
  return company == payment_pb::NP ? pb::NP_POSTPAY : pb::GMO_POSTPAY;
}

absl::Status PostpayExport::CheckKind(const pb::Order& order) const {
  if (order.payment_kind() == payment_kind()) return absl::OkStatus();
  return FailedPrecondition("PAYMENT_KIND_WRONG", "the order is not paid by this company",
                            {{"remedy", "check the order's payment method"}});
}

v1::LeftOutOrder* PostpayExport::NewLeftOut(const std::string& order_number) {
  response.set_left_out_count(response.left_out_count() + 1);
  if (response.left_out_size() >= kMostOfFile) return nullptr;
  v1::LeftOutOrder* const left_out = response.add_left_out();
  left_out->set_order_number(order_number);
  return left_out;
}

void PostpayExport::LeaveOut(const std::string& order_number, const absl::Status& why) {
  v1::LeftOutOrder* const left_out = NewLeftOut(order_number);
  if (left_out == nullptr) return;
  auto& problem = *left_out->add_problems();
  problem.set_reason(ReasonOf(why));
  problem.set_message(MessageWithRemedy(why));
}

void PostpayExport::LeaveOut(const std::string& order_number, const std::vector<PostpayProblem>& problems) {
  v1::LeftOutOrder* const left_out = NewLeftOut(order_number);
  if (left_out == nullptr) return;
  for (const auto& given : problems) {
    auto& problem = *left_out->add_problems();
    problem.set_field(given.field);
    problem.set_reason(given.reason);
    problem.set_message(absl::StrCat(given.message, "; ", given.remedy));
  }
}

payment_pb::NewFile PostpayExport::NewFile(std::string bytes) const {
  payment_pb::NewFile file;
  file.set_kind(layout.kind());
  file.set_file_name(FileNameOf(layout.kind(), parts.clock.Now()));
  file.set_layout_profile_id(layout.layout_profile_id());
  file.set_content(std::move(bytes));
  return file;
}

absl::StatusOr<v1::ExportFileResponse> PostpayExport::Finish(const std::string& operation,
                                                             payment_pb::RecordFileResponse recorded) {
  *response.mutable_file() = std::move(*recorded.mutable_file());
  const auto& numbers = response.exported_order_numbers();
  JUCHU_RETURN_IF_ERROR(SettlePostpay(parts, context, operation, {numbers.begin(), numbers.end()}).status());
  return std::move(response);
}

}  // namespace juchu::gateway
