#include "services/gateway/app/postpay_exporter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/card_owner.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/postpay/registration_file.h"
#include "services/gateway/postpay/slip_file.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
namespace payment_pb = ::juchu::payment::v1;

constexpr int kMostOfFile = 1000;

pb::PaymentKind PaymentKindOf(payment_pb::PostpayCompany company) {
  return company == payment_pb::NP ? pb::NP_POSTPAY : pb::GMO_POSTPAY;
}

// "np_registration_20261126_101530.csv".
std::string FileNameOf(payment_pb::LayoutKind kind, absl::Time now) {
  static const absl::TimeZone kJapan = absl::FixedTimeZone(9 * 60 * 60);
  return absl::StrCat(absl::AsciiStrToLower(payment_pb::LayoutKind_Name(kind)), "_",
                      absl::FormatTime("%Y%m%d_%H%M%S", now, kJapan), ".csv");
}

void LeaveOut(const std::string& order_number, const absl::Status& why, v1::ExportFileResponse& response) {
  auto& left_out = *response.add_left_out();
  left_out.set_order_number(order_number);
  auto& problem = *left_out.add_problems();
  problem.set_reason(ReasonOf(why));
  problem.set_message(MessageWithRemedy(why));
}

void LeaveOut(const std::vector<LeftOutOrder>& orders, v1::ExportFileResponse& response) {
  for (const auto& order : orders) {
    auto& left_out = *response.add_left_out();
    left_out.set_order_number(order.order_number);
    for (const auto& given : order.problems) {
      auto& problem = *left_out.add_problems();
      problem.set_field(given.field);
      problem.set_reason(given.reason);
      problem.set_message(absl::StrCat(given.message, "; ", given.remedy));
    }
  }
}

absl::Status CheckKind(const pb::Order& order, payment_pb::PostpayCompany company) {
  if (order.payment_kind() == PaymentKindOf(company)) return absl::OkStatus();
  return FailedPrecondition("PAYMENT_KIND_WRONG", "the order is not paid by this company",
                            {{"remedy", "check the order's payment method"}});
}

// Whether the order may be registered; the payment service judges the same when the file is kept.
absl::Status CheckRegistration(const pb::Order& order, payment_pb::PostpayCompany company,
                               const workflow::Settings& settings, const payment_pb::Screening* screening) {
  JUCHU_RETURN_IF_ERROR(CheckKind(order, company));
  JUCHU_RETURN_IF_ERROR(workflow::CheckPermitted(workflow::Operation::kExportRegistration,
                                                 static_cast<workflow::Status>(order.status()), settings));
  if (screening == nullptr) return absl::OkStatus();
  const bool waits_or_is_good =
      screening->state() == payment_pb::SCREENING_PENDING || screening->state() == payment_pb::SCREENING_APPROVED;
  const bool is_same = screening->company() == company && screening->registered_yen() == order.amounts().total_yen();
  if (!screening->slip_reported() && !(waits_or_is_good && is_same)) return absl::OkStatus();
  return FailedPrecondition(
      "SCREENING_ALREADY_REGISTERED", "the order is registered with this amount already",
      {{"remedy", absl::StrCat("fetch the file ", screening->registration_file_id(), " again, or import the result")}});
}

// Whether the order's slip may go out.
absl::Status CheckSlip(const pb::Order& order, payment_pb::PostpayCompany company, const workflow::OrderFacts& facts,
                       const workflow::Settings& settings, const payment_pb::Screening* screening) {
  JUCHU_RETURN_IF_ERROR(CheckKind(order, company));
  JUCHU_RETURN_IF_ERROR(workflow::CheckPermitted(workflow::Operation::kExportSlip, facts.status, settings));
  if (!facts.tags.Has(workflow::StateValue::kShipmentConfirmed)) {
    return FailedPrecondition("SHIPMENT_NOT_CONFIRMED", "the shipment is not confirmed",
                              {{"remedy", "confirm the shipment (出荷確定) first"}});
  }
  if (screening == nullptr || screening->company() != company || screening->state() != payment_pb::SCREENING_APPROVED) {
    return FailedPrecondition("SCREENING_NOT_APPROVED", "the order is not 与信済 by this company",
                              {{"remedy", "import the result of its screening first"}});
  }
  if (screening->registered_yen() != order.amounts().total_yen()) {
    return FailedPrecondition("SCREENING_AMOUNT_CHANGED", "the order costs something else than was screened",
                              {{"remedy", "settle the amount on the company's screen"}});
  }
  if (!screening->slip_reported()) return absl::OkStatus();
  return FailedPrecondition("SCREENING_SLIP_REPORTED", "the order's slip has been exported already",
                            {{"remedy", absl::StrCat("fetch the file ", screening->slip_file_id(), " again")}});
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

// One export on its way.
struct PostpayExporter::Export {
  payment_pb::PostpayCompany company;
  payment_pb::LayoutProfile layout;
  std::vector<pb::Order> orders;
  workflow::Settings settings;
  ConfigurationSnapshot configuration;
  std::map<std::string, payment_pb::Screening> screenings;
  v1::ExportFileResponse response;

  const payment_pb::Screening* ScreeningOf(const std::string& order_number) const {
    const auto it = screenings.find(order_number);
    return it == screenings.end() ? nullptr : &it->second;
  }
};

absl::Status PostpayExporter::Load(const rpc::CallContext& context, const std::vector<std::string>& order_numbers,
                                   Export& work) {
  pb::LoadOrdersRequest request;
  const ConfigurationSnapshot held = parts_.configurations.Find(context.tenant);
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  request.set_view(pb::ORDER_VIEW_FULL);
  for (const auto& number : order_numbers) request.add_keys()->set_order_number(number);
  JUCHU_ASSIGN_OR_RETURN(auto response, parts_.orders.LoadOrders(context, request));
  JUCHU_ASSIGN_OR_RETURN(work.configuration, parts_.configurations.Resolve(context.tenant, held, response));
  work.settings = SettingsOf(*work.configuration);
  for (auto& loaded : *response.mutable_orders()) {
    if (loaded.has_error()) {
      LeaveOut(loaded.order_number(), ToStatus(loaded.error()), work.response);
    } else {
      work.orders.push_back(std::move(*loaded.mutable_order()));
    }
  }
  return absl::OkStatus();
}

// All that wait, as far as one file takes them.
absl::Status PostpayExporter::FindWaiting(const rpc::CallContext& context, Export& work) {
  pb::SearchOrdersRequest search;
  search.mutable_query()->add_statuses(pb::AWAITING_CONFIRMATION);
  search.mutable_query()->add_payment_kinds(PaymentKindOf(work.company));
  search.mutable_query()->add_state_values(pb::SCREENING_UNREGISTERED);
  search.set_sort(pb::ORDER_NUMBER_ASC);
  search.set_page_size(kMostOfFile);
  JUCHU_ASSIGN_OR_RETURN(const auto page, parts_.orders.SearchOrders(context, search));
  work.response.set_more(page.has_next());
  std::vector<std::string> numbers;
  for (const auto& order : page.orders()) numbers.push_back(order.order_number());
  return Load(context, numbers, work);
}

absl::Status PostpayExporter::ReadScreenings(const rpc::CallContext& context, Export& work) {
  if (work.orders.empty()) return absl::OkStatus();
  payment_pb::ReadScreeningsRequest request;
  for (const auto& order : work.orders) request.add_order_numbers(order.order_number());
  JUCHU_ASSIGN_OR_RETURN(auto response, parts_.postpay.ReadScreenings(context, request));
  for (auto& screening : *response.mutable_screenings()) {
    const std::string number = screening.order_number();
    work.screenings[number] = std::move(screening);
  }
  return absl::OkStatus();
}

// Whether the request has made a file before; then that is the answer.
absl::StatusOr<bool> PostpayExporter::AnswerEarlier(const rpc::CallContext& context, const std::string& request_id,
                                                    const std::string& request_hash, v1::ExportFileResponse& response) {
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request_id));
  payment_pb::FindFileRequest find;
  find.set_request_id(request_id);
  find.set_request_hash(request_hash);
  JUCHU_ASSIGN_OR_RETURN(auto found, parts_.postpay.FindFile(context, find));
  if (!found.has_file()) return false;
  *response.mutable_exported_order_numbers() = found.file().order_numbers();
  *response.mutable_file() = std::move(*found.mutable_file());
  return true;
}

absl::StatusOr<v1::ExportFileResponse> PostpayExporter::ExportRegistrations(
    const rpc::CallContext& context, const v1::ExportRegistrationsRequest& request) {
  Export work{request.company(), {}, {}, {}, nullptr, {}, {}};
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, ParseOrderNumbers(request.order_numbers(), 0, kMostOfFile));
  JUCHU_ASSIGN_OR_RETURN(const bool is_repeat,
                         AnswerEarlier(context, request.request_id(), HashRequest(request), work.response));
  if (is_repeat) {
    const auto& numbers_of_file = work.response.exported_order_numbers();
    JUCHU_RETURN_IF_ERROR(
        SettlePostpay(parts_, context, "ExportRegistrations", {numbers_of_file.begin(), numbers_of_file.end()})
            .status());
    return std::move(work.response);
  }
  JUCHU_ASSIGN_OR_RETURN(work.layout, parts_.layouts.Find(context, request.company(), LayoutUse::kRegistration,
                                                          request.layout_profile_id()));
  JUCHU_RETURN_IF_ERROR(numbers.empty() ? FindWaiting(context, work) : Load(context, numbers, work));
  JUCHU_RETURN_IF_ERROR(ReadScreenings(context, work));
  std::erase_if(work.orders, [&](const pb::Order& order) {
    const absl::Status status =
        CheckRegistration(order, work.company, work.settings, work.ScreeningOf(order.order_number()));
    if (!status.ok()) LeaveOut(order.order_number(), status, work.response);
    return !status.ok();
  });
  JUCHU_ASSIGN_OR_RETURN(const auto file, WriteRegistrationFile(work.layout, work.orders));
  LeaveOut(file.left_out, work.response);
  work.response.mutable_exported_order_numbers()->Assign(file.included.begin(), file.included.end());
  if (request.dry_run() || file.included.empty()) return std::move(work.response);

  payment_pb::RecordRegistrationsRequest record;
  record.mutable_file()->set_kind(work.layout.kind());
  record.mutable_file()->set_file_name(FileNameOf(work.layout.kind(), parts_.clock.Now()));
  record.mutable_file()->set_layout_profile_id(work.layout.layout_profile_id());
  record.mutable_file()->set_content(file.bytes);
  record.set_request_id(request.request_id());
  record.set_request_hash(HashRequest(request));
  for (const auto& order : work.orders) {
    if (std::find(file.included.begin(), file.included.end(), order.order_number()) == file.included.end()) continue;
    auto& registration = *record.add_registrations();
    registration.set_order_number(order.order_number());
    registration.set_amount_yen(order.amounts().total_yen());
  }
  JUCHU_ASSIGN_OR_RETURN(auto recorded, parts_.postpay.RecordRegistrations(context, record));
  *work.response.mutable_file() = std::move(*recorded.mutable_file());
  JUCHU_RETURN_IF_ERROR(SettlePostpay(parts_, context, "ExportRegistrations", file.included).status());
  return std::move(work.response);
}

absl::StatusOr<v1::ExportFileResponse> PostpayExporter::ExportSlips(const rpc::CallContext& context,
                                                                    const v1::ExportSlipsRequest& request) {
  Export work{request.company(), {}, {}, {}, nullptr, {}, {}};
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("slips", request.slips_size(), 1, kMostOfFile));
  rpc::DistinctOrders distinct;
  std::map<std::string, const v1::ExportSlipsRequest::Slip*> slips;
  std::vector<std::string> numbers;
  for (int i = 0; i < request.slips_size(); ++i) {
    const std::string field = absl::StrCat("slips[", i, "].order_number");
    JUCHU_ASSIGN_OR_RETURN(const std::string number, ParseOrderNumber(field, request.slips(i).order_number()));
    JUCHU_RETURN_IF_ERROR(distinct.Check(field, number));
    if (request.slips(i).has_invoice_date()) {
      JUCHU_RETURN_IF_ERROR(CheckDate(request.slips(i).invoice_date(), absl::StrCat("slips[", i, "].invoice_date")));
    }
    slips[number] = &request.slips(i);
    numbers.push_back(number);
  }
  JUCHU_ASSIGN_OR_RETURN(const bool is_repeat,
                         AnswerEarlier(context, request.request_id(), HashRequest(request), work.response));
  if (is_repeat) {
    const auto& numbers_of_file = work.response.exported_order_numbers();
    JUCHU_RETURN_IF_ERROR(
        SettlePostpay(parts_, context, "ExportSlips", {numbers_of_file.begin(), numbers_of_file.end()}).status());
    return std::move(work.response);
  }
  JUCHU_ASSIGN_OR_RETURN(
      work.layout, parts_.layouts.Find(context, request.company(), LayoutUse::kSlip, request.layout_profile_id()));
  JUCHU_RETURN_IF_ERROR(Load(context, numbers, work));
  JUCHU_RETURN_IF_ERROR(ReadScreenings(context, work));
  std::vector<SlipRow> rows;
  for (const auto& order : work.orders) {
    const auto* screening = work.ScreeningOf(order.order_number());
    const absl::Status status =
        CheckSlip(order, work.company, FactsOf(order, *work.configuration), work.settings, screening);
    if (!status.ok()) {
      LeaveOut(order.order_number(), status, work.response);
      continue;
    }
    const auto& slip = *slips.at(order.order_number());
    SlipRow row = {order.order_number(), order.order_number(), screening->transaction_id(),
                   slip.carrier(),       slip.slip_number(),   std::nullopt};
    if (slip.has_invoice_date()) {
      row.invoice_date.emplace(slip.invoice_date().year(), slip.invoice_date().month(), slip.invoice_date().day());
    }
    rows.push_back(std::move(row));
  }
  JUCHU_ASSIGN_OR_RETURN(const auto file, WriteSlipFile(work.layout, rows));
  LeaveOut(file.left_out, work.response);
  work.response.mutable_exported_order_numbers()->Assign(file.included.begin(), file.included.end());
  if (request.dry_run() || file.included.empty()) return std::move(work.response);

  payment_pb::RecordSlipsRequest record;
  record.mutable_file()->set_kind(work.layout.kind());
  record.mutable_file()->set_file_name(FileNameOf(work.layout.kind(), parts_.clock.Now()));
  record.mutable_file()->set_layout_profile_id(work.layout.layout_profile_id());
  record.mutable_file()->set_content(file.bytes);
  record.set_request_id(request.request_id());
  record.set_request_hash(HashRequest(request));
  for (const auto& number : file.included) {
    auto& slip = *record.add_slips();
    slip.set_order_number(number);
    slip.set_carrier(slips.at(number)->carrier());
    slip.set_slip_number(slips.at(number)->slip_number());
  }
  JUCHU_ASSIGN_OR_RETURN(auto recorded, parts_.postpay.RecordSlips(context, record));
  *work.response.mutable_file() = std::move(*recorded.mutable_file());
  JUCHU_RETURN_IF_ERROR(SettlePostpay(parts_, context, "ExportSlips", file.included).status());
  return std::move(work.response);
}

}  // namespace juchu::gateway
