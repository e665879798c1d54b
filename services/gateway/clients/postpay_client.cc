#include "services/gateway/clients/postpay_client.h"

#include "services/gateway/clients/service_status.h"

namespace juchu::gateway {

namespace pb = ::juchu::payment::v1;

// One method for each RPC, all alike: call, translate.
#define JUCHU_POSTPAY_CLIENT_METHOD(NAME, RESPONSE)                                                                  \
  absl::StatusOr<pb::RESPONSE> PostpayClient::NAME(const rpc::CallContext& call, const pb::NAME##Request& request) { \
    static const auto& method = MethodNamed(#NAME);                                                                  \
    auto response = Call(call, method, &Stub::async_interface::NAME, request, retry());                              \
    if (!response.ok()) return TranslateServiceStatus("payment", response.status());                                 \
    return response;                                                                                                 \
  }

JUCHU_POSTPAY_CLIENT_METHOD(RecordRegistrations, RecordFileResponse)
JUCHU_POSTPAY_CLIENT_METHOD(RecordResults, RecordResultsResponse)
JUCHU_POSTPAY_CLIENT_METHOD(RecordSlips, RecordFileResponse)
JUCHU_POSTPAY_CLIENT_METHOD(FindReportedSlips, FindReportedSlipsResponse)
JUCHU_POSTPAY_CLIENT_METHOD(ReadScreenings, ReadScreeningsResponse)
JUCHU_POSTPAY_CLIENT_METHOD(FindFile, FindFileResponse)
JUCHU_POSTPAY_CLIENT_METHOD(ListFiles, ListFilesResponse)
JUCHU_POSTPAY_CLIENT_METHOD(ReadFile, ReadFileResponse)
JUCHU_POSTPAY_CLIENT_METHOD(ListLayouts, ListLayoutsResponse)
JUCHU_POSTPAY_CLIENT_METHOD(PutLayout, LayoutProfile)
JUCHU_POSTPAY_CLIENT_METHOD(DeleteLayout, DeleteLayoutResponse)

#undef JUCHU_POSTPAY_CLIENT_METHOD

}  // namespace juchu::gateway
