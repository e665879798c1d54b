// A change of 10,000 orders at once.
#include <algorithm>
#include <map>
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

constexpr char kByHand[] = "SQL by hand, 500 a transaction";
constexpr char kTwoHop[] = "two-hop RPC, 500 a call";
constexpr char kJuchu[] = "juchu, a stream each";
// The workers by hand that do most on two cores.
constexpr int kHandWorkers = 8;
// By hand each worker has batches of its own.
static_assert(kMostLongCalls <= kHandOrders / HandOrders::kBatch);

// What a worker is at: batches of HandOrders, every count-th of them, to one status and then to the other.
class Batches {
 public:
  Batches(int index, int count) : index_(index), count_(count) {}

  std::vector<std::string> Next() {
    if ((at_ * count_ + index_) * HandOrders::kBatch >= kHandOrders) {
      at_ = 0;
      status_ = 7 - status_;
    }
    std::vector<std::string> numbers;
    const int first = (at_ * count_ + index_) * HandOrders::kBatch;
    for (int i = 0; i < HandOrders::kBatch; ++i) numbers.push_back(HandOrders::OrderNumber(first + i));
    ++at_;
    return numbers;
  }
  int status() const { return status_; }

 private:
  const int index_;
  const int count_;
  int at_ = 0;
  int status_ = 3;
};

Contender ByHand(Stand& stand) {
  Contender contender{kByHand, {stand.client_process(), stand.database_process()}, HandOrders::kBatch};
  contender.make_worker = [&stand](int index, int count) -> absl::StatusOr<std::function<absl::Status()>> {
    std::shared_ptr<HandOrders> hand;
    JUCHU_RETURN_IF_ERROR(Guarded([&] { hand = std::make_shared<HandOrders>(stand.hand_database()); }));
    return [hand, batches = Batches(index, count)]() mutable {
      const auto numbers = batches.Next();
      return Guarded([&] {
        hand->ChangeBatch(numbers, batches.status(), NewRequestId());
        hand->Commit();
      });
    };
  };
  return contender;
}

Contender TwoHop(Stand& stand) {
  Contender contender{kTwoHop, stand.two_hop_processes(false), HandOrders::kBatch};
  std::shared_ptr<v1::TwoHop::Stub> stub = v1::TwoHop::NewStub(stand.two_hop_channel(false));
  contender.make_worker = [stub](int index, int count) {
    return [stub, batches = Batches(index, count)]() mutable {
      v1::ChangeBatchRequest request;
      const auto numbers = batches.Next();
      request.mutable_order_numbers()->Assign(numbers.begin(), numbers.end());
      request.set_status(batches.status());
      request.set_request_id(NewRequestId());
      v1::ChangeBatchResponse response;
      grpc::ClientContext context;
      JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->ChangeBatch(&context, request, &response)));
      return response.versions_size() == HandOrders::kBatch ? absl::OkStatus()
                                                            : absl::AbortedError("two-hop: an order is not there");
    };
  };
  return contender;
}

// As many streams of juchu as are in flight, each over orders of its own, to and fro.
class JuchuBulk {
 public:
  static absl::StatusOr<std::shared_ptr<JuchuBulk>> Create(Stand& stand, int streams, int most) {
    auto bulk = std::make_shared<JuchuBulk>(stand, streams, std::min(most, kJuchuOrders / streams));
    JUCHU_ASSIGN_OR_RETURN(bulk->numbers_, OrderNumbers(stand, kTenant, streams * bulk->orders_));
    return bulk;
  }
  JuchuBulk(Stand& stand, int streams, int orders)
      : caller_(stand, kTenant, "operator"), orders_(orders), statuses_(static_cast<size_t>(streams)) {}

  int orders() const { return orders_; }

  // Whatever was before, the orders are alike.
  absl::Status Reset() {
    for (size_t stream = 0; stream < statuses_.size(); ++stream) {
      JUCHU_RETURN_IF_ERROR(Change(stream, pb::AWAITING_SHIPMENT).status());
    }
    return absl::OkStatus();
  }

  absl::Status ChangeAll(size_t stream) {
    const bool is_to = statuses_[stream] == pb::AWAITING_SHIPMENT;
    JUCHU_ASSIGN_OR_RETURN(const int changed,
                           Change(stream, is_to ? pb::AWAITING_CONFIRMATION : pb::AWAITING_SHIPMENT));
    if (changed == orders_) return absl::OkStatus();
    return absl::AbortedError(absl::StrCat("juchu: ", changed, " of ", orders_, " orders changed"));
  }

 private:
  absl::StatusOr<int> Change(size_t stream, pb::Status status) {
    gw::BulkUpdateOrdersRequest request;
    const auto first = numbers_.begin() + static_cast<std::ptrdiff_t>(stream) * orders_;
    request.mutable_orders()->mutable_order_numbers()->Assign(first, first + orders_);
    request.mutable_changes()->set_status(status);
    request.set_outcomes_per_message(100);
    request.set_request_id(NewRequestId());
    statuses_[stream] = status;
    const auto context = caller_.NewContext();
    const auto call = caller_.stub().BulkUpdateOrders(context.get(), request);
    int changed = 0;
    for (gw::BulkUpdateOrdersResponse part; call->Read(&part);) {
      for (const auto& outcome : part.outcomes().outcomes()) changed += outcome.change().changed() ? 1 : 0;
    }
    JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(call->Finish()));
    return changed;
  }

  JuchuCaller caller_;
  const int orders_;
  std::vector<std::string> numbers_;
  std::vector<pb::Status> statuses_;
};

absl::StatusOr<Contender> Juchu(Stand& stand, int streams, int most) {
  JUCHU_ASSIGN_OR_RETURN(const auto bulk, JuchuBulk::Create(stand, streams, most));
  Contender contender{kJuchu, stand.juchu_processes(), static_cast<double>(bulk->orders())};
  contender.reset = [bulk] { return bulk->Reset(); };
  contender.make_worker = [bulk](int index, int) {
    return [bulk, stream = static_cast<size_t>(index)] { return bulk->ChangeAll(stream); };
  };
  return contender;
}

}  // namespace

absl::StatusOr<Section> RunBulk(Stand& stand, const Scale& scale) {
  Section section{absl::StrCat("Status change of ", scale.batch_orders, " orders at once, streamed outcomes"),
                  "orders"};
  std::map<int, Contender> juchu;
  for (const int in_flight : scale.in_flight) {
    if (in_flight > kMostLongCalls) {
      section.notes.push_back(absl::StrCat(in_flight, " in flight: left out, more than a gateway takes"));
      continue;
    }
    JUCHU_ASSIGN_OR_RETURN(juchu[in_flight], Juchu(stand, in_flight, scale.batch_orders));
    for (const char* name : {kByHand, kTwoHop, kJuchu}) section.lines.push_back({name, in_flight, {}});
    if (const double orders = juchu[in_flight].units_per_call; orders < scale.batch_orders) {
      section.notes.push_back(absl::StrCat(in_flight, " in flight: streams of juchu over ", orders, " orders each"));
    }
  }
  // Line by line, so that each round's stand beside each other.
  Scale once = scale;
  once.rounds = 1;
  for (int round = 0; round < scale.rounds; ++round) {
    for (size_t turn = 0; turn < section.lines.size(); ++turn) {
      Line& line = section.lines[round % 2 == 0 ? turn : section.lines.size() - 1 - turn];
      const Contender contender = line.contender == kJuchu    ? juchu[line.in_flight]
                                  : line.contender == kTwoHop ? TwoHop(stand)
                                                              : ByHand(stand);
      JUCHU_ASSIGN_OR_RETURN(const auto lines, RunRounds(stand, {contender}, {line.in_flight}, once));
      line.rounds.push_back(lines.front().rounds.front());
    }
  }
  section.notes.push_back("times are those of a call: 500 orders by hand and over two hops, a stream of juchu");
  const auto judge = [&](int by_hand, absl::string_view text) {
    const auto& levels = scale.in_flight;
    if (std::count(levels.begin(), levels.end(), by_hand) == 0 || std::count(levels.begin(), levels.end(), 1) == 0) {
      return;
    }
    section.verdicts.push_back(
        {absl::StrCat("one stream: orders/s, of SQL by hand on ", text),
         Ratios(LineOf(section.lines, kJuchu, 1), LineOf(section.lines, kByHand, by_hand), &Sample::units_per_second),
         0.5, true});
  };
  judge(1, "one connection");
  judge(kHandWorkers, absl::StrCat(kHandWorkers, " connections"));
  return section;
}

}  // namespace juchu::bench
