#include "services/gateway/app/order_validation.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "common/status/error.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int64_t kMaxAmountYen = 999'999'999'999;
constexpr int64_t kMaxUnitPriceYen = 999'999'999;
constexpr int kMaxQuantity = 999'999;
constexpr int kMaxItems = 100;

absl::Status CheckRange(int64_t value, int64_t min, int64_t max, absl::string_view field) {
  if (value >= min && value <= max) return absl::OkStatus();
  return InvalidField("VALUE_OUT_OF_RANGE", field, absl::StrCat("is ", value), absl::StrCat("give ", min, " to ", max));
}

class Validator {
 public:
  explicit Validator(const pb::Configuration& configuration) : configuration_(configuration) {}

  void CheckIdentity(const pb::Order& order, const std::string& at) {
    Code(order.shop_order_number(), 1, 50, at + "shop_order_number");
    const auto& shops = configuration_.shops();
    if (std::none_of(shops.begin(), shops.end(), [&](const auto& shop) { return shop.shop_id() == order.shop_id(); })) {
      Add(NotFound("SHOP_NOT_FOUND",
                   absl::StrCat(at, "shop_id: there is no such shop; list the shops to see their ids"),
                   {{"field", at + "shop_id"}, {"remedy", "list the shops to see their ids, or create the shop"}}));
    }
  }

  void Check(const pb::Order& order, const std::string& at) {
    Time(order.has_order_time(), order.order_time(), at + "order_time", true);
    Time(order.has_paid_time(), order.paid_time(), at + "paid_time", false);
    if (order.has_received_yen()) Add(CheckReceivedYen(order.received_yen(), at + "received_yen"));
    Line(order.payment_method(), 0, 100, at + "payment_method");
    Contact(order.has_orderer(), order.orderer(), at + "orderer");
    Code(order.orderer_mail(), 0, 100, at + "orderer_mail");
    if (!order.orderer_mail().empty() && !absl::StrContains(order.orderer_mail(), '@')) {
      Add(InvalidField("MAIL_INVALID", at + "orderer_mail", "is not a mail address", "write name@host"));
    }
    CheckDeliveries(order, at);
    CheckAmounts(order.amounts(), at + "amounts");
    Text(order.customer_note(), 4000, at + "customer_note");
    Text(order.worker_note(), 4000, at + "worker_note");
    Line(order.noshi(), 0, 255, at + "noshi");
    Line(order.wrapping(), 0, 255, at + "wrapping");
    Text(order.enclosed_message(), 1000, at + "enclosed_message");
    Code(order.customer_code(), 0, 50, at + "customer_code");
    CheckLabels(order, at);
  }

  std::vector<absl::Status> Take() { return std::move(problems_); }

 private:
  void Add(absl::Status status) {
    if (!status.ok()) problems_.push_back(std::move(status));
  }
  void Line(absl::string_view text, size_t min, size_t max, const std::string& field) {
    Add(CheckLine(text, min, max, field));
  }
  void Code(absl::string_view text, size_t min, size_t max, const std::string& field) {
    Add(CheckCode(text, min, max, field));
  }

  void Text(const std::string& text, size_t max, const std::string& field) { Add(CheckText(text, max, field)); }

  void Time(bool present, const google::protobuf::Timestamp& time, const std::string& field, bool required) {
    if (!present && required) Add(InvalidField("FIELD_REQUIRED", field, "is missing", "give a time"));
    if (present) Add(CheckTime(time, field));
  }

  void Date(bool present, const common::v1::Date& date, const std::string& field) {
    if (present) Add(CheckDate(date, field));
  }

  void Digits(const std::string& text, bool required, bool plus, const std::string& field) {
    absl::string_view digits = text;
    if (plus) absl::ConsumePrefix(&digits, "+");
    const bool valid = std::all_of(digits.begin(), digits.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-';
    });
    if (text.empty() && required) {
      Add(InvalidField("FIELD_REQUIRED", field, "is missing", "give digits, with or without hyphens"));
    } else if (!valid) {
      Add(InvalidField("DIGITS_INVALID", field, "has other characters than digits and hyphens",
                       "write half-width digits"));
    } else if (text.size() - static_cast<size_t>(std::count(text.begin(), text.end(), '-')) > 20) {
      Add(InvalidField("TEXT_TOO_LONG", field, "has more than 20 digits", "shorten it"));
    } else {
      Add(RefuseCardNumber(text, field));
    }
  }

  void Contact(bool present, const pb::Contact& contact, const std::string& field) {
    if (!present) {
      Add(InvalidField("FIELD_REQUIRED", field, "is missing", "give name, postal code and address"));
      return;
    }
    Line(contact.name(), 1, 100, field + ".name");
    Line(contact.name_kana(), 0, 100, field + ".name_kana");
    Digits(contact.postal_code(), true, false, field + ".postal_code");
    Line(contact.address1(), 1, 255, field + ".address1");
    Line(contact.address2(), 0, 255, field + ".address2");
    Digits(contact.phone(), false, true, field + ".phone");
  }

  void CheckDeliveries(const pb::Order& order, const std::string& at) {
    int items = 0;
    for (int i = 0; i < order.deliveries_size(); ++i) {
      const auto& delivery = order.deliveries(i);
      const std::string field = absl::StrCat(at, "deliveries[", i, "]");
      Contact(delivery.has_recipient(), delivery.recipient(), field + ".recipient");
      Line(delivery.shipping_method(), 0, 100, field + ".shipping_method");
      Date(delivery.has_delivery_date(), delivery.delivery_date(), field + ".delivery_date");
      Line(delivery.delivery_time_slot(), 0, 50, field + ".delivery_time_slot");
      Date(delivery.has_ship_date(), delivery.ship_date(), field + ".ship_date");
      if (delivery.items().empty()) {
        Add(InvalidField("FIELD_REQUIRED", field + ".items", "is empty", "give at least one item"));
      }
      for (int j = 0; j < delivery.items_size(); ++j)
        CheckItem(delivery.items(j), absl::StrCat(field, ".items[", j, "]"));
      items += delivery.items_size();
    }
    if (order.deliveries().empty()) {
      Add(InvalidField("FIELD_REQUIRED", at + "deliveries", "is empty", "give at least one delivery"));
    }
    if (items > kMaxItems) {
      Add(InvalidField("TOO_MANY_ITEMS", at + "deliveries", absl::StrCat("have ", items, " items"),
                       absl::StrCat("an order has at most ", kMaxItems)));
    }
  }

  void CheckItem(const pb::Item& item, const std::string& field) {
    Code(item.product_code(), 1, 100, field + ".product_code");
    Line(item.product_name(), 1, 255, field + ".product_name");
    Line(item.product_option(), 0, 255, field + ".product_option");
    Range(item.unit_price_yen(), -kMaxUnitPriceYen, kMaxUnitPriceYen, field + ".unit_price_yen");
    Range(item.quantity(), 1, kMaxQuantity, field + ".quantity");
    if (item.has_tax_rate_percent() && item.tax_rate_percent() != 10 && item.tax_rate_percent() != 8 &&
        item.tax_rate_percent() != 0) {
      Add(InvalidField("TAX_RATE_INVALID", field + ".tax_rate_percent", absl::StrCat("is ", item.tax_rate_percent()),
                       "give 10, 8 or 0"));
    }
  }

  void Range(int64_t value, int64_t min, int64_t max, const std::string& field) {
    Add(CheckRange(value, min, max, field));
  }

  void CheckAmounts(const pb::Amounts& amounts, const std::string& field) {
    const std::pair<const char*, int64_t> values[] = {
        {".goods_yen", amounts.goods_yen()},   {".shipping_yen", amounts.shipping_yen()},
        {".fee_yen", amounts.fee_yen()},       {".points_yen", amounts.points_yen()},
        {".coupon_yen", amounts.coupon_yen()}, {".other_yen", amounts.other_yen()},
        {".tax_10_yen", amounts.tax_10_yen()}, {".tax_8_yen", amounts.tax_8_yen()},
        {".total_yen", amounts.total_yen()}};
    for (const auto& [name, value] : values) Range(value, -kMaxAmountYen, kMaxAmountYen, field + name);
  }

  void CheckLabels(const pb::Order& order, const std::string& at) {
    std::set<std::string> seen;
    if (static_cast<size_t>(order.order_tag_ids_size()) > kMaxOrderTags) {
      Add(InvalidField("LIST_TOO_LONG", at + "order_tag_ids",
                       absl::StrCat("has ", order.order_tag_ids_size(), " entries"),
                       absl::StrCat("give at most ", kMaxOrderTags)));
    }
    for (int i = 0; i < order.order_tag_ids_size(); ++i) {
      const auto& id = order.order_tag_ids(i);
      const std::string field = absl::StrCat(at, "order_tag_ids[", i, "]");
      const auto& tags = configuration_.order_tags();
      if (std::none_of(tags.begin(), tags.end(), [&](const auto& tag) { return tag.order_tag_id() == id; })) {
        Add(NotFound("ORDER_TAG_NOT_FOUND",
                     absl::StrCat(field, ": there is no such order tag; list them to see their ids"),
                     {{"field", field}, {"remedy", "list the order tags to see their ids"}}));
      } else if (!seen.insert(id).second) {
        Add(InvalidField("DOUBLED", field, "is named twice", "name each order tag once"));
      }
    }
    const auto& categories = configuration_.management_categories();
    if (!order.management_category_id().empty() &&
        std::none_of(categories.begin(), categories.end(), [&](const auto& category) {
          return category.management_category_id() == order.management_category_id();
        })) {
      const std::string field = at + "management_category_id";
      Add(NotFound("MANAGEMENT_CATEGORY_NOT_FOUND", absl::StrCat(field, ": there is no such management category"),
                   {{"field", field}, {"remedy", "list the management categories to see their ids"}}));
    }
  }

  const pb::Configuration& configuration_;
  std::vector<absl::Status> problems_;
};

void DropHyphens(std::string& text) { text.erase(std::remove(text.begin(), text.end(), '-'), text.end()); }

void NormalizeContact(pb::Contact& contact) {
  for (auto* text :
       {contact.mutable_name(), contact.mutable_name_kana(), contact.mutable_address1(), contact.mutable_address2()}) {
    MaskCardNumbersIn(*text);
  }
  DropHyphens(*contact.mutable_postal_code());
  DropHyphens(*contact.mutable_phone());
}

}  // namespace

absl::Status CheckReceivedYen(int64_t yen, absl::string_view field) { return CheckRange(yen, 0, kMaxAmountYen, field); }

std::vector<absl::Status> ValidateOrder(const pb::Order& order, const pb::Configuration& configuration,
                                        absl::string_view field) {
  Validator validator(configuration);
  validator.Check(order, absl::StrCat(field, "."));
  return validator.Take();
}

std::vector<absl::Status> ValidateNewOrder(const pb::Order& order, const pb::Configuration& configuration,
                                           absl::string_view field) {
  Validator validator(configuration);
  validator.CheckIdentity(order, absl::StrCat(field, "."));
  validator.Check(order, absl::StrCat(field, "."));
  return validator.Take();
}

void NormalizeOrder(pb::Order& order) {
  NormalizeContact(*order.mutable_orderer());
  for (auto& delivery : *order.mutable_deliveries()) {
    NormalizeContact(*delivery.mutable_recipient());
    MaskCardNumbersIn(*delivery.mutable_shipping_method());
    MaskCardNumbersIn(*delivery.mutable_delivery_time_slot());
    for (auto& item : *delivery.mutable_items()) {
      MaskCardNumbersIn(*item.mutable_product_name());
      MaskCardNumbersIn(*item.mutable_product_option());
    }
  }
  for (auto* text : {order.mutable_payment_method(), order.mutable_customer_note(), order.mutable_worker_note(),
                     order.mutable_noshi(), order.mutable_wrapping(), order.mutable_enclosed_message()}) {
    MaskCardNumbersIn(*text);
  }
  std::sort(order.mutable_order_tag_ids()->begin(), order.mutable_order_tag_ids()->end());
}

void RenumberDeliveries(const pb::Order& before, pb::Order& order) {
  std::map<int, const pb::Delivery*> known;
  std::set<int> lines;
  int last_delivery = 0;
  int last_line = 0;
  for (const auto& delivery : before.deliveries()) {
    known[delivery.delivery_number()] = &delivery;
    last_delivery = std::max(last_delivery, delivery.delivery_number());
    for (const auto& item : delivery.items()) {
      lines.insert(item.line_number());
      last_line = std::max(last_line, item.line_number());
    }
  }
  for (auto& delivery : *order.mutable_deliveries()) {
    delivery.clear_tracking_number();
    delivery.clear_ship_confirmed_date();
    const auto it = known.find(delivery.delivery_number());
    if (it == known.end()) {
      delivery.set_delivery_number(++last_delivery);
    } else {
      delivery.set_tracking_number(it->second->tracking_number());
      if (it->second->has_ship_confirmed_date()) {
        *delivery.mutable_ship_confirmed_date() = it->second->ship_confirmed_date();
      }
      // A number that comes twice counts for the first.
      known.erase(it);
    }
    for (auto& item : *delivery.mutable_items()) {
      if (lines.erase(item.line_number()) == 0) item.set_line_number(++last_line);
    }
  }
}

}  // namespace juchu::gateway
