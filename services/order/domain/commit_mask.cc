#include "services/order/domain/commit_mask.h"

#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/error.h"

namespace juchu::order {
namespace {

// Written by commits; kept in columns.
const std::set<std::string>& ColumnFields() {
  static const auto* const fields = new std::set<std::string>{"status",
                                                              "mode",
                                                              "state_tags",
                                                              "cancel_time",
                                                              "paid_time",
                                                              "received_yen",
                                                              "payment_method",
                                                              "payment_kind",
                                                              "postpaid",
                                                              "management_category_id",
                                                              "forced_allocation",
                                                              "order_tag_ids",
                                                              "fact_versions"};
  return *fields;
}

// Written by commits; kept in the document (and partly copied to columns).
const std::set<std::string>& DocumentFields() {
  static const auto* const fields = new std::set<std::string>{
      "order_time",  "orderer", "orderer_mail", "deliveries",       "amounts",       "customer_note",
      "worker_note", "gift",    "noshi",        "enclosed_message", "customer_code", "wrapping"};
  return *fields;
}

// Of the column fields, where an order stands, and what else changes as it moves on.
bool IsStatusField(absl::string_view path) { return path == "status" || path == "mode"; }

const std::set<std::string>& MovingFields() {
  static const auto* const fields = new std::set<std::string>{
      "status", "mode", "state_tags", "cancel_time", "paid_time", "received_yen", "forced_allocation", "fact_versions"};
  return *fields;
}

bool Names(const google::protobuf::FieldMask& mask, absl::string_view path) {
  return std::find(mask.paths().begin(), mask.paths().end(), path) != mask.paths().end();
}

}  // namespace

absl::Status CheckCommitMask(const google::protobuf::FieldMask& mask) {
  for (const auto& path : mask.paths()) {
    if (ColumnFields().count(path) == 0 && DocumentFields().count(path) == 0) {
      return InvalidField("UPDATE_MASK_INVALID", "update_mask", absl::StrCat("\"", path, "\" cannot be written"),
                          absl::StrCat("name top-level fields of Order: ", absl::StrJoin(ColumnFields(), ", "), ", ",
                                       absl::StrJoin(DocumentFields(), ", ")));
    }
  }
  if (!mask.paths().empty()) return absl::OkStatus();
  return InvalidField("UPDATE_MASK_INVALID", "update_mask", "is empty", "name what to write");
}

bool TouchesDocument(const google::protobuf::FieldMask& mask) {
  return std::any_of(mask.paths().begin(), mask.paths().end(),
                     [](const std::string& path) { return DocumentFields().count(path) > 0; });
}

RowPart PartOf(const google::protobuf::FieldMask& mask) {
  RowPart part = RowPart::kStatus;
  for (const auto& path : mask.paths()) {
    if (MovingFields().count(path) == 0) return RowPart::kWhole;
    if (!IsStatusField(path)) part = RowPart::kMoving;
  }
  return part;
}

bool TouchesDeliveries(const google::protobuf::FieldMask& mask) { return Names(mask, "deliveries"); }
bool TouchesTagLinks(const google::protobuf::FieldMask& mask) {
  return Names(mask, "order_tag_ids") || Names(mask, "order_time");
}

void ApplyCommitMask(const google::protobuf::FieldMask& mask, const v1::Order& from, v1::Order& to) {
  // Most commits move the order and do nothing else, and masks take their time.
  google::protobuf::FieldMask others;
  for (const auto& path : mask.paths()) {
    if (path == "status") {
      to.set_status(from.status());
    } else if (path == "mode") {
      to.set_mode(from.mode());
    } else {
      others.add_paths(path);
    }
  }
  if (others.paths().empty()) return;
  google::protobuf::util::FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(from, others, options, &to);
}

}  // namespace juchu::order
