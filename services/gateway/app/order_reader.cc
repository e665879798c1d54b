#include "services/gateway/app/order_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/order_lacks.h"
#include "services/gateway/app/order_query_validation.h"
#include "services/gateway/app/payment_balance.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/require_tenant.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/workflow/explain.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int kCountUpTo = 10'000;

// What a page token is bound to: the question, whatever the page's size.
std::string QuestionOf(const pb::OrderQuery& query, pb::OrderSort sort) {
  pb::SearchOrdersRequest question;
  *question.mutable_query() = query;
  question.set_sort(sort);
  return HashRequest(question);
}

// Since when a category has its value, and why.
void SetOrigin(const pb::Order& order, v1::Condition& condition) {
  for (const auto& tag : order.state_tags()) {
    if (tag.category() != condition.category() || !tag.has_set_time()) continue;
    *condition.mutable_since() = tag.set_time();
    condition.set_reason(tag.reason());
  }
}

}  // namespace

absl::StatusOr<OrderReader::Loaded> OrderReader::Load(const rpc::CallContext& context,
                                                      const std::string& order_number) {
  pb::LoadOrdersRequest request;
  const ConfigurationSnapshot held = configurations_.Find(context.tenant);
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  JUCHU_ASSIGN_OR_RETURN(*request.add_keys()->mutable_order_number(), ParseOrderNumber("order_number", order_number));
  JUCHU_ASSIGN_OR_RETURN(auto response, orders_.LoadOrders(context, request));
  Loaded loaded;
  JUCHU_ASSIGN_OR_RETURN(loaded.configuration, configurations_.Resolve(context.tenant, held, response));
  if (response.orders(0).has_error()) return ToStatus(response.orders(0).error());
  loaded.order = std::move(*response.mutable_orders(0)->mutable_order());
  return loaded;
}

absl::StatusOr<const v1::SearchOrdersResponse*> OrderReader::Search(const rpc::CallContext& context,
                                                                    const v1::SearchOrdersRequest& request,
                                                                    google::protobuf::Arena& arena) {
  pb::SearchOrdersRequest search;
  JUCHU_ASSIGN_OR_RETURN(*search.mutable_query(), NormalizeOrderQuery(request.query(), "query"));
  if (!pb::OrderSort_IsValid(request.sort())) {
    return InvalidField("ENUM_VALUE_INVALID", "sort", "is no sort", "send a sort of the contract");
  }
  if (!pb::OrderView_IsValid(request.view())) {
    return InvalidField("ENUM_VALUE_INVALID", "view", "is no view", "send ORDER_VIEW_BASIC or ORDER_VIEW_FULL");
  }
  const pb::OrderSort sort = request.sort() == pb::ORDER_SORT_UNSPECIFIED ? pb::ORDER_TIME_DESC : request.sort();
  search.set_sort(sort);
  JUCHU_ASSIGN_OR_RETURN(const int page_size, ReadPageSize(request.page_size()));
  search.set_page_size(page_size);
  search.set_view(request.view() == pb::ORDER_VIEW_FULL ? pb::ORDER_VIEW_FULL : pb::ORDER_VIEW_BASIC);
  if (request.with_total()) search.set_count_up_to(kCountUpTo);
  const std::string question = QuestionOf(search.query(), sort);
  if (!request.page_token().empty()) {
    JUCHU_ASSIGN_OR_RETURN(const std::string position,
                           tokens_.Decode(context.tenant, question, request.page_token(), clock_.Now()));
    search.mutable_after()->ParseFromString(position);
  }
  JUCHU_RETURN_IF_ERROR(RequireTenant(context, orders_, configurations_));
  JUCHU_ASSIGN_OR_RETURN(auto* found, orders_.SearchOrders(context, search, arena));
  auto& response = *google::protobuf::Arena::CreateMessage<v1::SearchOrdersResponse>(&arena);
  response.mutable_orders()->Swap(found->mutable_orders());
  for (auto& order : *response.mutable_orders()) ShowBalance(order);
  if (found->has_next()) {
    response.set_next_page_token(
        tokens_.Encode(context.tenant, question, found->next().SerializeAsString(), clock_.Now()));
  }
  response.set_total_size(found->count());
  response.set_total_size_capped(found->count_capped());
  return &response;
}

absl::StatusOr<pb::Order> OrderReader::Get(const rpc::CallContext& context, const v1::GetOrderRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(auto loaded, Load(context, request.order_number()));
  ShowBalance(loaded.order);
  return std::move(loaded.order);
}

absl::StatusOr<v1::ListOrderHistoryResponse> OrderReader::History(const rpc::CallContext& context,
                                                                  const v1::ListOrderHistoryRequest& request) {
  pb::ListOrderHistoryRequest list;
  JUCHU_ASSIGN_OR_RETURN(const std::string number, ParseOrderNumber("order_number", request.order_number()));
  list.set_order_number(number);
  JUCHU_ASSIGN_OR_RETURN(const int page_size, ReadPageSize(request.page_size()));
  list.set_page_size(page_size);
  // The question of a history is its order.
  if (!request.page_token().empty()) {
    JUCHU_ASSIGN_OR_RETURN(const std::string position,
                           tokens_.Decode(context.tenant, number, request.page_token(), clock_.Now()));
    int64_t version = 0;
    if (absl::SimpleAtoi(position, &version)) list.set_after_version(version);
  }
  JUCHU_RETURN_IF_ERROR(RequireTenant(context, orders_, configurations_));
  JUCHU_ASSIGN_OR_RETURN(auto page, orders_.ListOrderHistory(context, list));
  v1::ListOrderHistoryResponse response;
  *response.mutable_entries() = std::move(*page.mutable_entries());
  if (page.more()) {
    const auto& last = response.entries(response.entries_size() - 1);
    response.set_next_page_token(tokens_.Encode(context.tenant, number, absl::StrCat(last.version()), clock_.Now()));
  }
  return response;
}

absl::StatusOr<v1::ExplainOrderResponse> OrderReader::Explain(const rpc::CallContext& context,
                                                              const v1::ExplainOrderRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const auto loaded, Load(context, request.order_number()));
  const auto explanation =
      workflow::Explain(FactsOf(loaded.order, *loaded.configuration), SettingsOf(*loaded.configuration));
  v1::ExplainOrderResponse response;
  response.set_order_number(loaded.order.order_number());
  response.set_status(loaded.order.status());
  *response.mutable_status_time() = loaded.order.status_time();
  response.set_mode(loaded.order.mode());
  if (explanation.next_status.has_value()) response.set_next_status(static_cast<pb::Status>(*explanation.next_status));
  response.set_summary(explanation.summary);
  response.set_payment(BalanceText(loaded.order));
  for (const auto& state : explanation.conditions) {
    auto& condition = *response.add_conditions();
    condition = ConditionOf(state);
    SetOrigin(loaded.order, condition);
  }
  for (const workflow::Operation operation : explanation.permitted) {
    response.add_permitted_operations(std::string(workflow::Name(operation)));
  }
  JUCHU_RETURN_IF_ERROR(AddLacks(context, loaded.order, response));
  return response;
}

// What the order lacks, as the inventory knows it, while that is what keeps it.
absl::Status OrderReader::AddLacks(const rpc::CallContext& context, const pb::Order& order,
                                   v1::ExplainOrderResponse& response) {
  const auto& conditions = response.conditions();
  const bool lacks = std::any_of(conditions.begin(), conditions.end(), [](const auto& condition) {
    return condition.category() == pb::ALLOCATION && !condition.met();
  });
  if (!lacks || order.fact_versions().inventory() == 0) return absl::OkStatus();
  inventory::v1::ReadAllocationsRequest request;
  request.add_order_numbers(order.order_number());
  JUCHU_ASSIGN_OR_RETURN(const auto read, inventory_.ReadAllocations(context, request));
  for (auto& lack : LacksOf(order, read.orders(0))) *response.add_allocation_lacks() = std::move(lack);
  return absl::OkStatus();
}

absl::StatusOr<v1::SummarizeOrdersResponse> OrderReader::Summarize(const rpc::CallContext& context) {
  JUCHU_RETURN_IF_ERROR(RequireTenant(context, orders_, configurations_));
  JUCHU_ASSIGN_OR_RETURN(const auto counts, orders_.SummarizeOrders(context, pb::SummarizeOrdersRequest()));
  v1::SummarizeOrdersResponse response;
  for (const auto& count : counts.counts()) {
    auto* one = response.add_counts();
    one->set_status(count.status());
    one->set_mode(count.mode());
    one->set_count(count.count());
  }
  return response;
}

}  // namespace juchu::gateway
