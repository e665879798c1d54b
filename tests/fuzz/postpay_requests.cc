#include "tests/fuzz/postpay_requests.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/ids/sha256.h"
#include "services/gateway/app/request_checks.h"
#include "tests/fuzz/card_number_oracle.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/stored_orders.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::gateway::v1;
namespace payment_pb = ::juchu::payment::v1;
using gateway::HashRequest;
using Outcome = pb::ScreeningResultOutcome;

bool IsRegistration(payment_pb::LayoutKind kind) {
  return kind == payment_pb::NP_REGISTRATION || kind == payment_pb::GMO_REGISTRATION;
}

// As it is stored, where it has the shape of one.
std::string NumberOf(const std::string& given) { return ParseOrderNumber("order_number", given).value_or(given); }

// Exported or left out: each once. Returns all of them.
std::set<std::string> CheckAnswer(const pb::ExportFileResponse& response) {
  std::set<std::string> seen;
  for (const auto& number : response.exported_order_numbers()) {
    Require(seen.insert(number).second, "an order goes once");
  }
  for (const auto& order : response.left_out()) {
    Require(seen.insert(order.order_number()).second, "an order goes or is left out");
    Require(!order.problems().empty(), "an order is left out for a reason");
    for (const auto& problem : order.problems()) {
      Require(!problem.reason().empty() && !problem.message().empty(),
              absl::StrCat("a problem has reason and message: ", problem.ShortDebugString()));
    }
  }
  Require(response.left_out_count() == response.left_out_size(), "so few are all named");
  return seen;
}

}  // namespace

bool PostpayRequests::Serve(const rpc::CallContext& context, const AnyRequest& request) {
  switch (request.request_case()) {
    case AnyRequest::kExportRegistrations: {
      const auto& given = request.export_registrations();
      std::set<std::string> named;
      for (const auto& number : given.order_numbers()) named.insert(NumberOf(number));
      Export(context, named, [&] { return exporter_.ExportRegistrations(context, given); });
      return true;
    }
    case AnyRequest::kExportSlips: {
      const auto& given = request.export_slips();
      std::set<std::string> named;
      for (const auto& slip : given.slips()) named.insert(NumberOf(slip.order_number()));
      Export(context, named, [&] { return exporter_.ExportSlips(context, given); });
      return true;
    }
    case AnyRequest::kImportScreeningResults:
      Import(context, request.import_screening_results());
      return true;
    case AnyRequest::kGetScreening:
      GetScreening(context, request.get_screening());
      return true;
    case AnyRequest::kListPaymentFiles:
      ListFiles(context, request.list_payment_files());
      return true;
    case AnyRequest::kDownloadPaymentFile:
      Download(context, request.download_payment_file());
      return true;
    default:
      return false;
  }
}

// Without a file nothing changes; what is sent again is answered with the file that it made.
void PostpayRequests::Export(const rpc::CallContext& context, const std::set<std::string>& named, const Call& call) {
  const auto versions = VersionsOf(orders_);
  const std::string before = postpay_.Snapshot();
  const size_t files = postpay_.files().size();
  const auto response = call();
  if (!response.ok() || !response->has_file()) {
    Require(VersionsOf(orders_) == versions && postpay_.Snapshot() == before, "without a file nothing changes");
  }
  if (!response.ok()) return CheckRefusal(response.status());
  const std::set<std::string> seen = CheckAnswer(*response);
  Require(named.empty() || std::includes(named.begin(), named.end(), seen.begin(), seen.end()),
          "only the orders that are named go or are left out");
  const bool is_earlier = response->has_file() && postpay_.files().size() == files;
  Require(is_earlier || named.empty() || seen == named, "each order that is named goes, or there is a reason why not");
  if (!response->has_file()) return;
  CheckExported(*response);
  pb::DownloadPaymentFileRequest download;
  download.set_file_id(response->file().file_id());
  Download(context, download);
  const auto after = VersionsOf(orders_);
  const std::string kept = postpay_.Snapshot();
  const auto again = call();
  Require(again.ok(), absl::StrCat("a repeat is answered: ", again.status().ToString()));
  Require(HashRequest(again->file()) == HashRequest(response->file()), "a repeat gets the same file");
  Require(VersionsOf(orders_) == after && postpay_.Snapshot() == kept, "a repeat changes nothing more");
}

// The file is kept, and its orders know that they are in it.
void PostpayRequests::CheckExported(const pb::ExportFileResponse& response) {
  const auto stored = postpay_.files().find(response.file().file_id());
  Require(stored != postpay_.files().end(), "a file that goes out is kept");
  Require(HashRequest(stored->second.file) == HashRequest(response.file()), "as the caller is told");
  const auto& numbers = response.exported_order_numbers();
  Require(std::equal(numbers.begin(), numbers.end(), response.file().order_numbers().begin(),
                     response.file().order_numbers().end()),
          "the orders of a file are those that went");
  Require(!numbers.empty(), "no file is without orders");
  for (const auto& number : numbers) CheckSettled(number);
}

// A refused file and a dry run change nothing, nor does the same file a second time.
void PostpayRequests::Import(const rpc::CallContext& context, const ScreeningImportStream& stream) {
  const bool dry_run = stream.messages_size() > 0 && stream.messages(0).header().dry_run();
  const auto versions = VersionsOf(orders_);
  const std::string before = postpay_.Snapshot();
  const auto first = RunImport(context, stream);
  const auto after = VersionsOf(orders_);
  const std::string taken = postpay_.Snapshot();
  if (!first.ok() || dry_run) {
    Require(after == versions && taken == before, "a refused file or a dry run changes nothing");
  }
  if (!first.ok()) return CheckRefusal(first.status());
  if (dry_run) return;
  const auto again = RunImport(context, stream);
  Require(again.ok() && again->applied() == 0, "nothing of a file is new the second time");
  Require(VersionsOf(orders_) == after && postpay_.Snapshot() == taken, "the same file twice changes nothing");
}

absl::StatusOr<pb::ScreeningResultSummary> PostpayRequests::RunImport(const rpc::CallContext& context,
                                                                      const ScreeningImportStream& stream) {
  const bool dry_run = stream.messages_size() > 0 && stream.messages(0).header().dry_run();
  int next = 0;
  const auto source = [&]() -> std::optional<pb::ImportScreeningResultsRequest> {
    if (next == stream.messages_size()) return std::nullopt;
    return stream.messages(next++);
  };
  int lines = 0;
  std::optional<pb::ScreeningResultSummary> summary;
  const absl::Status status = intake_.Import(context, source, [&](const pb::ImportScreeningResultsResponse& message) {
    pb::ImportScreeningResultsResponse received;
    Require(received.ParseFromString(message.SerializeAsString()), "an answer can be read");
    Require(!summary.has_value(), "an import ends with its summary");
    if (message.has_outcome()) {
      ++lines;
      CheckOutcome(message.outcome(), dry_run);
    } else {
      summary = message.summary();
    }
    return true;
  });
  if (!status.ok()) return status;
  Require(summary.has_value(), "an import has a summary");
  Require(summary->applied() + summary->already_applied() + summary->refused() == lines, "the summary counts");
  Require(summary->dry_run() == dry_run, "a dry run is called one");
  return *std::move(summary);
}

void PostpayRequests::CheckOutcome(const Outcome& outcome, bool dry_run) {
  Require(outcome.result() != Outcome::RESULT_UNSPECIFIED, "each line has its result");
  Require((outcome.result() == Outcome::RESULT_REFUSED) == !outcome.problems().empty(), "a refusal has its reasons");
  for (const auto& problem : outcome.problems()) {
    Require(!problem.reason().empty() && !problem.message().empty(),
            absl::StrCat("a refused line has reason and message: ", problem.ShortDebugString()));
  }
  if (outcome.result() == Outcome::RESULT_REFUSED) return;
  const auto order = orders_.orders().find(outcome.order_number());
  Require(order != orders_.orders().end(), "a result is one of an order");
  Require(outcome.status() == order->second.order.status(), "a person is told where the order is");
  if (dry_run) return;
  const auto stored = postpay_.screenings().find(outcome.order_number());
  Require(stored != postpay_.screenings().end(), "nothing is decided that was not registered");
  Require(outcome.state() == stored->second.screening.state, "and how far its screening is");
  CheckSettled(outcome.order_number());
}

void PostpayRequests::GetScreening(const rpc::CallContext& context, const pb::GetScreeningRequest& request) {
  const auto screening = reader_.GetScreening(context, request);
  const auto stored = postpay_.screenings().find(NumberOf(request.order_number()));
  Require(screening.ok() == (stored != postpay_.screenings().end()), "a screening is one that is known");
  if (!screening.ok()) return CheckRefusal(screening.status());
  Require(HashRequest(*screening) == HashRequest(PostpayServiceDouble::MessageOf(stored->first, stored->second)),
          "and read as it is");
}

// Through all pages: each file once.
void PostpayRequests::ListFiles(const rpc::CallContext& context, pb::ListPaymentFilesRequest request) {
  const bool is_whole = request.page_token().empty();
  const auto is_sought = [&](const payment_pb::PaymentFile& file) {
    const auto& kinds = request.kinds();
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), file.kind()) != kinds.end();
  };
  std::set<std::string> listed;
  while (true) {
    const auto page = reader_.ListFiles(context, request);
    if (!page.ok()) return CheckRefusal(page.status());
    for (const auto& file : page->files()) {
      Require(listed.empty() || file.file_id() < *listed.begin(), "the newest file first");
      Require(is_sought(file), "a file is of one of the kinds that were asked for");
      const auto stored = postpay_.files().find(file.file_id());
      Require(stored != postpay_.files().end() && HashRequest(stored->second.file) == HashRequest(file),
              "a file is listed as it went out");
      listed.insert(file.file_id());
    }
    if (page->next_page_token().empty()) break;
    request.set_page_token(page->next_page_token());
  }
  for (const auto& [id, stored] : postpay_.files()) {
    Require(!is_whole || !is_sought(stored.file) || listed.count(id) == 1, "no file is passed over");
  }
}

// First what the file is, then every byte of it.
void PostpayRequests::Download(const rpc::CallContext& context, const pb::DownloadPaymentFileRequest& request) {
  std::optional<payment_pb::PaymentFile> file;
  std::string content;
  const absl::Status status = reader_.Download(context, request, [&](const pb::DownloadPaymentFileResponse& message) {
    Require(message.has_file() != file.has_value(), "a download begins with what the file is");
    if (message.has_file()) {
      file = message.file();
    } else {
      content += message.data();
    }
    return true;
  });
  const auto stored = postpay_.files().find(NumberOf(request.file_id()));
  Require(status.ok() == (stored != postpay_.files().end()), "a file that went out can be fetched");
  if (!status.ok()) return CheckRefusal(status);
  Require(file.has_value() && HashRequest(*file) == HashRequest(stored->second.file), "it is the file");
  Require(content == stored->second.content, "byte for byte as it went out");
  Require(static_cast<int64_t>(content.size()) == file->size_bytes() &&
              absl::BytesToHexString(Sha256(content)) == file->sha256(),
          "size and checksum are the content's");
}

void PostpayRequests::CheckStored() {
  std::set<std::string> reported;
  for (const auto& [id, stored] : postpay_.files()) {
    CheckFile(stored);
    if (IsRegistration(stored.file.kind())) continue;
    for (const auto& number : stored.file.order_numbers()) {
      Require(reported.insert(number).second, "the slip of an order goes out once");
    }
  }
  std::set<std::pair<payment_pb::PostpayCompany, std::string>> slips;
  for (const auto& [number, stored] : postpay_.screenings()) {
    CheckScreening(number, stored);
    if (!stored.screening.slip_reported) continue;
    Require(slips.insert({stored.screening.company, stored.slip_number}).second,
            "no slip number is reported for two orders");
  }
}

void PostpayRequests::CheckFile(const PostpayServiceDouble::StoredFile& stored) {
  const std::string place = CardNumberIn(stored.file);
  Require(place.empty(), absl::StrCat("no card number is stored in a file's ", place));
  for (const auto& number : stored.file.order_numbers()) {
    Require(orders_.orders().count(number) == 1, "every order of a file is the tenant's");
    Require(postpay_.screenings().count(number) == 1, "and known to have gone out");
    Require(!IsRegistration(stored.file.kind()) || absl::StrContains(stored.content, number),
            "a registration names its orders");
  }
}

// Whatever is known of it, it went out with files that are kept.
void PostpayRequests::CheckScreening(const std::string& order_number,
                                     const PostpayServiceDouble::StoredScreening& stored) {
  const std::string place = CardNumberIn(PostpayServiceDouble::MessageOf(order_number, stored));
  Require(place.empty(), absl::StrCat("no card number is stored in a screening's ", place));
  const auto file_with_it = [&](const std::string& file_id) {
    const auto file = postpay_.files().find(file_id);
    Require(file != postpay_.files().end(), "a screening names a file that is kept");
    const auto& numbers = file->second.file.order_numbers();
    Require(std::find(numbers.begin(), numbers.end(), order_number) != numbers.end(), "and stands in it");
    return file;
  };
  file_with_it(stored.registration_file_id);
  Require(stored.screening.slip_reported == !stored.slip_file_id.empty(), "a slip that is reported went out");
  if (!stored.screening.slip_reported) return;
  Require(stored.screening.state == payment_pb::SCREENING_APPROVED, "only what is approved is reported");
  Require(absl::StrContains(file_with_it(stored.slip_file_id)->second.content, stored.slip_number),
          "a file of slips has their numbers");
}

void PostpayRequests::CheckSettled(const std::string& order_number) {
  const auto& order = orders_.orders().at(order_number).order;
  const auto stored = postpay_.screenings().find(order_number);
  if (stored == postpay_.screenings().end()) return;
  const auto& screening = stored->second.screening;
  const auto company = order.payment_kind() == order::v1::NP_POSTPAY ? payment_pb::NP : payment_pb::GMO;
  // What was decided is about the company and the amount.
  const bool counts = screening.slip_reported ||
                      (screening.company == company && screening.registered_yen == order.amounts().total_yen());
  const auto shows = [&](order::v1::StateCategory category, int value, const char* property) {
    const auto* const tag = TagOf(order, category);
    // What a manager has said stands until there is news.
    if (tag == nullptr || tag->overridden()) return;
    Require(static_cast<int>(tag->value()) == value, absl::StrCat(property, ": ", tag->value(), " and ", value));
  };
  shows(order::v1::CREDIT_SCREENING, counts ? screening.state : payment_pb::SCREENING_UNREGISTERED,
        "a settled order shows how far its screening is");
  shows(order::v1::POSTPAY_SLIP, screening.slip_reported ? order::v1::SLIP_REPORTED : order::v1::SLIP_UNREPORTED,
        "a settled order shows whether its slip is reported");
}

}  // namespace juchu::fuzz
