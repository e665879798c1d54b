#include "tests/fuzz/postpay_service_double.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/ids/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/payment/rpc/postpay_requests.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::payment::v1;
using StoredScreening = PostpayServiceDouble::StoredScreening;

pb::PostpayCompany CompanyOf(pb::LayoutKind kind) {
  return kind == pb::NP_REGISTRATION || kind == pb::NP_SLIP ? pb::NP : pb::GMO;
}

// What is told of the screening alone.
pb::PaymentFacts ScreeningFactsOf(const std::string& order_number, const StoredScreening& stored) {
  pb::PaymentFacts facts;
  facts.set_order_number(order_number);
  facts.set_version(stored.facts_version);
  if (stored.facts_version == 0) return facts;
  facts.set_screening(stored.screening.state);
  facts.set_screening_reason(stored.screening.reason);
  facts.set_slip_reported(stored.screening.slip_reported);
  facts.set_screening_company(stored.screening.company);
  facts.set_registered_yen(stored.screening.registered_yen);
  return facts;
}

}  // namespace

PostpayServiceDouble::PostpayServiceDouble(PaymentServiceDouble& payment, const Clock& clock)
    : PostpayClient(nullptr, clock), payment_(payment), clock_(clock), file_ids_(clock, [] { return uint64_t{0}; }) {}

StoredScreening PostpayServiceDouble::Find(const std::string& order_number) const {
  const auto it = screenings_.find(order_number);
  return it == screenings_.end() ? StoredScreening() : it->second;
}

void PostpayServiceDouble::Version(const std::string& order_number, StoredScreening& changed) const {
  const StoredScreening before = Find(order_number);
  if (changed == before) return;
  changed.facts_version = before.facts_version + 1;
  if (changed.screening.state != before.screening.state || before.facts_version == 0) {
    changed.state_time = clock_.Now();
  }
}

void PostpayServiceDouble::Write(const std::string& order_number, const StoredScreening& changed) {
  if (changed.facts_version == Find(order_number).facts_version) return;
  screenings_[order_number] = changed;
  payment_.TellScreening(ScreeningFactsOf(order_number, changed));
}

pb::PaymentFacts PostpayServiceDouble::FactsOf(const std::string& order_number, const StoredScreening& stored) const {
  return payment_.FactsWith(ScreeningFactsOf(order_number, stored));
}

absl::StatusOr<const PostpayServiceDouble::StoredFile*> PostpayServiceDouble::FindFileOf(
    const std::string& request_id, const std::string& request_hash) const {
  const auto it = requests_.find(request_id);
  if (it == requests_.end()) return nullptr;
  const StoredFile& stored = files_.at(it->second);
  if (stored.request_hash == request_hash) return &stored;
  return InvalidField("REQUEST_ID_REUSED", "request_id", "was used for another request", "send a new UUID");
}

template <typename Request, typename Entries, typename Change>
absl::StatusOr<pb::RecordFileResponse> PostpayServiceDouble::RecordFile(const rpc::CallContext& context,
                                                                        const Request& request, const Entries& entries,
                                                                        const Change& change) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::RecordFileResponse response;
  JUCHU_ASSIGN_OR_RETURN(const StoredFile* earlier, FindFileOf(request.request_id(), request.request_hash()));
  if (earlier != nullptr) {
    *response.mutable_file() = earlier->file;
    response.set_repeated_request(true);
  } else {
    StoredFile stored;
    stored.content = request.file().content();
    stored.request_hash = request.request_hash();
    pb::PaymentFile& file = stored.file;
    file.set_file_id(file_ids_.Next());
    file.set_kind(request.file().kind());
    file.set_file_name(request.file().file_name());
    file.set_layout_profile_id(request.file().layout_profile_id());
    *file.mutable_create_time() = TimestampFromTime(clock_.Now());
    file.mutable_actor()->set_kind(common::v1::Actor::PERSON);
    file.mutable_actor()->set_id(context.actor);
    file.set_size_bytes(static_cast<int64_t>(stored.content.size()));
    file.set_sha256(absl::BytesToHexString(Sha256(stored.content)));
    for (const auto& entry : entries) {
      StoredScreening screening = Find(entry.order_number());
      const absl::Status status = change(entry, file.file_id(), screening);
      Require(status.ok(), absl::StrCat("no order goes that may not: ", status.ToString()));
      Version(entry.order_number(), screening);
      Write(entry.order_number(), screening);
      file.add_order_numbers(entry.order_number());
    }
    *response.mutable_file() = file;
    requests_[request.request_id()] = file.file_id();
    files_[response.file().file_id()] = std::move(stored);
  }
  for (const auto& entry : entries) {
    *response.add_facts() = FactsOf(entry.order_number(), Find(entry.order_number()));
  }
  return response;
}

absl::StatusOr<pb::RecordFileResponse> PostpayServiceDouble::RecordRegistrations(
    const rpc::CallContext& context, const pb::RecordRegistrationsRequest& request) {
  const pb::PostpayCompany company = CompanyOf(request.file().kind());
  return RecordFile(context, request, request.registrations(),
                    [&](const auto& registration, const std::string& file_id, StoredScreening& stored) -> absl::Status {
                      const int64_t amount_yen = registration.amount_yen();
                      JUCHU_RETURN_IF_ERROR(payment::CheckRegister(company, amount_yen, stored.screening));
                      payment::Register(company, amount_yen, stored.screening);
                      stored.registration_file_id = file_id;
                      return absl::OkStatus();
                    });
}

absl::Status PostpayServiceDouble::CheckSlipNumber(pb::PostpayCompany company,
                                                   const pb::RecordSlipsRequest::Slip& slip) const {
  const auto it = slips_.find({company, slip.slip_number()});
  if (it == slips_.end() || it->second.order_number == slip.order_number() ||
      !payment::IsSlipNumberTaken(it->second.time, clock_.Now())) {
    return absl::OkStatus();
  }
  return FailedPrecondition("SLIP_NUMBER_REPORTED", "another order was reported with the same slip number",
                            {{"other_order_number", it->second.order_number}});
}

absl::StatusOr<pb::RecordFileResponse> PostpayServiceDouble::RecordSlips(const rpc::CallContext& context,
                                                                         const pb::RecordSlipsRequest& request) {
  const pb::PostpayCompany company = CompanyOf(request.file().kind());
  return RecordFile(context, request, request.slips(),
                    [&](const auto& slip, const std::string& file_id, StoredScreening& stored) -> absl::Status {
                      JUCHU_RETURN_IF_ERROR(payment::CheckReport(company, stored.screening));
                      JUCHU_RETURN_IF_ERROR(CheckSlipNumber(company, slip));
                      slips_[{company, slip.slip_number()}] = {slip.order_number(), clock_.Now()};
                      stored.screening.slip_reported = true;
                      stored.carrier = slip.carrier();
                      stored.slip_number = slip.slip_number();
                      stored.slip_file_id = file_id;
                      return absl::OkStatus();
                    });
}

absl::StatusOr<pb::RecordResultsResponse> PostpayServiceDouble::RecordResults(const rpc::CallContext&,
                                                                              const pb::RecordResultsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::RecordResultsResponse response;
  for (const auto& result : request.results()) {
    const std::string& number = result.order_number();
    auto& outcome = *response.add_outcomes();
    StoredScreening stored = Find(number);
    const auto taken = payment::TakeDecision({result.company(), result.result(), result.transaction_id(),
                                              result.reason(), result.decided_time(), result.amount_yen()},
                                             stored.screening);
    if (taken.ok()) {
      outcome.set_changed(*taken);
      Version(number, stored);
    } else {
      outcome.set_error_reason(ReasonOf(taken.status()));
      outcome.set_error_message(MessageWithRemedy(taken.status()));
    }
    if (!request.dry_run()) Write(number, stored);
    *outcome.mutable_facts() = FactsOf(number, stored);
  }
  return response;
}

absl::StatusOr<pb::FindReportedSlipsResponse> PostpayServiceDouble::FindReportedSlips(
    const rpc::CallContext&, const pb::FindReportedSlipsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::FindReportedSlipsResponse response;
  const std::set<std::string> numbers(request.slip_numbers().begin(), request.slip_numbers().end());
  for (const std::string& number : numbers) {
    const auto it = slips_.find({request.company(), number});
    if (it == slips_.end() || !payment::IsSlipNumberTaken(it->second.time, clock_.Now())) continue;
    auto& taken = *response.add_slips();
    taken.set_slip_number(number);
    taken.set_order_number(it->second.order_number);
  }
  return response;
}

absl::StatusOr<pb::ReadScreeningsResponse> PostpayServiceDouble::ReadScreenings(
    const rpc::CallContext&, const pb::ReadScreeningsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::ReadScreeningsResponse response;
  for (const std::string& number : request.order_numbers()) {
    const auto it = screenings_.find(number);
    if (it != screenings_.end()) *response.add_screenings() = MessageOf(number, it->second);
  }
  return response;
}

absl::StatusOr<pb::FindFileResponse> PostpayServiceDouble::FindFile(const rpc::CallContext&,
                                                                    const pb::FindFileRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  JUCHU_ASSIGN_OR_RETURN(const StoredFile* stored, FindFileOf(request.request_id(), request.request_hash()));
  pb::FindFileResponse response;
  if (stored != nullptr) *response.mutable_file() = stored->file;
  return response;
}

absl::StatusOr<pb::ListFilesResponse> PostpayServiceDouble::ListFiles(const rpc::CallContext&,
                                                                      const pb::ListFilesRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  const auto is_sought = [&](const pb::PaymentFile& file) {
    const auto& kinds = request.kinds();
    if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), file.kind()) == kinds.end()) return false;
    return request.before_file_id().empty() || file.file_id() < request.before_file_id();
  };
  pb::ListFilesResponse response;
  for (auto it = files_.rbegin(); it != files_.rend(); ++it) {
    if (!is_sought(it->second.file)) continue;
    response.set_more(response.files_size() == request.page_size());
    if (response.more()) break;
    *response.add_files() = it->second.file;
  }
  return response;
}

absl::StatusOr<pb::ReadFileResponse> PostpayServiceDouble::ReadFile(const rpc::CallContext&,
                                                                    const pb::ReadFileRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  const auto it = files_.find(request.file_id());
  if (it == files_.end()) {
    return NotFound("PAYMENT_FILE_NOT_FOUND", "there is no such file",
                    {{"file_id", request.file_id()}, {"remedy", "list the files"}});
  }
  pb::ReadFileResponse response;
  *response.mutable_file() = it->second.file;
  response.set_content(it->second.content);
  return response;
}

absl::StatusOr<pb::ListLayoutsResponse> PostpayServiceDouble::ListLayouts(const rpc::CallContext&,
                                                                          const pb::ListLayoutsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::ListLayoutsResponse response;
  for (const auto& [id, layout] : layouts_) *response.add_layouts() = layout;
  return response;
}

// A sequence is too short for as many layouts as are refused.
absl::StatusOr<pb::LayoutProfile> PostpayServiceDouble::PutLayout(const rpc::CallContext&,
                                                                  const pb::PutLayoutRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  layouts_[request.layout().layout_profile_id()] = request.layout();
  return request.layout();
}

absl::StatusOr<pb::DeleteLayoutResponse> PostpayServiceDouble::DeleteLayout(const rpc::CallContext&,
                                                                            const pb::DeleteLayoutRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  layouts_.erase(request.layout_profile_id());
  return pb::DeleteLayoutResponse();
}

pb::Screening PostpayServiceDouble::MessageOf(const std::string& order_number, const StoredScreening& stored) {
  pb::Screening message;
  message.set_order_number(order_number);
  message.set_company(stored.screening.company);
  message.set_state(stored.screening.state);
  *message.mutable_state_time() = TimestampFromTime(stored.state_time);
  message.set_registered_yen(stored.screening.registered_yen);
  message.set_transaction_id(stored.screening.transaction_id);
  message.set_reason(stored.screening.reason);
  message.set_decided_time(stored.screening.decided_time);
  message.set_registration_file_id(stored.registration_file_id);
  message.set_slip_reported(stored.screening.slip_reported);
  message.set_carrier(stored.carrier);
  message.set_slip_number(stored.slip_number);
  message.set_slip_file_id(stored.slip_file_id);
  message.set_facts_version(stored.facts_version);
  return message;
}

std::string PostpayServiceDouble::Snapshot() const {
  std::string all;
  for (const auto& [number, stored] : screenings_) {
    absl::StrAppend(&all, "\n", MessageOf(number, stored).SerializeAsString());
  }
  for (const auto& [id, stored] : files_) absl::StrAppend(&all, "\n", stored.file.SerializeAsString());
  for (const auto& [id, layout] : layouts_) absl::StrAppend(&all, "\n", layout.SerializeAsString());
  return all;
}

}  // namespace juchu::fuzz
