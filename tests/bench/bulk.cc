// A change of 10,000 orders at once.
#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "tests/bench/hand_orders.h"
#include "tests/bench/workloads.h"

namespace juchu::bench {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr char kByHand[] = "SQL by hand, 500 a transaction";
constexpr char kJuchu[] = "juchu, one stream";
// The workers by hand that do most on two cores.
constexpr int kHandWorkers = 8;

// Transactions of 500 orders; workers do every count-th of them.
Contender ByHand(Stand& stand, int orders) {
  Contender contender{kByHand, {stand.client_process(), stand.database_process()}, HandOrders::kBatch};
  contender.make_worker = [&stand, orders](int index, int count) -> absl::StatusOr<std::function<absl::Status()>> {
    std::shared_ptr<HandOrders> hand;
    JUCHU_RETURN_IF_ERROR(Guarded([&] { hand = std::make_shared<HandOrders>(stand.hand_database()); }));
    return [hand, orders, count, at = index, status = 3]() mutable {
      if (at * HandOrders::kBatch >= orders) {
        at %= count;
        status = 7 - status;
      }
      const int first = at * HandOrders::kBatch;
      at += count;
      return Guarded([&] {
        hand->ChangeBatch(first, status, NewRequestId());
        hand->Commit();
      });
    };
  };
  return contender;
}

absl::StatusOr<Contender> Juchu(Stand& stand, int orders) {
  Contender contender{kJuchu, stand.juchu_processes(), static_cast<double>(orders)};
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, OrderNumbers(stand, kTenant, orders));
  const auto caller = std::make_shared<JuchuCaller>(stand, kTenant, "operator");
  // Alike at the start, whatever was before; then to and fro.
  const auto status = std::make_shared<std::atomic<int>>(pb::AWAITING_SHIPMENT);
  contender.make_worker = [numbers, caller, status, orders](int, int) {
    return [numbers, caller, status, orders] {
      gw::BulkUpdateOrdersRequest request;
      request.mutable_orders()->mutable_order_numbers()->Assign(numbers.begin(), numbers.end());
      const int next = *status == pb::AWAITING_SHIPMENT ? pb::AWAITING_CONFIRMATION : pb::AWAITING_SHIPMENT;
      *status = next;
      request.mutable_changes()->set_status(static_cast<pb::Status>(next));
      request.set_request_id(NewRequestId());
      const auto context = caller->NewContext();
      const auto stream = caller->stub().BulkUpdateOrders(context.get(), request);
      int changed = 0;
      for (gw::BulkUpdateOrdersResponse part; stream->Read(&part);)
        changed += part.outcome().change().changed() ? 1 : 0;
      JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stream->Finish()));
      if (changed == orders) return absl::OkStatus();
      return absl::AbortedError(absl::StrCat("juchu: ", changed, " of ", orders, " orders changed"));
    };
  };
  return contender;
}

}  // namespace

absl::StatusOr<Section> RunBulk(Stand& stand, const Scale& scale) {
  Section section{absl::StrCat("Status change of ", scale.batch_orders, " orders at once, streamed outcomes"),
                  "orders"};
  JUCHU_ASSIGN_OR_RETURN(const auto juchu, Juchu(stand, scale.batch_orders));
  for (const auto& process : stand.juchu_processes()) ResetPeak(process.pid());
  // In rounds by hand, so that each round's contenders stand beside each other.
  section.lines = {{kByHand, 1, {}}, {kByHand, kHandWorkers, {}}, {kJuchu, 1, {}}};
  Scale once = scale;
  once.rounds = 1;
  for (int round = 0; round < scale.rounds; ++round) {
    for (size_t turn = 0; turn < section.lines.size(); ++turn) {
      Line& line = section.lines[round % 2 == 0 ? turn : section.lines.size() - 1 - turn];
      const Contender contender = line.contender == kJuchu ? juchu : ByHand(stand, scale.batch_orders);
      JUCHU_ASSIGN_OR_RETURN(const auto lines, RunRounds(stand, {contender}, {line.in_flight}, once));
      line.rounds.push_back(lines.front().rounds.front());
    }
  }
  section.notes.push_back(absl::StrCat("most memory of each process meanwhile: ", PeakMemory(stand.juchu_processes())));
  const Line& line = LineOf(section.lines, kJuchu, 1);
  section.verdicts = {
      {"orders/s, of SQL by hand on one connection",
       Ratios(line, LineOf(section.lines, kByHand, 1), &Sample::units_per_second), 0.5, true},
      {absl::StrCat("orders/s, of SQL by hand on ", kHandWorkers, " connections"),
       Ratios(line, LineOf(section.lines, kByHand, kHandWorkers), &Sample::units_per_second), 0.5, true}};
  return section;
}

}  // namespace juchu::bench
