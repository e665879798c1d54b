#ifndef SERVICES_ORDER_DOMAIN_STATE_ORIGIN_H_
#define SERVICES_ORDER_DOMAIN_STATE_ORIGIN_H_

#include <string>

#include "juchu/order/v1/history.pb.h"
#include "juchu/order/v1/order.pb.h"

namespace juchu::order {

// The path of a state category in an order's history: "state_tags.PREPAYMENT".
std::string StatePath(v1::StateCategory category);

// Keeps for every tag of `after` which version set it, and whether in place of its owner: `after`'s version when
// `before` does not have the value or when its category is one of `overridden`, else as in `before`. Pure.
void TraceStates(const v1::Order& before, const google::protobuf::RepeatedField<int>& overridden, v1::Order& after);

// Who set the tag, when and why, by the history entry of its set_version. Pure.
void TellOrigin(const v1::HistoryEntry& entry, v1::StateTag& tag);

// Whether the entry can be the one that set the tag: it made the order, or says that it brought this value. (A manager
// who sets in place of the owner what already stands leaves no change behind.) Pure.
bool CanHaveSet(const v1::HistoryEntry& entry, const v1::StateTag& tag);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_DOMAIN_STATE_ORIGIN_H_
