#include "services/gateway/app/configuration_editor.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/configuration_resource.h"
#include "services/gateway/app/field_mask.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace orderv1 = order::v1;
using google::protobuf::FieldMask;

// As often a change is decided anew when others come in between. Each round one of the others has succeeded.
constexpr int kMaxRounds = 8;
constexpr int kMaxOfAKind = 200;

template <typename T>
absl::Status ResourceNotFound(absl::string_view id) {
  using Resource = ConfigurationResource<T>;
  return NotFound(absl::StrCat(Resource::kReason, "_NOT_FOUND"),
                  absl::StrCat("there is no ", Resource::kNoun, " with this id"),
                  {{"field", IdFieldOf<T>()}, {"id", std::string(id)}, {"remedy", "list them to see the ids"}});
}

template <typename T>
absl::Status AlreadyExists(absl::string_view member) {
  using Resource = ConfigurationResource<T>;
  const std::string field = absl::StrCat(Resource::kField, ".", member);
  return MakeError(absl::StatusCode::kAlreadyExists, absl::StrCat(Resource::kReason, "_ALREADY_EXISTS"),
                   absl::StrCat(field, ": another ", Resource::kNoun, " has it; choose another"),
                   {{"field", field}, {"remedy", "choose another"}});
}

// Whether another than the one with `id` has this name.
template <typename T>
bool NameIsTaken(const orderv1::Configuration& all, absl::string_view id, absl::string_view name) {
  for (const T& one : ConfigurationResource<T>::In(all)) {
    if (one.name() == name && ConfigurationResource<T>::Id(one) != id) return true;
  }
  return false;
}

// The name is free text; orders' names of payment and shipping methods are masked alike, so that they find each other.
template <typename T>
T Masked(T resource) {
  resource.set_name(MaskCardNumbers(resource.name()));
  return resource;
}

common::v1::Actor PersonOf(const rpc::CallContext& context) {
  common::v1::Actor actor;
  actor.set_kind(common::v1::Actor::PERSON);
  actor.set_id(context.actor);
  return actor;
}

absl::Status CheckEnum(bool valid, absl::string_view member, absl::string_view values) {
  if (valid) return absl::OkStatus();
  return InvalidField("ENUM_VALUE_INVALID", absl::StrCat("settings.", member), "not a value",
                      absl::StrCat("use ", values));
}

absl::Status CheckSettings(const orderv1::Settings& settings) {
  JUCHU_RETURN_IF_ERROR(CheckEnum(settings.initial_mode() != orderv1::TRANSITION_MODE_UNSPECIFIED &&
                                      orderv1::TransitionMode_IsValid(settings.initial_mode()),
                                  "initial_mode", "AUTO or MANUAL"));
  JUCHU_RETURN_IF_ERROR(CheckEnum(settings.allocation() != orderv1::ALLOCATION_SETTING_UNSPECIFIED &&
                                      orderv1::AllocationSetting_IsValid(settings.allocation()),
                                  "allocation", "ALLOCATE_AUTOMATICALLY, ALLOCATE_BY_COMMAND or ALLOCATE_NOTHING"));
  JUCHU_RETURN_IF_ERROR(CheckEnum(settings.allocation_timing() != orderv1::ALLOCATION_TIMING_UNSPECIFIED &&
                                      orderv1::AllocationTiming_IsValid(settings.allocation_timing()),
                                  "allocation_timing", "AT_AWAITING_ALLOCATION or AT_AWAITING_CONFIRMATION"));
  return CheckEnum(settings.allocation_order() != orderv1::ALLOCATION_ORDER_UNSPECIFIED &&
                       orderv1::AllocationOrder_IsValid(settings.allocation_order()),
                   "allocation_order", "BY_ORDER_TIME or BY_SHIP_DATE");
}

}  // namespace

ConfigurationEditor::ConfigurationEditor(OrderClient& orders, ConfigurationCache& cache)
    : orders_(orders), cache_(cache) {}

absl::StatusOr<ConfigurationSnapshot> ConfigurationEditor::Read(const rpc::CallContext& context) {
  const ConfigurationSnapshot held = cache_.Find(context.tenant);
  orderv1::LoadOrdersRequest request;
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  JUCHU_ASSIGN_OR_RETURN(const orderv1::LoadOrdersResponse response, orders_.LoadOrders(context, request));
  return cache_.Resolve(context.tenant, held, response);
}

absl::StatusOr<ConfigurationSnapshot> ConfigurationEditor::CreateTenant(const rpc::CallContext& context) {
  orderv1::ChangeConfigurationRequest request;
  request.set_create_tenant(true);
  *request.mutable_actor() = PersonOf(context);
  JUCHU_ASSIGN_OR_RETURN(orderv1::ChangeConfigurationResponse response, orders_.ChangeConfiguration(context, request));
  return cache_.Put(context.tenant, std::move(*response.mutable_configuration()));
}

absl::StatusOr<ConfigurationSnapshot> ConfigurationEditor::Change(const rpc::CallContext& context,
                                                                  const RequestKey& key, Decide decide) {
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", key.id));
  absl::Status overtaken;
  for (int round = 0; round < kMaxRounds; ++round) {
    JUCHU_ASSIGN_OR_RETURN(const ConfigurationSnapshot now, Read(context));
    orderv1::ChangeConfigurationRequest request;
    request.set_expected_version(now->version());
    *request.mutable_actor() = PersonOf(context);
    request.set_request_id(key.id);
    request.set_request_hash(key.hash);
    const absl::Status decision = decide(*now, &request);
    // What is refused now may have been done by this very request before: "exists already" because it has been
    // created by the call whose answer got lost. Under a version that is past, the order service gives the earlier
    // answer or refuses; it changes nothing.
    if (!decision.ok()) request.set_expected_version(now->version() - 1);
    absl::StatusOr<orderv1::ChangeConfigurationResponse> response = orders_.ChangeConfiguration(context, request);
    if (response.ok()) return cache_.Put(context.tenant, std::move(*response->mutable_configuration()));
    if (ReasonOf(response.status()) == "REQUEST_ID_REUSED") return response.status();
    if (!decision.ok()) return decision;
    if (ReasonOf(response.status()) != "CONFIGURATION_STALE") return response.status();
    overtaken = response.status();
  }
  return overtaken;
}

absl::StatusOr<orderv1::Settings> ConfigurationEditor::UpdateSettings(const rpc::CallContext& context,
                                                                      const orderv1::Settings& settings,
                                                                      const FieldMask& mask, const RequestKey& key) {
  JUCHU_ASSIGN_OR_RETURN(
      const ConfigurationSnapshot after,
      Change(context, key, [&](const orderv1::Configuration& now, orderv1::ChangeConfigurationRequest* change) {
        *change->mutable_put_settings() = now.settings();
        JUCHU_RETURN_IF_ERROR(ApplyFieldMask(mask, "", settings, change->mutable_put_settings()));
        return CheckSettings(change->put_settings());
      }));
  return after->settings();
}

template <typename T>
absl::StatusOr<T> ConfigurationEditor::Create(const rpc::CallContext& context, const T& given, const RequestKey& key) {
  using Resource = ConfigurationResource<T>;
  const T resource = Masked(given);
  JUCHU_RETURN_IF_ERROR(CheckResource(resource));
  const std::string& id = Resource::Id(resource);
  JUCHU_ASSIGN_OR_RETURN(
      const ConfigurationSnapshot after,
      Change(context, key,
             [&](const orderv1::Configuration& now, orderv1::ChangeConfigurationRequest* change) -> absl::Status {
               Resource::Put(resource, change);
               if (FindResource<T>(now, id) != nullptr) return AlreadyExists<T>(IdFieldOf<T>());
               if (NameIsTaken<T>(now, id, resource.name())) return AlreadyExists<T>("name");
               if (Resource::In(now).size() >= kMaxOfAKind) {
                 return FailedPrecondition("CONFIGURATION_FULL",
                                           absl::StrCat("there are ", kMaxOfAKind, " of this kind already"),
                                           {{"remedy", "delete one that is not used"}});
               }
               return absl::OkStatus();
             }));
  const T* created = FindResource<T>(*after, id);
  // A repeat that comes after somebody deleted it again: the first answer was what was asked for.
  return created == nullptr ? resource : *created;
}

template <typename T>
absl::StatusOr<T> ConfigurationEditor::Update(const rpc::CallContext& context, const T& given, const FieldMask& mask,
                                              const RequestKey& key) {
  using Resource = ConfigurationResource<T>;
  const T resource = Masked(given);
  const std::string id_field = IdFieldOf<T>();
  const std::string& id = Resource::Id(resource);
  JUCHU_RETURN_IF_ERROR(CheckId(id, absl::StrCat(Resource::kField, ".", id_field)));
  // The mask and what it names can be judged before anything is read.
  T merged;
  JUCHU_RETURN_IF_ERROR(ApplyFieldMask(mask, id_field, resource, &merged));
  JUCHU_ASSIGN_OR_RETURN(
      const ConfigurationSnapshot after,
      Change(context, key,
             [&](const orderv1::Configuration& now, orderv1::ChangeConfigurationRequest* change) -> absl::Status {
               Resource::Put(resource, change);
               const T* stored = FindResource<T>(now, id);
               if (stored == nullptr) return ResourceNotFound<T>(id);
               merged = *stored;
               JUCHU_RETURN_IF_ERROR(ApplyFieldMask(mask, id_field, resource, &merged));
               JUCHU_RETURN_IF_ERROR(CheckResource(merged));
               if (NameIsTaken<T>(now, id, merged.name())) return AlreadyExists<T>("name");
               Resource::Put(merged, change);
               return absl::OkStatus();
             }));
  const T* updated = FindResource<T>(*after, id);
  if (updated == nullptr) return ResourceNotFound<T>(id);
  return *updated;
}

template <typename T>
absl::Status ConfigurationEditor::Delete(const rpc::CallContext& context, const std::string& id,
                                         const RequestKey& key) {
  JUCHU_RETURN_IF_ERROR(CheckId(id, IdFieldOf<T>()));
  return Change(context, key,
                [&](const orderv1::Configuration& now, orderv1::ChangeConfigurationRequest* change) -> absl::Status {
                  ConfigurationResource<T>::Delete(id, change);
                  return FindResource<T>(now, id) == nullptr ? ResourceNotFound<T>(id) : absl::OkStatus();
                })
      .status();
}

bool IsColor(absl::string_view color) {
  if (color.size() != 7 || color[0] != '#') return false;
  for (char c : color.substr(1)) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

#define JUCHU_CONFIGURATION_EDITOR_FOR(T)                                                                       \
  template absl::StatusOr<T> ConfigurationEditor::Create(const rpc::CallContext&, const T&, const RequestKey&); \
  template absl::StatusOr<T> ConfigurationEditor::Update(const rpc::CallContext&, const T&, const FieldMask&,   \
                                                         const RequestKey&);                                    \
  template absl::Status ConfigurationEditor::Delete<T>(const rpc::CallContext&, const std::string&, const RequestKey&)
JUCHU_CONFIGURATION_EDITOR_FOR(orderv1::Shop);
JUCHU_CONFIGURATION_EDITOR_FOR(orderv1::PaymentMethod);
JUCHU_CONFIGURATION_EDITOR_FOR(orderv1::ShippingMethod);
JUCHU_CONFIGURATION_EDITOR_FOR(orderv1::OrderTag);
JUCHU_CONFIGURATION_EDITOR_FOR(orderv1::ManagementCategory);
#undef JUCHU_CONFIGURATION_EDITOR_FOR

}  // namespace juchu::gateway
