#ifndef COMMON_RPC_CALL_CONTEXT_H_
#define COMMON_RPC_CALL_CONTEXT_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "juchu/common/v1/method_options.pb.h"

namespace juchu::rpc {

// What a handler knows of the call that it serves, in plain values: application code knows no gRPC. Handed down to the
// calls that it makes, so that deadline, tenant, actor and trace travel along.
struct CallContext {
  // "juchu.order.v1.OrderService/LoadOrders".
  std::string method;
  // When the caller stops waiting, less a little for the way back. Everything below ends by then.
  absl::Time deadline = absl::InfiniteFuture();
  // The name in the caller's certificate: the last part of its URI "spiffe://juchu/<name>".
  std::string caller;
  // The merchant that the call is for. Verified: from the token at the gateway, from the gateway's metadata below.
  std::string tenant;
  // Who acts: the token's subject, or the name of a part of juchu that acts by itself.
  std::string actor;
  // The actor's role; at the gateway only.
  common::v1::Role role = common::v1::ROLE_UNSPECIFIED;
  // W3C traceparent of this call, "00-<trace id>-<span id>-01".
  std::string traceparent;
  // Whether the caller has gone away. May be empty: never.
  std::function<bool()> cancelled;

  // Whether it can wait until a neighbour that has no room for more calls (RESOURCE_EXHAUSTED) has some: work of many
  // parts, which one of them should not end.
  bool awaits_room = false;

  bool IsCancelled() const { return cancelled && cancelled(); }
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_CALL_CONTEXT_H_
