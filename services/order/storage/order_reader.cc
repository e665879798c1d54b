#include "services/order/storage/order_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"
#include "common/mysql/json_list.h"
#include "common/mysql/statement.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/domain/judge_commit.h"
#include "services/order/domain/state_origin.h"
#include "services/order/storage/order_errors.h"
#include "services/order/storage/order_rows.h"

namespace juchu::order {
namespace {

constexpr char kSelectConfigurationVersion[] = "SELECT configuration_version FROM tenants WHERE tenant_id = ?";
constexpr char kSelectConfiguration[] = "SELECT configuration_version, configuration FROM tenants WHERE tenant_id = ?";
// One row for the tenant, and for each order found, and for each of its requests found that has been carried out.
#define JUCHU_LOAD "SELECT " JUCHU_ORDER_COLUMNS ", t.configuration_version"
#define JUCHU_ANSWER_COLUMNS ", r.request_id, r.request_hash, r.answer"
#define JUCHU_FEW " FROM tenants t LEFT JOIN orders o ON o.tenant_id = t.tenant_id AND o.order_number IN ("
#define JUCHU_MANY                               \
  " FROM tenants t LEFT JOIN (" JUCHU_REQUESTS_K \
  "STRAIGHT_JOIN orders o ON o.tenant_id = ? AND o.order_number = k.order_number) ON TRUE"
#define JUCHU_ANSWERS " LEFT JOIN order_history r ON r.tenant_id = o.tenant_id AND r.order_number = o.order_number AND "
#define JUCHU_OF_TENANT " WHERE t.tenant_id = ?"
constexpr char kLoadFew[] = JUCHU_LOAD JUCHU_FEW;
constexpr char kLoadFewTail[] = ")" JUCHU_OF_TENANT;
// All of one request.
constexpr char kLoadFewWithAnswers[] = JUCHU_LOAD JUCHU_ANSWER_COLUMNS JUCHU_FEW;
constexpr char kLoadFewWithAnswersTail[] = ")" JUCHU_ANSWERS "r.request_id = ?" JUCHU_OF_TENANT;
constexpr char kLoadMany[] = JUCHU_LOAD JUCHU_MANY JUCHU_OF_TENANT;
constexpr char kLoadManyWithAnswers[] =
    JUCHU_LOAD JUCHU_ANSWER_COLUMNS JUCHU_MANY JUCHU_ANSWERS "r.request_id = k.request_id" JUCHU_OF_TENANT;
// A planted mistake.
constexpr char kLoadOfAnyTenant[] = JUCHU_LOAD " FROM tenants t LEFT JOIN orders o ON o.order_number IN (";
#undef JUCHU_LOAD
#undef JUCHU_ANSWER_COLUMNS
#undef JUCHU_FEW
#undef JUCHU_MANY
#undef JUCHU_ANSWERS
#undef JUCHU_OF_TENANT
constexpr char kSelectDocuments[] =
    "SELECT order_number, document FROM order_documents WHERE tenant_id = ? AND order_number IN (";
constexpr char kSelectEntries[] =
    "SELECT order_number, version, entry FROM order_history WHERE tenant_id = ? AND order_number IN (";
constexpr char kFindOrders[] =
    "SELECT shop_order_number, order_number FROM orders WHERE tenant_id = ? AND shop_id = ? AND shop_order_number IN (";
constexpr char kSelectHistory[] =
    "SELECT entry FROM order_history WHERE tenant_id = ? AND order_number = ? AND version > ? ORDER BY version LIMIT ?";

absl::Status HistoryUnreadable(absl::string_view order_number) {
  return MakeError(absl::StatusCode::kInternal, "HISTORY_UNREADABLE", "a history entry cannot be read",
                   {{"order_number", std::string(order_number)}});
}

// What a load found: the tenant's version, orders by number, and (hash, answer) by order number and request id.
struct Found {
  int64_t configuration_version = 0;
  OrdersByNumber orders;
  absl::flat_hash_map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> answers;
};

// Few orders that are all of one request, or of none.
absl::StatusOr<mysql::Rows> SelectFew(mysql::Session& session, absl::string_view tenant,
                                      const v1::LoadOrdersRequest& request, absl::string_view request_id) {
  mysql::Params params;
  for (const auto& key : request.keys()) params.emplace_back(key.order_number());
  const char* head = request_id.empty() ? kLoadFew : kLoadFewWithAnswers;
  const char* tail = request_id.empty() ? kLoadFewTail : kLoadFewWithAnswersTail;
  if (fault::IsPlanted("tenant-predicate-missing")) head = kLoadOfAnyTenant;
  if (!request_id.empty()) params.emplace_back(request_id);
  params.emplace_back(tenant);
  JUCHU_ASSIGN_OR_RETURN(const std::string sql,
                         mysql::RepeatRows(head, "?", static_cast<size_t>(request.keys_size()), tail));
  return session.Query(sql, params);
}

// Each order with the request of its own key: (number, request) is what the answers are found by.
absl::StatusOr<mysql::Rows> SelectMany(mysql::Session& session, absl::string_view tenant,
                                       const v1::LoadOrdersRequest& request, bool with_answers) {
  std::vector<mysql::JsonPair> keys;
  for (const auto& key : request.keys()) keys.emplace_back(key.order_number(), key.request_id());
  return session.Query(with_answers ? kLoadManyWithAnswers : kLoadMany, {mysql::JsonPairs(keys), tenant, tenant});
}

// In one statement, so that all is of one moment: an order at version n with no answer recorded is one on which the
// request has not been carried out, because the answer is committed together with version n+1.
absl::StatusOr<mysql::Rows> SelectOrders(mysql::Session& session, absl::string_view tenant,
                                         const v1::LoadOrdersRequest& request) {
  const auto is_named = [](const auto& key) { return !key.request_id().empty(); };
  const std::string& first_id = request.keys(0).request_id();
  const bool alike = std::all_of(request.keys().begin(), request.keys().end(),
                                 [&](const auto& key) { return key.request_id() == first_id; });
  if (fault::IsPlanted("tenant-predicate-missing")) return SelectFew(session, tenant, request, "");
  if (alike && static_cast<size_t>(request.keys_size()) < mysql::kManyRows) {
    return SelectFew(session, tenant, request, first_id);
  }
  return SelectMany(session, tenant, request, std::any_of(request.keys().begin(), request.keys().end(), is_named));
}

absl::StatusOr<Found> FindOrders(mysql::Session& session, absl::string_view tenant,
                                 const v1::LoadOrdersRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const auto rows, SelectOrders(session, tenant, request));
  Found found;
  for (const auto row : rows) {
    found.configuration_version = row.Int64(kOrderColumnCount);
    if (row.IsNull(0)) continue;
    auto& order = found.orders[row.String(0)];
    if (order.order_number().empty()) ReadOrder(row, order);
    const bool has_answer = row.size() > kOrderColumnCount + 1 && !row.IsNull(kOrderColumnCount + 1);
    if (!has_answer) continue;
    found.answers[{row.String(0), row.String(kOrderColumnCount + 1)}] = {row.String(kOrderColumnCount + 2),
                                                                         row.String(kOrderColumnCount + 3)};
  }
  if (rows.empty()) {
    return TenantNotFound();
  }
  return found;
}

// Of the tags, by the history of the versions that set them.
absl::Status AddOrigins(mysql::Session& session, absl::string_view tenant, absl::Span<v1::Order* const> orders) {
  std::set<int64_t> versions;
  mysql::Params params = {tenant};
  for (const auto* order : orders) {
    params.emplace_back(order->order_number());
    for (const auto& tag : order->state_tags()) versions.insert(tag.set_version());
  }
  if (versions.empty()) return absl::OkStatus();
  params.insert(params.end(), versions.begin(), versions.end());
  JUCHU_ASSIGN_OR_RETURN(const std::string head,
                         mysql::RepeatRows(kSelectEntries, "?", orders.size(), ") AND version IN ("));
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(head, "?", versions.size(), ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  absl::flat_hash_map<std::pair<std::string, int64_t>, v1::HistoryEntry> entries;
  for (const auto row : rows) {
    auto& entry = entries[{row.String(0), row.Int64(1)}];
    if (!entry.ParseFromString(row.String(2))) return HistoryUnreadable(row.String(0));
  }
  for (auto* order : orders) {
    for (auto& tag : *order->mutable_state_tags()) {
      const auto it = entries.find({order->order_number(), tag.set_version()});
      if (it != entries.end()) TellOrigin(it->second, tag);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status OrderReader::AddDocuments(mysql::Session& session, absl::string_view tenant,
                                       absl::Span<v1::Order* const> orders) {
  if (orders.empty()) return absl::OkStatus();
  mysql::Params params = {tenant};
  absl::flat_hash_map<absl::string_view, v1::Order*> by_number;
  for (auto* order : orders) {
    params.emplace_back(order->order_number());
    by_number[order->order_number()] = order;
  }
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelectDocuments, "?", orders.size(), ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto documents, session.Query(sql, params));
  for (const auto row : documents) {
    const auto it = by_number.find(row.String(0));
    if (it != by_number.end()) JUCHU_RETURN_IF_ERROR(AddDocument(row.String(1), *it->second));
  }
  return absl::OkStatus();
}

absl::Status OrderReader::Complete(mysql::Session& session, absl::string_view tenant,
                                   absl::Span<v1::Order* const> orders) {
  if (orders.empty()) return absl::OkStatus();
  JUCHU_RETURN_IF_ERROR(AddDocuments(session, tenant, orders));
  return AddOrigins(session, tenant, orders);
}

absl::Status OrderReader::AddConfiguration(mysql::Session& session, absl::string_view tenant, int64_t known_version,
                                           v1::LoadOrdersResponse& response) {
  if (response.configuration_version() == known_version) return absl::OkStatus();
  // It may have changed since: what counts is that version and text are of one moment, for a commit names the version.
  JUCHU_ASSIGN_OR_RETURN(const auto tenants, session.Query(kSelectConfiguration, {tenant}));
  if (tenants.empty()) return TenantNotFound();
  response.set_configuration_version(tenants.front().Int64(0));
  response.mutable_configuration()->ParseFromString(tenants.front().String(1));
  response.mutable_configuration()->set_version(response.configuration_version());
  return absl::OkStatus();
}

absl::StatusOr<v1::LoadOrdersResponse> OrderReader::Load(absl::string_view tenant, const v1::LoadOrdersRequest& request,
                                                         absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  v1::LoadOrdersResponse response;
  if (request.keys().empty()) {
    JUCHU_ASSIGN_OR_RETURN(const auto tenants, connection->Query(kSelectConfigurationVersion, {tenant}));
    if (tenants.empty()) return TenantNotFound();
    response.set_configuration_version(tenants.front().Int64(0));
    JUCHU_RETURN_IF_ERROR(AddConfiguration(*connection, tenant, request.known_configuration_version(), response));
    return response;
  }
  JUCHU_ASSIGN_OR_RETURN(Found found, FindOrders(*connection, tenant, request));
  response.set_configuration_version(found.configuration_version);
  JUCHU_RETURN_IF_ERROR(AddConfiguration(*connection, tenant, request.known_configuration_version(), response));
  std::vector<v1::Order*> orders;
  for (const auto& key : request.keys()) {
    auto* loaded = response.add_orders();
    loaded->set_order_number(key.order_number());
    const auto it = found.orders.find(key.order_number());
    if (it == found.orders.end()) {
      *loaded->mutable_error() = OrderNotFound(key.order_number());
      continue;
    }
    const auto answer = found.answers.find({key.order_number(), key.request_id()});
    if (answer == found.answers.end()) {
      *loaded->mutable_order() = std::move(it->second);
      orders.push_back(loaded->mutable_order());
    } else if (answer->second.first == key.request_hash()) {
      loaded->set_answer(answer->second.second);
    } else {
      *loaded->mutable_error() = RequestIdReused();
    }
  }
  if (request.view() != v1::ORDER_VIEW_BASIC) JUCHU_RETURN_IF_ERROR(Complete(*connection, tenant, orders));
  return response;
}

absl::StatusOr<v1::FindOrdersResponse> OrderReader::Find(absl::string_view tenant, const v1::FindOrdersRequest& request,
                                                         absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  mysql::Params params = {tenant, request.shop_id()};
  for (const auto& number : request.shop_order_numbers()) params.emplace_back(number);
  JUCHU_ASSIGN_OR_RETURN(
      const std::string sql,
      mysql::RepeatRows(kFindOrders, "?", static_cast<size_t>(request.shop_order_numbers_size()), ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(sql, params));
  v1::FindOrdersResponse response;
  for (const auto row : rows) (*response.mutable_order_numbers())[row.String(0)] = row.String(1);
  return response;
}

absl::StatusOr<v1::ListOrderHistoryResponse> OrderReader::History(absl::string_view tenant,
                                                                  const v1::ListOrderHistoryRequest& request,
                                                                  absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  v1::ListOrderHistoryResponse response;
  JUCHU_ASSIGN_OR_RETURN(const auto rows,
                         connection->Query(kSelectHistory, {tenant, request.order_number(), request.after_version(),
                                                            request.page_size() + 1}));
  for (const auto row : rows) {
    if (response.entries_size() == request.page_size()) {
      response.set_more(true);
      break;
    }
    if (!response.add_entries()->ParseFromString(row.String(0))) return HistoryUnreadable(request.order_number());
  }
  if (rows.empty() && request.after_version() == 0) {
    const auto error = OrderNotFound(request.order_number());
    return NotFound(error.reason(), error.message(), {error.metadata().begin(), error.metadata().end()});
  }
  return response;
}

}  // namespace juchu::order
