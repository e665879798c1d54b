#ifndef SERVICES_ORDER_DOMAIN_ORDER_DIFF_H_
#define SERVICES_ORDER_DOMAIN_ORDER_DIFF_H_

#include <google/protobuf/field_mask.pb.h>

#include <set>
#include <string>

#include "juchu/order/v1/history.pb.h"
#include "juchu/order/v1/order.pb.h"

namespace juchu::order {

// What differs between two states of an order, field by field, as its history shows it: paths such as "status",
// "state_tags.PREPAYMENT", "orderer.name", "deliveries[1].items[2].quantity"; enums by name, times in RFC 3339, dates
// as 2026-11-24, lists of text with commas. What the service keeps about itself (version, times of change) is left out.
// Looks only at the top-level fields of Order that `mask` names; each must be one. Paths in `rule_paths` are marked
// by_rule. Adds to `changes`. Pure.
void DiffOrders(const v1::Order& before, const v1::Order& after, const google::protobuf::FieldMask& mask,
                const std::set<std::string>& rule_paths, google::protobuf::RepeatedPtrField<v1::FieldChange>& changes);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_DOMAIN_ORDER_DIFF_H_
