#include "services/gateway/clients/inventory_client.h"

#include <utility>

#include "common/status/error.h"
#include "services/gateway/clients/service_status.h"

namespace juchu::gateway {

namespace pb = ::juchu::inventory::v1;
namespace common_pb = ::juchu::common::v1;

namespace {

absl::Status Translate(const absl::Status& status) { return TranslateServiceStatus("inventory", status); }

// The request is a person's, field by field.
absl::Status TranslateForPeople(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? status : Translate(status);
}

}  // namespace

absl::Status ToStatus(const pb::InventoryError& error) {
  ErrorMetadata metadata(error.metadata().begin(), error.metadata().end());
  return TranslateForPeople(
      MakeError(static_cast<absl::StatusCode>(error.code()), error.reason(), error.message(), std::move(metadata)));
}

// One method for each RPC, all alike: call, translate.
#define JUCHU_INVENTORY_CLIENT_METHOD(PACKAGE, NAME, TRANSLATE)                                          \
  absl::StatusOr<PACKAGE::NAME##Response> InventoryClient::NAME(const rpc::CallContext& call,            \
                                                                const PACKAGE::NAME##Request& request) { \
    static const auto& method = MethodNamed(#NAME);                                                      \
    auto response = Call(call, method, &Stub::async_interface::NAME, request, retry());                  \
    if (!response.ok()) return TRANSLATE(response.status());                                             \
    return response;                                                                                     \
  }

JUCHU_INVENTORY_CLIENT_METHOD(pb, PutProducts, TranslateForPeople)
JUCHU_INVENTORY_CLIENT_METHOD(pb, SearchProducts, TranslateForPeople)
JUCHU_INVENTORY_CLIENT_METHOD(pb, ReadStock, TranslateForPeople)
JUCHU_INVENTORY_CLIENT_METHOD(pb, ChangeStock, TranslateForPeople)
JUCHU_INVENTORY_CLIENT_METHOD(pb, ListLedger, TranslateForPeople)
JUCHU_INVENTORY_CLIENT_METHOD(pb, AllocateOrders, Translate)
JUCHU_INVENTORY_CLIENT_METHOD(pb, ShipOrders, Translate)
JUCHU_INVENTORY_CLIENT_METHOD(pb, ReadAllocations, Translate)
JUCHU_INVENTORY_CLIENT_METHOD(pb, ListWaitingOrders, Translate)
JUCHU_INVENTORY_CLIENT_METHOD(pb, AuditInventory, Translate)
JUCHU_INVENTORY_CLIENT_METHOD(common_pb, LeaseChanges, Translate)
JUCHU_INVENTORY_CLIENT_METHOD(common_pb, ExtendLeases, Translate)
JUCHU_INVENTORY_CLIENT_METHOD(common_pb, AckChanges, Translate)

#undef JUCHU_INVENTORY_CLIENT_METHOD

}  // namespace juchu::gateway
