#include "services/gateway/app/product_manager.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/bulk_error.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/require_tenant.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::inventory::v1;

constexpr int kAuditPage = 500;

// What a page token is bound to: the request, whatever its page.
std::string QuestionOf(v1::SearchProductsRequest request) {
  request.clear_page_size();
  request.clear_page_token();
  return HashRequest(request);
}

}  // namespace

absl::Status ProductManager::CheckTenant(const rpc::CallContext& context) {
  return RequireTenant(context, orders_, configurations_);
}

absl::StatusOr<v1::PutProductsResponse> ProductManager::Put(const rpc::CallContext& context,
                                                            const v1::PutProductsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  pb::PutProductsRequest put;
  *put.mutable_products() = request.products();
  for (int i = 0; i < put.products_size(); ++i) {
    auto& product = *put.mutable_products(i);
    JUCHU_RETURN_IF_ERROR(RefuseCardNumber(product.product_code(), absl::StrCat("products[", i, "].product_code")));
    // A name is free text.
    product.set_product_name(MaskCardNumbers(product.product_name()));
  }
  JUCHU_ASSIGN_OR_RETURN(auto answer, inventory_.PutProducts(context, put));
  v1::PutProductsResponse response;
  for (auto& outcome : *answer.mutable_outcomes()) {
    auto& one = *response.add_outcomes();
    *one.mutable_product() = std::move(*outcome.mutable_product());
    one.set_registered(outcome.registered());
    one.set_changed(outcome.changed());
  }
  return response;
}

absl::StatusOr<v1::SearchProductsResponse> ProductManager::Search(const rpc::CallContext& context,
                                                                  const v1::SearchProductsRequest& request) {
  pb::SearchProductsRequest search;
  search.set_product_code_prefix(request.product_code_prefix());
  search.set_product_name_part(request.product_name_part());
  search.set_jan(request.jan());
  search.set_out_of_stock(request.out_of_stock());
  JUCHU_ASSIGN_OR_RETURN(const int page_size, ReadPageSize(request.page_size()));
  search.set_page_size(page_size);
  const std::string question = QuestionOf(request);
  if (!request.page_token().empty()) {
    JUCHU_ASSIGN_OR_RETURN(*search.mutable_after_product_code(),
                           tokens_.Decode(context.tenant, question, request.page_token(), clock_.Now()));
  }
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  JUCHU_ASSIGN_OR_RETURN(auto found, inventory_.SearchProducts(context, search));
  v1::SearchProductsResponse response;
  for (auto& product : *found.mutable_products()) {
    auto& one = *response.add_products();
    *one.mutable_product() = std::move(*product.mutable_product());
    *one.mutable_stock() = std::move(*product.mutable_stock());
  }
  if (found.more()) {
    const auto& last = response.products(response.products_size() - 1).product();
    response.set_next_page_token(tokens_.Encode(context.tenant, question, last.product_code(), clock_.Now()));
  }
  return response;
}

absl::StatusOr<v1::GetStockResponse> ProductManager::GetStock(const rpc::CallContext& context,
                                                              const v1::GetStockRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  pb::ReadStockRequest read;
  *read.mutable_product_codes() = request.product_codes();
  JUCHU_ASSIGN_OR_RETURN(auto answer, inventory_.ReadStock(context, read));
  v1::GetStockResponse response;
  for (int i = 0; i < answer.stocks_size(); ++i) {
    auto& one = *response.add_stocks();
    one.set_product_code(request.product_codes(i));
    if (answer.stocks(i).has_error()) {
      *one.mutable_error() = BulkErrorOf(ToStatus(answer.stocks(i).error()));
    } else {
      *one.mutable_stock() = answer.stocks(i).stock();
    }
  }
  return response;
}

absl::StatusOr<v1::ChangeStockResponse> ProductManager::ChangeStock(const rpc::CallContext& context,
                                                                    const v1::ChangeStockRequest& request) {
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request.request_id()));
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  pb::ChangeStockRequest change;
  change.set_request_id(request.request_id());
  change.set_request_hash(HashRequest(request));
  for (const auto& given : request.changes()) {
    // Also the code of a product that there is not is kept, in the answer for a repeat.
    JUCHU_RETURN_IF_ERROR(
        RefuseCardNumber(given.product_code(), absl::StrCat("changes[", change.changes_size(), "].product_code")));
    auto& one = *change.add_changes();
    one.set_product_code(given.product_code());
    one.set_kind(given.kind());
    one.set_quantity(given.quantity());
    one.set_reason(MaskCardNumbers(given.reason()));
    one.set_below_allocated(given.below_allocated());
  }
  JUCHU_ASSIGN_OR_RETURN(auto answer, inventory_.ChangeStock(context, change));
  v1::ChangeStockResponse response;
  response.set_repeated_request(answer.repeated_request());
  for (int i = 0; i < answer.outcomes_size(); ++i) {
    auto& one = *response.add_outcomes();
    one.set_product_code(request.changes(i).product_code());
    if (answer.outcomes(i).has_error()) {
      *one.mutable_error() = BulkErrorOf(ToStatus(answer.outcomes(i).error()));
    } else {
      *one.mutable_stock() = answer.outcomes(i).stock();
    }
  }
  return response;
}

absl::StatusOr<v1::ListLedgerResponse> ProductManager::Ledger(const rpc::CallContext& context,
                                                              const v1::ListLedgerRequest& request) {
  pb::ListLedgerRequest list;
  list.set_product_code(request.product_code());
  JUCHU_ASSIGN_OR_RETURN(const int page_size, ReadPageSize(request.page_size()));
  list.set_page_size(page_size);
  // The question of a ledger is its product.
  if (!request.page_token().empty()) {
    JUCHU_ASSIGN_OR_RETURN(*list.mutable_before_entry_id(),
                           tokens_.Decode(context.tenant, request.product_code(), request.page_token(), clock_.Now()));
  }
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  JUCHU_ASSIGN_OR_RETURN(auto page, inventory_.ListLedger(context, list));
  v1::ListLedgerResponse response;
  *response.mutable_entries() = std::move(*page.mutable_entries());
  if (page.more()) {
    const auto& last = response.entries(response.entries_size() - 1);
    response.set_next_page_token(tokens_.Encode(context.tenant, request.product_code(), last.entry_id(), clock_.Now()));
  }
  return response;
}

absl::Status ProductManager::Audit(const rpc::CallContext& context, const v1::AuditInventoryRequest& request,
                                   const AuditSink& sink) {
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  pb::AuditInventoryRequest audit;
  audit.set_page_size(kAuditPage);
  audit.set_repair(request.repair());
  v1::AuditInventoryResponse last;
  auto& summary = *last.mutable_summary();
  for (bool more = true; more;) {
    JUCHU_ASSIGN_OR_RETURN(const auto page, inventory_.AuditInventory(context, audit));
    for (const auto& found : page.findings()) {
      v1::AuditInventoryResponse message;
      auto& finding = *message.mutable_finding();
      finding.set_product_code(found.product_code());
      finding.set_invariant(found.invariant());
      finding.set_message(found.message());
      finding.set_repaired(found.repaired());
      if (!sink(message)) return absl::CancelledError("the caller has gone away");
    }
    summary.set_products(summary.products() + page.products());
    summary.set_findings(summary.findings() + page.findings_size());
    more = page.has_next();
    audit.set_after_product_code(page.next());
    v1::AuditInventoryResponse progress;
    progress.mutable_progress()->set_products(summary.products());
    if (more && !sink(progress)) return absl::CancelledError("the caller has gone away");
  }
  sink(last);
  return absl::OkStatus();
}

}  // namespace juchu::gateway
