#ifndef SERVICES_ORDER_DOMAIN_JUDGE_COMMIT_H_
#define SERVICES_ORDER_DOMAIN_JUDGE_COMMIT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// What is kept of a request that has been carried out on an order.
struct KeptAnswer {
  std::string request_hash;
  std::string answer;
};

// What `commit`, whose request has the hash, comes to on its order, which is at `version`, when `kept` is what its
// request has left there (null: nothing). A request that has been carried out is answered as it was then, whatever it
// rests on now, and REQUEST_ID_REUSED if it had another content; else it must have been decided on the configuration as
// it is (CONFIGURATION_STALE when `configuration_stale`) and on the version (ORDER_VERSION_STALE). If it was, the
// commit is to be carried out: the outcome has the new version. Pure.
v1::CommitOrdersResponse::Outcome JudgeCommit(const v1::CommitOrdersRequest::Commit& commit,
                                              absl::string_view request_hash, int64_t version, bool configuration_stale,
                                              const KeptAnswer* kept);

// INVALID_ARGUMENT/REQUEST_ID_REUSED.
v1::OrderError RequestIdReused();

}  // namespace juchu::order

#endif  // SERVICES_ORDER_DOMAIN_JUDGE_COMMIT_H_
