// Every request field at its limits: a code, a reason, the field, a remedy; and nothing changed.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/rpc/status_conversion.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

// INVALID_ARGUMENT with this reason and field, and some remedy.
void ExpectInvalid(const absl::Status& status, const std::string& reason, const std::string& field,
                   const std::string& request) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << request << ": " << status;
  auto info = GetErrorInfo(status);
  ASSERT_TRUE(info.has_value()) << request << ": " << status;
  EXPECT_EQ(info->reason, reason) << request << ": " << status;
  EXPECT_EQ(info->metadata["field"], field) << request << ": " << status;
  EXPECT_FALSE(info->metadata["remedy"].empty()) << request;
}

std::string Id() { return absl::StrCat(" request_id: '", NewRequestId(), "'"); }

struct Case {
  std::string request;
  std::string reason;
  std::string field;
};

template <typename Request, typename Response>
void CheckAll(const Tenant& tenant,
              grpc::Status (GatewayStub::*method)(grpc::ClientContext*, const Request&, Response*),
              const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    const auto response = tenant.Call(method, Parse<Request>(one.request), "manager");
    ExpectInvalid(response.status(), one.reason, one.field, one.request);
  }
}

TEST(BadRequestTest, Reads) {
  const Tenant tenant;
  CheckAll(tenant, &GatewayStub::GetOrder,
           {{"", "ORDER_NUMBER_INVALID", "order_number"},
            {"order_number: 'x'", "ORDER_NUMBER_INVALID", "order_number"},
            {"order_number: '000000000000000U'", "ORDER_NUMBER_INVALID", "order_number"}});
  CheckAll(tenant, &GatewayStub::ListOrderHistory,
           {{"order_number: '0000000000000000' page_size: -1", "PAGE_SIZE_INVALID", "page_size"},
            {"order_number: '0000000000000000' page_token: 'x'", "PAGE_TOKEN_INVALID", "page_token"}});
  CheckAll(tenant, &GatewayStub::SearchOrders,
           {{"", "SEARCH_KEY_REQUIRED", "query"},
            {"query { statuses: SHIPPED } page_size: -1", "PAGE_SIZE_INVALID", "page_size"},
            {"query { statuses: SHIPPED } sort: 99", "ENUM_VALUE_INVALID", "sort"},
            {"query { statuses: SHIPPED } view: 99", "ENUM_VALUE_INVALID", "view"},
            {"query { statuses: 99 }", "ENUM_VALUE_INVALID", "query.statuses[0]"},
            {"query { order_time { start_time { nanos: -5 } } }", "TIME_INVALID", "query.order_time.start_time"}});
}

TEST(BadRequestTest, ChangesOfOneOrder) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  const std::string order = absl::StrCat("order_number: '", number, "' ");
  const std::string long_reason = absl::StrCat(" reason: '", std::string(501, 'x'), "'");
  CheckAll(tenant, &GatewayStub::ChangeOrderStatus,
           {{order + "status: SHIPPED", "REQUEST_ID_INVALID", "request_id"},
            {order + "status: SHIPPED request_id: 'not a uuid'", "REQUEST_ID_INVALID", "request_id"},
            {"status: SHIPPED" + Id(), "ORDER_NUMBER_INVALID", "order_number"},
            {order + Id(), "ENUM_VALUE_INVALID", "status"},
            {order + "status: 99" + Id(), "ENUM_VALUE_INVALID", "status"},
            {order + "status: SHIPPED version: -1" + Id(), "VALUE_OUT_OF_RANGE", "version"},
            {order + "status: SHIPPED" + long_reason + Id(), "TEXT_TOO_LONG", "reason"}});
  CheckAll(tenant, &GatewayStub::ChangeTransitionMode,
           {{order + Id(), "ENUM_VALUE_INVALID", "mode"}, {order + "mode: 7" + Id(), "ENUM_VALUE_INVALID", "mode"}});
  CheckAll(tenant, &GatewayStub::OverrideStateTag,
           {{order + "reason: 'x'" + Id(), "ENUM_VALUE_INVALID", "value"},
            {order + "reason: 'x' value: 99" + Id(), "ENUM_VALUE_INVALID", "value"},
            {order + "value: ALLOCATED" + Id(), "REASON_REQUIRED", "reason"}});
  const std::string save = absl::StrCat("order { order_number: '", number, "' version: 1 ");
  const auto with = [&](const std::string& fields, const std::string& path) {
    return absl::StrCat(save, fields, " } update_mask { paths: '", path, "' }", Id());
  };
  CheckAll(
      tenant, &GatewayStub::UpdateOrder,
      {{save + "}" + Id(), "UPDATE_MASK_INVALID", "update_mask"},
       {with("", "no_such_field"), "UPDATE_MASK_INVALID", "update_mask"},
       {absl::StrCat("order { order_number: '", number, "' } update_mask { paths: 'worker_note' }", Id()),
        "VERSION_REQUIRED", "order.version"},
       {with(absl::StrCat("worker_note: '", std::string(5000, 'x'), "'"), "worker_note"), "TEXT_TOO_LONG",
        "order.worker_note"},
       {with("noshi: 'a\\nb'", "noshi"), "TEXT_INVALID", "order.noshi"},
       {with("paid_time { seconds: 999999999999 }", "paid_time"), "TIME_INVALID", "order.paid_time"},
       {with("received_yen: -1", "received_yen"), "VALUE_OUT_OF_RANGE", "order.received_yen"},
       {with("received_yen: 1000000000000", "received_yen"), "VALUE_OUT_OF_RANGE", "order.received_yen"},
       {with("orderer { postal_code: 'abc' }", "orderer.postal_code"), "DIGITS_INVALID", "order.orderer.postal_code"},
       {with("amounts { goods_yen: 9223372036854775807 }", "amounts.goods_yen"), "VALUE_OUT_OF_RANGE",
        "order.amounts.goods_yen"}});
  EXPECT_EQ(tenant.Get(number).version(), 1);
}

TEST(BadRequestTest, NewOrdersNameEveryProblemOfEachOrder) {
  Tenant tenant;
  auto good = tenant.Get(tenant.NewOrder("銀行振込"));
  const auto problems_of = [&](const std::string& text) {
    gw::CreateOrdersRequest request;
    auto& order = *request.add_orders();
    order = good;
    order.set_shop_order_number("NEW");
    order.MergeFrom(Parse<pb::Order>(text));
    const auto response = tenant.Call(&GatewayStub::CreateOrders, request);
    std::string problems;
    if (!response.ok()) return response.status().ToString();
    for (const auto& problem : response->outcomes(0).problems()) {
      absl::StrAppend(&problems, problem.reason(), " ", problem.column(), ";");
      EXPECT_FALSE(problem.remedy().empty()) << problem.ShortDebugString();
    }
    return problems;
  };
  EXPECT_EQ(problems_of("shop_id: 'nowhere'"), "SHOP_NOT_FOUND orders[0].shop_id;");
  EXPECT_EQ(problems_of("order_time { seconds: -9223372036854775808 }"), "TIME_INVALID orders[0].order_time;");
  EXPECT_EQ(problems_of("deliveries { items { product_code: 'x' product_name: 'x' quantity: -1 } }"),
            "FIELD_REQUIRED orders[0].deliveries[1].recipient.name;"
            "FIELD_REQUIRED orders[0].deliveries[1].recipient.postal_code;"
            "FIELD_REQUIRED orders[0].deliveries[1].recipient.address1;"
            "VALUE_OUT_OF_RANGE orders[0].deliveries[1].items[0].quantity;");
  EXPECT_EQ(problems_of("received_yen: -1"), "VALUE_OUT_OF_RANGE orders[0].received_yen;");
  EXPECT_EQ(problems_of("order_tag_ids: 'no-such-tag'"), "ORDER_TAG_NOT_FOUND orders[0].order_tag_ids[0];");
}

TEST(BadRequestTest, BulkUpdates) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  const std::string orders = absl::StrCat("orders { order_numbers: '", number, "' } ");
  const std::string mode = "changes { mode: MANUAL } ";
  std::string many = "orders {";
  for (int i = 0; i < 10'001; ++i) absl::StrAppend(&many, " order_numbers: '", absl::Dec(i, absl::kZeroPad16), "'");
  many += " } ";
  for (const Case& one : std::vector<Case>{
           {mode + Id(), "FIELD_REQUIRED", "target"},
           {orders + Id(), "FIELD_REQUIRED", "changes"},
           {orders + mode, "REQUEST_ID_INVALID", "request_id"},
           {"orders { } " + mode + Id(), "TOO_MANY_ORDERS", "orders.order_numbers"},
           {many + mode + Id(), "TOO_MANY_ORDERS", "orders.order_numbers"},
           {absl::StrCat("orders { order_numbers: ['", number, "', '", number, "'] } ", mode, Id()), "ORDER_TWICE",
            "orders.order_numbers[1]"},
           {"orders { order_numbers: 'x' } " + mode + Id(), "ORDER_NUMBER_INVALID", "orders.order_numbers[0]"},
           {"query { } " + mode + Id(), "SEARCH_KEY_REQUIRED", "query"},
           {orders + "changes { status: 99 }" + Id(), "ENUM_VALUE_INVALID", "changes.status"},
           {orders + "changes { mode: 99 }" + Id(), "ENUM_VALUE_INVALID", "changes.mode"},
           {orders + "changes { state_values: 99 }" + Id(), "ENUM_VALUE_INVALID", "changes.state_values[0]"},
           {orders + "changes { state_values: [ADDRESS_OK, ADDRESS_ERROR] }" + Id(), "CATEGORY_TWICE",
            "changes.state_values[1]"},
           {orders + "changes { received_in_full: false }" + Id(), "FIELD_REQUIRED", "changes"},
           {orders + "changes { received_yen: -1 }" + Id(), "VALUE_OUT_OF_RANGE", "changes.received_yen"},
           {orders + "changes { paid_time { seconds: -99999999999 } }" + Id(), "TIME_INVALID", "changes.paid_time"}}) {
    const auto result = tenant.Bulk(Parse<gw::BulkUpdateOrdersRequest>(one.request));
    ExpectInvalid(result.status, one.reason, one.field, one.request.substr(0, 200));
    EXPECT_TRUE(result.outcomes.empty());
  }
  EXPECT_EQ(tenant.Get(number).version(), 1);
}

TEST(BadRequestTest, InvalidUtf8IsRefusedAndChangesNothing) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  gw::CancelOrderRequest request;
  request.set_order_number(number);
  request.set_request_id(NewRequestId());
  request.set_reason("\x93\xfa\x96{");  // 日本 in CP932.
  ExpectInvalid(tenant.Call(&GatewayStub::CancelOrder, request).status(), "REQUEST_UNREADABLE", "request", "CP932");
  EXPECT_EQ(tenant.Get(number).version(), 1);

  // Searches are taken apart by us, not by gRPC.
  gw::SearchOrdersRequest search;
  search.mutable_query()->set_orderer_name(request.reason());
  search.mutable_query()->add_statuses(pb::AWAITING_PAYMENT);
  ExpectInvalid(tenant.Call(&GatewayStub::SearchOrders, search).status(), "REQUEST_UNREADABLE", "request", "CP932");

  pb::CreateOrdersRequest create;
  create.add_orders()->mutable_order()->set_customer_note(request.reason());
  const auto context = ContextWith("");
  context->AddMetadata("x-juchu-tenant", tenant.id());
  context->AddMetadata("x-juchu-actor", "person:hanako");
  pb::CreateOrdersResponse created;
  const absl::Status refused =
      rpc::FromGrpcStatus(Stack::Get().OrderService("gateway")->CreateOrders(context.get(), create, &created));
  ExpectInvalid(refused, "REQUEST_UNREADABLE", "request", "CP932");
}

}  // namespace
}  // namespace juchu::integration
