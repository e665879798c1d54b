#include "services/gateway/clients/payment_client.h"

#include "services/gateway/clients/service_status.h"

namespace juchu::gateway {

namespace pb = ::juchu::payment::v1;
namespace common_pb = ::juchu::common::v1;

namespace {

absl::Status Translate(const absl::Status& status) { return TranslateServiceStatus("payment", status); }

// The request is a person's, field by field.
absl::Status TranslateForPeople(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? status : Translate(status);
}

}  // namespace

// One method for each RPC, all alike: call, translate.
#define JUCHU_PAYMENT_CLIENT_METHOD(NAME, REQUEST, RESPONSE, TRANSLATE)                                \
  absl::StatusOr<RESPONSE> PaymentClient::NAME(const rpc::CallContext& call, const REQUEST& request) { \
    static const auto& method = MethodNamed(#NAME);                                                    \
    auto response = Call(call, method, &Stub::async_interface::NAME, request, retry());                \
    if (!response.ok()) return TRANSLATE(response.status());                                           \
    return response;                                                                                   \
  }

JUCHU_PAYMENT_CLIENT_METHOD(SettleCards, pb::SettleCardsRequest, pb::SettleCardsResponse, Translate)
JUCHU_PAYMENT_CLIENT_METHOD(ReadCards, pb::ReadCardsRequest, pb::ReadCardsResponse, Translate)
JUCHU_PAYMENT_CLIENT_METHOD(SearchCards, pb::SearchCardsRequest, pb::SearchCardsResponse, TranslateForPeople)
JUCHU_PAYMENT_CLIENT_METHOD(GetPaymentSettings, pb::GetPaymentSettingsRequest, pb::PaymentSettings, Translate)
JUCHU_PAYMENT_CLIENT_METHOD(PutPaymentSettings, pb::PutPaymentSettingsRequest, pb::PaymentSettings, TranslateForPeople)
JUCHU_PAYMENT_CLIENT_METHOD(AuditPayments, pb::AuditPaymentsRequest, pb::AuditPaymentsResponse, Translate)
JUCHU_PAYMENT_CLIENT_METHOD(LeaseChanges, common_pb::LeaseChangesRequest, common_pb::LeaseChangesResponse, Translate)
JUCHU_PAYMENT_CLIENT_METHOD(ExtendLeases, common_pb::ExtendLeasesRequest, common_pb::ExtendLeasesResponse, Translate)
JUCHU_PAYMENT_CLIENT_METHOD(AckChanges, common_pb::AckChangesRequest, common_pb::AckChangesResponse, Translate)

#undef JUCHU_PAYMENT_CLIENT_METHOD

}  // namespace juchu::gateway
