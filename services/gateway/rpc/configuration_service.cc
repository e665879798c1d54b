#include "services/gateway/rpc/configuration_service.h"

#include "common/status/status_macros.h"
#include "services/gateway/app/request_checks.h"

namespace juchu::gateway {
namespace {

template <typename Request>
RequestKey KeyOf(const Request& request) {
  return {request.request_id(), HashRequest(request)};
}

}  // namespace

grpc::Status ConfigurationService::CreateTenant(grpc::ServerContext* context, const v1::CreateTenantRequest*,
                                                order::v1::Configuration* response) {
  return handler_.ServeUnary(*context, "CreateTenant", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<order::v1::Configuration> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.CreateTenant(call));
                               return *configuration;
                             });
}

grpc::Status ConfigurationService::GetConfiguration(grpc::ServerContext* context, const v1::GetConfigurationRequest*,
                                                    order::v1::Configuration* response) {
  return handler_.ServeUnary(*context, "GetConfiguration", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<order::v1::Configuration> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.Read(call));
                               return *configuration;
                             });
}

grpc::Status ConfigurationService::GetSettings(grpc::ServerContext* context, const v1::GetSettingsRequest*,
                                               order::v1::Settings* response) {
  return handler_.ServeUnary(*context, "GetSettings", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<order::v1::Settings> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.Read(call));
                               return configuration->settings();
                             });
}

grpc::Status ConfigurationService::UpdateSettings(grpc::ServerContext* context,
                                                  const v1::UpdateSettingsRequest* request,
                                                  order::v1::Settings* response) {
  return handler_.ServeUnary(*context, "UpdateSettings", *response, [&](const rpc::CallContext& call) {
    return editor_.UpdateSettings(call, request->settings(), request->update_mask(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::ListShops(grpc::ServerContext* context, const v1::ListShopsRequest*,
                                             v1::ListShopsResponse* response) {
  return handler_.ServeUnary(*context, "ListShops", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::ListShopsResponse> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.Read(call));
                               v1::ListShopsResponse list;
                               *list.mutable_shops() = configuration->shops();
                               return list;
                             });
}

grpc::Status ConfigurationService::CreateShop(grpc::ServerContext* context, const v1::CreateShopRequest* request,
                                              order::v1::Shop* response) {
  return handler_.ServeUnary(*context, "CreateShop", *response, [&](const rpc::CallContext& call) {
    return editor_.Create(call, request->shop(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::UpdateShop(grpc::ServerContext* context, const v1::UpdateShopRequest* request,
                                              order::v1::Shop* response) {
  return handler_.ServeUnary(*context, "UpdateShop", *response, [&](const rpc::CallContext& call) {
    return editor_.Update(call, request->shop(), request->update_mask(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::DeleteShop(grpc::ServerContext* context, const v1::DeleteShopRequest* request,
                                              v1::DeleteShopResponse*) {
  return handler_.Serve(*context, "DeleteShop", [&](const rpc::CallContext& call) {
    return editor_.Delete<order::v1::Shop>(call, request->shop_id(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::ListPaymentMethods(grpc::ServerContext* context,
                                                      const v1::ListPaymentMethodsRequest*,
                                                      v1::ListPaymentMethodsResponse* response) {
  return handler_.ServeUnary(*context, "ListPaymentMethods", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::ListPaymentMethodsResponse> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.Read(call));
                               v1::ListPaymentMethodsResponse list;
                               *list.mutable_payment_methods() = configuration->payment_methods();
                               return list;
                             });
}

grpc::Status ConfigurationService::CreatePaymentMethod(grpc::ServerContext* context,
                                                       const v1::CreatePaymentMethodRequest* request,
                                                       order::v1::PaymentMethod* response) {
  return handler_.ServeUnary(*context, "CreatePaymentMethod", *response, [&](const rpc::CallContext& call) {
    return editor_.Create(call, request->payment_method(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::UpdatePaymentMethod(grpc::ServerContext* context,
                                                       const v1::UpdatePaymentMethodRequest* request,
                                                       order::v1::PaymentMethod* response) {
  return handler_.ServeUnary(*context, "UpdatePaymentMethod", *response, [&](const rpc::CallContext& call) {
    return editor_.Update(call, request->payment_method(), request->update_mask(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::DeletePaymentMethod(grpc::ServerContext* context,
                                                       const v1::DeletePaymentMethodRequest* request,
                                                       v1::DeletePaymentMethodResponse*) {
  return handler_.Serve(*context, "DeletePaymentMethod", [&](const rpc::CallContext& call) {
    return editor_.Delete<order::v1::PaymentMethod>(call, request->payment_method_id(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::ListShippingMethods(grpc::ServerContext* context,
                                                       const v1::ListShippingMethodsRequest*,
                                                       v1::ListShippingMethodsResponse* response) {
  return handler_.ServeUnary(*context, "ListShippingMethods", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::ListShippingMethodsResponse> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.Read(call));
                               v1::ListShippingMethodsResponse list;
                               *list.mutable_shipping_methods() = configuration->shipping_methods();
                               return list;
                             });
}

grpc::Status ConfigurationService::CreateShippingMethod(grpc::ServerContext* context,
                                                        const v1::CreateShippingMethodRequest* request,
                                                        order::v1::ShippingMethod* response) {
  return handler_.ServeUnary(*context, "CreateShippingMethod", *response, [&](const rpc::CallContext& call) {
    return editor_.Create(call, request->shipping_method(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::UpdateShippingMethod(grpc::ServerContext* context,
                                                        const v1::UpdateShippingMethodRequest* request,
                                                        order::v1::ShippingMethod* response) {
  return handler_.ServeUnary(*context, "UpdateShippingMethod", *response, [&](const rpc::CallContext& call) {
    return editor_.Update(call, request->shipping_method(), request->update_mask(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::DeleteShippingMethod(grpc::ServerContext* context,
                                                        const v1::DeleteShippingMethodRequest* request,
                                                        v1::DeleteShippingMethodResponse*) {
  return handler_.Serve(*context, "DeleteShippingMethod", [&](const rpc::CallContext& call) {
    return editor_.Delete<order::v1::ShippingMethod>(call, request->shipping_method_id(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::ListOrderTags(grpc::ServerContext* context, const v1::ListOrderTagsRequest*,
                                                 v1::ListOrderTagsResponse* response) {
  return handler_.ServeUnary(*context, "ListOrderTags", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::ListOrderTagsResponse> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.Read(call));
                               v1::ListOrderTagsResponse list;
                               *list.mutable_order_tags() = configuration->order_tags();
                               return list;
                             });
}

grpc::Status ConfigurationService::CreateOrderTag(grpc::ServerContext* context,
                                                  const v1::CreateOrderTagRequest* request,
                                                  order::v1::OrderTag* response) {
  return handler_.ServeUnary(*context, "CreateOrderTag", *response, [&](const rpc::CallContext& call) {
    return editor_.Create(call, request->order_tag(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::UpdateOrderTag(grpc::ServerContext* context,
                                                  const v1::UpdateOrderTagRequest* request,
                                                  order::v1::OrderTag* response) {
  return handler_.ServeUnary(*context, "UpdateOrderTag", *response, [&](const rpc::CallContext& call) {
    return editor_.Update(call, request->order_tag(), request->update_mask(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::DeleteOrderTag(grpc::ServerContext* context,
                                                  const v1::DeleteOrderTagRequest* request,
                                                  v1::DeleteOrderTagResponse*) {
  return handler_.Serve(*context, "DeleteOrderTag", [&](const rpc::CallContext& call) {
    return editor_.Delete<order::v1::OrderTag>(call, request->order_tag_id(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::ListManagementCategories(grpc::ServerContext* context,
                                                            const v1::ListManagementCategoriesRequest*,
                                                            v1::ListManagementCategoriesResponse* response) {
  return handler_.ServeUnary(*context, "ListManagementCategories", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::ListManagementCategoriesResponse> {
                               JUCHU_ASSIGN_OR_RETURN(const auto configuration, editor_.Read(call));
                               v1::ListManagementCategoriesResponse list;
                               *list.mutable_management_categories() = configuration->management_categories();
                               return list;
                             });
}

grpc::Status ConfigurationService::CreateManagementCategory(grpc::ServerContext* context,
                                                            const v1::CreateManagementCategoryRequest* request,
                                                            order::v1::ManagementCategory* response) {
  return handler_.ServeUnary(*context, "CreateManagementCategory", *response, [&](const rpc::CallContext& call) {
    return editor_.Create(call, request->management_category(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::UpdateManagementCategory(grpc::ServerContext* context,
                                                            const v1::UpdateManagementCategoryRequest* request,
                                                            order::v1::ManagementCategory* response) {
  return handler_.ServeUnary(*context, "UpdateManagementCategory", *response, [&](const rpc::CallContext& call) {
    return editor_.Update(call, request->management_category(), request->update_mask(), KeyOf(*request));
  });
}

grpc::Status ConfigurationService::DeleteManagementCategory(grpc::ServerContext* context,
                                                            const v1::DeleteManagementCategoryRequest* request,
                                                            v1::DeleteManagementCategoryResponse*) {
  return handler_.Serve(*context, "DeleteManagementCategory", [&](const rpc::CallContext& call) {
    return editor_.Delete<order::v1::ManagementCategory>(call, request->management_category_id(), KeyOf(*request));
  });
}

}  // namespace juchu::gateway
