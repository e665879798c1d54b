#include <google/protobuf/util/field_mask_util.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using Stub = gw::ConfigurationService::Stub;

// The values of a resource's options; which of them a resource has is in its description.
struct Values {
  std::string id, name, kind, mall, color, stop_status;
  bool skips_postpayment = false;
  bool shipping_hold = false;
};

// One kind of resource: how its commands are called, what options they take, how it is read from options and shown.
template <typename Resource, typename ListRequest, typename ListResponse, typename CreateRequest,
          typename UpdateRequest, typename DeleteRequest, typename DeleteResponse>
struct Description {
  std::string command, what;
  std::function<void(CLI::App&, Values&)> add_options;
  // Fills what was given and names it in the mask.
  std::function<absl::Status(const CLI::App&, const Values&, Resource&, google::protobuf::FieldMask&)> fill;
  std::vector<Table::Column> columns;
  std::function<std::vector<std::string>(const Resource&)> row;
  grpc::Status (Stub::*list)(grpc::ClientContext*, const ListRequest&, ListResponse*);
  grpc::Status (Stub::*create)(grpc::ClientContext*, const CreateRequest&, Resource*);
  grpc::Status (Stub::*update)(grpc::ClientContext*, const UpdateRequest&, Resource*);
  grpc::Status (Stub::*remove)(grpc::ClientContext*, const DeleteRequest&, DeleteResponse*);
  std::function<const google::protobuf::RepeatedPtrField<Resource>&(const ListResponse&)> items;
  std::function<Resource*(CreateRequest&)> created;
  std::function<Resource*(UpdateRequest&)> updated;
  std::function<void(Resource&, const std::string&)> set_id;
  std::function<void(DeleteRequest&, const std::string&)> set_removed;
};

template <typename D, typename Resource>
void Show(const D& description, const Resource& resource, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(resource);
    return;
  }
  Table table(description.columns);
  table.AddRow(description.row(resource));
  Print(table.Render());
}

template <typename Resource, typename ListRequest, typename ListResponse, typename CreateRequest,
          typename UpdateRequest, typename DeleteRequest, typename DeleteResponse>
void AddResource(
    CLI::App& parent, Session& session,
    Description<Resource, ListRequest, ListResponse, CreateRequest, UpdateRequest, DeleteRequest, DeleteResponse>
        description) {
  using D = decltype(description);
  auto d = std::make_shared<D>(std::move(description));
  auto values = std::make_shared<Values>();
  auto request_id = std::make_shared<RequestId>();
  CLI::App* group = parent.add_subcommand(d->command, absl::StrCat("List, create, update, delete ", d->what));
  group->require_subcommand(1);
  AddCommand(*group, "list", absl::StrCat("List the ", d->what), session, [d, &session] {
    ListResponse response;
    if (!session.Check((session.configuration().*(d->list))(session.NewContext().get(), ListRequest(), &response)))
      return;
    if (session.format() == Format::kJson) {
      PrintJson(response);
      return;
    }
    Table table(d->columns);
    for (const auto& resource : d->items(response)) table.AddRow(d->row(resource));
    Print(table.Render());
  });
  // The command that is running is needed to see which options were given.
  auto create = std::make_shared<CLI::App*>();
  *create = AddCommand(*group, "create", "Add one", session, [d, values, request_id, create, &session] {
    CreateRequest request;
    google::protobuf::FieldMask mask;
    auto* resource = d->created(request);
    d->set_id(*resource, values->id);
    if (!session.Check(d->fill(**create, *values, *resource, mask))) return;
    request.set_request_id(request_id->value());
    Resource made;
    if (session.Check((session.configuration().*(d->create))(session.NewContext().get(), request, &made))) {
      Show(*d, made, session);
    }
  });
  auto update = std::make_shared<CLI::App*>();
  *update = AddCommand(*group, "update", "Change what is given", session, [d, values, request_id, update, &session] {
    UpdateRequest request;
    auto* resource = d->updated(request);
    d->set_id(*resource, values->id);
    if (!session.Check(d->fill(**update, *values, *resource, *request.mutable_update_mask()))) return;
    request.set_request_id(request_id->value());
    Resource now;
    if (session.Check((session.configuration().*(d->update))(session.NewContext().get(), request, &now))) {
      Show(*d, now, session);
    }
  });
  auto* remove = AddCommand(*group, "delete", "Remove one", session, [d, values, request_id, &session] {
    DeleteRequest request;
    d->set_removed(request, values->id);
    request.set_request_id(request_id->value());
    DeleteResponse response;
    if (session.Check((session.configuration().*(d->remove))(session.NewContext().get(), request, &response))) {
      Print(absl::StrCat(values->id, ": removed\n"));
    }
  });
  for (CLI::App* command : {*create, *update, remove}) {
    command->add_option("id", values->id, "its id: lower-case letters, digits, hyphens")->required();
    request_id->AddTo(*command);
  }
  for (CLI::App* command : {*create, *update}) {
    command->add_option("--name", values->name, "its name");
    d->add_options(*command, *values);
  }
}

// Sets `name` when it was given.
template <typename Resource>
void FillName(const CLI::App& command, const Values& values, Resource& resource, google::protobuf::FieldMask& mask) {
  if (command.count("--name") == 0) return;
  resource.set_name(values.name);
  mask.add_paths("name");
}

#define JUCHU_RESOURCE_CALLS(Singular, Plural, singular, plural)                                              \
  .list = &Stub::List##Plural, .create = &Stub::Create##Singular, .update = &Stub::Update##Singular,          \
  .remove = &Stub::Delete##Singular, .items = [](const gw::List##Plural##Response& response) -> const auto& { \
    return response.plural();                                                                                 \
  }                                                                                                           \
  , .created = [](gw::Create##Singular##Request& request) { return request.mutable_##singular(); },           \
    .updated = [](gw::Update##Singular##Request& request) { return request.mutable_##singular(); },           \
    .set_id = [](pb::Singular& resource, const std::string& id) { resource.set_##singular##_id(id); },        \
    .set_removed = [](gw::Delete##Singular##Request& request, const std::string& id) {                        \
      request.set_##singular##_id(id);                                                                        \
    }

#define JUCHU_DESCRIPTION(Singular, Plural)                                                                       \
  Description<pb::Singular, gw::List##Plural##Request, gw::List##Plural##Response, gw::Create##Singular##Request, \
              gw::Update##Singular##Request, gw::Delete##Singular##Request, gw::Delete##Singular##Response>

void AddShops(CLI::App& parent, Session& session) {
  AddResource(
      parent, session,
      JUCHU_DESCRIPTION(Shop, Shops){
          .command = "shops",
          .what = "shops (ショップ)",
          .add_options =
              [](CLI::App& command, Values& values) {
                command.add_option("--mall", values.mall, "RAKUTEN, AMAZON, YAHOO, OWN_SITE or OTHER_MALL");
              },
          .fill =
              [](const CLI::App& command, const Values& values, pb::Shop& shop, google::protobuf::FieldMask& mask) {
                FillName(command, values, shop, mask);
                if (command.count("--mall") == 0) return absl::OkStatus();
                mask.add_paths("mall");
                pb::MallKind mall = {};
                const auto status = ParseEnumName(values.mall, "--mall", pb::MallKind_Parse, mall);
                shop.set_mall(mall);
                return status;
              },
          .columns = {{"id"}, {"name"}, {"mall"}},
          .row =
              [](const pb::Shop& shop) {
                return std::vector<std::string>{shop.shop_id(), shop.name(), pb::MallKind_Name(shop.mall())};
              },
          JUCHU_RESOURCE_CALLS(Shop, Shops, shop, shops)});
}

void AddPaymentMethods(CLI::App& parent, Session& session) {
  AddResource(parent, session,
              JUCHU_DESCRIPTION(PaymentMethod, PaymentMethods){
                  .command = "payment-methods",
                  .what = "payment methods (支払方法)",
                  .add_options =
                      [](CLI::App& command, Values& values) {
                        command.add_option("--kind", values.kind,
                                           "PREPAID, RAKUTEN_CARD, NP_POSTPAY, GMO_POSTPAY, CASH_ON_DELIVERY, "
                                           "SETTLED_ELSEWHERE or NOTHING_TO_PAY");
                        command.add_flag("--skips-postpayment,!--no-skips-postpayment", values.skips_postpayment,
                                         "for CASH_ON_DELIVERY: do not wait for the carrier's money");
                      },
                  .fill =
                      [](const CLI::App& command, const Values& values, pb::PaymentMethod& method,
                         google::protobuf::FieldMask& mask) {
                        FillName(command, values, method, mask);
                        if (command.count("--skips-postpayment") > 0) {
                          method.set_skips_postpayment(values.skips_postpayment);
                          mask.add_paths("skips_postpayment");
                        }
                        if (command.count("--kind") == 0) return absl::OkStatus();
                        mask.add_paths("kind");
                        auto kind = ParsePaymentKind(values.kind);
                        if (kind.ok()) method.set_kind(*kind);
                        return kind.status();
                      },
                  .columns = {{"id"}, {"name"}, {"kind"}, {"skips postpayment"}},
                  .row =
                      [](const pb::PaymentMethod& method) {
                        return std::vector<std::string>{method.payment_method_id(), method.name(),
                                                        pb::PaymentKind_Name(method.kind()),
                                                        method.skips_postpayment() ? "yes" : ""};
                      },
                  JUCHU_RESOURCE_CALLS(PaymentMethod, PaymentMethods, payment_method, payment_methods)});
}

// Shipping methods and management categories have a name and nothing else.
template <typename Resource>
absl::Status FillNameOnly(const CLI::App& command, const Values& values, Resource& resource,
                          google::protobuf::FieldMask& mask) {
  FillName(command, values, resource, mask);
  return absl::OkStatus();
}

void AddShippingMethods(CLI::App& parent, Session& session) {
  AddResource(parent, session,
              JUCHU_DESCRIPTION(ShippingMethod, ShippingMethods){
                  .command = "shipping-methods",
                  .what = "shipping methods (配送方法)",
                  .add_options = [](CLI::App&, Values&) {},
                  .fill = FillNameOnly<pb::ShippingMethod>,
                  .columns = {{"id"}, {"name"}},
                  .row =
                      [](const pb::ShippingMethod& method) {
                        return std::vector<std::string>{method.shipping_method_id(), method.name()};
                      },
                  JUCHU_RESOURCE_CALLS(ShippingMethod, ShippingMethods, shipping_method, shipping_methods)});
}

void AddManagementCategories(CLI::App& parent, Session& session) {
  AddResource(
      parent, session,
      JUCHU_DESCRIPTION(ManagementCategory, ManagementCategories){
          .command = "management-categories",
          .what = "management categories (管理区分)",
          .add_options = [](CLI::App&, Values&) {},
          .fill = FillNameOnly<pb::ManagementCategory>,
          .columns = {{"id"}, {"name"}},
          .row =
              [](const pb::ManagementCategory& category) {
                return std::vector<std::string>{category.management_category_id(), category.name()};
              },
          JUCHU_RESOURCE_CALLS(ManagementCategory, ManagementCategories, management_category, management_categories)});
}

void AddOrderTags(CLI::App& parent, Session& session) {
  AddResource(
      parent, session,
      JUCHU_DESCRIPTION(OrderTag, OrderTags){
          .command = "order-tags",
          .what = "order tags (受注タグ)",
          .add_options =
              [](CLI::App& command, Values& values) {
                command.add_option("--color", values.color, "\"#rrggbb\"");
                command.add_option("--stop-status", values.stop_status,
                                   "停止箇所: orders with it do not leave this status by themselves; none: nowhere");
                command.add_flag("--shipping-hold,!--no-shipping-hold", values.shipping_hold,
                                 "出荷抑制: orders with it do not leave 出荷待 by themselves");
              },
          .fill =
              [](const CLI::App& command, const Values& values, pb::OrderTag& tag, google::protobuf::FieldMask& mask) {
                FillName(command, values, tag, mask);
                if (command.count("--color") > 0) {
                  tag.set_color(values.color);
                  mask.add_paths("color");
                }
                if (command.count("--shipping-hold") > 0) {
                  tag.set_shipping_hold(values.shipping_hold);
                  mask.add_paths("shipping_hold");
                }
                if (command.count("--stop-status") == 0) return absl::OkStatus();
                mask.add_paths("stop_status");
                if (values.stop_status == "none") return absl::OkStatus();
                auto status = ParseStatus(values.stop_status);
                if (status.ok()) tag.set_stop_status(*status);
                return status.status();
              },
          .columns = {{"id"}, {"name"}, {"color"}, {"停止箇所"}, {"出荷抑制"}},
          .row =
              [](const pb::OrderTag& tag) {
                return std::vector<std::string>{tag.order_tag_id(), tag.name(), tag.color(),
                                                StatusText(tag.stop_status()), tag.shipping_hold() ? "する" : ""};
              },
          JUCHU_RESOURCE_CALLS(OrderTag, OrderTags, order_tag, order_tags)});
}

}  // namespace

void AddConfigurationCommands(CLI::App& parent, Session& session) {
  AddShops(parent, session);
  AddPaymentMethods(parent, session);
  AddShippingMethods(parent, session);
  AddOrderTags(parent, session);
  AddManagementCategories(parent, session);
  CLI::App* tenant = parent.add_subcommand("tenant", "The tenant of your token");
  tenant->require_subcommand(1);
  AddCommand(
      *tenant, "create", "As an admin: make the tenant known to juchu; known already: nothing changes", session,
      [&session] {
        pb::Configuration configuration;
        if (!session.Check(session.configuration().CreateTenant(session.NewContext().get(), {}, &configuration))) {
          return;
        }
        if (session.format() == Format::kJson) {
          PrintJson(configuration);
        } else {
          Print(absl::StrCat("the tenant is known; configuration version ", configuration.version(), "\n"));
        }
      });
  AddCommand(*tenant, "configuration", "Show everything that the tenant has set up, as JSON", session, [&session] {
    pb::Configuration configuration;
    if (session.Check(session.configuration().GetConfiguration(session.NewContext().get(), {}, &configuration))) {
      PrintJson(configuration);
    }
  });
}

}  // namespace juchu::ctl
