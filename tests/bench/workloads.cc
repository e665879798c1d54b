#include "tests/bench/workloads.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "tools/load/load_orders.h"
#include "tools/load/sample_order.h"

namespace juchu::bench {
namespace {

namespace pb = ::juchu::order::v1;

constexpr absl::Duration kCallLimit = absl::Seconds(120);

pb::Order ManualOrder(int64_t index) {
  pb::Order order = load::SampleOrder(index);
  order.set_status(pb::AWAITING_PAYMENT);
  order.set_mode(pb::MANUAL);
  order.clear_cancel_time();
  return order;
}

}  // namespace

JuchuCaller::JuchuCaller(Stand& stand, const std::string& tenant, const std::string& role, const std::string& gateway)
    : authorization_(absl::StrCat("Bearer ", stand.cluster().Token(tenant, role))),
      stub_(gateway::v1::GatewayService::NewStub(stand.cluster().gateway(gateway).channel)) {}

std::unique_ptr<grpc::ClientContext> JuchuCaller::NewContext() const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("authorization", authorization_);
  context->set_deadline(absl::ToChronoTime(absl::Now() + kCallLimit));
  return context;
}

absl::Status LoadChangeableOrders(Stand& stand, const std::string& tenant, int64_t orders) {
  return load::LoadOrders(stand.pool(), tenant, orders, ManualOrder);
}

absl::Status LoadSearchOrders(Stand& stand, const Scale& scale) {
  if (stand.search_orders_loaded) return absl::OkStatus();
  JUCHU_RETURN_IF_ERROR(load::LoadOrders(stand.pool(), kTenthTenant, scale.orders / 10));
  JUCHU_RETURN_IF_ERROR(load::LoadOrders(stand.pool(), kManyOrdersTenant, scale.orders));
  stand.search_orders_loaded = true;
  // The optimizer is to know what it has.
  return stand.cluster().database().RootSql("ANALYZE TABLE orders, order_deliveries, order_tag_links").status();
}

absl::StatusOr<std::vector<std::string>> OrderNumbers(Stand& stand, const std::string& tenant, int count) {
  JUCHU_ASSIGN_OR_RETURN(auto lease, stand.pool().Acquire(stand.pool().clock().Now() + kCallLimit));
  JUCHU_ASSIGN_OR_RETURN(
      const auto rows, lease->Query("SELECT order_number FROM orders WHERE tenant_id = ? ORDER BY order_number LIMIT ?",
                                    {tenant, count}));
  std::vector<std::string> numbers;
  for (const auto row : rows) numbers.push_back(row.String(0));
  if (numbers.size() == static_cast<size_t>(count)) return numbers;
  return absl::InternalError(absl::StrCat("the tenant ", tenant, " has ", numbers.size(), " orders"));
}

absl::StatusOr<std::vector<Line>> RunRounds(Stand& stand, const std::vector<Contender>& contenders,
                                            const std::vector<int>& in_flight, const Scale& scale) {
  std::vector<Line> lines;
  for (const int count : in_flight) {
    for (const auto& contender : contenders) lines.push_back({contender.name, count, {}});
  }
  for (int round = 0; round < scale.rounds; ++round) {
    for (size_t level = 0; level < in_flight.size(); ++level) {
      for (size_t turn = 0; turn < contenders.size(); ++turn) {
        const size_t i = round % 2 == 0 ? turn : contenders.size() - 1 - turn;
        std::fprintf(stderr, "\rround %d of %d: %s, %d in flight                    ", round + 1, scale.rounds,
                     contenders[i].name.c_str(), in_flight[level]);
        JUCHU_ASSIGN_OR_RETURN(auto sample, Measure(contenders[i], in_flight[level], scale.warm_up, scale.duration,
                                                    [&stand] { return stand.Counts(); }));
        lines[level * contenders.size() + i].rounds.push_back(std::move(sample));
      }
    }
  }
  return lines;
}

const Line& LineOf(const std::vector<Line>& lines, const std::string& contender, int in_flight) {
  const auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& candidate) {
    return candidate.contender == contender && candidate.in_flight == in_flight;
  });
  if (line == lines.end()) std::abort();
  return *line;
}

std::vector<double> Ratios(const Line& line, const Line& base, double Sample::*figure) {
  std::vector<double> ratios;
  for (size_t i = 0; i < line.rounds.size(); ++i) ratios.push_back(line.rounds[i].*figure / (base.rounds[i].*figure));
  return ratios;
}

}  // namespace juchu::bench
