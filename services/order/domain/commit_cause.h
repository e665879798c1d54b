#ifndef SERVICES_ORDER_DOMAIN_COMMIT_CAUSE_H_
#define SERVICES_ORDER_DOMAIN_COMMIT_CAUSE_H_

#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// Which message says who makes `commit` of the request, why, under which request and of which fields: itself, or what
// it shares with others.
inline const v1::CommitOrdersRequest::Commit& CauseOf(const v1::CommitOrdersRequest::Commit& commit,
                                                      const v1::CommitOrdersRequest& request) {
  return commit.has_actor() ? commit : request.shared();
}

}  // namespace juchu::order

#endif  // SERVICES_ORDER_DOMAIN_COMMIT_CAUSE_H_
