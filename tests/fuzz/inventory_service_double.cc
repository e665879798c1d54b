#include "tests/fuzz/inventory_service_double.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/inventory/rpc/inventory_requests.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::inventory::v1;

pb::InventoryError ErrorOf(const absl::Status& status) {
  pb::InventoryError error;
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(status.message()));
  error.set_reason(ReasonOf(status));
  const auto info = GetErrorInfo(status);
  error.mutable_metadata()->insert(info->metadata.begin(), info->metadata.end());
  return error;
}

absl::Status ProductNotFound(const std::string& code) {
  return NotFound("PRODUCT_NOT_FOUND", "there is no product with this code",
                  {{"product_code", code}, {"remedy", "register the product first"}});
}

// How much more is allocated than is there.
int64_t OverdraftOf(int64_t on_hand, int64_t allocated) {
  return std::max<int64_t>(allocated - std::max<int64_t>(on_hand, 0), 0);
}

pb::Stock StockOf(const std::string& code, int64_t on_hand, int64_t allocated) {
  pb::Stock stock;
  stock.set_product_code(code);
  stock.set_on_hand(on_hand);
  stock.set_allocated(allocated);
  stock.set_overdraft(OverdraftOf(on_hand, allocated));
  stock.set_free(on_hand - allocated);
  return stock;
}

bool Same(const pb::Product& one, const pb::Product& other) {
  return one.product_name() == other.product_name() && one.jan() == other.jan() && one.inactive() == other.inactive();
}

bool IsSought(const pb::SearchProductsRequest& request, const InventoryServiceDouble::StoredProduct& stored) {
  const auto& product = stored.product;
  return absl::StartsWith(product.product_code(), request.product_code_prefix()) &&
         absl::StrContains(product.product_name(), request.product_name_part()) &&
         (request.jan().empty() || product.jan() == request.jan()) &&
         (!request.out_of_stock() || stored.on_hand <= stored.allocated);
}

std::string ContentOf(const pb::ChangeStockRequest& request) {
  std::string content;
  for (const auto& change : request.changes()) {
    absl::StrAppend(&content, change.product_code(), "\n", change.kind(), " ", change.quantity(), "\n");
  }
  return content;
}

}  // namespace

InventoryServiceDouble::InventoryServiceDouble(const Clock& clock)
    : InventoryClient(nullptr, clock), clock_(clock), entry_ids_(clock, [] { return uint64_t{0}; }) {}

absl::StatusOr<pb::PutProductsResponse> InventoryServiceDouble::PutProducts(const rpc::CallContext&,
                                                                            const pb::PutProductsRequest& request) {
  RequireReadable(request);
  JUCHU_RETURN_IF_ERROR(inventory::CheckRequest(request));
  pb::PutProductsResponse response;
  for (const auto& given : request.products()) {
    const auto [it, is_new] = products_.try_emplace(given.product_code());
    auto& known = it->second.product;
    auto& outcome = *response.add_outcomes();
    auto& product = *outcome.mutable_product();
    product = given;
    if (request.names_only() && !is_new) {
      product.set_jan(known.jan());
      product.set_inactive(known.inactive());
    }
    outcome.set_registered(is_new);
    outcome.set_changed(is_new || !Same(known, product));
    product.set_version(known.version() + (outcome.changed() ? 1 : 0));
    *product.mutable_update_time() = outcome.changed() ? TimestampFromTime(clock_.Now()) : known.update_time();
    *product.mutable_create_time() = is_new ? product.update_time() : known.create_time();
    known = product;
  }
  return response;
}

absl::StatusOr<pb::SearchProductsResponse> InventoryServiceDouble::SearchProducts(
    const rpc::CallContext&, const pb::SearchProductsRequest& request) {
  RequireReadable(request);
  JUCHU_RETURN_IF_ERROR(inventory::CheckRequest(request));
  pb::SearchProductsResponse response;
  for (auto it = products_.upper_bound(request.after_product_code()); it != products_.end(); ++it) {
    if (!IsSought(request, it->second)) continue;
    response.set_more(response.products_size() == request.page_size());
    if (response.more()) break;
    auto& found = *response.add_products();
    *found.mutable_product() = it->second.product;
    *found.mutable_stock() = StockOf(it->first, it->second.on_hand, it->second.allocated);
  }
  return response;
}

absl::StatusOr<pb::ReadStockResponse> InventoryServiceDouble::ReadStock(const rpc::CallContext&,
                                                                        const pb::ReadStockRequest& request) {
  RequireReadable(request);
  JUCHU_RETURN_IF_ERROR(inventory::CheckRequest(request));
  pb::ReadStockResponse response;
  for (const std::string& code : request.product_codes()) {
    auto& read = *response.add_stocks();
    const auto it = products_.find(code);
    if (it == products_.end()) {
      *read.mutable_error() = ErrorOf(ProductNotFound(code));
    } else {
      *read.mutable_stock() = StockOf(code, it->second.on_hand, it->second.allocated);
    }
  }
  return response;
}

void InventoryServiceDouble::ChangeSums(const Delta& delta, StoredProduct& stored) {
  stored.on_hand += delta.on_hand;
  stored.allocated += delta.allocated;
  const int64_t needed = OverdraftOf(stored.on_hand, stored.allocated);
  Require(stored.allocated >= 0, "no order gives back what it does not hold");
  Require(needed <= stored.overdraft + delta.overdraft, "nothing is allocated beyond the stock but by force");
  stored.overdraft = needed;
}

void InventoryServiceDouble::WriteLedger(const rpc::CallContext& context, pb::StockChangeKind kind, const Delta& delta,
                                         int64_t shortage, absl::string_view reason, StoredProduct& stored) {
  const int64_t before = stored.ledger.empty() ? 0 : stored.ledger.back().entry.balance();
  auto& row = stored.ledger.emplace_back();
  row.shortage = shortage;
  row.entry.set_entry_id(entry_ids_.Next());
  row.entry.set_product_code(stored.product.product_code());
  row.entry.set_kind(kind);
  row.entry.set_quantity(delta.on_hand);
  row.entry.set_balance(before + delta.on_hand);
  row.entry.set_reason(std::string(reason));
  row.entry.mutable_actor()->set_kind(common::v1::Actor::PERSON);
  row.entry.mutable_actor()->set_id(context.actor);
  *row.entry.mutable_time() = TimestampFromTime(clock_.Now());
}

void InventoryServiceDouble::Change(const rpc::CallContext& context, const pb::ChangeStockRequest::Change& change,
                                    bool dry_run, pb::ChangeStockResponse::Outcome& outcome) {
  const auto it = products_.find(change.product_code());
  if (it == products_.end()) {
    *outcome.mutable_error() = ErrorOf(ProductNotFound(change.product_code()));
    return;
  }
  auto& stored = it->second;
  Delta delta;
  delta.on_hand = change.kind() == pb::COUNTED    ? change.quantity() - stored.on_hand
                  : change.kind() == pb::RECEIVED ? change.quantity()
                                                  : -change.quantity();
  const int64_t after = stored.on_hand + delta.on_hand;
  if (after < 0 && delta.on_hand < 0) {
    *outcome.mutable_error() = ErrorOf(
        FailedPrecondition("STOCK_BELOW_ZERO", "fewer are on hand", {{"remedy", "take fewer, or count the stock"}}));
    return;
  }
  delta.overdraft = std::max<int64_t>(OverdraftOf(after, stored.allocated) - stored.overdraft, 0);
  if (delta.overdraft > 0 && !change.below_allocated()) {
    *outcome.mutable_error() = ErrorOf(FailedPrecondition("STOCK_BELOW_ALLOCATED", "more are allocated to orders",
                                                          {{"remedy", "cancel or edit orders first"}}));
    return;
  }
  *outcome.mutable_stock() = StockOf(it->first, after, stored.allocated);
  if (dry_run) return;
  WriteLedger(context, change.kind(), delta, delta.overdraft, change.reason(), stored);
  ChangeSums(delta, stored);
}

absl::StatusOr<pb::ChangeStockResponse> InventoryServiceDouble::ChangeStock(const rpc::CallContext& context,
                                                                            const pb::ChangeStockRequest& request) {
  RequireReadable(request);
  JUCHU_RETURN_IF_ERROR(inventory::CheckRequest(request));
  pb::ChangeStockResponse response;
  const auto answer = answers_.find(request.request_id());
  if (answer != answers_.end() && !request.dry_run()) {
    if (answer->second.request_hash != request.request_hash()) {
      return InvalidField("REQUEST_ID_REUSED", "request_id", "was used for a request with another content",
                          "send a new UUID");
    }
    Require(answer->second.content == ContentOf(request), "a request hash stands for one content");
    response = answer->second.response;
    response.set_repeated_request(true);
  }
  for (int i = 0; i < request.changes_size(); ++i) {
    if (i == response.outcomes_size()) response.add_outcomes();
    auto& outcome = *response.mutable_outcomes(i);
    outcome.set_repeated(outcome.has_stock());
    if (!outcome.repeated()) Change(context, request.changes(i), request.dry_run(), outcome);
  }
  if (!request.dry_run()) answers_[request.request_id()] = {request.request_hash(), ContentOf(request), response};
  return response;
}

absl::StatusOr<pb::ListLedgerResponse> InventoryServiceDouble::ListLedger(const rpc::CallContext&,
                                                                          const pb::ListLedgerRequest& request) {
  RequireReadable(request);
  JUCHU_RETURN_IF_ERROR(inventory::CheckRequest(request));
  const auto stored = products_.find(request.product_code());
  if (stored == products_.end()) return ProductNotFound(request.product_code());
  pb::ListLedgerResponse response;
  for (auto row = stored->second.ledger.rbegin(); row != stored->second.ledger.rend(); ++row) {
    if (!request.before_entry_id().empty() && row->entry.entry_id() >= request.before_entry_id()) continue;
    response.set_more(response.entries_size() == request.page_size());
    if (response.more()) break;
    *response.add_entries() = row->entry;
  }
  return response;
}

absl::StatusOr<pb::AuditInventoryResponse> InventoryServiceDouble::AuditInventory(
    const rpc::CallContext&, const pb::AuditInventoryRequest& request) {
  RequireWellFormed(request, inventory::CheckRequest(request));
  pb::AuditInventoryResponse response;
  std::string last;
  for (auto it = products_.upper_bound(request.after_product_code()); it != products_.end(); ++it) {
    if (response.products() == request.page_size()) {
      response.set_next(last);
      break;
    }
    response.set_products(response.products() + 1);
    last = it->first;
    Judge(it->first, it->second, response);
  }
  return response;
}

void InventoryServiceDouble::Judge(const std::string& code, const StoredProduct& stored,
                                   pb::AuditInventoryResponse& response) const {
  int64_t ledger = 0;
  int64_t stated = 0;
  int64_t allocated = 0;
  for (const auto& row : stored.ledger) {
    ledger += row.entry.quantity();
    stated += row.shortage;
  }
  for (const auto& [number, order] : orders_) {
    const auto it = order.allocations.find(code);
    if (it == order.allocations.end()) continue;
    allocated += it->second.holding.allocated;
    stated += it->second.holding.forced;
  }
  const auto expect = [&](bool holds, const char* invariant, int64_t is, int64_t other) {
    if (holds) return;
    auto& finding = *response.add_findings();
    finding.set_product_code(code);
    finding.set_invariant(invariant);
    finding.set_message(absl::StrCat(is, " and ", other));
  };
  const int64_t overdraft = OverdraftOf(stored.on_hand, stored.allocated);
  expect(stored.on_hand == ledger, "ON_HAND_NOT_LEDGER", stored.on_hand, ledger);
  expect(stored.allocated == allocated, "ALLOCATED_NOT_ALLOCATIONS", stored.allocated, allocated);
  expect(stored.overdraft == overdraft, "OVERDRAFT_WRONG", stored.overdraft, overdraft);
  expect(stored.overdraft <= stated, "OVERDRAFT_UNSTATED", stored.overdraft, stated);
}

absl::StatusOr<common::v1::LeaseChangesResponse> InventoryServiceDouble::LeaseChanges(
    const rpc::CallContext&, const common::v1::LeaseChangesRequest&) {
  return common::v1::LeaseChangesResponse();
}

absl::StatusOr<common::v1::ExtendLeasesResponse> InventoryServiceDouble::ExtendLeases(
    const rpc::CallContext&, const common::v1::ExtendLeasesRequest&) {
  return common::v1::ExtendLeasesResponse();
}

absl::StatusOr<common::v1::AckChangesResponse> InventoryServiceDouble::AckChanges(
    const rpc::CallContext&, const common::v1::AckChangesRequest&) {
  return common::v1::AckChangesResponse();
}

std::string InventoryServiceDouble::Snapshot() const {
  std::string all;
  for (const auto& [code, stored] : products_) {
    absl::StrAppend(&all, stored.product.SerializeAsString(), stored.on_hand, " ", stored.allocated, " ",
                    stored.overdraft, " ", stored.ledger.size(), "\n");
  }
  for (const auto& [number, order] : orders_) {
    absl::StrAppend(&all, number, order.facts_version, " ", order.order_version, " ", order.state, order.shipped, "\n");
    for (const auto& [code, allocation] : order.allocations) {
      absl::StrAppend(&all, code, " ", allocation.needed, " ", allocation.holding.allocated, " ",
                      allocation.holding.forced, " ", allocation.priority_time_us, "\n");
    }
  }
  return all;
}

}  // namespace juchu::fuzz
