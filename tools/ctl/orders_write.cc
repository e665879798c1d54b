#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/json_util.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

// What every change of one order takes.
struct ChangeArguments {
  std::string number;
  std::string what;
  int64_t version = 0;
  std::string reason;
  RequestId request_id;
};

void AddChangeOptions(CLI::App& command, ChangeArguments& arguments) {
  command.add_option("number", arguments.number, "the order number")->required();
  command.add_option("--version", arguments.version,
                     "the version you saw; refused when the order has changed since. Absent: whatever it is now");
  command.add_option("--reason", arguments.reason, "why, for the history");
  arguments.request_id.AddTo(command);
}

template <typename Request>
void FillChange(ChangeArguments& arguments, Request& request) {
  request.set_order_number(arguments.number);
  request.set_version(arguments.version);
  request.set_reason(arguments.reason);
  request.set_request_id(arguments.request_id.value());
}

// Whether saving nothing takes the field's value off the order.
bool CanBeAbsent(const google::protobuf::FieldDescriptor& field) {
  return field.has_presence() &&
         (field.message_type() == nullptr || field.message_type()->full_name() == "google.protobuf.Timestamp");
}

// Sets the field at `path` ("orderer.name", "paid_time") of `message` from `text`; "" leaves one absent that may be.
absl::Status SetField(google::protobuf::Message& message, absl::string_view path, const std::string& text) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(path, absl::MaxSplits('.', 1));
  const auto* field = message.GetDescriptor()->FindFieldByName(std::string(parts.first));
  if (field == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("--set: an order has no field \"", path, "\""));
  }
  const auto* reflection = message.GetReflection();
  using Field = google::protobuf::FieldDescriptor;
  if (field->is_repeated()) {
    if (field->cpp_type() != Field::CPPTYPE_STRING) {
      return absl::InvalidArgumentError(absl::StrCat("--set: ", path, " can be saved only with --json"));
    }
    reflection->ClearField(&message, field);
    for (absl::string_view part : absl::StrSplit(text, ',', absl::SkipEmpty())) {
      reflection->AddString(&message, field, std::string(part));
    }
    return absl::OkStatus();
  }
  if (text.empty() && CanBeAbsent(*field)) return absl::OkStatus();
  switch (field->cpp_type()) {
    case Field::CPPTYPE_STRING:
      reflection->SetString(&message, field, text);
      return absl::OkStatus();
    case Field::CPPTYPE_BOOL:
      if (text != "true" && text != "false") {
        return absl::InvalidArgumentError(absl::StrCat("--set: ", path, " is true or false, not \"", text, "\""));
      }
      reflection->SetBool(&message, field, text == "true");
      return absl::OkStatus();
    case Field::CPPTYPE_INT64: {
      int64_t number = 0;
      if (!absl::SimpleAtoi(text, &number)) {
        return absl::InvalidArgumentError(absl::StrCat("--set: ", path, " is a whole number, not \"", text, "\""));
      }
      reflection->SetInt64(&message, field, number);
      return absl::OkStatus();
    }
    case Field::CPPTYPE_MESSAGE:
      if (field->message_type()->full_name() == "google.protobuf.Timestamp") {
        auto* time = static_cast<google::protobuf::Timestamp*>(reflection->MutableMessage(&message, field));
        JUCHU_ASSIGN_OR_RETURN(*time, ParseTime(text));
        return absl::OkStatus();
      }
      if (parts.second.empty()) {
        return absl::InvalidArgumentError(absl::StrCat("--set: ", path, " has parts; name one, as in ", path, ".name"));
      }
      return SetField(*reflection->MutableMessage(&message, field), parts.second, text);
    default:
      return absl::InvalidArgumentError(absl::StrCat("--set: ", path, " cannot be saved"));
  }
}

struct SaveArguments {
  ChangeArguments change;
  std::vector<std::string> sets;
  std::string json_file;
};

absl::Status BuildSave(SaveArguments& arguments, Session& session, gw::UpdateOrderRequest& request) {
  for (const auto& assignment : arguments.sets) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(assignment, absl::MaxSplits('=', 1));
    if (assignment.find('=') == std::string::npos) {
      return absl::InvalidArgumentError(absl::StrCat("--set: write FIELD=VALUE, not \"", assignment, "\""));
    }
    JUCHU_RETURN_IF_ERROR(SetField(*request.mutable_order(), parts.first, parts.second));
    request.mutable_update_mask()->add_paths(parts.first);
  }
  if (request.update_mask().paths().empty()) {
    return absl::InvalidArgumentError("nothing to save: give --set FIELD=VALUE at least once");
  }
  request.mutable_order()->set_order_number(arguments.change.number);
  request.set_reason(arguments.change.reason);
  request.set_request_id(arguments.change.request_id.value());
  if (arguments.change.version != 0) {
    request.mutable_order()->set_version(arguments.change.version);
    return absl::OkStatus();
  }
  // Without --version the person means the order as it is now.
  gw::GetOrderRequest get;
  get.set_order_number(arguments.change.number);
  pb::Order order;
  const auto status = session.orders().GetOrder(session.NewContext().get(), get, &order);
  if (!session.Check(status)) return absl::CancelledError();
  request.mutable_order()->set_version(order.version());
  return absl::OkStatus();
}

void Save(SaveArguments& arguments, Session& session) {
  gw::UpdateOrderRequest request;
  const auto built = BuildSave(arguments, session, request);
  if (absl::IsCancelled(built) || !session.Check(built)) return;
  gw::UpdateOrderResponse response;
  if (!session.Check(session.orders().UpdateOrder(session.NewContext().get(), request, &response))) return;
  if (session.format() == Format::kJson) {
    PrintJson(response);
    return;
  }
  const auto& order = response.order();
  Print(absl::StrCat(order.order_number(), response.changed() ? ": saved, " : ": nothing to change, ",
                     StatusText(order.status()), ", ", ModeText(order.mode()), ", version ", order.version(), "\n"));
}

}  // namespace

void AddOrderWriteCommands(CLI::App& parent, Session& session) {
  auto save = std::make_shared<SaveArguments>();
  auto* command =
      AddCommand(parent, "save", "Edit an order (保存). A changed payment method turns an AUTO order MANUAL", session,
                 [save, &session] { Save(*save, session); });
  AddChangeOptions(*command, save->change);
  command
      ->add_option(
          "--set", save->sets,
          "FIELD=VALUE, again and again: payment_method=銀行振込, orderer.name=…, worker_note=…, paid_time=now, "
          "received_yen=3000 (nothing behind = takes it off), order_tag_ids=a,b, management_category_id=…, "
          "forced_allocation=true")
      ->take_all();
  command->footer("Example: juchuctl orders save 06A1… --set payment_method=代金引換 --reason 電話にて変更");

  auto change = std::make_shared<ChangeArguments>();
  command =
      AddCommand(parent, "status", "Move an order by hand (進捗区分); it turns MANUAL", session, [change, &session] {
        gw::ChangeOrderStatusRequest request;
        FillChange(*change, request);
        auto status = ParseStatus(change->what);
        if (!session.Check(status.status())) return;
        request.set_status(*status);
        gw::OrderChangeResponse response;
        if (session.Check(session.orders().ChangeOrderStatus(session.NewContext().get(), request, &response))) {
          PrintChange(response, session);
        }
      });
  AddChangeOptions(*command, *change);
  command->add_option("status", change->what, "where to: AWAITING_PAYMENT or 入金待 …")->required();

  command =
      AddCommand(parent, "mode", "Set AUTO or MANUAL (自動遷移); AUTO goes on at once", session, [change, &session] {
        gw::ChangeTransitionModeRequest request;
        FillChange(*change, request);
        auto mode = ParseMode(change->what);
        if (!session.Check(mode.status())) return;
        request.set_mode(*mode);
        gw::OrderChangeResponse response;
        if (session.Check(session.orders().ChangeTransitionMode(session.NewContext().get(), request, &response))) {
          PrintChange(response, session);
        }
      });
  AddChangeOptions(*command, *change);
  command->add_option("mode", change->what, "AUTO or MANUAL")->required();

  command = AddCommand(
      parent, "cancel", "Cancel an order; refused once a delivery is confirmed", session, [change, &session] {
        gw::CancelOrderRequest request;
        FillChange(*change, request);
        gw::OrderChangeResponse response;
        if (session.Check(session.orders().CancelOrder(session.NewContext().get(), request, &response))) {
          PrintChange(response, session);
        }
      });
  AddChangeOptions(*command, *change);

  command = AddCommand(
      parent, "override", "As a manager: set a state tag in place of its owner, with a reason", session,
      [change, &session] {
        gw::OverrideStateTagRequest request;
        FillChange(*change, request);
        auto value = ParseValue(change->what);
        if (!session.Check(value.status())) return;
        request.set_value(*value);
        gw::OrderChangeResponse response;
        if (session.Check(session.orders().OverrideStateTag(session.NewContext().get(), request, &response))) {
          PrintChange(response, session);
        }
      });
  AddChangeOptions(*command, *change);
  command->add_option("value", change->what, "the value: SHIPMENT_CONFIRMED or 出荷確定済 …")->required();
  command->get_option("--reason")->required();
}

}  // namespace juchu::ctl
