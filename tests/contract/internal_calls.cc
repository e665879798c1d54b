#include "tests/contract/internal_calls.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "juchu/common/v1/method_options.pb.h"
#include "tests/contract/generic_call.h"

namespace juchu::contract {
namespace {

constexpr char kActor[] = " actor { kind: PERSON id: 'test' } ";
constexpr char kDelivery[] =
    "deliveries { delivery_number: 1 recipient { name: '髙橋 太郎' postal_code: '1000001' address1: "
    "'東京都千代田区千代田1-1' } shipping_method: '宅配便' ship_date { year: 2026 month: 12 day: 1 } items { "
    "line_number: 1 product_code: 'SKU-1' product_name: '商品' unit_price_yen: 1000 quantity: 1 } } ";

std::string UnderRequest(const char* request_id) {
  return absl::StrCat(" request_id: '", request_id, "' request_hash: '$hash' ");
}

InternalCall Configure(const std::string& change, std::set<std::string> alike = {}, const char* request_id = "$uuid") {
  return {"order.OrderService/ChangeConfiguration",
          absl::StrCat("expected_version: $configuration_version ", change, kActor, UnderRequest(request_id)),
          std::move(alike)};
}

// The order is at its first version.
InternalCall Commit(const char* order_number, const std::string& order, const char* paths,
                    std::set<std::string> alike = {}, const char* request_id = "$uuid") {
  return {
      "order.OrderService/CommitOrders",
      absl::StrCat("commits { order_number: '", order_number, "' expected_version: 1 order { ", order,
                   " } update_mask { ", paths, " }", kActor, "operation: 'UpdateOrder' reason: 'why' answer: 'kept'",
                   UnderRequest(request_id), "} configuration_version: $configuration_version"),
      std::move(alike)};
}

std::string NewOrder(const std::string& ids) {
  return absl::StrCat("orders { order { ", ids, " status: AWAITING_CONFIRMATION mode: MANUAL }", kActor,
                      "operation: 'CreateOrders' } configuration_version: $configuration_version");
}

std::string File(const char* kind, const std::string& orders, const char* request_id = "$uuid") {
  return absl::StrCat("file { kind: ", kind, " file_name: 'file.csv' layout_profile_id: 'common' content: 'x' } ",
                      orders, UnderRequest(request_id));
}

std::string Approve(const char* order_number, const char* transaction_id) {
  return absl::StrCat("results { order_number: '", order_number,
                      "' company: NP result: SCREENED_APPROVED amount_yen: 1000 decided_time: '2026/11/26 10:00' "
                      "transaction_id: '",
                      transaction_id, "' }");
}

std::map<std::string, const google::protobuf::MethodDescriptor*> FindInternalMethods() {
  std::map<std::string, const google::protobuf::MethodDescriptor*> methods;
  for (const auto* service : AllServices()) {
    for (int m = 0; m < service->method_count(); ++m) {
      const auto* method = service->method(m);
      if (method->options().HasExtension(common::v1::required_role)) continue;
      if (method->input_type()->file()->package() == "juchu.common.v1") continue;
      methods[absl::StrCat(ServerOf(*service), ".", service->name(), "/", method->name())] = method;
    }
  }
  return methods;
}

}  // namespace

const std::map<std::string, const google::protobuf::MethodDescriptor*>& InternalMethods() {
  static const auto* const methods = new auto(FindInternalMethods());
  return *methods;
}

const google::protobuf::MethodDescriptor& MethodOf(const InternalCall& call) {
  const auto found = InternalMethods().find(call.method);
  if (found != InternalMethods().end()) return *found->second;
  std::fprintf(stderr, "no such method: %s\n", call.method.c_str());
  std::abort();
}

const std::vector<InternalCall>& InternalPreparations() {
  static const auto* const calls = new std::vector<InternalCall>{
      Configure("put_shipping_method { shipping_method_id: 'kept' name: '置き配' }", {}, "$done"),
      Commit("$order2", absl::StrCat("management_category_id: '$category' order_tag_ids: '$tag' ", kDelivery),
             "paths: 'management_category_id' paths: 'order_tag_ids' paths: 'deliveries'", {}, "$done"),
      {"inventory.InventoryService/ChangeStock",
       absl::StrCat("changes { product_code: 'COMMON' kind: COUNTED quantity: 5 reason: '棚卸' }",
                    UnderRequest("$done"))},
      {"inventory.InventoryService/AllocateOrders",
       "needs { order_number: '$order_waiting' order_version: 1 lines { line: '1' product_code: '$product' quantity: "
       "1000 } lines { line: '2' product_code: 'COMMON' quantity: 500 } priority_time { seconds: 1795480200 } "
       "all_or_nothing: true }"},
      {"payment.PostpayService/RecordRegistrations",
       File("NP_REGISTRATION", "registrations { order_number: '$order2' amount_yen: 1000 }", "$done")},
      {"payment.PostpayService/RecordResults", Approve("$order2", "NP0003")},
      {"payment.PostpayService/RecordSlips",
       File("NP_SLIP", "slips { order_number: '$order2' carrier: 'YAMATO' slip_number: '$slip' }")},
  };
  return *calls;
}

// Its length is that of the interfaces.
const std::vector<InternalCall>& InternalReads() {
  static const auto* const calls = new std::vector<InternalCall>{
      {"order.OrderService/LoadOrders", ""},
      {"order.OrderService/LoadOrders",
       "keys { order_number: '$order' } keys { order_number: '$order_allocated' } known_configuration_version: "
       "$configuration_version"},
      {"order.OrderService/LoadOrders",
       "keys { order_number: '$order2' request_id: '$done' request_hash: '$hash' } known_configuration_version: "
       "$configuration_version"},
      // Of several requests.
      {"order.OrderService/LoadOrders",
       "keys { order_number: '$order' request_id: '$uuid' request_hash: '$hash' } keys { order_number: '$order2' "
       "request_id: '$done' request_hash: '$hash' } view: ORDER_VIEW_BASIC known_configuration_version: "
       "$configuration_version"},
      {"order.OrderService/FindOrders",
       "shop_id: '$shop' shop_order_numbers: 'FIXTURE' shop_order_numbers: 'FIXTURE4'"},
      {"order.OrderService/SearchOrders",
       "query { order_numbers: '$order' shop_ids: '$shop' } page_size: 10 view: ORDER_VIEW_FULL count_up_to: 10"},
      {"order.OrderService/SearchOrders", "query { order_tag_ids: '$tag' } page_size: 10"},
      {"order.OrderService/SearchOrders",
       "query { statuses: AWAITING_PAYMENT management_category_ids: '$category' order_tag_ids: '$tag' } page_size: 10 "
       "count_up_to: 10"},
      {"order.OrderService/SearchOrders",
       "query { statuses: AWAITING_PAYMENT } sort: ORDER_NUMBER_ASC after { order_number: '$order' } page_size: 10 "
       "count_up_to: 10"},
      {"order.OrderService/SearchOrders",
       "query { statuses: AWAITING_CONFIRMATION } after { order_time_us: 1795480200000000 order_number: "
       "'$order_registered' } page_size: 10"},
      // The same at each merchant.
      {"order.OrderService/SearchOrders", "query { shop_order_numbers: 'FIXTURE' } page_size: 10 count_up_to: 10"},
      {"order.OrderService/SearchOrders",
       "query { ship_date { start_date { year: 2026 month: 12 day: 1 } } } page_size: 10 count_up_to: 10"},
      {"order.OrderService/SummarizeOrders", ""},
      {"order.OrderService/ListOrderHistory", "order_number: '$order' page_size: 10"},
      {"order.OrderService/ListOrderHistory", "order_number: '$order_allocated' page_size: 10 after_version: 1"},
      {"order.OrderService/AuditOrders", "page_size: 100"},
      {"order.OrderService/AuditOrders", "after_order_number: '$order_allocated' page_size: 100"},
      {"inventory.InventoryService/SearchProducts", "page_size: 10"},
      {"inventory.InventoryService/SearchProducts", "product_code_prefix: '$product' page_size: 10"},
      {"inventory.InventoryService/SearchProducts", "after_product_code: '$product' page_size: 10"},
      {"inventory.InventoryService/SearchProducts", "jan: '49123456' page_size: 10"},
      {"inventory.InventoryService/ReadStock", "product_codes: '$product' product_codes: 'COMMON'"},
      {"inventory.InventoryService/ListLedger", "product_code: '$product' page_size: 10"},
      {"inventory.InventoryService/ListLedger", "product_code: 'COMMON' page_size: 10"},
      // Entries are numbered by the time, like orders: before an order are those that had been made when it came.
      {"inventory.InventoryService/ListLedger",
       "product_code: 'COMMON' before_entry_id: '$order_registered' page_size: 10"},
      {"inventory.InventoryService/ReadAllocations",
       "order_numbers: '$order_waiting' order_numbers: '$order_allocated' with_queued: true"},
      {"inventory.InventoryService/ListWaitingOrders", "product_code: '$product' max_orders: 10"},
      {"inventory.InventoryService/ListWaitingOrders",
       "product_code: 'COMMON' max_orders: 10 after { priority_time_us: 1795480200000000 order_number: "
       "'$order_waiting' }"},
      {"inventory.InventoryService/AuditInventory", "page_size: 100"},
      {"inventory.InventoryService/AuditInventory", "after_product_code: '$product' page_size: 100"},
      {"payment.PaymentService/ReadCards", "order_numbers: '$order_asked' with_requests: true with_queued: true"},
      {"payment.PaymentService/ReadCards",
       "order_numbers: '$order_shipped' order_numbers: '$order2' with_queued: true"},
      {"payment.PaymentService/SearchCards", "states: CARD_AUTHORIZING page_size: 10"},
      {"payment.PaymentService/SearchCards", "after_order_number: '$order_asked' page_size: 10"},
      {"payment.PaymentService/GetPaymentSettings", ""},
      {"payment.PaymentService/AuditPayments", "page_size: 10"},
      {"payment.PaymentService/AuditPayments", "after_order_number: '$order_asked' page_size: 10"},
      {"payment.PostpayService/FindReportedSlips", "company: NP slip_numbers: '$slip'"},
      {"payment.PostpayService/ReadScreenings", "order_numbers: '$order_registered' order_numbers: '$order_approved'"},
      {"payment.PostpayService/FindFile", UnderRequest("$done")},
      {"payment.PostpayService/ListFiles", "page_size: 10"},
      {"payment.PostpayService/ListFiles", "kinds: NP_REGISTRATION before_file_id: '$file' page_size: 10"},
      {"payment.PostpayService/ReadFile", "file_id: '$file'"},
      {"payment.PostpayService/ListLayouts", ""},
  };
  return *calls;
}

// Its length is that of the interfaces.
const std::vector<InternalCall>& InternalWrites() {
  static const auto* const calls = new std::vector<InternalCall>{
      Configure("delete_shop_id: '$shop2'"),
      Configure("delete_payment_method_id: '$payment2'"),
      Configure("delete_shipping_method_id: '$shipping2'"),
      Configure("delete_order_tag_id: '$tag2'"),
      Configure("delete_management_category_id: '$category2'"),
      // Done before.
      Configure("put_shipping_method { shipping_method_id: 'kept' name: '置き配' }", {}, "$done"),
      Configure("put_shop { shop_id: '$shop' name: '店 $shop' mall: YAHOO }", {"$shop"}),
      Configure("put_payment_method { payment_method_id: '$payment' name: '支払 $payment' kind: PREPAID }",
                {"$payment"}),
      Configure("put_shipping_method { shipping_method_id: '$shipping' name: '配送 $shipping' }", {"$shipping"}),
      Configure("put_order_tag { order_tag_id: '$tag' name: '札 $tag' }", {"$tag"}),
      Configure("put_management_category { management_category_id: '$category' name: '区分 $category' }",
                {"$category"}),
      Configure("put_settings { initial_mode: AUTO allocation: ALLOCATE_BY_COMMAND allocation_timing: "
                "AT_AWAITING_ALLOCATION allocation_order: BY_ORDER_TIME }"),
      Configure("create_tenant: true"),

      // Known by its number at the shop.
      {"order.OrderService/CreateOrders",
       NewOrder("order_number: '$new' shop_id: '$shop' shop_order_number: 'FIXTURE'")},
      Commit("$order_card", "status: AWAITING_PAYMENT mode: MANUAL", "paths: 'status' paths: 'mode'"),
      Commit("$order_np", "paid_time { seconds: 1795480300 } received_yen: 1000",
             "paths: 'paid_time' paths: 'received_yen'"),
      // Done before; $order2 is at another version by now.
      Commit("$order2", "worker_note: 'のし'", "paths: 'worker_note'", {}, "$done"),
      {"order.OrderService/CommitOrders",
       absl::StrCat(
           "commits { order_number: '$order_waiting' expected_version: 1 order { mode: MANUAL } answer: 'kept' "
           "} shared { update_mask { paths: 'mode' }",
           kActor, "operation: 'BulkUpdateOrders'", UnderRequest("$uuid"),
           "} configuration_version: $configuration_version")},
      // From here on, orders of another merchant's numbers are there too.
      {"order.OrderService/CreateOrders",
       NewOrder("order_number: '$order' shop_id: 'own' shop_order_number: '$uuid'"),
       {},
       "WRITE_CONFLICT"},
      Commit("$order", absl::StrCat("worker_note: 'のし' order_tag_ids: 'gift' ", kDelivery),
             "paths: 'worker_note' paths: 'order_tag_ids' paths: 'deliveries'", {"$order"}),

      {"inventory.InventoryService/ChangeStock",
       absl::StrCat("changes { product_code: '$product' kind: RECEIVED quantity: 3 reason: '入庫' }",
                    UnderRequest("$uuid"))},
      // Done before.
      {"inventory.InventoryService/ChangeStock",
       absl::StrCat("changes { product_code: 'COMMON' kind: COUNTED quantity: 5 reason: '棚卸' }",
                    UnderRequest("$done"))},
      {"inventory.InventoryService/AuditInventory", "after_product_code: '$product' page_size: 100 repair: true"},
      {"inventory.InventoryService/ShipOrders", "order_numbers: '$order_allocated'"},
      {"inventory.InventoryService/AllocateOrders",
       "needs { order_number: '$order_waiting' order_version: 2 lines { line: '1' product_code: '$product' quantity: 2 "
       "} lines { line: '2' product_code: 'COMMON' quantity: 1 } priority_time { seconds: 1795480200 } }"},
      // Gives back what it has got, whosever number it is.
      {"inventory.InventoryService/AllocateOrders",
       "needs { order_number: '$order_waiting' order_version: 3 priority_time { seconds: 1795480200 } }",
       {"$order_waiting"}},
      {"inventory.InventoryService/PutProducts",
       "products { product_code: '$product' product_name: '改名' jan: '4901234567894' }"},

      {"payment.PaymentService/SettleCards",
       "needs { order_number: '$order_card' order_version: 1 shop_id: '$shop' shop_order_number: 'FIXTURE5' wish: "
       "CARD_HOLD amount_yen: 1000 asked: true }",
       {"$order_card", "$shop"}},
      // Of what nobody has asked for, nothing is taken back.
      {"payment.PaymentService/SettleCards",
       "needs { order_number: '$order_asked' order_version: 100 shop_id: 'own' shop_order_number: 'FIXTURE6' wish: "
       "CARD_RELEASE amount_yen: 1000 asked: true }"},
      {"payment.PaymentService/PutPaymentSettings",
       "settings { card_send_interval_seconds: 60 authorization_valid_days: 30 expiry_warning_days: 5 "
       "stuck_after_seconds: 3600 }"},
      {"payment.PostpayService/RecordResults", Approve("$order_registered", "NP0004")},
      {"payment.PostpayService/RecordSlips",
       File("NP_SLIP", "slips { order_number: '$order_approved' carrier: 'YAMATO' slip_number: '123456789012' }")},
      // A number that was reported for another order of one's own. What others report is nobody's concern.
      {"payment.PostpayService/RecordSlips",
       File("NP_SLIP", "slips { order_number: '$order_registered' carrier: 'YAMATO' slip_number: '$slip' }"),
       {},
       "SLIP_NUMBER_REPORTED"},
      // Done before.
      {"payment.PostpayService/RecordRegistrations",
       File("NP_REGISTRATION", "registrations { order_number: '$order2' amount_yen: 1000 }", "$done")},
      {"payment.PostpayService/RecordRegistrations",
       File("NP_REGISTRATION", "registrations { order_number: '$order_np' amount_yen: 1000 facts_version: 0 }"),
       {"$order_np"}},
      {"payment.PostpayService/DeleteLayout", "layout_profile_id: '$layout'", {"$layout"}},
      // Each merchant has one that is called so.
      {"payment.PostpayService/DeleteLayout", "layout_profile_id: 'common'"},
      {"payment.PostpayService/PutLayout",
       "layout { layout_profile_id: '$layout' name: '改名' kind: NP_SLIP }",
       {"$layout"}},
  };
  return *calls;
}

}  // namespace juchu::contract
