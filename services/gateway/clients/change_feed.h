#ifndef SERVICES_GATEWAY_CLIENTS_CHANGE_FEED_H_
#define SERVICES_GATEWAY_CLIENTS_CHANGE_FEED_H_

#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "juchu/common/v1/change_queue.pb.h"

namespace juchu::gateway {

// The change feed of a service: what is left to be done, handed out by leases.
class ChangeFeed {
 public:
  virtual ~ChangeFeed() = default;
  virtual absl::StatusOr<common::v1::LeaseChangesResponse> LeaseChanges(
      const rpc::CallContext& context, const common::v1::LeaseChangesRequest& request) = 0;
  virtual absl::StatusOr<common::v1::ExtendLeasesResponse> ExtendLeases(
      const rpc::CallContext& context, const common::v1::ExtendLeasesRequest& request) = 0;
  virtual absl::StatusOr<common::v1::AckChangesResponse> AckChanges(const rpc::CallContext& context,
                                                                    const common::v1::AckChangesRequest& request) = 0;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_CHANGE_FEED_H_
