#ifndef SERVICES_ORDER_DOMAIN_COMMIT_MASK_H_
#define SERVICES_ORDER_DOMAIN_COMMIT_MASK_H_

#include <google/protobuf/field_mask.pb.h>

#include "absl/status/status.h"
#include "juchu/order/v1/order.pb.h"

namespace juchu::order {

// INVALID_ARGUMENT/UPDATE_MASK_INVALID when `mask` is empty or names anything but top-level fields of Order that a
// commit may write.
absl::Status CheckCommitMask(const google::protobuf::FieldMask& mask);

// Whether the mask touches what is kept in the order's document, so that the whole order is needed.
bool TouchesDocument(const google::protobuf::FieldMask& mask);
// How much of an order's row a commit reads and writes; each part holds the one before it.
enum class RowPart {
  kStatus,  // Where the order stands.
  kMoving,  // And what changes as it moves on: its states, facts, payment.
  kWhole    // And what only an edit of the order changes.
};
// The least part that holds what the mask touches.
RowPart PartOf(const google::protobuf::FieldMask& mask);
bool TouchesDeliveries(const google::protobuf::FieldMask& mask);
// Its order tags, or the time by which the orders of a tag are found.
bool TouchesTagLinks(const google::protobuf::FieldMask& mask);

// Copies the masked fields of `from` into `to`. The mask has been checked.
void ApplyCommitMask(const google::protobuf::FieldMask& mask, const v1::Order& from, v1::Order& to);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_DOMAIN_COMMIT_MASK_H_
