#ifndef SERVICES_GATEWAY_AUTH_GATEWAY_AUTHORIZER_H_
#define SERVICES_GATEWAY_AUTH_GATEWAY_AUTHORIZER_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "common/rpc/authorizer.h"
#include "common/rpc/call_context.h"
#include "services/gateway/auth/token_verifier.h"

namespace juchu::gateway {

// Who may call the public interface: a client whose certificate is listed, for a person whose token is genuine and
// whose role is at least the method's required_role. Gives the call the token's tenant, subject and role; what the
// caller says about them in any other place is not looked at. Thread-safe.
class GatewayAuthorizer final : public rpc::Authorizer {
 public:
  // `allowed_clients`: names of client certificates. `tokens` must outlive the authorizer.
  GatewayAuthorizer(TokenVerifier& tokens, std::set<std::string> allowed_clients);

  // INTERNAL when a method has no required_role.
  absl::Status CheckService(const google::protobuf::ServiceDescriptor& service) const override;

  // Errors: PERMISSION_DENIED CALLER_NOT_ALLOWED; UNAUTHENTICATED as TokenVerifier::Verify, TOKEN_MISSING also without
  // "authorization: Bearer <token>"; PERMISSION_DENIED ROLE_TOO_LOW with "needed" and "have".
  absl::Status Authorize(const google::protobuf::MethodDescriptor& method, rpc::MetadataReader metadata,
                         rpc::CallContext& context) const override;

 private:
  TokenVerifier& tokens_;
  const std::set<std::string> allowed_clients_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_GATEWAY_AUTHORIZER_H_
