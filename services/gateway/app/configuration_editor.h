#ifndef SERVICES_GATEWAY_APP_CONFIGURATION_EDITOR_H_
#define SERVICES_GATEWAY_APP_CONFIGURATION_EDITOR_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call_context.h"
#include "google/protobuf/field_mask.pb.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Which request a change is for: a repeat of it is answered and not carried out again.
struct RequestKey {
  // A UUID.
  std::string id;
  // SHA-256 of the request, see HashRequest.
  std::string hash;
};

// Reads and changes what a tenant sets up. A change is decided on the configuration read and written under its
// version; one that was overtaken is decided anew, so that two editors at once both succeed or fail for a reason
// of their own. Every method answers NOT_FOUND TENANT_NOT_FOUND for a tenant that has not been created. Thread-safe.
class ConfigurationEditor {
 public:
  // `orders` and `cache` must outlive the editor.
  ConfigurationEditor(OrderClient& orders, ConfigurationCache& cache);
  ConfigurationEditor(const ConfigurationEditor&) = delete;
  ConfigurationEditor& operator=(const ConfigurationEditor&) = delete;

  // The configuration as it is now.
  absl::StatusOr<ConfigurationSnapshot> Read(const rpc::CallContext& context);

  // Makes the tenant known; one that is known already stays as it is.
  absl::StatusOr<ConfigurationSnapshot> CreateTenant(const rpc::CallContext& context);

  // Errors: REQUEST_ID_INVALID, UPDATE_MASK_INVALID, ENUM_VALUE_INVALID.
  absl::StatusOr<order::v1::Settings> UpdateSettings(const rpc::CallContext& context,
                                                     const order::v1::Settings& settings,
                                                     const google::protobuf::FieldMask& mask, const RequestKey& key);

  // Create, Update and Delete work on order::v1::Shop, PaymentMethod, ShippingMethod, OrderTag, ManagementCategory.

  // Adds one. Errors: INVALID_ARGUMENT by field; ALREADY_EXISTS <KIND>_ALREADY_EXISTS when its id or name is taken;
  // FAILED_PRECONDITION CONFIGURATION_FULL when there are 200.
  template <typename T>
  absl::StatusOr<T> Create(const rpc::CallContext& context, const T& resource, const RequestKey& key);

  // Changes the fields of one that `mask` names. Errors: INVALID_ARGUMENT by field; NOT_FOUND <KIND>_NOT_FOUND;
  // ALREADY_EXISTS <KIND>_ALREADY_EXISTS when the new name is another's.
  template <typename T>
  absl::StatusOr<T> Update(const rpc::CallContext& context, const T& resource, const google::protobuf::FieldMask& mask,
                           const RequestKey& key);

  // Removes one. Errors: NOT_FOUND <KIND>_NOT_FOUND; FAILED_PRECONDITION CONFIGURATION_IN_USE.
  template <typename T>
  absl::Status Delete(const rpc::CallContext& context, const std::string& id, const RequestKey& key);

 private:
  // Fills in the change that is wanted, given the configuration now; fills it in even when it refuses.
  using Decide = absl::FunctionRef<absl::Status(const order::v1::Configuration& now,
                                                order::v1::ChangeConfigurationRequest* change)>;

  // Reads, decides and writes until no other change comes in between.
  absl::StatusOr<ConfigurationSnapshot> Change(const rpc::CallContext& context, const RequestKey& key, Decide decide);

  OrderClient& orders_;
  ConfigurationCache& cache_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_CONFIGURATION_EDITOR_H_
