// One order of one line allocated by each call, of one hot product and of a thousand.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"
#include "tests/bench/hand_stock.h"
#include "tests/bench/workloads.h"
#include "tools/load/load_orders.h"
#include "tools/load/sample_order.h"

namespace juchu::bench {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace inv = ::juchu::inventory::v1;

constexpr int kProducts = 1000;
// More than anything here allocates in a second: each order is allocated once.
constexpr double kMostPerSecond = 3000;
constexpr int kRegisteredAtOnce = 500;

// Orders that are allocated one after the other, by whoever comes.
struct Supply {
  std::vector<std::string> numbers;
  std::atomic<size_t> next = 0;
};

std::string TenantOf(int products) { return absl::StrCat("allocate-", products); }

Contender ByHand(Stand& stand, const std::string& name, int products) {
  Contender contender{name, {stand.client_process(), stand.database_process()}};
  const auto made = std::make_shared<std::atomic<int64_t>>(0);
  contender.make_worker = [&stand, made, products](int, int) -> absl::StatusOr<std::function<absl::Status()>> {
    std::shared_ptr<HandStock> hand;
    JUCHU_RETURN_IF_ERROR(Guarded([&] { hand = std::make_shared<HandStock>(stand.hand_database()); }));
    return [hand, made, products] {
      const int64_t order = ++*made;
      bool done = false;
      JUCHU_RETURN_IF_ERROR(Guarded([&] {
        done = hand->Allocate(absl::StrCat(products, "-", order),
                              HandStock::ProductCode(static_cast<int>(order % products)));
      }));
      return done ? absl::OkStatus() : absl::ResourceExhaustedError("by hand: no stock");
    };
  };
  return contender;
}

Contender Juchu(Stand& stand, const std::string& name, int products, const std::shared_ptr<Supply>& supply) {
  Contender contender{name, stand.allocation_processes()};
  const auto caller = std::make_shared<JuchuCaller>(stand, TenantOf(products), "operator");
  contender.make_worker = [supply, caller](int, int) {
    return [supply, caller] {
      const size_t index = supply->next++;
      if (index >= supply->numbers.size()) return absl::ResourceExhaustedError("juchu: no more orders are loaded");
      gw::AllocateOrdersRequest request;
      request.add_order_numbers(supply->numbers[index]);
      gw::AllocateOrdersResponse response;
      const auto context = caller->NewContext();
      JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(caller->stub().AllocateOrders(context.get(), request, &response)));
      return response.outcomes(0).state() == pb::ALLOCATED ? absl::OkStatus()
                                                           : absl::AbortedError("juchu: an order was not allocated");
    };
  };
  return contender;
}

absl::Status StockUp(Stand& stand, int products) {
  const JuchuCaller caller(stand, TenantOf(products), "operator");
  const auto stub = gw::ProductService::NewStub(stand.cluster().gateway().channel);
  for (int first = 0; first < products; first += kRegisteredAtOnce) {
    gw::PutProductsRequest put;
    gw::ChangeStockRequest stock;
    for (int i = first; i < std::min(first + kRegisteredAtOnce, products); ++i) {
      auto& product = *put.add_products();
      product.set_product_code(HandStock::ProductCode(i));
      product.set_product_name("商品");
      auto& change = *stock.add_changes();
      change.set_product_code(product.product_code());
      change.set_kind(inv::RECEIVED);
      change.set_quantity(100'000'000);
      change.set_reason("入庫");
    }
    stock.set_request_id(NewRequestId());
    gw::PutProductsResponse put_answer;
    gw::ChangeStockResponse stock_answer;
    JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->PutProducts(caller.NewContext().get(), put, &put_answer)));
    JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->ChangeStock(caller.NewContext().get(), stock, &stock_answer)));
  }
  return absl::OkStatus();
}

// A tenant with MANUAL orders in 引当待, of one line each, and stock for all of them.
absl::StatusOr<std::shared_ptr<Supply>> Load(Stand& stand, const Scale& scale, int products) {
  const double seconds = absl::ToDoubleSeconds(scale.warm_up + scale.duration) * scale.rounds *
                         static_cast<double>(scale.in_flight.size());
  const auto count = static_cast<int>(std::ceil(seconds * kMostPerSecond));
  JUCHU_RETURN_IF_ERROR(load::LoadOrders(stand.pool(), TenantOf(products), count, [products](int64_t index) {
    pb::Order order = load::SampleOrder(index);
    order.set_status(pb::AWAITING_ALLOCATION);
    order.set_mode(pb::MANUAL);
    order.clear_cancel_time();
    while (order.deliveries_size() > 1) order.mutable_deliveries()->RemoveLast();
    auto& items = *order.mutable_deliveries(0)->mutable_items();
    while (items.size() > 1) items.RemoveLast();
    items[0].set_product_code(HandStock::ProductCode(static_cast<int>(index % products)));
    items[0].set_quantity(1);
    for (auto& tag : *order.mutable_state_tags()) {
      if (tag.category() == pb::ALLOCATION) tag.set_value(pb::UNALLOCATED);
      if (tag.category() == pb::SHIPMENT) tag.set_value(pb::UNSHIPPED);
    }
    return order;
  }));
  JUCHU_RETURN_IF_ERROR(StockUp(stand, products));
  auto supply = std::make_shared<Supply>();
  JUCHU_ASSIGN_OR_RETURN(supply->numbers, OrderNumbers(stand, TenantOf(products), count));
  return supply;
}

}  // namespace

absl::StatusOr<Section> RunAllocations(Stand& stand, const Scale& scale) {
  JUCHU_RETURN_IF_ERROR(Guarded([&stand] {
    HandConnection connection(stand.hand_database());
    HandStock::MakeTables(connection, kProducts);
  }));
  JUCHU_ASSIGN_OR_RETURN(const auto hot_orders, Load(stand, scale, 1));
  JUCHU_ASSIGN_OR_RETURN(const auto wide_orders, Load(stand, scale, kProducts));
  const std::string hot = ", one hot product";
  const std::string wide = absl::StrCat(", ", kProducts, " products");
  Section section{"Allocation of an order of one line", "orders"};
  JUCHU_ASSIGN_OR_RETURN(
      section.lines,
      RunRounds(stand,
                {ByHand(stand, "SQL by hand" + hot, 1), Juchu(stand, "juchu" + hot, 1, hot_orders),
                 ByHand(stand, "SQL by hand" + wide, kProducts), Juchu(stand, "juchu" + wide, kProducts, wide_orders)},
                scale.in_flight, scale));
  constexpr int kInFlight = 32;
  if (std::count(scale.in_flight.begin(), scale.in_flight.end(), kInFlight) == 0) return section;
  for (const auto& products : {hot, wide}) {
    section.verdicts.push_back(
        {absl::StrCat("32 in flight: orders/s, of SQL by hand", products),
         Ratios(LineOf(section.lines, "juchu" + products, kInFlight),
                LineOf(section.lines, "SQL by hand" + products, kInFlight), &Sample::units_per_second),
         1, true});
  }
  return section;
}

}  // namespace juchu::bench
