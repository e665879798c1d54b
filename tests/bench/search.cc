// A page of 50 by each of the ten search keys.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "tests/bench/two_hop.grpc.pb.h"
#include "tests/bench/workloads.h"
#include "tools/load/measure_search.h"

namespace juchu::bench {
namespace {

namespace gw = ::juchu::gateway::v1;

constexpr int kRepeat = 50;

// What one round found.
struct Round {
  std::vector<load::SearchTimes> tenth;
  std::vector<load::SearchTimes> many;

  // Of the time that the target allows.
  double CostRatio(size_t key) const {
    return many[key].over_gateway_ms / (2 * many[key].by_hand_ms + many[key].echo_ms);
  }
  double GrowthRatio(size_t key) const { return many[key].over_gateway_ms / tenth[key].over_gateway_ms; }
};

absl::StatusOr<std::vector<load::SearchTimes>> MeasureTenant(Stand& stand, const std::string& tenant, int64_t orders) {
  JuchuCaller caller(stand, tenant, "viewer");
  const auto two_hop = v1::TwoHop::NewStub(stand.two_hop_channel(false));
  load::SearchCalls calls;
  calls.over_gateway = [&caller](const gw::SearchOrdersRequest& request) {
    gw::SearchOrdersResponse response;
    const auto context = caller.NewContext();
    return rpc::FromGrpcStatus(caller.stub().SearchOrders(context.get(), request, &response));
  };
  calls.echo = [&two_hop] {
    grpc::ClientContext context;
    v1::ChangeStatusResponse response;
    return rpc::FromGrpcStatus(two_hop->Echo(&context, v1::ChangeStatusRequest(), &response));
  };
  return load::MeasureSearch(stand.pool(), tenant, orders, kRepeat, calls);
}

std::string Over(const std::vector<Round>& rounds, const std::function<double(const Round&)>& figure) {
  std::vector<double> values;
  for (const auto& round : rounds) values.push_back(figure(round));
  return absl::StrFormat("%.2f", Median(std::move(values)));
}

std::vector<std::vector<std::string>> Table(const std::vector<Round>& rounds, const Scale& scale) {
  std::vector<std::vector<std::string>> rows = {{"p50 in ms", "found", "SQL by hand", "in the service", "an echo",
                                                 "juchu", "of what is allowed",
                                                 absl::StrCat("juchu, ", scale.orders / 10), "growth"}};
  for (size_t key = 0; key < rounds.front().many.size(); ++key) {
    rows.push_back({rounds.front().many[key].key, absl::StrCat(rounds.front().many[key].found),
                    Over(rounds, [key](const Round& round) { return round.many[key].by_hand_ms; }),
                    Over(rounds, [key](const Round& round) { return round.many[key].in_process_ms; }),
                    Over(rounds, [key](const Round& round) { return round.many[key].echo_ms; }),
                    Over(rounds, [key](const Round& round) { return round.many[key].over_gateway_ms; }),
                    Over(rounds, [key](const Round& round) { return round.CostRatio(key); }),
                    Over(rounds, [key](const Round& round) { return round.tenth[key].over_gateway_ms; }),
                    Over(rounds, [key](const Round& round) { return round.GrowthRatio(key); })});
  }
  return rows;
}

// The key that is worst by its middle round; its rounds.
std::vector<double> Worst(const std::vector<Round>& rounds, double (Round::*ratio)(size_t) const) {
  std::vector<double> worst;
  for (size_t key = 0; key < rounds.front().many.size(); ++key) {
    std::vector<double> ratios;
    for (const auto& round : rounds) ratios.push_back((round.*ratio)(key));
    if (Median(ratios) > Median(worst)) worst = ratios;
  }
  return worst;
}

}  // namespace

absl::StatusOr<Section> RunSearch(Stand& stand, const Scale& scale) {
  JUCHU_RETURN_IF_ERROR(LoadSearchOrders(stand, scale));
  std::vector<Round> rounds(static_cast<size_t>(scale.rounds));
  for (size_t i = 0; i < rounds.size(); ++i) {
    std::fprintf(stderr, "\rround %zu of %zu   ", i + 1, rounds.size());
    Round& round = rounds[i];
    JUCHU_ASSIGN_OR_RETURN(round.tenth, MeasureTenant(stand, kTenthTenant, scale.orders / 10));
    JUCHU_ASSIGN_OR_RETURN(round.many, MeasureTenant(stand, kManyOrdersTenant, scale.orders));
  }
  Section section{absl::StrCat("Search, a page of 50 of ", scale.orders, " orders, 1 in flight"), "pages"};
  section.rows = Table(rounds, scale);
  section.notes = {"allowed are 2 × SQL by hand + one echo over two hops; all of them take turns"};
  section.verdicts = {{"the worst key, of what is allowed", Worst(rounds, &Round::CostRatio), 1, false},
                      {absl::StrCat("the worst key, growth from ", scale.orders / 10, " orders"),
                       Worst(rounds, &Round::GrowthRatio), 1.3, false}};
  return section;
}

}  // namespace juchu::bench
