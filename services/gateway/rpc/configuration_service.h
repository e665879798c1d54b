#ifndef SERVICES_GATEWAY_RPC_CONFIGURATION_SERVICE_H_
#define SERVICES_GATEWAY_RPC_CONFIGURATION_SERVICE_H_

#include <utility>

#include "common/rpc/handler.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "services/gateway/app/configuration_editor.h"

namespace juchu::gateway {

// The public interface for what a tenant sets up, over the wire: nothing but calls of ConfigurationEditor. The five
// kinds of resources share one path each for list, create, update and delete. Thread-safe.
class ConfigurationService final : public v1::ConfigurationService::Service {
 public:
  ConfigurationService(rpc::Handler handler, ConfigurationEditor& editor)
      : handler_(std::move(handler)), editor_(editor) {}

  grpc::Status CreateTenant(grpc::ServerContext* context, const v1::CreateTenantRequest* request,
                            order::v1::Configuration* response) override;
  grpc::Status GetConfiguration(grpc::ServerContext* context, const v1::GetConfigurationRequest* request,
                                order::v1::Configuration* response) override;
  grpc::Status GetSettings(grpc::ServerContext* context, const v1::GetSettingsRequest* request,
                           order::v1::Settings* response) override;
  grpc::Status UpdateSettings(grpc::ServerContext* context, const v1::UpdateSettingsRequest* request,
                              order::v1::Settings* response) override;

  grpc::Status ListShops(grpc::ServerContext* context, const v1::ListShopsRequest* request,
                         v1::ListShopsResponse* response) override;
  grpc::Status CreateShop(grpc::ServerContext* context, const v1::CreateShopRequest* request,
                          order::v1::Shop* response) override;
  grpc::Status UpdateShop(grpc::ServerContext* context, const v1::UpdateShopRequest* request,
                          order::v1::Shop* response) override;
  grpc::Status DeleteShop(grpc::ServerContext* context, const v1::DeleteShopRequest* request,
                          v1::DeleteShopResponse* response) override;

  grpc::Status ListPaymentMethods(grpc::ServerContext* context, const v1::ListPaymentMethodsRequest* request,
                                  v1::ListPaymentMethodsResponse* response) override;
  grpc::Status CreatePaymentMethod(grpc::ServerContext* context, const v1::CreatePaymentMethodRequest* request,
                                   order::v1::PaymentMethod* response) override;
  grpc::Status UpdatePaymentMethod(grpc::ServerContext* context, const v1::UpdatePaymentMethodRequest* request,
                                   order::v1::PaymentMethod* response) override;
  grpc::Status DeletePaymentMethod(grpc::ServerContext* context, const v1::DeletePaymentMethodRequest* request,
                                   v1::DeletePaymentMethodResponse* response) override;

  grpc::Status ListShippingMethods(grpc::ServerContext* context, const v1::ListShippingMethodsRequest* request,
                                   v1::ListShippingMethodsResponse* response) override;
  grpc::Status CreateShippingMethod(grpc::ServerContext* context, const v1::CreateShippingMethodRequest* request,
                                    order::v1::ShippingMethod* response) override;
  grpc::Status UpdateShippingMethod(grpc::ServerContext* context, const v1::UpdateShippingMethodRequest* request,
                                    order::v1::ShippingMethod* response) override;
  grpc::Status DeleteShippingMethod(grpc::ServerContext* context, const v1::DeleteShippingMethodRequest* request,
                                    v1::DeleteShippingMethodResponse* response) override;

  grpc::Status ListOrderTags(grpc::ServerContext* context, const v1::ListOrderTagsRequest* request,
                             v1::ListOrderTagsResponse* response) override;
  grpc::Status CreateOrderTag(grpc::ServerContext* context, const v1::CreateOrderTagRequest* request,
                              order::v1::OrderTag* response) override;
  grpc::Status UpdateOrderTag(grpc::ServerContext* context, const v1::UpdateOrderTagRequest* request,
                              order::v1::OrderTag* response) override;
  grpc::Status DeleteOrderTag(grpc::ServerContext* context, const v1::DeleteOrderTagRequest* request,
                              v1::DeleteOrderTagResponse* response) override;

  grpc::Status ListManagementCategories(grpc::ServerContext* context,
                                        const v1::ListManagementCategoriesRequest* request,
                                        v1::ListManagementCategoriesResponse* response) override;
  grpc::Status CreateManagementCategory(grpc::ServerContext* context,
                                        const v1::CreateManagementCategoryRequest* request,
                                        order::v1::ManagementCategory* response) override;
  grpc::Status UpdateManagementCategory(grpc::ServerContext* context,
                                        const v1::UpdateManagementCategoryRequest* request,
                                        order::v1::ManagementCategory* response) override;
  grpc::Status DeleteManagementCategory(grpc::ServerContext* context,
                                        const v1::DeleteManagementCategoryRequest* request,
                                        v1::DeleteManagementCategoryResponse* response) override;

 private:
  const rpc::Handler handler_;
  ConfigurationEditor& editor_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_RPC_CONFIGURATION_SERVICE_H_
