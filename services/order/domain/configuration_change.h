#ifndef SERVICES_ORDER_DOMAIN_CONFIGURATION_CHANGE_H_
#define SERVICES_ORDER_DOMAIN_CONFIGURATION_CHANGE_H_

#include "absl/status/status.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// The settings of a new tenant.
v1::Configuration DefaultConfiguration();

// Applies the change that `request` carries to `configuration`. Pure. INVALID_ARGUMENT/CHANGE_MISSING;
// NOT_FOUND/<KIND>_NOT_FOUND for a removal of what is not there; ALREADY_EXISTS/NAME_TAKEN; FAILED_PRECONDITION/
// CONFIGURATION_FULL. Lists stay sorted by id. Whether orders use what is removed is the store's to ask.
absl::Status ApplyConfigurationChange(const v1::ChangeConfigurationRequest& request, v1::Configuration& configuration);

// Whether AUTO orders may stand elsewhere after the change: settings and order tags.
bool ConcernsWorkflow(const v1::ChangeConfigurationRequest& request);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_DOMAIN_CONFIGURATION_CHANGE_H_
