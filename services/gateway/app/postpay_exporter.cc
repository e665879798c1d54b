#include "services/gateway/app/postpay_exporter.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/arena/call_arena.h"
#include "common/ids/order_number.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/postpay_export.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/postpay/registration_file.h"
#include "services/gateway/postpay/slip_file.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
namespace payment_pb = ::juchu::payment::v1;
using Slip = v1::ExportSlipsRequest::Slip;

// What the payment service takes as a slip number.
constexpr size_t kMaxSlipNumber = 50;

// Whose orders go into a file of registrations.
enum class Chosen { kByName, kBecauseTheyWait };

// Whether the order may be registered; the payment service judges the same when the file is kept.
absl::Status CheckRegistration(const pb::Order& order, const PostpayExport& work, Chosen chosen) {
  JUCHU_RETURN_IF_ERROR(work.CheckKind(order));
  JUCHU_RETURN_IF_ERROR(workflow::CheckPermitted(workflow::Operation::kExportRegistration,
                                                 static_cast<workflow::Status>(order.status()), work.settings));
  const payment_pb::Screening* const screening = work.ScreeningOf(order.order_number());
  if (screening == nullptr) return absl::OkStatus();
  const bool waits_or_is_good =
      screening->state() == payment_pb::SCREENING_PENDING || screening->state() == payment_pb::SCREENING_APPROVED;
  const bool is_same =
      screening->company() == work.company && screening->registered_yen() == order.amounts().total_yen();
  if (!screening->slip_reported() && !waits_or_is_good && is_same && chosen == Chosen::kBecauseTheyWait) {
    // The order's tag does not show it yet. To try the same once more is for a person to decide.
    return FailedPrecondition("SCREENING_DECIDED", "the company has decided on the order meanwhile",
                              {{"remedy", "name the order to register it once more"}});
  }
  if (!screening->slip_reported() && !(waits_or_is_good && is_same)) return absl::OkStatus();
  return FailedPrecondition(
      "SCREENING_ALREADY_REGISTERED", "the order is registered with this amount already",
      {{"remedy", absl::StrCat("fetch the file ", screening->registration_file_id(), " again, or import the result")}});
}

// Whether the order's slip may go out.
absl::Status CheckSlip(const pb::Order& order, const PostpayExport& work) {
  JUCHU_RETURN_IF_ERROR(work.CheckKind(order));
  const workflow::OrderFacts facts = FactsOf(order, *work.configuration);
  JUCHU_RETURN_IF_ERROR(workflow::CheckPermitted(workflow::Operation::kExportSlip, facts.status, work.settings));
  if (!facts.tags.Has(workflow::StateValue::kShipmentConfirmed)) {
    return FailedPrecondition("SHIPMENT_NOT_CONFIRMED", "the shipment is not confirmed",
                              {{"remedy", "confirm the shipment (出荷確定) first"}});
  }
  const payment_pb::Screening* const screening = work.ScreeningOf(order.order_number());
  if (screening == nullptr || screening->company() != work.company ||
      screening->state() != payment_pb::SCREENING_APPROVED) {
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

// Takes the loaded orders into the file, as far as it takes them; the answer says which, and why others are left out.
void Add(PostpayExport& work, Chosen chosen, RegistrationWriter& file, payment_pb::RecordRegistrationsRequest& record) {
  for (const auto& order : work.orders) {
    if (record.registrations_size() == kMostOfFile) {
      work.response.set_more(true);
      return;
    }
    const std::string& number = order.order_number();
    if (const absl::Status status = CheckRegistration(order, work, chosen); !status.ok()) {
      work.LeaveOut(number, status);
    } else if (const auto problems = file.Add(order); !problems.empty()) {
      work.LeaveOut(number, problems);
    } else {
      work.response.add_exported_order_numbers(number);
      auto& registration = *record.add_registrations();
      registration.set_order_number(number);
      registration.set_amount_yen(order.amounts().total_yen());
      const payment_pb::Screening* const screening = work.ScreeningOf(number);
      registration.set_facts_version(screening == nullptr ? 0 : screening->facts_version());
    }
  }
}

// Takes all that wait into the file, as far as it takes them. Those that cannot go are no end: behind them others wait.
absl::Status AddWaiting(PostpayExport& work, RegistrationWriter& file, payment_pb::RecordRegistrationsRequest& record) {
  pb::SearchOrdersRequest search;
  search.mutable_query()->add_statuses(pb::AWAITING_CONFIRMATION);
  search.mutable_query()->add_payment_kinds(work.payment_kind());
  search.mutable_query()->add_state_values(pb::SCREENING_UNREGISTERED);
  search.set_sort(pb::ORDER_NUMBER_ASC);
  search.set_page_size(kMostOfFile);
  while (true) {
    google::protobuf::Arena arena(CallArenaOptions());
    JUCHU_ASSIGN_OR_RETURN(const auto* page, work.parts.orders.SearchOrders(work.context, search, arena));
    std::vector<std::string> numbers;
    for (const auto& order : page->orders()) numbers.push_back(order.order_number());
    if (numbers.empty()) return absl::OkStatus();
    JUCHU_RETURN_IF_ERROR(work.Load(numbers));
    Add(work, Chosen::kBecauseTheyWait, file, record);
    if (!page->has_next() || work.response.more()) return absl::OkStatus();
    if (record.registrations_size() == kMostOfFile) {
      work.response.set_more(true);
      return absl::OkStatus();
    }
    *search.mutable_after() = page->next();
  }
}

// The slips of a request by order, each order once.
absl::StatusOr<std::map<std::string, const Slip*>> ReadSlips(const v1::ExportSlipsRequest& request,
                                                             std::vector<std::string>& numbers) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("slips", request.slips_size(), 1, kMostOfFile));
  rpc::DistinctOrders distinct;
  std::map<std::string, const Slip*> slips;
  for (int i = 0; i < request.slips_size(); ++i) {
    const Slip& slip = request.slips(i);
    const std::string field = absl::StrCat("slips[", i, "].order_number");
    JUCHU_ASSIGN_OR_RETURN(const std::string number, ParseOrderNumber(field, slip.order_number()));
    JUCHU_RETURN_IF_ERROR(distinct.Check(field, number));
    if (slip.has_invoice_date()) {
      JUCHU_RETURN_IF_ERROR(CheckDate(slip.invoice_date(), absl::StrCat("slips[", i, "].invoice_date")));
    }
    slips[number] = &slip;
    numbers.push_back(number);
  }
  return slips;
}

// Fills in which orders were reported with the numbers of these before.
absl::Status FindReported(PostpayExport& work, std::vector<SlipRow>& rows) {
  payment_pb::FindReportedSlipsRequest find;
  find.set_company(work.company);
  for (const SlipRow& row : rows) {
    const std::string number = PlainSlipNumber(row.slip_number);
    // Another one is refused for its length.
    if (!number.empty() && number.size() <= kMaxSlipNumber) find.add_slip_numbers(number);
  }
  if (find.slip_numbers().empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto found, work.parts.postpay.FindReportedSlips(work.context, find));
  std::map<std::string, std::string> orders;
  for (const auto& slip : found.slips()) orders[slip.slip_number()] = slip.order_number();
  for (SlipRow& row : rows) {
    const auto it = orders.find(PlainSlipNumber(row.slip_number));
    if (it != orders.end() && it->second != row.order_number) row.reported_before = it->second;
  }
  return absl::OkStatus();
}

// The slips of the loaded orders that may go out; the others are left out.
absl::StatusOr<std::vector<SlipRow>> RowsOf(PostpayExport& work, const std::map<std::string, const Slip*>& slips) {
  std::vector<SlipRow> rows;
  for (const auto& order : work.orders) {
    const std::string& number = order.order_number();
    if (const absl::Status status = CheckSlip(order, work); !status.ok()) {
      work.LeaveOut(number, status);
      continue;
    }
    const Slip& slip = *slips.at(number);
    SlipRow& row = rows.emplace_back();
    row.order_number = number;
    row.shop_transaction_id = number;
    row.transaction_id = work.ScreeningOf(number)->transaction_id();
    row.carrier = slip.carrier();
    row.slip_number = slip.slip_number();
    if (slip.has_invoice_date()) {
      row.invoice_date.emplace(slip.invoice_date().year(), slip.invoice_date().month(), slip.invoice_date().day());
    }
  }
  JUCHU_RETURN_IF_ERROR(FindReported(work, rows));
  return rows;
}

}  // namespace

absl::StatusOr<v1::ExportFileResponse> PostpayExporter::ExportRegistrations(
    const rpc::CallContext& context, const v1::ExportRegistrationsRequest& request) {
  PostpayExport work(parts_, context, request.company());
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, ParseOrderNumbers(request.order_numbers(), 0, kMostOfFile));
  JUCHU_ASSIGN_OR_RETURN(const bool is_repeat,
                         work.AnswerEarlier("ExportRegistrations", request.request_id(), HashRequest(request)));
  if (is_repeat) return std::move(work.response);
  JUCHU_ASSIGN_OR_RETURN(work.layout, parts_.layouts.Find(context, request.company(), LayoutUse::kRegistration,
                                                          request.layout_profile_id()));
  JUCHU_ASSIGN_OR_RETURN(RegistrationWriter file, RegistrationWriter::Create(work.layout));
  payment_pb::RecordRegistrationsRequest record;
  if (numbers.empty()) {
    JUCHU_RETURN_IF_ERROR(AddWaiting(work, file, record));
  } else {
    JUCHU_RETURN_IF_ERROR(work.Load(numbers));
    Add(work, Chosen::kByName, file, record);
  }
  if (request.dry_run() || record.registrations().empty()) return std::move(work.response);

  *record.mutable_file() = work.NewFile(file.Take());
  record.set_request_id(request.request_id());
  record.set_request_hash(HashRequest(request));
  JUCHU_ASSIGN_OR_RETURN(auto recorded, parts_.postpay.RecordRegistrations(context, record));
  return work.Finish("ExportRegistrations", std::move(recorded));
}

absl::StatusOr<v1::ExportFileResponse> PostpayExporter::ExportSlips(const rpc::CallContext& context,
                                                                    const v1::ExportSlipsRequest& request) {
  PostpayExport work(parts_, context, request.company());
  std::vector<std::string> numbers;
  JUCHU_ASSIGN_OR_RETURN(const auto slips, ReadSlips(request, numbers));
  JUCHU_ASSIGN_OR_RETURN(const bool is_repeat,
                         work.AnswerEarlier("ExportSlips", request.request_id(), HashRequest(request)));
  if (is_repeat) return std::move(work.response);
  JUCHU_ASSIGN_OR_RETURN(
      work.layout, parts_.layouts.Find(context, request.company(), LayoutUse::kSlip, request.layout_profile_id()));
  JUCHU_RETURN_IF_ERROR(work.Load(numbers));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, RowsOf(work, slips));
  JUCHU_ASSIGN_OR_RETURN(auto file, WriteSlipFile(work.layout, rows));
  for (const auto& order : file.left_out) work.LeaveOut(order.order_number, order.problems);
  work.response.mutable_exported_order_numbers()->Assign(file.included.begin(), file.included.end());
  if (request.dry_run() || file.included.empty()) return std::move(work.response);

  payment_pb::RecordSlipsRequest record;
  *record.mutable_file() = work.NewFile(std::move(file.bytes));
  record.set_request_id(request.request_id());
  record.set_request_hash(HashRequest(request));
  for (const auto& number : file.included) {
    auto& slip = *record.add_slips();
    slip.set_order_number(number);
    slip.set_carrier(slips.at(number)->carrier());
    slip.set_slip_number(PlainSlipNumber(slips.at(number)->slip_number()));
  }
  JUCHU_ASSIGN_OR_RETURN(auto recorded, parts_.postpay.RecordSlips(context, record));
  return work.Finish("ExportSlips", std::move(recorded));
}

}  // namespace juchu::gateway
