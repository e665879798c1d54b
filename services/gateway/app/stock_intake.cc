#include "services/gateway/app/stock_intake.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/ids/sha256.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/file_problem.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/require_tenant.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::inventory::v1;
using Header = v1::ImportStockRequest::Header;
using Outcome = v1::StockLineOutcome;

constexpr size_t kBatch = 250;
constexpr size_t kMaxFileName = 200;
constexpr size_t kMaxReason = 200;

absl::Status CheckHeader(const Header& header) {
  if (header.kind() != pb::COUNTED && header.kind() != pb::RECEIVED && header.kind() != pb::TAKEN) {
    return InvalidField("ENUM_VALUE_INVALID", "header.kind", "does not say what 在庫数 means",
                        "send COUNTED, RECEIVED or TAKEN");
  }
  JUCHU_RETURN_IF_ERROR(CheckEncoding(header.encoding(), "header.encoding"));
  JUCHU_RETURN_IF_ERROR(CheckLine(header.file_name(), 0, kMaxFileName, "header.file_name"));
  JUCHU_RETURN_IF_ERROR(CheckLine(header.reason(), 0, kMaxReason, "header.reason"));
  return header.request_id().empty() ? absl::OkStatus() : ValidateRequestId("header.request_id", header.request_id());
}

// Names the import for the request ids of its lines. Pieces that came or went come or go once, whoever sends the file
// again; a count is true each time that somebody counts.
std::string NameOf(const Header& header, absl::string_view file_hash) {
  if (!header.request_id().empty()) return header.request_id();
  if (header.kind() == pb::COUNTED) return NewRequestId();
  return absl::StrCat("stock file ", header.kind(), " ", file_hash);
}

std::string ReasonOf(const Header& header) {
  const absl::string_view name = absl::StripAsciiWhitespace(header.file_name());
  const absl::string_view reason = absl::StripAsciiWhitespace(header.reason());
  const absl::string_view file = name.empty() ? "a stock CSV" : name;
  return MaskCardNumbers(reason.empty() ? std::string(file) : absl::StrCat(reason, " (", file, ")"));
}

void Refuse(v1::FileProblem problem, int line, Outcome& outcome) {
  outcome.set_result(Outcome::REFUSED);
  problem.set_line(line);
  *outcome.add_problems() = std::move(problem);
}

}  // namespace

// Lines that are applied together.
struct StockIntake::Batch {
  const Header& header;
  // The import, see NameOf.
  const std::string& name;
  const std::string& file_hash;
  absl::Span<const StockLine> lines;
  std::vector<Outcome> outcomes;

  bool IsOpen(size_t index) const { return outcomes[index].result() == Outcome::RESULT_UNSPECIFIED; }
};

absl::Status StockIntake::RegisterProducts(const rpc::CallContext& context, Batch& batch) {
  pb::PutProductsRequest put;
  put.set_names_only(true);
  std::vector<size_t> indexes;
  for (size_t i = 0; i < batch.lines.size(); ++i) {
    if (!batch.IsOpen(i) || batch.lines[i].product_name.empty()) continue;
    auto& product = *put.add_products();
    product.set_product_code(batch.lines[i].product_code);
    product.set_product_name(MaskCardNumbers(batch.lines[i].product_name));
    indexes.push_back(i);
  }
  if (indexes.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto answer, inventory_.PutProducts(context, put));
  for (size_t i = 0; i < indexes.size(); ++i) {
    batch.outcomes[indexes[i]].set_registered(answer.outcomes(static_cast<int>(i)).registered());
  }
  return absl::OkStatus();
}

// For a dry run: which products would be registered, and of which of those nothing can be taken.
absl::Status StockIntake::FindProducts(const rpc::CallContext& context, Batch& batch) {
  pb::ReadStockRequest read;
  std::vector<size_t> indexes;
  for (size_t i = 0; i < batch.lines.size(); ++i) {
    if (!batch.IsOpen(i) || batch.lines[i].product_name.empty()) continue;
    read.add_product_codes(batch.lines[i].product_code);
    indexes.push_back(i);
  }
  if (indexes.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto answer, inventory_.ReadStock(context, read));
  for (size_t i = 0; i < indexes.size(); ++i) {
    if (!answer.stocks(static_cast<int>(i)).has_error()) continue;
    auto& outcome = batch.outcomes[indexes[i]];
    outcome.set_registered(true);
    outcome.set_result(Outcome::APPLIED);
    if (batch.header.kind() != pb::TAKEN) continue;
    Refuse(ProblemOf(FailedPrecondition("STOCK_BELOW_ZERO", "only 0 are on hand",
                                        {{"field", "在庫数"}, {"remedy", "take fewer, or count the stock"}})),
           batch.lines[indexes[i]].line, outcome);
  }
  return absl::OkStatus();
}

absl::Status StockIntake::ChangeStock(const rpc::CallContext& context, Batch& batch) {
  pb::ChangeStockRequest change;
  std::vector<size_t> indexes;
  for (size_t i = 0; i < batch.lines.size(); ++i) {
    if (!batch.IsOpen(i)) continue;
    auto& one = *change.add_changes();
    one.set_product_code(batch.lines[i].product_code);
    one.set_kind(batch.header.kind());
    one.set_quantity(batch.lines[i].quantity);
    one.set_reason(ReasonOf(batch.header));
    one.set_below_allocated(batch.header.below_allocated());
    indexes.push_back(i);
  }
  if (indexes.empty()) return absl::OkStatus();
  // The lines that stand together are the same each time that the file comes, so that they find each other again.
  const std::string content = absl::StrCat(batch.name, " from line ", batch.lines.front().line);
  change.set_request_id(RequestIdOf(content));
  change.set_request_hash(Sha256(absl::StrCat(content, " ", batch.header.kind(), " ", batch.file_hash)));
  change.set_dry_run(batch.header.dry_run());
  JUCHU_ASSIGN_OR_RETURN(const auto answer, inventory_.ChangeStock(context, change));
  for (size_t i = 0; i < indexes.size(); ++i) {
    const auto& changed = answer.outcomes(static_cast<int>(i));
    auto& outcome = batch.outcomes[indexes[i]];
    if (changed.has_error()) {
      Refuse(ProblemOf(ToStatus(changed.error())), batch.lines[indexes[i]].line, outcome);
      continue;
    }
    outcome.set_result(changed.repeated() ? Outcome::ALREADY_APPLIED : Outcome::APPLIED);
    if (!batch.header.dry_run()) *outcome.mutable_stock() = changed.stock();
  }
  return absl::OkStatus();
}

absl::Status StockIntake::Import(const rpc::CallContext& context, const Source& source, const Sink& sink) {
  const auto first = source();
  if (!first.has_value() || !first->has_header()) {
    return InvalidField("FIELD_REQUIRED", "header", "is missing", "send the header as the first message of the stream");
  }
  const auto& header = first->header();
  JUCHU_RETURN_IF_ERROR(CheckHeader(header));
  JUCHU_RETURN_IF_ERROR(RequireTenant(context, orders_, configurations_));
  IntakeFileBuffer buffer(kStockRows);
  while (auto message = source()) {
    if (message->has_header()) {
      return InvalidField("HEADER_TWICE", "header", "came a second time", "send the header once, then data only");
    }
    JUCHU_RETURN_IF_ERROR(buffer.Append(message->data()));
  }
  const std::string bytes = buffer.Take();
  JUCHU_ASSIGN_OR_RETURN(const auto file,
                         ReadStockFile(bytes, HintOf(header.encoding()), header.kind() == pb::COUNTED));
  const std::string file_hash = Sha256(bytes);
  const std::string name = NameOf(header, file_hash);

  v1::ImportStockResponse last;
  auto& summary = *last.mutable_summary();
  summary.set_dry_run(header.dry_run());
  summary.set_encoding(EncodingOf(file.encoding));
  summary.mutable_ignored_columns()->Assign(file.ignored_columns.begin(), file.ignored_columns.end());
  for (size_t begin = 0; begin < file.lines.size(); begin += kBatch) {
    Batch batch{header, name, file_hash, absl::MakeConstSpan(file.lines).subspan(begin, kBatch), {}};
    for (const auto& line : batch.lines) {
      auto& outcome = batch.outcomes.emplace_back();
      outcome.set_line(line.line);
      outcome.set_product_code(line.product_code);
      for (const auto& problem : line.problems) Refuse(ProblemOf(problem), problem.line, outcome);
    }
    JUCHU_RETURN_IF_ERROR(header.dry_run() ? FindProducts(context, batch) : RegisterProducts(context, batch));
    JUCHU_RETURN_IF_ERROR(ChangeStock(context, batch));
    for (auto& outcome : batch.outcomes) {
      const auto result = outcome.result();
      summary.set_applied(summary.applied() + (result == Outcome::APPLIED ? 1 : 0));
      summary.set_already_applied(summary.already_applied() + (result == Outcome::ALREADY_APPLIED ? 1 : 0));
      summary.set_refused(summary.refused() + (result == Outcome::REFUSED ? 1 : 0));
      summary.set_registered(summary.registered() + (outcome.registered() ? 1 : 0));
      v1::ImportStockResponse message;
      *message.mutable_line() = std::move(outcome);
      if (!sink(message)) return absl::CancelledError("the caller is gone");
    }
  }
  sink(last);
  return absl::OkStatus();
}

}  // namespace juchu::gateway
