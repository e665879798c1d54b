// One change of an order's status for each call, to and fro, by workers that do not meet on an order.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "tests/bench/hand_orders.h"
#include "tests/bench/two_hop.grpc.pb.h"
#include "tests/bench/workloads.h"

namespace juchu::bench {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr char kByHand[] = "SQL by hand";
constexpr char kTwoHop[] = "two-hop RPC";
constexpr char kGathered[] = "two-hop RPC, gathered";
constexpr char kJuchu[] = "juchu";
constexpr char kWithoutCopies[] = "juchu, orders not held";

// Of each gateway: few enough that a round goes over them several times, also one at a time.
constexpr int kOrdersOfAGateway = 1000;
// A tenant of so many times fewer orders than the others have, all of which can be changed.
constexpr int kGrowth = 100;
constexpr char kGrowingTenant[] = "grow";

// The statuses that an order goes to and fro between.
int Other(int status) { return status == pb::AWAITING_PAYMENT ? pb::AWAITING_ALLOCATION : pb::AWAITING_PAYMENT; }

// An order as a worker remembers it.
struct Known {
  std::string number;
  int64_t version = 1;
  int status = pb::AWAITING_PAYMENT;
};

// Hands a worker its own orders, one after the other, round and round.
class Turns {
 public:
  Turns(std::vector<Known>& orders, int index, int count)
      : orders_(orders), step_(static_cast<size_t>(count)), at_(static_cast<size_t>(index)) {}

  Known& Next() {
    Known& order = orders_[at_];
    at_ += step_;
    if (at_ >= orders_.size()) at_ %= step_;
    return order;
  }

 private:
  std::vector<Known>& orders_;
  const size_t step_;
  size_t at_;
};

std::shared_ptr<std::vector<Known>> HandOrdersKnown() {
  auto orders = std::make_shared<std::vector<Known>>();
  for (int i = 0; i < kHandOrders; ++i) orders->push_back({HandOrders::OrderNumber(i)});
  return orders;
}

// MANUAL orders of juchu as they are: an earlier workload may have moved them.
absl::StatusOr<std::shared_ptr<std::vector<Known>>> KnownOrders(Stand& stand, const std::string& tenant) {
  JUCHU_ASSIGN_OR_RETURN(auto lease, stand.pool().Acquire(stand.pool().clock().Now() + absl::Minutes(1)));
  JUCHU_ASSIGN_OR_RETURN(
      const auto rows,
      lease->Query("SELECT order_number, version, status FROM orders WHERE tenant_id = ? AND status BETWEEN ? AND ? "
                   "AND mode = ? ORDER BY order_number LIMIT ?",
                   {tenant, static_cast<int>(pb::AWAITING_CONFIRMATION), static_cast<int>(pb::AWAITING_SHIPMENT),
                    static_cast<int>(pb::MANUAL), kJuchuOrders}));
  auto orders = std::make_shared<std::vector<Known>>();
  for (const auto row : rows) orders->push_back({row.String(0), row.Int64(1), row.Int32(2)});
  return orders;
}

Contender ByHand(Stand& stand) {
  Contender contender{kByHand, {stand.client_process(), stand.database_process()}};
  contender.make_worker = [&stand](int index, int count) -> absl::StatusOr<std::function<absl::Status()>> {
    std::shared_ptr<HandOrders> hand;
    JUCHU_RETURN_IF_ERROR(Guarded([&] { hand = std::make_shared<HandOrders>(stand.hand_database()); }));
    // The two-hop RPC has changed the same orders meanwhile.
    const auto orders = HandOrdersKnown();
    JUCHU_RETURN_IF_ERROR(Guarded([&] {
      std::vector<int64_t> versions = hand->Versions();
      for (size_t i = 0; i < versions.size(); ++i) (*orders)[i].version = versions[i];
    }));
    const auto turns = std::make_shared<Turns>(*orders, index, count);
    return [hand, orders, turns] {
      Known& order = turns->Next();
      bool done = false;
      order.status = Other(order.status);
      JUCHU_RETURN_IF_ERROR(Guarded([&] {
        done = hand->ChangeKnown({order.number, order.status, NewRequestId()}, order.version);
        hand->Commit();
      }));
      ++order.version;
      return done ? absl::OkStatus() : absl::AbortedError("by hand: another was first");
    };
  };
  return contender;
}

Contender TwoHop(Stand& stand, bool gathered) {
  Contender contender{gathered ? kGathered : kTwoHop, stand.two_hop_processes(gathered)};
  const auto orders = HandOrdersKnown();
  std::shared_ptr<v1::TwoHop::Stub> stub = v1::TwoHop::NewStub(stand.two_hop_channel(gathered));
  contender.make_worker = [orders, stub](int index, int count) {
    const auto turns = std::make_shared<Turns>(*orders, index, count);
    return [orders, stub, turns] {
      Known& order = turns->Next();
      order.status = Other(order.status);
      v1::ChangeStatusRequest request;
      request.set_order_number(order.number);
      request.set_status(order.status);
      request.set_request_id(NewRequestId());
      v1::ChangeStatusResponse response;
      grpc::ClientContext context;
      JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->ChangeStatus(&context, request, &response)));
      return response.version() > 1 ? absl::OkStatus() : absl::AbortedError("two-hop: nothing changed");
    };
  };
  return contender;
}

// `orders` are the tenant's, as they are: who changes the same ones in turns must share what is remembered of them.
Contender Juchu(Stand& stand, const std::string& name, const std::string& tenant,
                std::shared_ptr<std::vector<Known>> orders, const std::string& gateway = kGateway) {
  Contender contender{name, stand.juchu_processes(gateway)};
  const auto caller = std::make_shared<JuchuCaller>(stand, tenant, "operator", gateway);
  contender.make_worker = [orders, caller](int index, int count) {
    const auto turns = std::make_shared<Turns>(*orders, index, count);
    return [orders, caller, turns] {
      Known& order = turns->Next();
      order.status = Other(order.status);
      gw::ChangeOrderStatusRequest request;
      request.set_order_number(order.number);
      request.set_status(static_cast<pb::Status>(order.status));
      request.set_request_id(NewRequestId());
      gw::OrderChangeResponse response;
      const auto context = caller->NewContext();
      JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(caller->stub().ChangeOrderStatus(context.get(), request, &response)));
      return response.changed() ? absl::OkStatus() : absl::AbortedError("juchu: nothing changed");
    };
  };
  return contender;
}

// Changes each order once: its gateway holds a copy of it from then on, unless it holds none at all. Else the first
// rounds would be something between the two.
absl::Status ChangeEachOnce(const Contender& juchu, size_t orders) {
  JUCHU_ASSIGN_OR_RETURN(const auto change, juchu.make_worker(0, 1));
  for (size_t i = 0; i < orders; ++i) JUCHU_RETURN_IF_ERROR(change());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Section> RunStatusChanges(Stand& stand, const Scale& scale) {
  // Each gateway its own orders: what another has changed, the copies of the first would not know.
  JUCHU_ASSIGN_OR_RETURN(const auto all, KnownOrders(stand, kTenant));
  const auto held = Juchu(stand, kJuchu, kTenant,
                          std::make_shared<std::vector<Known>>(all->begin(), all->begin() + kOrdersOfAGateway));
  const auto not_held =
      Juchu(stand, kWithoutCopies, kTenant,
            std::make_shared<std::vector<Known>>(all->end() - kOrdersOfAGateway, all->end()), kGatewayWithoutCopies);
  for (const auto& juchu : {held, not_held}) JUCHU_RETURN_IF_ERROR(ChangeEachOnce(juchu, kOrdersOfAGateway));
  Section section{"Single status change", "changes"};
  JUCHU_ASSIGN_OR_RETURN(section.lines,
                         RunRounds(stand, {ByHand(stand), TwoHop(stand, false), TwoHop(stand, true), held, not_held},
                                   scale.in_flight, scale));
  const auto judge = [&](const std::string& text, int in_flight, double Sample::*figure, double target, bool at_least) {
    if (std::count(scale.in_flight.begin(), scale.in_flight.end(), in_flight) == 0) return;
    const auto ratios =
        Ratios(LineOf(section.lines, kJuchu, in_flight), LineOf(section.lines, kTwoHop, in_flight), figure);
    section.verdicts.push_back({text, ratios, target, at_least});
  };
  judge("32 in flight: changes/s, of the two-hop RPC's", 32, &Sample::units_per_second, 1.5, true);
  judge("32 in flight: changes/s, of the two-hop RPC's, second goal", 32, &Sample::units_per_second, 2, true);
  judge("32 in flight: p99, of the two-hop RPC's", 32, &Sample::p99_ms, 1, false);
  judge("1 in flight: p50, of the two-hop RPC's", 1, &Sample::p50_ms, 1.5, false);
  return section;
}

absl::StatusOr<Section> RunGrowth(Stand& stand, const Scale& scale) {
  const std::string few = absl::StrCat("a tenant of ", scale.orders / kGrowth, " orders");
  const std::string many = absl::StrCat("the tenant of ", scale.orders, " orders");
  constexpr int kInFlight = 32;
  JUCHU_RETURN_IF_ERROR(LoadSearchOrders(stand, scale));
  JUCHU_RETURN_IF_ERROR(LoadChangeableOrders(stand, kGrowingTenant, scale.orders / kGrowth));
  JUCHU_ASSIGN_OR_RETURN(auto few_orders, KnownOrders(stand, kGrowingTenant));
  JUCHU_ASSIGN_OR_RETURN(auto many_orders, KnownOrders(stand, kManyOrdersTenant));
  // Of each as many are changed, so that the gateway meets as many for the first time.
  const size_t orders = std::min(few_orders->size(), many_orders->size());
  if (orders < static_cast<size_t>(kInFlight)) {
    return absl::InvalidArgumentError(absl::StrCat("--orders: growth needs ", kInFlight * kGrowth,
                                                   " at least, to change one for each call in flight"));
  }
  few_orders->resize(orders);
  many_orders->resize(orders);
  const auto first = Juchu(stand, few, kGrowingTenant, std::move(few_orders));
  const auto second = Juchu(stand, many, kManyOrdersTenant, std::move(many_orders));
  Section section{"Single status change as orders grow", "changes"};
  JUCHU_ASSIGN_OR_RETURN(section.lines, RunRounds(stand, {first, second}, {kInFlight}, scale));
  std::vector<double> ratios;
  for (int round = 0; round < scale.rounds; ++round) {
    const auto servers = [&](const std::string& name) {
      double sum = 0;
      for (const auto& [process, us] :
           LineOf(section.lines, name, kInFlight).rounds[static_cast<size_t>(round)].cpu_us) {
        if (process != "client") sum += us;
      }
      return sum;
    };
    ratios.push_back(servers(many) / servers(few));
  }
  section.verdicts = {{"CPU of gateway, order service and database, many over few", ratios, 1.2, false}};
  return section;
}

}  // namespace juchu::bench
