#include "services/order/storage/order_auditor.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/mysql/run_in_transaction.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/domain/order_audit.h"
#include "services/order/storage/order_errors.h"
#include "services/order/storage/order_rows.h"

namespace juchu::order {
namespace {

constexpr char kSelectConfiguration[] = "SELECT configuration_version, configuration FROM tenants WHERE tenant_id = ?";
constexpr char kSelectOrders[] =
    "SELECT " JUCHU_ORDER_COLUMNS
    " FROM orders o WHERE o.tenant_id = ? AND o.order_number > ? ORDER BY o.order_number LIMIT ?";
// Ranges, not lists: a row whose order is missing shows itself.
#define JUCHU_RANGE " WHERE tenant_id = ? AND order_number > ? AND order_number <= ?"
constexpr char kSelectDocuments[] = "SELECT order_number, document FROM order_documents" JUCHU_RANGE;
constexpr char kSelectHistory[] =
    "SELECT order_number, version, status_before, status_after, mode_before, mode_after, entry FROM "
    "order_history" JUCHU_RANGE " ORDER BY order_number, version";
constexpr char kSelectDeliveries[] = "SELECT order_number, delivery_number FROM order_deliveries" JUCHU_RANGE;
constexpr char kSelectTagLinks[] = "SELECT order_number, order_tag_id, order_time_us FROM order_tag_links" JUCHU_RANGE;
// The row without a number is the whole tenant's.
constexpr char kSelectQueued[] =
    "SELECT order_number FROM order_changes WHERE tenant_id = ? AND (order_number = '' OR (order_number > ? AND "
    "order_number <= ?))";
#undef JUCHU_RANGE
// Behind every order number.
constexpr char kEnd[] = "~";

// One page on its way.
class AuditRun {
 public:
  AuditRun(mysql::Transaction& transaction, absl::string_view tenant, const v1::AuditOrdersRequest& request)
      : transaction_(transaction), tenant_(tenant), request_(request) {}

  absl::StatusOr<v1::AuditOrdersResponse> Run() {
    JUCHU_RETURN_IF_ERROR(ReadConfiguration());
    JUCHU_RETURN_IF_ERROR(ReadOrders());
    JUCHU_RETURN_IF_ERROR(ReadParts());
    for (auto& [number, stored] : stored_) {
      for (auto& finding : AuditOrder(stored)) *response_.add_findings() = std::move(finding);
      auto* audited = response_.add_orders();
      *audited->mutable_order() = std::move(basic_[number]);
      for (auto& move : MovesOf(stored.history)) *audited->add_moves() = std::move(move);
      audited->set_queued(queued_.count(number) > 0);
    }
    return std::move(response_);
  }

 private:
  absl::Status ReadConfiguration() {
    JUCHU_ASSIGN_OR_RETURN(const auto tenants, transaction_.Query(kSelectConfiguration, {tenant_}));
    if (tenants.empty()) return TenantNotFound();
    response_.mutable_configuration()->ParseFromString(tenants.front().String(1));
    response_.mutable_configuration()->set_version(tenants.front().Int64(0));
    return absl::OkStatus();
  }

  absl::Status ReadOrders() {
    JUCHU_ASSIGN_OR_RETURN(const auto rows,
                           transaction_.Query(kSelectOrders, {tenant_, request_.after_order_number(),
                                                              static_cast<int64_t>(request_.page_size()) + 1}));
    for (const auto row : rows) {
      if (static_cast<int>(stored_.size()) == request_.page_size()) {
        response_.set_more(true);
        break;
      }
      v1::Order order;
      ReadOrder(row, order);
      basic_[order.order_number()] = order;
      stored_[order.order_number()].order = std::move(order);
    }
    return absl::OkStatus();
  }

  // Runs a statement over the page's range and hands each row to `add` with the order that it belongs to.
  template <typename Add>
  absl::Status ReadPart(const char* sql, const char* table, Add add) {
    const std::string last = response_.more() ? stored_.rbegin()->first : kEnd;
    JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction_.Query(sql, {tenant_, request_.after_order_number(), last}));
    std::string orphan;
    for (const auto row : rows) {
      const auto it = stored_.find(row.String(0));
      if (it != stored_.end()) {
        add(it->second, row);
      } else if (row.String(0) != orphan) {
        orphan = row.String(0);
        auto* finding = response_.add_findings();
        finding->set_order_number(orphan);
        finding->set_invariant("ROW_WITHOUT_ORDER");
        finding->set_message(absl::StrCat(table, " has a row of an order that is not there"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadParts() {
    JUCHU_RETURN_IF_ERROR(ReadPart(kSelectDocuments, "order_documents", [](StoredOrder& stored, const mysql::Row& row) {
      stored.has_document = true;
      stored.document_readable = AddDocument(row.String(1), stored.order).ok();
    }));
    JUCHU_RETURN_IF_ERROR(ReadPart(kSelectHistory, "order_history", [](StoredOrder& stored, const mysql::Row& row) {
      auto& version = stored.history.emplace_back();
      version.version = row.Int64(1);
      version.status_before = static_cast<v1::Status>(row.Int64(2));
      version.status_after = static_cast<v1::Status>(row.Int64(3));
      version.mode_before = static_cast<v1::TransitionMode>(row.Int64(4));
      version.mode_after = static_cast<v1::TransitionMode>(row.Int64(5));
      // An entry that cannot be read says version 0, which is found.
      version.entry.ParseFromString(row.String(6));
    }));
    JUCHU_RETURN_IF_ERROR(
        ReadPart(kSelectDeliveries, "order_deliveries",
                 [](StoredOrder& stored, const mysql::Row& row) { stored.delivery_rows.insert(row.Int32(1)); }));
    JUCHU_RETURN_IF_ERROR(ReadPart(kSelectTagLinks, "order_tag_links", [](StoredOrder& stored, const mysql::Row& row) {
      stored.tag_links[row.String(1)] = row.Int64(2);
    }));
    const std::string last = response_.more() ? stored_.rbegin()->first : kEnd;
    JUCHU_ASSIGN_OR_RETURN(const auto queued,
                           transaction_.Query(kSelectQueued, {tenant_, request_.after_order_number(), last}));
    for (const auto row : queued) {
      if (row.String(0).empty()) response_.set_all_queued(true);
      queued_.insert(row.String(0));
    }
    return absl::OkStatus();
  }

  mysql::Transaction& transaction_;
  const absl::string_view tenant_;
  const v1::AuditOrdersRequest& request_;
  v1::AuditOrdersResponse response_;
  std::map<std::string, StoredOrder> stored_;
  std::map<std::string, v1::Order> basic_;
  std::set<std::string> queued_;
};

}  // namespace

absl::StatusOr<v1::AuditOrdersResponse> OrderAuditor::Audit(absl::string_view tenant,
                                                            const v1::AuditOrdersRequest& request,
                                                            absl::Time deadline) {
  mysql::TransactionPolicy policy;
  policy.kind = mysql::TransactionKind::kReadSnapshot;
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) { return AuditRun(transaction, tenant, request).Run(); },
      policy);
}

}  // namespace juchu::order
