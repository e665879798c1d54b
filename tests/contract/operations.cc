#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_split.h"
#include "juchu/common/v1/method_options.pb.h"
#include "tests/contract/merchant.h"

namespace juchu::contract {
namespace {

// A 汎用受注CSV with the columns that must be there, one order of two items.
constexpr char kFile[] = "header { shop_id: '$shop' encoding: UTF8 file_name: 'orders.csv' }";
constexpr char kData[] =
    "data: "
    "'店舗伝票番号,受注日,受注郵便番号,受注住所１,受注名,受注メールアドレス,発送方法,発送郵便番号,発送先住所１,"
    "発送先名,支払方法,商品名,"
    "商品コード,商品価格,受注数量\\n"
    "F-1,2026/07/08 "
    "09:05:03,150-0001,東京都渋谷区神宮前４,髙橋　花子,hanako@example.jp,宅配便,150-0001,東京都渋谷区神宮前４,"
    "髙橋　花子,銀行振込,"
    "りんご,APPLE,1100,1\\n"
    "F-1,2026/07/08 "
    "09:05:03,150-0001,東京都渋谷区神宮前４,髙橋　花子,hanako@example.jp,宅配便,150-0001,東京都渋谷区神宮前４,"
    "髙橋　花子,銀行振込,"
    "みかん,ORANGE,500,2\\n'";

// A stock CSV: one line only counts, one also registers or renames. Counted, not received: the answers of several
// imports are compared, and they must not differ by what the imports before have done.
constexpr char kStockFile[] = "header { kind: COUNTED encoding: UTF8 file_name: 'stock.csv' request_id: '$uuid' }";
constexpr char kStockData[] = "data: '商品コード,商品名,在庫数\\n$product,,7\\n$product2,改名,9\\n'";

// A file of NP's that decides about one order.
constexpr char kResultFile[] = "header { company: NP }";
constexpr char kResultData[] =
    "data: 'NP取引ID,加盟店取引ID,与信結果,NG事由,保留事由,結果確定日時\\n"
    "NP0001,$order_registered,OK,,,2026/11/26 10:00\\n'";

}  // namespace

const std::vector<Operation>& Operations() {
  static const auto* const operations = new std::vector<Operation>{
      {"GatewayService/ImportOrders", {kFile, kData}},
      {"GatewayService/CreateOrders",
       {"orders { shop_id: '$shop' shop_order_number: 'N-1' order_time { seconds: 1795480200 } payment_method: "
        "'銀行振込' orderer { name: '髙橋 太郎' postal_code: '1000001' address1: '東京都千代田区千代田1-1' } "
        "orderer_mail: 'taro@example.jp' deliveries { shipping_method: '宅配便' recipient { name: '髙橋 太郎' "
        "postal_code: '1000001' address1: "
        "'東京都千代田区千代田1-1' } items { product_code: 'SKU-1' product_name: '商品' unit_price_yen: 1000 quantity: "
        "1 } } amounts { goods_yen: 1000 total_yen: 1000 } }"}},
      {"GatewayService/SearchOrders", {"query { order_numbers: '$order' }"}},
      {"GatewayService/GetOrder", {"order_number: '$order'"}},
      {"GatewayService/ListOrderHistory", {"order_number: '$order'"}},
      {"GatewayService/ExplainOrder", {"order_number: '$order'"}},
      {"GatewayService/UpdateOrder",
       {"order { order_number: '$order' version: 1 worker_note: 'のし' order_tag_ids: '$tag' } update_mask { paths: "
        "'worker_note' paths: 'order_tag_ids' } reason: 'why' request_id: '$uuid'"}},
      {"GatewayService/ChangeOrderStatus",
       {"order_number: '$order' status: AWAITING_SHIPMENT version: 1 reason: 'why' request_id: '$uuid'"}},
      {"GatewayService/ChangeTransitionMode", {"order_number: '$order' mode: MANUAL request_id: '$uuid'"}},
      {"GatewayService/CancelOrder", {"order_number: '$order' reason: 'why' request_id: '$uuid'"}},
      {"GatewayService/BulkUpdateOrders",
       {"orders { order_numbers: '$order' order_numbers: '$order2' } changes { state_values: PREPAYMENT_PAID paid_time "
        "{ seconds: 1795480300 } received_in_full: true add_order_tag_ids: '$tag' } request_id: '$uuid'"}},
      {"GatewayService/AllocateOrders", {"order_numbers: '$order_waiting' order_numbers: '$order_allocated'"}},
      {"GatewayService/OverrideStateTag",
       {"order_number: '$order' value: PREPAYMENT_PAID reason: 'why' request_id: '$uuid'"}},
      {"GatewayService/SummarizeOrders", {""}},
      {"GatewayService/AuditOrders", {""}},
      {"PaymentService/AuthorizeCards", {"order_numbers: '$order_card' order_numbers: '$order_asked'"}},
      // No worker asks the card company here (Merchant), so the card is never authorized by it; but a manager says that
      // it is, and what is asked for does something: the wish of a capture is kept for after the authorization, which
      // is under way still (CARD_AUTHORIZING), and a void takes the authorization back before it is sent.
      {"PaymentService/CaptureCards", {"order_numbers: '$order_shipped'"}},
      {"PaymentService/VoidCards", {"order_numbers: '$order_shipped' reason: 'why'"}},
      {"PaymentService/GetCard", {"order_number: '$order_asked'"}},
      {"PaymentService/SearchCards", {"states: CARD_AUTHORIZING"}},
      {"PaymentService/GetPaymentSettings", {""}},
      {"PaymentService/PutPaymentSettings",
       {"settings { card_send_interval_seconds: 60 authorization_valid_days: 30 expiry_warning_days: 5 "
        "stuck_after_seconds: 3600 }"}},
      {"PaymentService/AuditPayments", {""}},
      // A repeat is answered with the file alone, not with the orders that were left out of it: the answers are alike
      // when none is.
      {"PostpayService/ExportRegistrations", {"company: NP order_numbers: '$order_np' request_id: '$uuid'"}},
      {"PostpayService/ImportScreeningResults", {kResultFile, kResultData}},
      {"PostpayService/ExportSlips",
       {"company: NP slips { order_number: '$order_approved' carrier: 'YAMATO' slip_number: '1234-5678-9012' "
        "invoice_date { year: 2026 month: 11 day: 26 } } layout_profile_id: '$layout' request_id: '$uuid'"}},
      {"PostpayService/GetScreening", {"order_number: '$order_registered'"}},
      {"PostpayService/ListPaymentFiles", {"kinds: NP_REGISTRATION"}},
      {"PostpayService/DownloadPaymentFile", {"file_id: '$file'"}},
      {"PostpayService/ListLayoutProfiles", {""}},
      {"PostpayService/PutLayoutProfile",
       {"layout_profile { layout_profile_id: 'common' name: '改名' kind: NP_SLIP encoding: UTF_8 line_end: LF quoting: "
        "QUOTE_ALL header_line: true columns { header: 'NP取引ID' field: 'transaction_id' } columns { header: "
        "'運送会社コード' field: 'carrier_code' } columns { header: '配送伝票番号' field: 'slip_number' } "
        "carrier_codes { carrier: 'YAMATO' code: '59010' } }"}},
      {"PostpayService/DeleteLayoutProfile", {"layout_profile_id: 'common'"}},
      {"ProductService/PutProducts",
       {"products { product_code: '$product' product_name: '改名' jan: '4901234567894' inactive: true }"}},
      {"ProductService/SearchProducts", {"product_code_prefix: '$product'"}},
      {"ProductService/GetStock", {"product_codes: '$product' product_codes: '$product2' product_codes: 'COMMON'"}},
      {"ProductService/ChangeStock",
       {"changes { product_code: '$product' kind: RECEIVED quantity: 3 reason: '入庫' } changes { product_code: "
        "'COMMON' kind: COUNTED quantity: 6 reason: '棚卸' } request_id: '$uuid'"}},
      {"ProductService/ListLedger", {"product_code: '$product'"}},
      {"ProductService/ImportStock", {kStockFile, kStockData}},
      {"ProductService/AuditInventory", {"repair: true"}},
      {"ConfigurationService/CreateTenant", {""}},
      {"ConfigurationService/GetConfiguration", {""}},
      {"ConfigurationService/GetSettings", {""}},
      {"ConfigurationService/UpdateSettings",
       {"settings { allocation: ALLOCATE_NOTHING } update_mask { paths: 'allocation' } request_id: '$uuid'"}},
      {"ConfigurationService/ListShops", {""}},
      {"ConfigurationService/CreateShop", {"shop { shop_id: 'new' name: '新店' mall: YAHOO } request_id: '$uuid'"}},
      {"ConfigurationService/UpdateShop",
       {"shop { shop_id: '$shop' name: '改名' } update_mask { paths: 'name' } request_id: '$uuid'"}},
      {"ConfigurationService/DeleteShop", {"shop_id: '$shop2' request_id: '$uuid'"}},
      {"ConfigurationService/ListPaymentMethods", {""}},
      {"ConfigurationService/CreatePaymentMethod",
       {"payment_method { payment_method_id: 'new' name: '代金引換' kind: CASH_ON_DELIVERY } request_id: '$uuid'"}},
      {"ConfigurationService/UpdatePaymentMethod",
       {"payment_method { payment_method_id: '$payment2' name: '改名' } update_mask { paths: 'name' } request_id: "
        "'$uuid'"}},
      {"ConfigurationService/DeletePaymentMethod", {"payment_method_id: '$payment2' request_id: '$uuid'"}},
      {"ConfigurationService/ListShippingMethods", {""}},
      {"ConfigurationService/CreateShippingMethod",
       {"shipping_method { shipping_method_id: 'new' name: 'メール便' } request_id: '$uuid'"}},
      {"ConfigurationService/UpdateShippingMethod",
       {"shipping_method { shipping_method_id: '$shipping' name: '改名' } update_mask { paths: 'name' } request_id: "
        "'$uuid'"}},
      {"ConfigurationService/DeleteShippingMethod", {"shipping_method_id: '$shipping2' request_id: '$uuid'"}},
      {"ConfigurationService/ListOrderTags", {""}},
      {"ConfigurationService/CreateOrderTag",
       {"order_tag { order_tag_id: 'new' name: '新' color: '#00ff00' } request_id: '$uuid'"}},
      {"ConfigurationService/UpdateOrderTag",
       {"order_tag { order_tag_id: '$tag' shipping_hold: true } update_mask { paths: 'shipping_hold' } request_id: "
        "'$uuid'"}},
      {"ConfigurationService/DeleteOrderTag", {"order_tag_id: '$tag2' request_id: '$uuid'"}},
      {"ConfigurationService/ListManagementCategories", {""}},
      {"ConfigurationService/CreateManagementCategory",
       {"management_category { management_category_id: 'new' name: '新' } request_id: '$uuid'"}},
      {"ConfigurationService/UpdateManagementCategory",
       {"management_category { management_category_id: '$category' name: '改名' } update_mask { paths: 'name' } "
        "request_id: '$uuid'"}},
      {"ConfigurationService/DeleteManagementCategory", {"management_category_id: '$category2' request_id: '$uuid'"}},
  };
  return *operations;
}

const google::protobuf::MethodDescriptor& MethodOf(const Operation& operation) {
  const std::vector<std::string> parts = absl::StrSplit(operation.method, '/');
  for (const auto* service : AllServices()) {
    if (service->name() != parts[0]) continue;
    const auto* method = service->FindMethodByName(parts[1]);
    // juchu.payment.v1 has services of the same names too, some with methods of the same names; nobody outside may call
    // them.
    if (method != nullptr && method->options().HasExtension(common::v1::required_role)) return *method;
  }
  std::fprintf(stderr, "no such method: %s\n", operation.method.c_str());
  std::abort();
}

}  // namespace juchu::contract
