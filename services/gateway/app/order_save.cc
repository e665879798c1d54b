// UpdateOrder (保存): what a person edited, its mask, and what the edit means to the workflow.
#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/app/order_validation.h"
#include "services/gateway/app/payment_balance.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using google::protobuf::util::FieldMaskUtil;

// The top-level fields that a person may save.
const std::set<std::string>& EditableFields() {
  static const auto* const fields = new std::set<std::string>{"order_time",
                                                              "paid_time",
                                                              "received_yen",
                                                              "payment_method",
                                                              "orderer",
                                                              "orderer_mail",
                                                              "deliveries",
                                                              "amounts",
                                                              "customer_note",
                                                              "worker_note",
                                                              "gift",
                                                              "noshi",
                                                              "wrapping",
                                                              "enclosed_message",
                                                              "customer_code",
                                                              "order_tag_ids",
                                                              "management_category_id",
                                                              "forced_allocation"};
  return *fields;
}

// The mask with "*" spelled out and output-only paths left out. UPDATE_MASK_INVALID for a path that Order does not
// have.
absl::StatusOr<google::protobuf::FieldMask> ReadMask(const google::protobuf::FieldMask& mask) {
  google::protobuf::FieldMask result;
  if (mask.paths_size() == 1 && mask.paths(0) == "*") {
    for (const auto& field : EditableFields()) result.add_paths(field);
    return result;
  }
  for (const auto& path : mask.paths()) {
    if (!FieldMaskUtil::IsValidPath<pb::Order>(path)) {
      return InvalidField("UPDATE_MASK_INVALID", "update_mask", absl::StrCat("\"", path, "\" is no field of an order"),
                          absl::StrCat("name fields that can be edited: ", absl::StrJoin(EditableFields(), ", "),
                                       ", or parts of them such as orderer.name, or *"));
    }
    const std::string top = std::string(path.substr(0, path.find('.')));
    if (EditableFields().count(top) > 0) result.add_paths(path);
  }
  if (mask.paths().empty()) {
    return InvalidField("UPDATE_MASK_INVALID", "update_mask", "is empty",
                        "name the fields to save, or * for every field that can be edited");
  }
  return result;
}

std::set<std::string> TopLevel(const google::protobuf::FieldMask& mask) {
  std::set<std::string> fields;
  for (const auto& path : mask.paths()) fields.insert(path.substr(0, path.find('.')));
  return fields;
}

// 住所エラー is judged until shipping starts; afterwards the parcel is on its way to where it says.
bool JudgesAddresses(const pb::Order& order) { return order.status() < pb::SHIPPING; }

absl::StatusOr<Edit> Save(const v1::UpdateOrderRequest& request, const google::protobuf::FieldMask& mask,
                          const pb::Configuration& configuration, pb::Order& order) {
  const pb::Order before = order;
  Edit edit;
  edit.fields = TopLevel(mask);
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(request.order(), mask, options, &order);
  if (edit.fields.count("deliveries") > 0) RenumberDeliveries(before, order);
  NormalizeOrder(order);
  const auto problems = ValidateOrder(order, configuration, "order");
  if (!problems.empty()) return problems.front();

  edit.intent.saved = true;
  edit.intent.shipping_methods_known = KnowsShippingMethods(order, configuration);
  if (order.payment_method() != before.payment_method()) {
    const PaymentMeaning meaning = MeaningOf(order.payment_method(), configuration);
    order.set_payment_kind(meaning.kind);
    order.set_postpaid(meaning.postpaid);
    edit.intent.payment_method_changed = true;
    edit.fields.insert({"payment_kind", "postpaid"});
  }
  if (order.forced_allocation() != before.forced_allocation()) {
    // The workflow says whether it may be set now.
    edit.intent.forced_allocation = order.forced_allocation();
    order.set_forced_allocation(before.forced_allocation());
  }
  edit.fields.erase("forced_allocation");
  const bool addresses = edit.fields.count("orderer") > 0 || edit.fields.count("deliveries") > 0;
  if (addresses && JudgesAddresses(before)) {
    SetTag(JudgeAddresses(order), order);
    edit.judged.insert(pb::ADDRESS);
  }
  return edit;
}

}  // namespace

absl::StatusOr<v1::UpdateOrderResponse> OrderChanger::Update(const rpc::CallContext& context,
                                                             const v1::UpdateOrderRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const auto mask, ReadMask(request.update_mask()));
  if (request.order().version() < 1) {
    return InvalidField("VERSION_REQUIRED", "order.version", "is missing",
                        "send the version of the order that you read");
  }
  Change change;
  change.operation = "UpdateOrder";
  change.reason = MaskCardNumbers(request.reason());
  change.actor = PersonOf(context);
  change.request_id = request.request_id();
  change.request_hash = HashRequest(request);
  change.view = pb::ORDER_VIEW_FULL;
  change.edit = [&](const pb::Configuration& configuration, pb::Order& order) -> absl::StatusOr<Edit> {
    JUCHU_ASSIGN_OR_RETURN(Edit edit, Save(request, mask, configuration, order));
    edit.intent.role = static_cast<workflow::Role>(context.role);
    edit.intent.has_reason = !request.reason().empty();
    return edit;
  };
  const auto response_of = [](const v1::OrderChangeResponse& changed, const pb::Order& after) {
    v1::UpdateOrderResponse response;
    *response.mutable_order() = after;
    ShowBalance(*response.mutable_order());
    response.set_changed(changed.changed());
    return response;
  };
  change.answer = [&](const v1::OrderChangeResponse& changed, const pb::Order& after) {
    return response_of(changed, after).SerializeAsString();
  };
  JUCHU_ASSIGN_OR_RETURN(auto result,
                         ChangeOne(context, change, {request.order().order_number(), request.order().version()}));
  if (!result.repeated) return response_of(result.response, result.after);
  v1::UpdateOrderResponse response;
  response.ParseFromString(result.earlier_answer);
  return response;
}

}  // namespace juchu::gateway
