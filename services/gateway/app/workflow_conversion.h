#ifndef SERVICES_GATEWAY_APP_WORKFLOW_CONVERSION_H_
#define SERVICES_GATEWAY_APP_WORKFLOW_CONVERSION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/workflow/decide.h"
#include "services/gateway/workflow/types.h"

// Messages <-> the workflow's own types. Pure; the numbers of both are asserted to agree.
namespace juchu::gateway {

workflow::OrderFacts FactsOf(const order::v1::Order& order, const order::v1::Configuration& configuration);
workflow::Settings SettingsOf(const order::v1::Configuration& configuration);

// Writes what was decided into the order: status, mode, tags, forced allocation.
void ApplyDecision(const workflow::Decision& decision, order::v1::Order& order);

// Sets one tag's value; the tags stay sorted by category.
void SetTag(workflow::StateValue value, order::v1::Order& order);

// Whether the order has a tag of the value's category, not set by a manager in place of its owner, that says otherwise.
bool IsOtherThan(workflow::StateValue value, const order::v1::Order& order);

v1::Condition ConditionOf(const workflow::ConditionState& state);

// What a payment method's name means to the tenant.
struct PaymentMeaning {
  order::v1::PaymentKind kind = order::v1::UNKNOWN_PAYMENT;
  bool postpaid = false;
};
PaymentMeaning MeaningOf(absl::string_view payment_method, const order::v1::Configuration& configuration);

// Whether the tenant knows the shipping method of every delivery; a tenant that has set up none knows all.
bool KnowsShippingMethods(const order::v1::Order& order, const order::v1::Configuration& configuration);

// エラー無し, or 住所エラー when a postal code and its prefecture disagree, at the orderer or a recipient.
workflow::StateValue JudgeAddresses(const order::v1::Order& order);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_WORKFLOW_CONVERSION_H_
