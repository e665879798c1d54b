#include "services/order/storage/order_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"
#include "common/mysql/statement.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/storage/order_rows.h"

namespace juchu::order {
namespace {

constexpr char kSelectConfigurationVersion[] = "SELECT configuration_version FROM tenants WHERE tenant_id = ?";
constexpr char kSelectConfiguration[] = "SELECT configuration_version, configuration FROM tenants WHERE tenant_id = ?";
constexpr char kSelectOrders[] =
    "SELECT " JUCHU_ORDER_COLUMNS " FROM orders o WHERE o.tenant_id = ? AND o.order_number IN (";
// A planted mistake.
constexpr char kSelectAnyTenantsOrders[] =
    "SELECT " JUCHU_ORDER_COLUMNS " FROM orders o WHERE ? <> '' AND o.order_number IN (";
constexpr char kSelectDocuments[] =
    "SELECT order_number, document FROM order_documents WHERE tenant_id = ? AND order_number IN (";
constexpr char kSelectOrigins[] =
    "SELECT order_number, category, actor_kind, actor_id, actor_detail, set_time_us, reason FROM order_state_origins "
    "WHERE tenant_id = ? AND order_number IN (";
constexpr char kSelectAnswers[] =
    "SELECT request_id, order_number, request_hash, answer FROM request_log WHERE tenant_id = ? AND request_id IN (";
constexpr char kFindOrders[] =
    "SELECT shop_order_number, order_number FROM orders WHERE tenant_id = ? AND shop_id = ? AND shop_order_number IN (";
constexpr char kSelectHistory[] =
    "SELECT entry FROM order_history WHERE tenant_id = ? AND order_number = ? AND version > ? ORDER BY version LIMIT ?";

// The answers of requests that have been carried out already, into `response`.
absl::Status AddAnswers(mysql::Session& session, absl::string_view tenant, const v1::LoadOrdersRequest& request,
                        v1::LoadOrdersResponse& response) {
  std::set<std::string> ids;
  std::set<std::string> numbers;
  for (const auto& key : request.keys()) {
    if (key.request_id().empty()) continue;
    ids.insert(key.request_id());
    numbers.insert(key.order_number());
  }
  if (ids.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const std::string head, mysql::RepeatRows(kSelectAnswers, "?", ids.size(), ")"));
  JUCHU_ASSIGN_OR_RETURN(const std::string sql,
                         mysql::RepeatRows(absl::StrCat(head, " AND order_number IN ("), "?", numbers.size(), ")"));
  mysql::Params params = {tenant};
  params.insert(params.end(), ids.begin(), ids.end());
  params.insert(params.end(), numbers.begin(), numbers.end());
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  absl::flat_hash_map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> answers;
  for (const auto row : rows) answers[{row.String(0), row.String(1)}] = {row.String(2), row.String(3)};
  for (int i = 0; i < request.keys_size(); ++i) {
    const auto& key = request.keys(i);
    const auto it = answers.find({key.request_id(), key.order_number()});
    if (it == answers.end()) continue;
    auto* loaded = response.mutable_orders(i);
    if (it->second.first == key.request_hash()) {
      loaded->set_answer(it->second.second);
    } else {
      *loaded->mutable_error() = RequestIdReused();
    }
  }
  return absl::OkStatus();
}

}  // namespace

v1::OrderError OrderNotFound(absl::string_view order_number) {
  v1::OrderError error;
  error.set_code(static_cast<int>(absl::StatusCode::kNotFound));
  error.set_reason("ORDER_NOT_FOUND");
  error.set_message("there is no order with this number");
  (*error.mutable_metadata())["order_number"] = std::string(order_number);
  (*error.mutable_metadata())["remedy"] = "check the order number; SearchOrders finds orders";
  return error;
}

v1::OrderError RequestIdReused() {
  v1::OrderError error;
  error.set_code(static_cast<int>(absl::StatusCode::kInvalidArgument));
  error.set_reason("REQUEST_ID_REUSED");
  error.set_message("request_id: was used for a request with another content; send a new UUID");
  (*error.mutable_metadata())["field"] = "request_id";
  (*error.mutable_metadata())["remedy"] = "send a new UUID";
  return error;
}

absl::Status OrderReader::Complete(mysql::Session& session, absl::string_view tenant,
                                   absl::Span<v1::Order* const> orders) {
  if (orders.empty()) return absl::OkStatus();
  mysql::Params params = {tenant};
  absl::flat_hash_map<absl::string_view, v1::Order*> by_number;
  for (auto* order : orders) {
    params.emplace_back(order->order_number());
    by_number[order->order_number()] = order;
  }
  JUCHU_ASSIGN_OR_RETURN(std::string sql, mysql::RepeatRows(kSelectDocuments, "?", orders.size(), ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto documents, session.Query(sql, params));
  for (const auto row : documents) {
    const auto it = by_number.find(row.String(0));
    if (it != by_number.end()) JUCHU_RETURN_IF_ERROR(AddDocument(row.String(1), *it->second));
  }
  JUCHU_ASSIGN_OR_RETURN(sql, mysql::RepeatRows(kSelectOrigins, "?", orders.size(), ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto origins, session.Query(sql, params));
  for (const auto row : origins) {
    const auto it = by_number.find(row.String(0));
    if (it == by_number.end()) continue;
    for (auto& tag : *it->second->mutable_state_tags()) {
      if (tag.category() != row.Int64(1)) continue;
      tag.mutable_set_by()->set_kind(static_cast<common::v1::Actor::Kind>(row.Int64(2)));
      tag.mutable_set_by()->set_id(row.String(3));
      tag.mutable_set_by()->set_detail(row.String(4));
      *tag.mutable_set_time() = TimestampFromMicros(row.Int64(5));
      tag.set_reason(row.String(6));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::LoadOrdersResponse> OrderReader::Load(absl::string_view tenant, const v1::LoadOrdersRequest& request,
                                                         absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  v1::LoadOrdersResponse response;
  // Configuration, then orders, then answers: an order at version n with no answer recorded is one on which the request
  // has not been carried out, because the answer is committed together with version n+1.
  JUCHU_ASSIGN_OR_RETURN(auto tenants, connection->Query(kSelectConfigurationVersion, {tenant}));
  if (!tenants.empty() && tenants.front().Int64(0) != request.known_configuration_version()) {
    JUCHU_ASSIGN_OR_RETURN(tenants, connection->Query(kSelectConfiguration, {tenant}));
  }
  if (tenants.empty()) {
    return NotFound("TENANT_NOT_FOUND", "the tenant is not known here",
                    {{"remedy", "an admin of the tenant calls CreateTenant once"}});
  }
  response.set_configuration_version(tenants.front().Int64(0));
  if (tenants.front().size() > 1) {
    response.mutable_configuration()->ParseFromString(tenants.front().String(1));
    response.mutable_configuration()->set_version(response.configuration_version());
  }
  if (request.keys().empty()) return response;

  mysql::Params params = {tenant};
  for (const auto& key : request.keys()) params.emplace_back(key.order_number());
  JUCHU_ASSIGN_OR_RETURN(
      const std::string sql,
      mysql::RepeatRows(fault::IsPlanted("tenant-predicate-missing") ? kSelectAnyTenantsOrders : kSelectOrders, "?",
                        static_cast<size_t>(request.keys_size()), ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(sql, params));
  OrdersByNumber found;
  for (const auto row : rows) {
    v1::Order order = OrderFromRow(row);
    found[order.order_number()] = std::move(order);
  }
  std::vector<v1::Order*> orders;
  for (const auto& key : request.keys()) {
    auto* loaded = response.add_orders();
    loaded->set_order_number(key.order_number());
    const auto it = found.find(key.order_number());
    if (it == found.end()) {
      *loaded->mutable_error() = OrderNotFound(key.order_number());
    } else {
      *loaded->mutable_order() = std::move(it->second);
      orders.push_back(loaded->mutable_order());
    }
  }
  if (request.view() != v1::ORDER_VIEW_BASIC) JUCHU_RETURN_IF_ERROR(Complete(*connection, tenant, orders));
  JUCHU_RETURN_IF_ERROR(AddAnswers(*connection, tenant, request, response));
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
    if (!response.add_entries()->ParseFromString(row.String(0))) {
      return MakeError(absl::StatusCode::kInternal, "HISTORY_UNREADABLE", "a history entry cannot be read",
                       {{"order_number", request.order_number()}});
    }
  }
  if (rows.empty() && request.after_version() == 0) {
    const auto error = OrderNotFound(request.order_number());
    return NotFound(error.reason(), error.message(), {error.metadata().begin(), error.metadata().end()});
  }
  return response;
}

}  // namespace juchu::order
