#include "common/rpc/authorizer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::rpc {

absl::Status CallerAuthorizer::CheckService(const google::protobuf::ServiceDescriptor& service) const {
  for (int i = 0; i < service.method_count(); ++i) {
    const auto& method = *service.method(i);
    if (method.options().ExtensionSize(common::v1::allowed_callers) == 0) {
      return absl::InternalError(
          absl::StrCat(method.full_name(), " has no option allowed_callers; add it to the contract"));
    }
  }
  return absl::OkStatus();
}

absl::Status CallerAuthorizer::Authorize(const google::protobuf::MethodDescriptor& method, MetadataReader metadata,
                                         CallContext& context) const {
  const auto& allowed = method.options().GetRepeatedExtension(common::v1::allowed_callers);
  if (std::find(allowed.begin(), allowed.end(), context.caller) == allowed.end()) {
    return PermissionDenied("CALLER_NOT_ALLOWED",
                            absl::StrCat("the certificate of \"", context.caller, "\" may not call this method"),
                            {{"caller", context.caller}, {"method", context.method}});
  }
  context.tenant = metadata("x-juchu-tenant").value_or("");
  context.actor = metadata("x-juchu-actor").value_or("");
  return absl::OkStatus();
}

}  // namespace juchu::rpc
