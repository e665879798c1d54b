#include "tests/fuzz/configuration_requests.h"

#include "absl/strings/str_cat.h"
#include "services/gateway/app/configuration_resource.h"
#include "services/gateway/app/request_checks.h"
#include "tests/fuzz/make_once.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/require.h"

namespace juchu::fuzz {
namespace {

using gateway::HashRequest;

template <typename Request>
gateway::RequestKey KeyOf(const Request& request) {
  return {request.request_id(), HashRequest(request)};
}

}  // namespace

bool ConfigurationRequests::Serve(const rpc::CallContext& context, const AnyRequest& request) {
  return ServePut(context, request) || ServeDelete(context, request) || ServeRead(context, request);
}

bool ConfigurationRequests::ServePut(const rpc::CallContext& context, const AnyRequest& request) {
  switch (request.request_case()) {
    case AnyRequest::kUpdateSettings:
      MakeOnce(request.update_settings(), [&](const auto& one) {
        return editor_.UpdateSettings(context, one.settings(), one.update_mask(), KeyOf(one));
      });
      return true;
    case AnyRequest::kCreateShop:
      Create(context, request.create_shop(), request.create_shop().shop());
      return true;
    case AnyRequest::kUpdateShop:
      Update(context, request.update_shop(), request.update_shop().shop());
      return true;
    case AnyRequest::kCreatePaymentMethod:
      Create(context, request.create_payment_method(), request.create_payment_method().payment_method());
      return true;
    case AnyRequest::kUpdatePaymentMethod:
      Update(context, request.update_payment_method(), request.update_payment_method().payment_method());
      return true;
    case AnyRequest::kCreateShippingMethod:
      Create(context, request.create_shipping_method(), request.create_shipping_method().shipping_method());
      return true;
    case AnyRequest::kUpdateShippingMethod:
      Update(context, request.update_shipping_method(), request.update_shipping_method().shipping_method());
      return true;
    case AnyRequest::kCreateOrderTag:
      Create(context, request.create_order_tag(), request.create_order_tag().order_tag());
      return true;
    case AnyRequest::kUpdateOrderTag:
      Update(context, request.update_order_tag(), request.update_order_tag().order_tag());
      return true;
    case AnyRequest::kCreateManagementCategory:
      Create(context, request.create_management_category(), request.create_management_category().management_category());
      return true;
    case AnyRequest::kUpdateManagementCategory:
      Update(context, request.update_management_category(), request.update_management_category().management_category());
      return true;
    default:
      return false;
  }
}

bool ConfigurationRequests::ServeDelete(const rpc::CallContext& context, const AnyRequest& request) {
  switch (request.request_case()) {
    case AnyRequest::kDeleteShop:
      Delete<order::v1::Shop>(context, request.delete_shop(), request.delete_shop().shop_id());
      return true;
    case AnyRequest::kDeletePaymentMethod:
      Delete<order::v1::PaymentMethod>(context, request.delete_payment_method(),
                                       request.delete_payment_method().payment_method_id());
      return true;
    case AnyRequest::kDeleteShippingMethod:
      Delete<order::v1::ShippingMethod>(context, request.delete_shipping_method(),
                                        request.delete_shipping_method().shipping_method_id());
      return true;
    case AnyRequest::kDeleteOrderTag:
      Delete<order::v1::OrderTag>(context, request.delete_order_tag(), request.delete_order_tag().order_tag_id());
      return true;
    case AnyRequest::kDeleteManagementCategory:
      Delete<order::v1::ManagementCategory>(context, request.delete_management_category(),
                                            request.delete_management_category().management_category_id());
      return true;
    default:
      return false;
  }
}

bool ConfigurationRequests::ServeRead(const rpc::CallContext& context, const AnyRequest& request) {
  switch (request.request_case()) {
    case AnyRequest::kCreateTenant:
      CreateTenant(context);
      return true;
    // The lists are parts of the whole, which is all that the application reads for any of them.
    case AnyRequest::kGetConfiguration:
    case AnyRequest::kGetSettings:
    case AnyRequest::kListShops:
    case AnyRequest::kListPaymentMethods:
    case AnyRequest::kListShippingMethods:
    case AnyRequest::kListOrderTags:
    case AnyRequest::kListManagementCategories:
      Read(context);
      return true;
    default:
      return false;
  }
}

template <typename Request, typename Resource>
void ConfigurationRequests::Create(const rpc::CallContext& context, const Request& request, const Resource& resource) {
  MakeOnce(request, [&](const Request& one) { return editor_.Create(context, resource, KeyOf(one)); });
}

template <typename Request, typename Resource>
void ConfigurationRequests::Update(const rpc::CallContext& context, const Request& request, const Resource& resource) {
  MakeOnce(request,
           [&](const Request& one) { return editor_.Update(context, resource, one.update_mask(), KeyOf(one)); });
}

template <typename Resource, typename Request>
void ConfigurationRequests::Delete(const rpc::CallContext& context, const Request& request, const std::string& id) {
  const order::v1::Configuration before = orders_.configuration();
  const absl::Status status = editor_.Delete<Resource>(context, id, KeyOf(request));
  const bool is_changed = HashRequest(orders_.configuration()) != HashRequest(before);
  if (!status.ok()) {
    Require(!is_changed, "a refused removal changes nothing");
    return CheckRefusal(status);
  }
  // A repeat of one long ago is answered, and removes nothing that has been made since.
  const bool is_gone = gateway::FindResource<Resource>(orders_.configuration(), id) == nullptr;
  Require(is_gone || !is_changed, "what is removed is gone");
  const std::string after = HashRequest(orders_.configuration());
  const absl::Status again = editor_.Delete<Resource>(context, id, KeyOf(request));
  Require(again.ok(), absl::StrCat("a repeat is answered: ", again.ToString()));
  Require(HashRequest(orders_.configuration()) == after, "a repeat removes nothing more");
}

// The tenant is known already.
void ConfigurationRequests::CreateTenant(const rpc::CallContext& context) {
  const std::string before = HashRequest(orders_.configuration());
  const auto configuration = editor_.CreateTenant(context);
  Require(configuration.ok(), "a tenant may be created again");
  Require(HashRequest(**configuration) == before && HashRequest(orders_.configuration()) == before,
          "and stays as it is");
}

void ConfigurationRequests::Read(const rpc::CallContext& context) {
  const auto configuration = editor_.Read(context);
  Require(configuration.ok(), "there is always a configuration");
  Require(HashRequest(**configuration) == HashRequest(orders_.configuration()), "what is read is what is stored");
}

}  // namespace juchu::fuzz
