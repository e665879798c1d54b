#include "services/order/domain/configuration_change.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::order {
namespace {

using Request = v1::ChangeConfigurationRequest;

constexpr int kMaxOfAKind = 200;

// Adds or replaces by id; a name belongs to one id only.
template <typename Resource, typename IdOf>
absl::Status Put(const Resource& resource, google::protobuf::RepeatedPtrField<Resource>& list, IdOf id_of) {
  for (const auto& other : list) {
    if (id_of(other) != id_of(resource) && other.name() == resource.name()) {
      return MakeError(absl::StatusCode::kAlreadyExists, "NAME_TAKEN",
                       absl::StrCat("the name is taken by \"", id_of(other), "\""),
                       {{"field", "name"}, {"remedy", "choose another name"}});
    }
  }
  const auto it = std::lower_bound(list.begin(), list.end(), id_of(resource),
                                   [&](const Resource& one, const std::string& id) { return id_of(one) < id; });
  if (it != list.end() && id_of(*it) == id_of(resource)) {
    *it = resource;
    return absl::OkStatus();
  }
  if (list.size() >= kMaxOfAKind) {
    return FailedPrecondition("CONFIGURATION_FULL", absl::StrCat("there are ", kMaxOfAKind, " of them already"),
                              {{"remedy", "remove one that is not needed"}});
  }
  const auto position = static_cast<int>(it - list.begin());
  *list.Add() = resource;
  std::rotate(list.begin() + position, list.end() - 1, list.end());
  return absl::OkStatus();
}

template <typename Resource, typename IdOf>
absl::Status Remove(const std::string& id, google::protobuf::RepeatedPtrField<Resource>& list, absl::string_view kind,
                    IdOf id_of) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const Resource& one) { return id_of(one) == id; });
  if (it == list.end()) {
    return NotFound(absl::StrCat(kind, "_NOT_FOUND"), absl::StrCat("there is none with the id \"", id, "\""),
                    {{"id", id}, {"remedy", "list them to see the ids"}});
  }
  list.erase(it);
  return absl::OkStatus();
}

const std::string& ShopId(const v1::Shop& shop) { return shop.shop_id(); }
const std::string& PaymentMethodId(const v1::PaymentMethod& method) { return method.payment_method_id(); }
const std::string& ShippingMethodId(const v1::ShippingMethod& method) { return method.shipping_method_id(); }
const std::string& OrderTagId(const v1::OrderTag& tag) { return tag.order_tag_id(); }
const std::string& CategoryId(const v1::ManagementCategory& category) { return category.management_category_id(); }

}  // namespace

v1::Configuration DefaultConfiguration() {
  v1::Configuration configuration;
  auto& settings = *configuration.mutable_settings();
  settings.set_initial_mode(v1::AUTO);
  settings.set_allocation(v1::ALLOCATE_AUTOMATICALLY);
  settings.set_allocation_timing(v1::AT_AWAITING_ALLOCATION);
  settings.set_allocation_order(v1::BY_ORDER_TIME);
  return configuration;
}

absl::Status ApplyConfigurationChange(const Request& request, v1::Configuration& configuration) {
  switch (request.change_case()) {
    case Request::kPutSettings:
      *configuration.mutable_settings() = request.put_settings();
      return absl::OkStatus();
    case Request::kPutShop:
      return Put(request.put_shop(), *configuration.mutable_shops(), ShopId);
    case Request::kPutPaymentMethod:
      return Put(request.put_payment_method(), *configuration.mutable_payment_methods(), PaymentMethodId);
    case Request::kPutShippingMethod:
      return Put(request.put_shipping_method(), *configuration.mutable_shipping_methods(), ShippingMethodId);
    case Request::kPutOrderTag:
      return Put(request.put_order_tag(), *configuration.mutable_order_tags(), OrderTagId);
    case Request::kPutManagementCategory:
      return Put(request.put_management_category(), *configuration.mutable_management_categories(), CategoryId);
    case Request::kDeleteShopId:
      return Remove(request.delete_shop_id(), *configuration.mutable_shops(), "SHOP", ShopId);
    case Request::kDeletePaymentMethodId:
      return Remove(request.delete_payment_method_id(), *configuration.mutable_payment_methods(), "PAYMENT_METHOD",
                    PaymentMethodId);
    case Request::kDeleteShippingMethodId:
      return Remove(request.delete_shipping_method_id(), *configuration.mutable_shipping_methods(), "SHIPPING_METHOD",
                    ShippingMethodId);
    case Request::kDeleteOrderTagId:
      return Remove(request.delete_order_tag_id(), *configuration.mutable_order_tags(), "ORDER_TAG", OrderTagId);
    case Request::kDeleteManagementCategoryId:
      return Remove(request.delete_management_category_id(), *configuration.mutable_management_categories(),
                    "MANAGEMENT_CATEGORY", CategoryId);
    case Request::kCreateTenant:
      return absl::OkStatus();
    case Request::CHANGE_NOT_SET:
      break;
  }
  return InvalidField("CHANGE_MISSING", "change", "is missing", "set exactly one change");
}

bool ConcernsWorkflow(const Request& request) {
  return request.has_put_settings() || request.has_put_order_tag() || request.has_put_shop();
}

}  // namespace juchu::order
