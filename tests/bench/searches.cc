// Pages of 50 by the ten search keys in turn, several at a time.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "tests/bench/two_hop.grpc.pb.h"
#include "tests/bench/workloads.h"
#include "tools/load/measure_search.h"

namespace juchu::bench {
namespace {

namespace gw = ::juchu::gateway::v1;

using Keys = std::shared_ptr<const std::vector<load::SearchKey>>;

// Each call of a worker is by the next of the keys; workers begin at different ones.
Contender InTurn(std::string name, std::vector<Process> processes, const Keys& keys,
                 std::function<absl::Status(const load::SearchKey&)> search) {
  Contender contender{std::move(name), std::move(processes)};
  contender.make_worker = [keys, search = std::move(search)](int index, int) {
    return [keys, search, at = static_cast<size_t>(index)]() mutable { return search((*keys)[at++ % keys->size()]); };
  };
  return contender;
}

Contender ByHand(Stand& stand, const Keys& keys) {
  return InTurn("SQL by hand", {stand.client_process(), stand.database_process()}, keys,
                [&stand](const load::SearchKey& key) {
                  return load::SearchByHand(stand.pool(), kManyOrdersTenant, key.request);
                });
}

Contender Echo(Stand& stand, const Keys& keys) {
  std::shared_ptr<v1::TwoHop::Stub> stub = v1::TwoHop::NewStub(stand.two_hop_channel(false));
  return InTurn("two-hop RPC that finds nothing", stand.two_hop_processes(false), keys, [stub](const load::SearchKey&) {
    grpc::ClientContext context;
    v1::ChangeStatusResponse response;
    return rpc::FromGrpcStatus(stub->Echo(&context, v1::ChangeStatusRequest(), &response));
  });
}

Contender Juchu(Stand& stand, const Keys& keys) {
  const auto caller = std::make_shared<JuchuCaller>(stand, kManyOrdersTenant, "viewer");
  return InTurn("juchu", stand.juchu_processes(), keys, [caller](const load::SearchKey& key) {
    gw::SearchOrdersResponse response;
    const auto context = caller->NewContext();
    return rpc::FromGrpcStatus(caller->stub().SearchOrders(context.get(), load::OverGateway(key.request), &response));
  });
}

}  // namespace

absl::StatusOr<Section> RunSearches(Stand& stand, const Scale& scale) {
  JUCHU_RETURN_IF_ERROR(LoadSearchOrders(stand, scale));
  JUCHU_ASSIGN_OR_RETURN(auto ten, load::TenSearches(stand.pool(), kManyOrdersTenant, scale.orders));
  const auto keys = std::make_shared<const std::vector<load::SearchKey>>(std::move(ten));
  Section section{absl::StrCat("Searches by the ten keys in turn, a page of 50 of ", scale.orders, " orders"), "pages"};
  JUCHU_ASSIGN_OR_RETURN(section.lines, RunRounds(stand, {ByHand(stand, keys), Echo(stand, keys), Juchu(stand, keys)},
                                                  scale.in_flight, scale));
  return section;
}

}  // namespace juchu::bench
