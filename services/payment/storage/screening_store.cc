#include "services/payment/storage/screening_store.h"

#include <vector>

#include "common/fault/fault.h"
#include "common/mysql/run_until_it_fits.h"
#include "common/queue/change_queue.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/payment/storage/payment_files.h"
#include "services/payment/storage/reported_slips.h"
#include "services/payment/storage/screening_rows.h"

namespace juchu::payment {
namespace {

// Whoever changes facts by a call acts on them next, and acknowledges.
constexpr absl::Duration kFactsGrace = absl::Seconds(10);
constexpr int kMostRuns = 10;

v1::PostpayCompany CompanyOf(v1::LayoutKind kind) {
  return kind == v1::NP_REGISTRATION || kind == v1::NP_SLIP ? v1::NP : v1::GMO;
}

// The orders of the file have changed since it was written.
absl::Status Changed(const std::string& order_number, const absl::Status& why) {
  return Aborted("SCREENING_CHANGED", "an order of the file has changed since it was written",
                 {{"order_number", order_number},
                  {"why", ReasonOf(why)},
                  {"remedy", "read the screenings again and write the file anew"}});
}

// The slip's number was reported for another order lately.
absl::Status CheckSlipNumber(const std::string& order_number, const ReportedSlipMap& reported,
                             const std::string& slip_number, absl::Time now) {
  const auto it = reported.find(slip_number);
  if (it == reported.end() || it->second.order_number == order_number || !IsSlipNumberTaken(it->second.time, now)) {
    return absl::OkStatus();
  }
  return FailedPrecondition("SLIP_NUMBER_REPORTED", "another order was reported with the same slip number",
                            {{"other_order_number", it->second.order_number}});
}

// Screenings that one transaction changes.
class ScreeningBatch {
 public:
  ScreeningBatch(mysql::Transaction& transaction, absl::string_view tenant, absl::Time now)
      : transaction_(transaction), tenant_(tenant), now_(now) {}

  absl::Status Lock(const std::set<std::string>& numbers) {
    // In the order in which all lock both: what is told of an order has one version over both.
    JUCHU_ASSIGN_OR_RETURN(cards_, SelectCards(transaction_, tenant_, numbers, /*lock=*/true));
    JUCHU_ASSIGN_OR_RETURN(before_, SelectScreenings(transaction_, tenant_, numbers, /*lock=*/true));
    after_ = before_;
    return absl::OkStatus();
  }
  ScreeningRow& at(const std::string& number) { return after_.at(number); }

  // Once it has been changed.
  void Version(const std::string& number) {
    ScreeningRow& row = after_.at(number);
    const ScreeningRow& old = before_.at(number);
    if (row == old) return;
    row.facts_version = old.facts_version + 1;
    if (row.screening.state != old.screening.state || old.facts_version == 0) {
      row.state_time_us = absl::ToUnixMicros(now_);
    }
  }

  absl::Status Write() {
    JUCHU_RETURN_IF_ERROR(WriteScreenings(transaction_, tenant_, before_, after_));
    std::vector<QueuedChange> news;
    for (const auto& [number, row] : after_) {
      if (row.facts_version == before_.at(number).facts_version) continue;
      news.push_back({number, "", now_ + kFactsGrace, Facts(number).version()});
    }
    return QueueChanges(transaction_, kPaymentChanges, tenant_, news, now_);
  }

  v1::PaymentFacts Facts(const std::string& number) const {
    return FactsOf(number, cards_.at(number), after_.at(number));
  }

 private:
  mysql::Transaction& transaction_;
  const absl::string_view tenant_;
  const absl::Time now_;
  ScreeningRowMap before_;
  ScreeningRowMap after_;
  CardRowMap cards_;
};

// Keeps a file, with what `change` makes of each of its orders: it takes an entry of the request and the order's row.
template <typename Request, typename Entries, typename Change>
absl::StatusOr<v1::RecordFileResponse> RecordFile(mysql::Transaction& transaction, absl::string_view tenant,
                                                  const Request& request, const Entries& entries, NewFileRow file,
                                                  absl::Time now, const Change& change) {
  v1::RecordFileResponse response;
  std::set<std::string> numbers;
  for (const auto& entry : entries) numbers.insert(entry.order_number());
  ScreeningBatch batch(transaction, tenant, now);
  JUCHU_RETURN_IF_ERROR(batch.Lock(numbers));
  JUCHU_ASSIGN_OR_RETURN(auto earlier, FindFileOf(transaction, tenant, request.request_id(), request.request_hash()));
  if (earlier.has_value()) {
    *response.mutable_file() = *std::move(earlier);
    response.set_repeated_request(true);
  } else {
    for (const auto& entry : entries) {
      ScreeningRow& row = batch.at(entry.order_number());
      if (const absl::Status status = change(entry, row); !status.ok()) return Changed(entry.order_number(), status);
      batch.Version(entry.order_number());
      file.order_numbers.push_back(entry.order_number());
    }
    JUCHU_ASSIGN_OR_RETURN(*response.mutable_file(), InsertFile(transaction, tenant, file, now));
    JUCHU_RETURN_IF_ERROR(batch.Write());
  }
  for (const auto& entry : entries) *response.add_facts() = batch.Facts(entry.order_number());
  return response;
}

}  // namespace

absl::StatusOr<v1::RecordFileResponse> ScreeningStore::RecordRegistrations(
    absl::string_view tenant, const v1::RecordRegistrationsRequest& request, const common::v1::Actor& actor,
    absl::Time deadline) {
  const v1::PostpayCompany company = CompanyOf(request.file().kind());
  auto response = mysql::RunUntilItFits(pool_, deadline, kMostRuns, [&](mysql::Transaction& transaction) {
    const NewFileRow file = {file_ids_.Next(), request.file(), actor, {}, request.request_id(), request.request_hash()};
    return RecordFile(transaction, tenant, request, request.registrations(), file, clock_.Now(),
                      [&](const auto& registration, ScreeningRow& row) -> absl::Status {
                        const int64_t amount_yen = registration.amount_yen();
                        if (!fault::IsPlanted("registered-unseen")) {
                          // What was decided meanwhile, a refusal too, is not registered over.
                          if (registration.has_facts_version() && registration.facts_version() != row.facts_version) {
                            return Aborted("SCREENING_CHANGED", "the screening is another one than was read", {});
                          }
                          JUCHU_RETURN_IF_ERROR(CheckRegister(company, amount_yen, row.screening));
                        }
                        Register(company, amount_yen, row.screening);
                        row.registration_file_id = file.file_id;
                        return absl::OkStatus();
                      });
  });
  if (response.ok()) queued_();
  return response;
}

absl::StatusOr<v1::RecordFileResponse> ScreeningStore::RecordSlips(absl::string_view tenant,
                                                                   const v1::RecordSlipsRequest& request,
                                                                   const common::v1::Actor& actor,
                                                                   absl::Time deadline) {
  const v1::PostpayCompany company = CompanyOf(request.file().kind());
  std::set<std::string> slip_numbers;
  for (const auto& slip : request.slips()) slip_numbers.insert(slip.slip_number());
  const auto record = [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::RecordFileResponse> {
    const absl::Time now = clock_.Now();
    const NewFileRow file = {file_ids_.Next(), request.file(), actor, {}, request.request_id(), request.request_hash()};
    JUCHU_ASSIGN_OR_RETURN(const auto before,
                           SelectReportedSlips(transaction, tenant, company, slip_numbers, /*lock=*/true));
    ReportedSlipMap reported = before;
    JUCHU_ASSIGN_OR_RETURN(auto recorded, RecordFile(transaction, tenant, request, request.slips(), file, now,
                                                     [&](const auto& slip, ScreeningRow& row) -> absl::Status {
                                                       JUCHU_RETURN_IF_ERROR(CheckReport(company, row.screening));
                                                       JUCHU_RETURN_IF_ERROR(CheckSlipNumber(
                                                           slip.order_number(), reported, slip.slip_number(), now));
                                                       reported[slip.slip_number()] = {slip.order_number(), now};
                                                       row.screening.slip_reported = true;
                                                       row.carrier = slip.carrier();
                                                       row.slip_number = slip.slip_number();
                                                       row.slip_file_id = file.file_id;
                                                       return absl::OkStatus();
                                                     }));
    if (fault::IsPlanted("slip-number-forgotten")) return recorded;
    JUCHU_RETURN_IF_ERROR(WriteReportedSlips(transaction, tenant, company, before, reported));
    return recorded;
  };
  auto response = mysql::RunUntilItFits(pool_, deadline, kMostRuns, record);
  if (response.ok()) queued_();
  return response;
}

absl::StatusOr<v1::FindReportedSlipsResponse> ScreeningStore::FindReportedSlips(
    absl::string_view tenant, const v1::FindReportedSlipsRequest& request, absl::Time deadline) {
  const std::set<std::string> numbers(request.slip_numbers().begin(), request.slip_numbers().end());
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto reported,
                         SelectReportedSlips(*connection, tenant, request.company(), numbers, /*lock=*/false));
  v1::FindReportedSlipsResponse response;
  const absl::Time now = clock_.Now();
  for (const auto& [number, slip] : reported) {
    if (!IsSlipNumberTaken(slip.time, now)) continue;
    auto& taken = *response.add_slips();
    taken.set_slip_number(number);
    taken.set_order_number(slip.order_number);
  }
  return response;
}

absl::StatusOr<v1::RecordResultsResponse> ScreeningStore::RecordResults(absl::string_view tenant,
                                                                        const v1::RecordResultsRequest& request,
                                                                        absl::Time deadline) {
  std::set<std::string> numbers;
  for (const auto& result : request.results()) numbers.insert(result.order_number());
  auto response = mysql::RunUntilItFits(
      pool_, deadline, kMostRuns, [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::RecordResultsResponse> {
        v1::RecordResultsResponse outcomes;
        ScreeningBatch batch(transaction, tenant, clock_.Now());
        JUCHU_RETURN_IF_ERROR(batch.Lock(numbers));
        for (const auto& result : request.results()) {
          auto& outcome = *outcomes.add_outcomes();
          const auto taken = TakeDecision({result.company(), result.result(), result.transaction_id(), result.reason(),
                                           result.decided_time(), result.amount_yen()},
                                          batch.at(result.order_number()).screening);
          if (taken.ok()) {
            outcome.set_changed(*taken);
            batch.Version(result.order_number());
          } else {
            outcome.set_error_reason(ReasonOf(taken.status()));
            outcome.set_error_message(MessageWithRemedy(taken.status()));
          }
          *outcome.mutable_facts() = batch.Facts(result.order_number());
        }
        if (!request.dry_run()) JUCHU_RETURN_IF_ERROR(batch.Write());
        return outcomes;
      });
  if (response.ok() && !request.dry_run()) queued_();
  return response;
}

absl::StatusOr<v1::ReadScreeningsResponse> ScreeningStore::Read(absl::string_view tenant,
                                                                const v1::ReadScreeningsRequest& request,
                                                                absl::Time deadline) {
  const std::set<std::string> numbers(request.order_numbers().begin(), request.order_numbers().end());
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, SelectScreenings(*connection, tenant, numbers, /*lock=*/false));
  v1::ReadScreeningsResponse response;
  for (const auto& number : request.order_numbers()) {
    const auto& row = rows.at(number);
    if (row.facts_version > 0) *response.add_screenings() = ScreeningOf(number, row);
  }
  return response;
}

}  // namespace juchu::payment
