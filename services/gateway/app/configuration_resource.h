#ifndef SERVICES_GATEWAY_APP_CONFIGURATION_RESOURCE_H_
#define SERVICES_GATEWAY_APP_CONFIGURATION_RESOURCE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "google/protobuf/repeated_field.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order_service.pb.h"
#include "services/gateway/app/request_checks.h"

namespace juchu::gateway {

// What the five kinds of things that a tenant sets up differ in; everything else about them is written once, in
// ConfigurationEditor. Each specialisation says:
//   kField        the request's field, and the start of the ids' field names: "shop"
//   kReason       the start of its error reasons: "SHOP"
//   kNoun         its name in messages
//   kMaxName      the longest name, in characters
//   Id, In        its id; all of them in a configuration
//   CheckRest     rules beyond id and name
//   Put, Delete   the change that writes or removes it
template <typename T>
struct ConfigurationResource;

template <>
struct ConfigurationResource<order::v1::Shop> {
  static constexpr absl::string_view kField = "shop";
  static constexpr absl::string_view kReason = "SHOP";
  static constexpr absl::string_view kNoun = "shop";
  static constexpr size_t kMaxName = 100;
  static const std::string& Id(const order::v1::Shop& shop) { return shop.shop_id(); }
  static const google::protobuf::RepeatedPtrField<order::v1::Shop>& In(const order::v1::Configuration& all) {
    return all.shops();
  }
  static absl::Status CheckRest(const order::v1::Shop& shop) {
    if (shop.mall() != order::v1::MALL_KIND_UNSPECIFIED && order::v1::MallKind_IsValid(shop.mall())) {
      return absl::OkStatus();
    }
    return InvalidField("ENUM_VALUE_INVALID", "shop.mall", "not a kind of mall",
                        "use RAKUTEN, AMAZON, YAHOO, OWN_SITE or OTHER_MALL");
  }
  static void Put(const order::v1::Shop& shop, order::v1::ChangeConfigurationRequest* change) {
    *change->mutable_put_shop() = shop;
  }
  static void Delete(const std::string& id, order::v1::ChangeConfigurationRequest* change) {
    change->set_delete_shop_id(id);
  }
};

template <>
struct ConfigurationResource<order::v1::PaymentMethod> {
  static constexpr absl::string_view kField = "payment_method";
  static constexpr absl::string_view kReason = "PAYMENT_METHOD";
  static constexpr absl::string_view kNoun = "payment method";
  static constexpr size_t kMaxName = 100;
  static const std::string& Id(const order::v1::PaymentMethod& method) { return method.payment_method_id(); }
  static const google::protobuf::RepeatedPtrField<order::v1::PaymentMethod>& In(const order::v1::Configuration& all) {
    return all.payment_methods();
  }
  static absl::Status CheckRest(const order::v1::PaymentMethod& method) {
    if (method.kind() == order::v1::PAYMENT_KIND_UNSPECIFIED || method.kind() == order::v1::UNKNOWN_PAYMENT ||
        !order::v1::PaymentKind_IsValid(method.kind())) {
      return InvalidField("ENUM_VALUE_INVALID", "payment_method.kind", "not a kind that a method can have",
                          "use any kind but UNKNOWN_PAYMENT");
    }
    if (method.skips_postpayment() && method.kind() != order::v1::CASH_ON_DELIVERY) {
      return InvalidField("PAYMENT_METHOD_INVALID", "payment_method.skips_postpayment",
                          "only CASH_ON_DELIVERY can pass over the wait for the money",
                          "set it to false, or kind to CASH_ON_DELIVERY");
    }
    return absl::OkStatus();
  }
  static void Put(const order::v1::PaymentMethod& method, order::v1::ChangeConfigurationRequest* change) {
    *change->mutable_put_payment_method() = method;
  }
  static void Delete(const std::string& id, order::v1::ChangeConfigurationRequest* change) {
    change->set_delete_payment_method_id(id);
  }
};

template <>
struct ConfigurationResource<order::v1::ShippingMethod> {
  static constexpr absl::string_view kField = "shipping_method";
  static constexpr absl::string_view kReason = "SHIPPING_METHOD";
  static constexpr absl::string_view kNoun = "shipping method";
  static constexpr size_t kMaxName = 100;
  static const std::string& Id(const order::v1::ShippingMethod& method) { return method.shipping_method_id(); }
  static const google::protobuf::RepeatedPtrField<order::v1::ShippingMethod>& In(const order::v1::Configuration& all) {
    return all.shipping_methods();
  }
  static absl::Status CheckRest(const order::v1::ShippingMethod&) { return absl::OkStatus(); }
  static void Put(const order::v1::ShippingMethod& method, order::v1::ChangeConfigurationRequest* change) {
    *change->mutable_put_shipping_method() = method;
  }
  static void Delete(const std::string& id, order::v1::ChangeConfigurationRequest* change) {
    change->set_delete_shipping_method_id(id);
  }
};

// Whether `color` is "#rrggbb" in hexadecimal digits.
bool IsColor(absl::string_view color);

template <>
struct ConfigurationResource<order::v1::OrderTag> {
  static constexpr absl::string_view kField = "order_tag";
  static constexpr absl::string_view kReason = "ORDER_TAG";
  static constexpr absl::string_view kNoun = "order tag";
  static constexpr size_t kMaxName = 50;
  static const std::string& Id(const order::v1::OrderTag& tag) { return tag.order_tag_id(); }
  static const google::protobuf::RepeatedPtrField<order::v1::OrderTag>& In(const order::v1::Configuration& all) {
    return all.order_tags();
  }
  static absl::Status CheckRest(const order::v1::OrderTag& tag) {
    if (!tag.color().empty() && !IsColor(tag.color())) {
      return InvalidField("COLOR_INVALID", "order_tag.color", "not a colour",
                          "write # and six hexadecimal digits, or leave it empty");
    }
    if (!order::v1::Status_IsValid(tag.stop_status()) || tag.stop_status() == order::v1::COMPLETED ||
        tag.stop_status() == order::v1::CANCELLED) {
      return InvalidField("ENUM_VALUE_INVALID", "order_tag.stop_status", "not a status that orders move on from",
                          "use a status before COMPLETED, or leave it unset");
    }
    return absl::OkStatus();
  }
  static void Put(const order::v1::OrderTag& tag, order::v1::ChangeConfigurationRequest* change) {
    *change->mutable_put_order_tag() = tag;
  }
  static void Delete(const std::string& id, order::v1::ChangeConfigurationRequest* change) {
    change->set_delete_order_tag_id(id);
  }
};

template <>
struct ConfigurationResource<order::v1::ManagementCategory> {
  static constexpr absl::string_view kField = "management_category";
  static constexpr absl::string_view kReason = "MANAGEMENT_CATEGORY";
  static constexpr absl::string_view kNoun = "management category";
  static constexpr size_t kMaxName = 50;
  static const std::string& Id(const order::v1::ManagementCategory& category) {
    return category.management_category_id();
  }
  static const google::protobuf::RepeatedPtrField<order::v1::ManagementCategory>& In(
      const order::v1::Configuration& all) {
    return all.management_categories();
  }
  static absl::Status CheckRest(const order::v1::ManagementCategory&) { return absl::OkStatus(); }
  static void Put(const order::v1::ManagementCategory& category, order::v1::ChangeConfigurationRequest* change) {
    *change->mutable_put_management_category() = category;
  }
  static void Delete(const std::string& id, order::v1::ChangeConfigurationRequest* change) {
    change->set_delete_management_category_id(id);
  }
};

// The name of the id's field: "shop_id".
template <typename T>
std::string IdFieldOf() {
  return absl::StrCat(ConfigurationResource<T>::kField, "_id");
}

// Checks a whole resource by its contract. Errors: INVALID_ARGUMENT with field and remedy.
template <typename T>
absl::Status CheckResource(const T& resource) {
  using Resource = ConfigurationResource<T>;
  JUCHU_RETURN_IF_ERROR(CheckId(Resource::Id(resource), absl::StrCat(Resource::kField, ".", IdFieldOf<T>())));
  JUCHU_RETURN_IF_ERROR(CheckLine(resource.name(), 1, Resource::kMaxName, absl::StrCat(Resource::kField, ".name")));
  return Resource::CheckRest(resource);
}

// The resource with this id in `all`; null when there is none.
template <typename T>
const T* FindResource(const order::v1::Configuration& all, absl::string_view id) {
  for (const T& one : ConfigurationResource<T>::In(all)) {
    if (ConfigurationResource<T>::Id(one) == id) return &one;
  }
  return nullptr;
}

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_CONFIGURATION_RESOURCE_H_
