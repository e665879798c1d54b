#include "services/gateway/auth/gateway_authorizer.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "juchu/common/v1/method_options.pb.h"
#include "services/gateway/auth/principal.h"

namespace juchu::gateway {
namespace {

constexpr absl::string_view kScheme = "Bearer ";

// The token of an authorization value; "" when it is of another scheme.
absl::string_view BearerToken(absl::string_view authorization) {
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) return "";
  return absl::StripPrefix(authorization.substr(kScheme.size()), " ");
}

}  // namespace

GatewayAuthorizer::GatewayAuthorizer(TokenVerifier& tokens, std::set<std::string> allowed_clients)
    : tokens_(tokens), allowed_clients_(std::move(allowed_clients)) {}

absl::Status GatewayAuthorizer::CheckService(const google::protobuf::ServiceDescriptor& service) const {
  for (int i = 0; i < service.method_count(); ++i) {
    const google::protobuf::MethodDescriptor& method = *service.method(i);
    if (method.options().GetExtension(common::v1::required_role) == common::v1::ROLE_UNSPECIFIED) {
      return absl::InternalError(
          absl::StrCat(method.full_name(), " has no option required_role; add it to the contract"));
    }
  }
  return absl::OkStatus();
}

absl::Status GatewayAuthorizer::Authorize(const google::protobuf::MethodDescriptor& method,
                                          rpc::MetadataReader metadata, rpc::CallContext& context) const {
  if (context.caller.empty() || !allowed_clients_.contains(context.caller)) {
    return PermissionDenied("CALLER_NOT_ALLOWED",
                            absl::StrCat("the client certificate of \"", context.caller, "\" may not call the gateway"),
                            {{"caller", context.caller},
                             {"remedy", "use a listed client's certificate, or let the operator list this one"}});
  }
  const std::string authorization = metadata("authorization").value_or("");
  JUCHU_ASSIGN_OR_RETURN(Principal principal, tokens_.Verify(BearerToken(authorization)));
  context.tenant = std::move(principal.tenant);
  context.actor = std::move(principal.subject);
  context.role = principal.role;
  const common::v1::Role needed = method.options().GetExtension(common::v1::required_role);
  // A method without a role never gets here past CheckService; if it does, nobody may call it.
  if (needed == common::v1::ROLE_UNSPECIFIED || context.role < needed) {
    const std::string needed_name(RoleClaim(needed));
    return PermissionDenied(
        "ROLE_TOO_LOW",
        absl::StrCat("the role ", RoleClaim(context.role), " is too low; ", method.name(), " needs ", needed_name),
        {{"needed", needed_name},
         {"have", std::string(RoleClaim(context.role))},
         {"remedy", absl::StrCat("ask somebody with the role ", needed_name, " or above")}});
  }
  return absl::OkStatus();
}

}  // namespace juchu::gateway
