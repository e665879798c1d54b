#include "tests/fuzz/product_requests.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/gateway/app/request_checks.h"
#include "tests/fuzz/card_number_oracle.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/require.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::gateway::v1;

// What the inventory holds of a product, for comparison.
std::string StockOf(const InventoryServiceDouble& inventory, const std::string& code) {
  const auto it = inventory.products().find(code);
  if (it == inventory.products().end()) return "";
  return absl::StrCat(it->second.on_hand, " ", it->second.allocated, " ", it->second.ledger.size());
}

void CheckStock(const inventory::v1::Stock& stock, const std::string& code) {
  Require(stock.product_code() == code, "a stock is the product's own");
  Require(stock.free() == stock.on_hand() - stock.allocated(), "free is what is not allocated");
  Require(stock.allocated() >= 0 && stock.overdraft() >= 0, "what is allocated is at least nothing");
}

void CheckProblem(const pb::FileProblem& problem) {
  Require(!problem.reason().empty() && !problem.message().empty() && !problem.remedy().empty(),
          absl::StrCat("a refused line has reason and remedy: ", problem.ShortDebugString()));
}

}  // namespace

bool ProductRequests::Serve(const rpc::CallContext& context, const AnyRequest& request) {
  switch (request.request_case()) {
    case AnyRequest::kPutProducts:
      Put(context, request.put_products());
      return true;
    case AnyRequest::kSearchProducts:
      Search(context, request.search_products());
      return true;
    case AnyRequest::kGetStock:
      GetStock(context, request.get_stock());
      return true;
    case AnyRequest::kChangeStock:
      ChangeStock(context, request.change_stock());
      return true;
    case AnyRequest::kListLedger:
      Ledger(context, request.list_ledger());
      return true;
    case AnyRequest::kImportStock:
      Import(context, request.import_stock());
      return true;
    case AnyRequest::kAuditInventory:
      Audit(context, request.audit_inventory());
      return true;
    default:
      return false;
  }
}

// Sent again it changes nothing more.
void ProductRequests::Put(const rpc::CallContext& context, const pb::PutProductsRequest& request) {
  const std::string before = inventory_.Snapshot();
  const auto first = products_.Put(context, request);
  if (!first.ok()) {
    Require(inventory_.Snapshot() == before, "refused products change nothing");
    return CheckRefusal(first.status());
  }
  Require(first->outcomes_size() == request.products_size(), "each product has its outcome");
  const std::string after = inventory_.Snapshot();
  const auto again = products_.Put(context, request);
  Require(again.ok() && inventory_.Snapshot() == after, "products that are put again stay as they are");
  for (const auto& outcome : again->outcomes()) {
    Require(!outcome.registered() && !outcome.changed(), "and are not called changed");
  }
}

// Through all pages: each product once.
void ProductRequests::Search(const rpc::CallContext& context, pb::SearchProductsRequest request) {
  std::string last;
  while (true) {
    const auto page = products_.Search(context, request);
    if (!page.ok()) return CheckRefusal(page.status());
    for (const auto& found : page->products()) {
      const std::string& code = found.product().product_code();
      Require(last.empty() || code > last, "products come in the order of their codes");
      CheckStock(found.stock(), code);
      last = code;
    }
    if (page->next_page_token().empty()) return;
    request.set_page_token(page->next_page_token());
  }
}

void ProductRequests::GetStock(const rpc::CallContext& context, const pb::GetStockRequest& request) {
  const auto response = products_.GetStock(context, request);
  if (!response.ok()) return CheckRefusal(response.status());
  Require(response->stocks_size() == request.product_codes_size(), "each product has its stock");
  for (int i = 0; i < response->stocks_size(); ++i) {
    const auto& outcome = response->stocks(i);
    Require(outcome.product_code() == request.product_codes(i), "stocks stand in the order of the request");
    Require(outcome.has_stock() != outcome.has_error(), "there is a stock, or a reason why not");
    if (outcome.has_error()) CheckRefusal(outcome.error());
    if (outcome.has_stock()) CheckStock(outcome.stock(), outcome.product_code());
  }
}

// A change that is made is made once; one that is refused changes nothing.
void ProductRequests::ChangeStock(const rpc::CallContext& context, const pb::ChangeStockRequest& request) {
  const std::string before = inventory_.Snapshot();
  std::vector<std::string> stocks;
  for (const auto& change : request.changes()) stocks.push_back(StockOf(inventory_, change.product_code()));
  const auto first = products_.ChangeStock(context, request);
  if (!first.ok()) {
    Require(inventory_.Snapshot() == before, "refused changes change nothing");
    return CheckRefusal(first.status());
  }
  Require(first->outcomes_size() == request.changes_size(), "each change has its outcome");
  for (int i = 0; i < first->outcomes_size(); ++i) {
    const auto& outcome = first->outcomes(i);
    Require(outcome.has_stock() != outcome.has_error(), "a change is made, or there is a reason why not");
    if (outcome.has_stock()) CheckStock(outcome.stock(), request.changes(i).product_code());
    if (!outcome.has_error()) continue;
    CheckRefusal(outcome.error());
    Require(StockOf(inventory_, request.changes(i).product_code()) == stocks[static_cast<size_t>(i)],
            "a refused change changes nothing");
  }
  const std::string after = inventory_.Snapshot();
  const auto again = products_.ChangeStock(context, request);
  Require(again.ok() && again->repeated_request(), "a repeat is answered as one");
  Require(inventory_.Snapshot() == after, "a repeat changes nothing more");
  for (int i = 0; i < first->outcomes_size(); ++i) {
    Require(gateway::HashRequest(again->outcomes(i)) == gateway::HashRequest(first->outcomes(i)),
            "a repeat gets the first answer");
  }
}

// Through all pages, newest first: each entry once, and each balance the one before it and its quantity.
void ProductRequests::Ledger(const rpc::CallContext& context, pb::ListLedgerRequest request) {
  std::optional<inventory::v1::LedgerEntry> newer;
  while (true) {
    const auto page = products_.Ledger(context, request);
    if (!page.ok()) return CheckRefusal(page.status());
    for (const auto& entry : page->entries()) {
      Require(entry.product_code() == request.product_code(), "a ledger is the product's own");
      if (newer.has_value()) {
        Require(entry.entry_id() < newer->entry_id(), "pages go on");
        Require(entry.balance() + newer->quantity() == newer->balance(), "no entry is passed over");
      }
      newer = entry;
    }
    if (page->next_page_token().empty()) return;
    request.set_page_token(page->next_page_token());
  }
}

void ProductRequests::Import(const rpc::CallContext& context, const StockImportStream& stream) {
  const std::string before = inventory_.Snapshot();
  int next = 0;
  const auto source = [&]() -> std::optional<pb::ImportStockRequest> {
    if (next == stream.messages_size()) return std::nullopt;
    return stream.messages(next++);
  };
  int lines = 0;
  bool ended = false;
  const absl::Status status = intake_.Import(context, source, [&](const pb::ImportStockResponse& message) {
    pb::ImportStockResponse received;
    Require(received.ParseFromString(message.SerializeAsString()), "an answer can be read");
    const auto& line = message.line();
    if (message.has_line()) ++lines;
    for (const auto& problem : line.problems()) CheckProblem(problem);
    Require((line.result() == pb::StockLineOutcome::REFUSED) == !line.problems().empty(), "a refusal has its reasons");
    if (line.has_stock()) CheckStock(line.stock(), line.product_code());
    if (message.has_summary()) {
      ended = true;
      const auto& summary = message.summary();
      Require(summary.applied() + summary.already_applied() + summary.refused() == lines, "the summary counts");
    }
    return true;
  });
  const bool dry_run = stream.messages_size() > 0 && stream.messages(0).header().dry_run();
  if (!status.ok() || dry_run) Require(inventory_.Snapshot() == before, "a refused file or a dry run changes nothing");
  if (!status.ok()) return CheckRefusal(status);
  Require(ended, "an import ends with its summary");
}

void ProductRequests::CheckStored(const rpc::CallContext& context) {
  for (const auto& [code, stored] : inventory_.products()) {
    std::string place = CardNumberIn(stored.product);
    for (const auto& row : stored.ledger) {
      if (place.empty()) place = CardNumberIn(row.entry);
    }
    Require(place.empty(), absl::StrCat("no card number is stored in ", place));
  }
  Audit(context, pb::AuditInventoryRequest());
}

void ProductRequests::Audit(const rpc::CallContext& context, const pb::AuditInventoryRequest& request) {
  const auto sink = [](const pb::AuditInventoryResponse& message) {
    Require(!message.has_finding(), absl::StrCat("the inventory's audit finds nothing: ", message.finding().invariant(),
                                                 " ", message.finding().message()));
    return true;
  };
  Require(products_.Audit(context, request, sink).ok(), "the inventory's audit runs");
}

}  // namespace juchu::fuzz
