#include "tests/proof/gateway_caller.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/status_conversion.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr int kMaxOfACheck = 20;
constexpr char kCategory[] = "category";
constexpr absl::Duration kTokenLife = absl::Minutes(10);
constexpr absl::Duration kBetweenTries = absl::Milliseconds(20);

// What the standard retry policy tries again.
bool IsTriedAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsUnknown(status) || absl::IsDeadlineExceeded(status);
}

void SetAnswer(const gw::OrderChangeResponse& response, Operation& operation) {
  operation.answer = {};
  operation.answer.version = response.version();
  operation.answer.status = response.status();
  operation.answer.mode = response.mode();
  operation.changed = response.changed();
}

}  // namespace

void Findings::Add(const std::string& check, const std::string& text) {
  absl::MutexLock lock(&mutex_);
  if (++by_check_[check] <= kMaxOfACheck) findings_.push_back({check, text});
}

std::vector<Finding> Findings::Take() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(findings_, {});
}

GatewayCaller::GatewayCaller(contract::Endpoint endpoint, std::string tenant, std::vector<std::string> tenants,
                             CallLimits limits, Findings& findings)
    : endpoint_(std::move(endpoint)),
      tenant_(std::move(tenant)),
      tenants_(std::move(tenants)),
      limits_(limits),
      findings_(findings),
      orders_(gw::GatewayService::NewStub(endpoint_.channel)),
      configuration_(gw::ConfigurationService::NewStub(endpoint_.channel)) {}

std::string GatewayCaller::Bearer() {
  absl::MutexLock lock(&mutex_);
  if (const absl::Time now = absl::Now(); now - bearer_time_ > kTokenLife) {
    bearer_ = absl::StrCat("Bearer ", endpoint_.token(tenant_, "admin"));
    bearer_time_ = now;
  }
  return bearer_;
}

Ended GatewayCaller::Call(const std::function<grpc::Status(Context&)>& one_try) {
  Ended ended;
  const absl::Time limit = absl::Now() + limits_.patience;
  while (true) {
    Context context;
    context.AddMetadata("authorization", Bearer());
    context.set_deadline(absl::ToChronoTime(std::min(limit, absl::Now() + limits_.one_try)));
    ++ended.tries;
    ended.last_invoke_ns = Recorder::Now();
    ended.status = rpc::FromGrpcStatus(one_try(context));
    if (!IsTriedAgain(ended.status)) return ended;
    // A reason comes from the gateway, which then is done with the try.
    if (ReasonOf(ended.status).empty()) ended.in_doubt = true;
    if (absl::Now() >= limit) return ended;
    rpc::WaitOn(*endpoint_.channel, kBetweenTries);
  }
}

void GatewayCaller::WatchText(const std::string& text) {
  for (const auto& other : tenants_) {
    if (other != tenant_ && absl::StrContains(text, CanaryOf(other))) {
      findings_.Add("tenancy", absl::StrCat("an answer to tenant ", tenant_, " holds data of tenant ", other));
    }
  }
}

template <typename Response>
void GatewayCaller::Watch(const Ended& ended, const Response& response) {
  WatchText(ended.status.ok() ? response.SerializeAsString() : ended.status.ToString());
}

absl::Status GatewayCaller::SetUp() {
  const absl::Time limit = absl::Now() + limits_.patience;
  const auto run = [&](auto request, auto response, auto method) {
    while (true) {
      const auto status =
          Call([&](Context& context) { return ((*configuration_).*method)(&context, request, &response); }).status;
      if (!absl::IsNotFound(status) || absl::Now() > limit) return status;
      // What has just been made is there for everybody; that it is not is told, and does not keep the rest from it.
      findings_.Add("answers", absl::StrCat("tenant ", tenant_, ", which has just been made: ", status.ToString()));
      rpc::WaitOn(*endpoint_.channel, kBetweenTries);
    }
  };
  using Stub = gw::ConfigurationService::Stub;
  JUCHU_RETURN_IF_ERROR(run(gw::CreateTenantRequest(), pb::Configuration(), &Stub::CreateTenant));
  gw::CreateShopRequest shop;
  shop.mutable_shop()->set_shop_id(kWorkloadShop);
  shop.mutable_shop()->set_name("自社サイト");
  shop.mutable_shop()->set_mall(pb::OWN_SITE);
  shop.set_request_id(NewRequestId());
  JUCHU_RETURN_IF_ERROR(run(shop, pb::Shop(), &Stub::CreateShop));
  for (const char* name : kPaymentMethods) {
    gw::CreatePaymentMethodRequest method;
    method.mutable_payment_method()->set_payment_method_id(name == kPaymentMethods[0] ? "bank" : "post");
    method.mutable_payment_method()->set_name(name);
    method.mutable_payment_method()->set_kind(pb::PREPAID);
    method.set_request_id(NewRequestId());
    JUCHU_RETURN_IF_ERROR(run(method, pb::PaymentMethod(), &Stub::CreatePaymentMethod));
  }
  gw::CreateShippingMethodRequest shipping;
  shipping.mutable_shipping_method()->set_shipping_method_id("parcel");
  shipping.mutable_shipping_method()->set_name("宅配便");
  shipping.set_request_id(NewRequestId());
  JUCHU_RETURN_IF_ERROR(run(shipping, pb::ShippingMethod(), &Stub::CreateShippingMethod));
  gw::CreateManagementCategoryRequest category;
  category.mutable_management_category()->set_management_category_id(kCategory);
  category.mutable_management_category()->set_name("区分");
  category.set_request_id(NewRequestId());
  JUCHU_RETURN_IF_ERROR(run(category, pb::ManagementCategory(), &Stub::CreateManagementCategory));
  // Who allocates by itself would change orders behind the model's back; allocations are judged by themselves.
  gw::UpdateSettingsRequest settings;
  settings.mutable_settings()->set_allocation(pb::ALLOCATE_BY_COMMAND);
  settings.mutable_update_mask()->add_paths("allocation");
  settings.set_request_id(NewRequestId());
  return run(settings, pb::Settings(), &Stub::UpdateSettings);
}

absl::StatusOr<std::string> GatewayCaller::CreateOrder(const std::string& shop_order_number) {
  gw::CreateOrdersRequest request;
  *request.add_orders() = OrderOf(tenant_, shop_order_number);
  gw::CreateOrdersResponse response;
  const Ended ended = Call([&](Context& context) { return orders_->CreateOrders(&context, request, &response); });
  Watch(ended, response);
  JUCHU_RETURN_IF_ERROR(ended.status);
  const auto& outcome = response.outcomes(0);
  if (outcome.order_number().empty()) {
    return absl::InternalError(absl::StrCat("an order was not taken in: ", outcome.ShortDebugString()));
  }
  return outcome.order_number();
}

Ended GatewayCaller::Get(const std::string& order_number, pb::Order& order) {
  gw::GetOrderRequest request;
  request.set_order_number(order_number);
  const Ended ended = Call([&](Context& context) { return orders_->GetOrder(&context, request, &order); });
  Watch(ended, order);
  return ended;
}

Ended GatewayCaller::Search(const pb::OrderQuery& query, gw::SearchOrdersResponse& found) {
  gw::SearchOrdersRequest request;
  *request.mutable_query() = query;
  const Ended ended = Call([&](Context& context) { return orders_->SearchOrders(&context, request, &found); });
  Watch(ended, found);
  return ended;
}

Ended GatewayCaller::History(const std::string& order_number, std::vector<pb::HistoryEntry>& entries) {
  entries.clear();
  gw::ListOrderHistoryRequest request;
  request.set_order_number(order_number);
  request.set_page_size(1000);
  while (true) {
    gw::ListOrderHistoryResponse response;
    const Ended ended = Call([&](Context& context) { return orders_->ListOrderHistory(&context, request, &response); });
    Watch(ended, response);
    if (!ended.status.ok()) return ended;
    entries.insert(entries.end(), response.entries().begin(), response.entries().end());
    if (response.next_page_token().empty()) return ended;
    request.set_page_token(response.next_page_token());
  }
}

void GatewayCaller::ConcludeOk(const Ended& ended, Operation& operation) {
  // That nothing changed is nothing kept: an earlier try that is still going on may yet change it.
  if (!operation.changed && ended.in_doubt) {
    operation.end = End::kUnknown;
    return;
  }
  operation.end = End::kOk;
  operation.return_ns = Recorder::Now();
}

void GatewayCaller::Conclude(const Ended& ended, Operation& operation) {
  if (ended.status.ok()) return ConcludeOk(ended, operation);
  operation.end = End::kUnknown;
  operation.return_ns = kNever;
  if (IsTriedAgain(ended.status)) return;
  const std::string reason = ReasonOf(ended.status);
  if (reason == "ORDER_VERSION_STALE") {
    operation.failure = Failure::kStale;
  } else if (reason == "OPERATION_NOT_IN_STATUS") {
    operation.failure = Failure::kNotInStatus;
  } else if (reason == "ORDER_CONTENDED" || absl::IsResourceExhausted(ended.status)) {
    operation.failure = Failure::kRefused;
  } else {
    findings_.Add("answers", absl::StrCat("a change that may be asked for was answered ", ended.status.ToString(), "; ",
                                          Describe(operation)));
    return;
  }
  // A refusal that has not looked at the order says nothing of the tries before it. One that has does, but a try that
  // may still be going on finds the order as it is then, unless it named a version, which has passed.
  const bool refused = operation.failure == Failure::kRefused;
  if (refused ? ended.tries > 1 : ended.in_doubt && operation.asked.version == 0) return;
  operation.end = End::kFailed;
  operation.return_ns = Recorder::Now();
}

void GatewayCaller::Change(const std::string& order_number, const std::string& request_id, Operation& operation) {
  const auto run = [&](auto request, auto method) {
    request.set_order_number(order_number);
    request.set_version(operation.asked.version);
    request.set_reason(TokenText(operation.token));
    request.set_request_id(request_id);
    gw::OrderChangeResponse response;
    const Ended ended = Call([&](Context& context) { return ((*orders_).*method)(&context, request, &response); });
    Watch(ended, response);
    if (ended.status.ok()) SetAnswer(response, operation);
    Conclude(ended, operation);
  };
  using Stub = gw::GatewayService::Stub;
  switch (operation.ask) {
    case Ask::kChangeStatus: {
      gw::ChangeOrderStatusRequest request;
      request.set_status(operation.asked.status);
      return run(request, &Stub::ChangeOrderStatus);
    }
    case Ask::kChangeMode: {
      gw::ChangeTransitionModeRequest request;
      request.set_mode(operation.asked.mode);
      return run(request, &Stub::ChangeTransitionMode);
    }
    case Ask::kCancel:
      return run(gw::CancelOrderRequest(), &Stub::CancelOrder);
    case Ask::kSavePaymentMethod: {
      gw::UpdateOrderRequest request;
      request.mutable_order()->set_order_number(order_number);
      request.mutable_order()->set_version(operation.asked.version);
      request.mutable_order()->set_payment_method(kPaymentMethods[operation.asked.payment_method]);
      request.mutable_update_mask()->add_paths("payment_method");
      request.set_reason(TokenText(operation.token));
      request.set_request_id(request_id);
      gw::UpdateOrderResponse response;
      const Ended ended = Call([&](Context& context) { return orders_->UpdateOrder(&context, request, &response); });
      Watch(ended, response);
      if (ended.status.ok()) {
        operation.answer = ViewOf(response.order());
        operation.changed = response.changed();
      }
      return Conclude(ended, operation);
    }
    case Ask::kSetPrepayment: {
      std::vector<Operation> one = {operation};
      BulkUpdate({order_number}, request_id, one);
      operation = one.front();
      return;
    }
    case Ask::kRead:
      return;
  }
}

void GatewayCaller::BulkUpdate(const std::vector<std::string>& numbers, const std::string& request_id,
                               std::vector<Operation>& operations) {
  const Operation& asked = operations.front();
  gw::BulkUpdateOrdersRequest request;
  for (const auto& number : numbers) request.mutable_orders()->add_order_numbers(number);
  auto& changes = *request.mutable_changes();
  if (asked.ask == Ask::kChangeStatus) {
    changes.set_status(asked.asked.status);
  } else {
    changes.add_state_values(asked.asked.paid ? pb::PREPAYMENT_PAID : pb::PREPAYMENT_UNPAID);
    if (asked.asked.paid_time != 0) changes.mutable_paid_time()->set_seconds(asked.asked.paid_time);
  }
  request.set_reason(TokenText(asked.token));
  request.set_request_id(request_id);
  // By order: what the tries before the last one told may be all that is told of it.
  std::map<std::string, gw::BulkOutcome> outcomes;
  const Ended ended = Call([&](Context& context) {
    auto stream = orders_->BulkUpdateOrders(&context, request);
    gw::BulkUpdateOrdersResponse response;
    while (stream->Read(&response)) {
      WatchText(response.SerializeAsString());
      if (!response.has_outcome()) continue;
      const auto& outcome = response.outcome();
      auto& kept = outcomes[outcome.order_number()];
      const bool told = kept.has_change() && kept.change().changed();
      if (told && kept.change().SerializeAsString() != outcome.change().SerializeAsString()) {
        findings_.Add("repeat", absl::StrCat("tenant ", tenant_, ": a bulk update repeated says ",
                                             outcome.ShortDebugString(), ", but first: ", kept.ShortDebugString()));
      }
      if (!told) kept = outcome;
    }
    return stream->Finish();
  });
  WatchText(ended.status.ToString());
  for (size_t i = 0; i < numbers.size(); ++i) {
    Operation& operation = operations[i];
    const auto& outcome = outcomes[numbers[i]];
    Ended of_order = ended;
    if (outcome.has_change() && (outcome.change().changed() || ended.status.ok())) {
      SetAnswer(outcome.change(), operation);
      of_order.status = absl::OkStatus();
    } else if (ended.status.ok()) {
      const auto& error = outcome.error();
      of_order.status = MakeError(static_cast<absl::StatusCode>(error.code()), error.reason(), error.message());
      if (of_order.status.ok()) of_order.status = absl::InternalError("the order has no outcome");
    }
    Conclude(of_order, operation);
  }
}

Ended GatewayCaller::RenameCategory(const std::string& name, const std::string& request_id) {
  gw::UpdateManagementCategoryRequest request;
  request.mutable_management_category()->set_management_category_id(kCategory);
  request.mutable_management_category()->set_name(name);
  request.mutable_update_mask()->add_paths("name");
  request.set_request_id(request_id);
  pb::ManagementCategory response;
  return Call([&](Context& context) { return configuration_->UpdateManagementCategory(&context, request, &response); });
}

Ended GatewayCaller::ChangeAllocation(pb::AllocationSetting allocation, const std::string& request_id) {
  gw::UpdateSettingsRequest request;
  request.mutable_settings()->set_allocation(allocation);
  request.mutable_update_mask()->add_paths("allocation");
  request.set_request_id(request_id);
  pb::Settings response;
  return Call([&](Context& context) { return configuration_->UpdateSettings(&context, request, &response); });
}

Ended GatewayCaller::Audit(std::vector<Finding>& findings, int64_t& orders) {
  gw::AuditOrdersResponse last;
  std::vector<Finding> found;
  const Ended ended = Call([&](Context& context) {
    found.clear();
    last.Clear();
    auto stream = orders_->AuditOrders(&context, gw::AuditOrdersRequest());
    gw::AuditOrdersResponse response;
    while (stream->Read(&response)) {
      if (response.has_finding()) {
        const auto& finding = response.finding();
        found.push_back({"audit", absl::StrCat("tenant ", tenant_, ", order ", finding.order_number(), ": ",
                                               finding.invariant(), ", ", finding.message())});
      }
      last = response;
    }
    return stream->Finish();
  });
  findings.insert(findings.end(), found.begin(), found.end());
  orders += last.summary().orders();
  if (!ended.status.ok() || !last.has_summary()) {
    findings.push_back({"audit", absl::StrCat("tenant ", tenant_, ": the audit ended with ", ended.status.ToString())});
  }
  return ended;
}

}  // namespace juchu::proof
