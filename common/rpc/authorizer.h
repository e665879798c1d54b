#ifndef COMMON_RPC_AUTHORIZER_H_
#define COMMON_RPC_AUTHORIZER_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call_context.h"

namespace juchu::rpc {

// The call's metadata: the value of a key (lower case); nullopt when it is missing or stands more than once.
using MetadataReader = absl::FunctionRef<std::optional<std::string>(absl::string_view key)>;

// Decides whether a call may go on, and completes its context (tenant, actor, role). Thread-safe.
class Authorizer {
 public:
  virtual ~Authorizer() = default;

  // OK at start when every method of `service` says what this authorizer needs; else INTERNAL with the method's name,
  // and the process must not start.
  virtual absl::Status CheckService(const google::protobuf::ServiceDescriptor& service) const = 0;

  // `context` has method, deadline, caller and trace already. UNAUTHENTICATED or PERMISSION_DENIED stop the call.
  virtual absl::Status Authorize(const google::protobuf::MethodDescriptor& method, MetadataReader metadata,
                                 CallContext& context) const = 0;
};

// For services inside: a method accepts the callers that its option `allowed_callers` names, and nobody else. Tenant
// and actor come from the caller's metadata x-juchu-tenant and x-juchu-actor.
class CallerAuthorizer final : public Authorizer {
 public:
  absl::Status CheckService(const google::protobuf::ServiceDescriptor& service) const override;
  absl::Status Authorize(const google::protobuf::MethodDescriptor& method, MetadataReader metadata,
                         CallContext& context) const override;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_AUTHORIZER_H_
