#ifndef SERVICES_GATEWAY_CLIENTS_SEND_TOGETHER_H_
#define SERVICES_GATEWAY_CLIENTS_SEND_TOGETHER_H_

#include <google/protobuf/arena.h>

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/arena/call_arena.h"
#include "common/status/error.h"

namespace juchu::gateway {

// Sends `items`, requests of one thing each, as one request. `send` makes the RPC. `Kind` says how requests of one make
// a request of many, and its answer the answers of each: Add(one, all), Size(answer), Take(answer, index, one).
template <typename Kind, typename Request, typename Response, typename Send>
std::vector<absl::StatusOr<Response>> SendTogether(absl::Span<const Request* const> items, const Send& send) {
  std::vector<absl::StatusOr<Response>> answers;
  if (items.size() == 1) {
    answers.push_back(send(*items.front()));
    return answers;
  }
  google::protobuf::Arena arena(CallArenaOptions());
  Request& all = *google::protobuf::Arena::CreateMessage<Request>(&arena);
  all = *items.front();
  for (const Request* item : items.subspan(1)) Kind::Add(*item, all);
  absl::StatusOr<Response> response = send(all);
  if (response.ok() && Kind::Size(*response) != static_cast<int>(items.size())) {
    response = MakeError(absl::StatusCode::kInternal, "ANSWERS_MISSING", "a service answered for others");
  }
  for (size_t i = 0; i < items.size(); ++i) {
    if (response.ok()) {
      Kind::Take(*response, static_cast<int>(i), *answers.emplace_back(Response()));
    } else if (absl::IsInternal(response.status())) {
      // One of them may be what the service cannot stomach; the others must not suffer for it.
      answers.push_back(send(*items[i]));
    } else {
      answers.push_back(response.status());
    }
  }
  return answers;
}

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_SEND_TOGETHER_H_
