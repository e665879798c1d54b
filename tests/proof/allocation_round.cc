#include "tests/proof/allocation_round.h"

#include <cstdlib>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/ids/uuid.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"
#include "tests/proof/round_client.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace inv = ::juchu::inventory::v1;

using Orders = gw::GatewayService::Stub;
using Products = gw::ProductService::Stub;

constexpr int kProducts = 4;
constexpr int64_t kFirstStock = 20;
// What reconcilers do behind the clients' backs, a lease that died included.
constexpr absl::Duration kSettled = absl::Seconds(90);

std::string ProductOf(uint64_t drawn) { return absl::StrCat("P", drawn % kProducts); }

}  // namespace

// What a client knows of one of its orders.
struct AllocationRound::KnownOrder {
  std::string number;
  pb::StateValue state = pb::UNALLOCATED;
  bool cancelled = false;
};

struct AllocationRound::Client : RoundClient {
  Client(contract::Endpoint endpoint, const std::string& tenant, int client_index, uint64_t seed)
      : RoundClient(std::move(endpoint), tenant, client_index, seed, "allocation answers"),
        products(gw::ProductService::NewStub(channel())) {}
  std::unique_ptr<Products> products;
  std::vector<KnownOrder> known;
  int64_t received = 0;
  // Asked for and never answered: pieces that may have come.
  int64_t perhaps_received = 0;
  std::atomic<int64_t> allocations = 0;
  std::atomic<int64_t> cancels = 0;
  std::atomic<int64_t> receipts = 0;
};

AllocationRound::AllocationRound(Cluster& cluster, const std::function<contract::Endpoint()>& connect,
                                 std::string tenant, int clients, uint64_t seed)
    : cluster_(cluster), tenant_(std::move(tenant)) {
  std::mt19937_64 seeds(seed);
  for (int i = 0; i < clients; ++i) clients_.push_back(std::make_unique<Client>(connect(), tenant_, i, seeds()));
  SetUp();
}

AllocationRound::~AllocationRound() { Stop(); }

void AllocationRound::SetUp() {
  auto& first = *clients_.front();
  gw::PutProductsRequest put;
  gw::ChangeStockRequest stock;
  for (int i = 0; i < kProducts; ++i) {
    put.add_products()->set_product_code(ProductOf(i));
    put.mutable_products(i)->set_product_name("商品");
    auto& change = *stock.add_changes();
    change.set_product_code(ProductOf(i));
    change.set_kind(inv::RECEIVED);
    change.set_quantity(kFirstStock);
    change.set_reason("入庫");
  }
  stock.set_request_id(NewRequestId());
  stock_at_first_ = kProducts * kFirstStock;
  gw::PutProductsResponse put_answer;
  gw::ChangeStockResponse stock_answer;
  first.EndUnless(first.MakeTenant(kWorkloadShop, "自社サイト", pb::OWN_SITE) &&
                      first.Insist(*first.products, &Products::PutProducts, put, put_answer) &&
                      first.Insist(*first.products, &Products::ChangeStock, stock, stock_answer),
                  "allocations");
}

void AllocationRound::Start() {
  for (auto& client : clients_) client->Start([this, &client] { Step(*client); });
}

void AllocationRound::Stop() { StopAll(clients_); }

int64_t AllocationRound::operations_done() const {
  const Counts all = counts();
  return all.allocations + all.cancels + all.receipts;
}

AllocationRound::Counts AllocationRound::counts() const {
  Counts counts;
  for (const auto& client : clients_) {
    counts.allocations += client->allocations;
    counts.cancels += client->cancels;
    counts.receipts += client->receipts;
    counts.repeats += client->repeats();
  }
  return counts;
}

// Every fourth is asked for twice at once.
void AllocationRound::Allocate(Client& client, KnownOrder& order) {
  gw::AllocateOrdersRequest request;
  request.add_order_numbers(order.number);
  std::thread twin;
  if (client.Draw() % 4 == 0) {
    twin = std::thread([&] {
      gw::AllocateOrdersResponse ignored;
      client.Insist(client.orders(), &Orders::AllocateOrders, request, ignored);
    });
  }
  gw::AllocateOrdersResponse response;
  if (client.Insist(client.orders(), &Orders::AllocateOrders, request, response)) {
    const auto& outcome = response.outcomes(0);
    if (!order.cancelled && !outcome.has_error()) order.state = outcome.state();
    ++client.allocations;
  }
  if (twin.joinable()) twin.join();
}

void AllocationRound::Step(Client& client) {
  const auto drawn = client.Draw() % 10;
  if (client.known.empty() || drawn < 3) {
    gw::CreateOrdersRequest request;
    auto& order = *request.add_orders();
    order = OrderOf(tenant_, absl::StrCat(client.index(), "-", client.known.size()));
    // Nothing to pay: it goes to 引当待 at once, AUTO.
    order.clear_payment_method();
    auto& items = *order.mutable_deliveries(0)->mutable_items();
    items.Add()->CopyFrom(items[0]);
    for (auto& item : items) item.set_product_code(ProductOf(client.Draw()));
    gw::CreateOrdersResponse response;
    if (!client.Insist(client.orders(), &Orders::CreateOrders, request, response)) return;
    client.known.push_back({response.outcomes(0).order_number()});
    return;
  }
  auto& order = client.known[client.Draw() % client.known.size()];
  if (drawn < 7) {
    Allocate(client, order);
  } else if (drawn == 7) {
    gw::CancelOrderRequest request;
    request.set_order_number(order.number);
    request.set_request_id(NewRequestId());
    gw::OrderChangeResponse response;
    // From now on it may be, whether answered or not.
    order.state = pb::UNALLOCATED;
    if (!client.Insist(client.orders(), &Orders::CancelOrder, request, response)) return;
    order.cancelled = true;
    ++client.cancels;
  } else {
    gw::ChangeStockRequest request;
    auto& change = *request.add_changes();
    change.set_product_code(ProductOf(client.Draw()));
    change.set_kind(inv::RECEIVED);
    change.set_quantity(1);
    change.set_reason("入庫");
    request.set_request_id(NewRequestId());
    gw::ChangeStockResponse response;
    const bool answered = client.Insist(*client.products, &Products::ChangeStock, request, response);
    ++(answered ? client.received : client.perhaps_received);
    ++client.receipts;
  }
}

// By order number, from the inventory's own rows.
std::map<std::string, std::pair<int64_t, int64_t>> AllocationRound::NeededAndHeld() {
  std::map<std::string, std::pair<int64_t, int64_t>> orders;
  const std::string text = Must(cluster_.inventory_database().RootSql(
      absl::StrCat("SELECT order_number, SUM(needed), SUM(allocated) FROM allocations WHERE tenant_id = '", tenant_,
                   "' GROUP BY order_number")));
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> columns = absl::StrSplit(line, absl::ByAnyChar("\t "), absl::SkipEmpty());
    auto& sums = orders[columns.at(0)];
    if (!absl::SimpleAtoi(columns.at(1), &sums.first) || !absl::SimpleAtoi(columns.at(2), &sums.second)) std::abort();
  }
  return orders;
}

void AllocationRound::JudgeOrders(std::vector<Finding>& findings) {
  const auto rows = NeededAndHeld();
  for (const auto& client : clients_) {
    for (const auto& order : client->known) {
      const auto it = rows.find(order.number);
      const auto [needed, held] = it == rows.end() ? std::pair<int64_t, int64_t>() : it->second;
      if (order.cancelled && held > 0) {
        findings.push_back({"allocation", absl::StrCat(order.number, " is cancelled and holds ", held)});
      }
      if (order.state == pb::ALLOCATED && (needed == 0 || held != needed)) {
        findings.push_back({"allocation", absl::StrCat(order.number, " was acknowledged as allocated and holds ", held,
                                                       " of ", needed)});
      }
    }
  }
}

void AllocationRound::JudgeAudits(std::vector<Finding>& findings) {
  auto& client = *clients_.front();
  client.Audit(*client.products, &Products::AuditInventory, "inventory audit", findings);
  client.Audit(client.orders(), &Orders::AuditOrders, "order audit", findings);
}

std::vector<Finding> AllocationRound::Judge() {
  std::vector<Finding> findings;
  for (const auto& client : clients_) {
    for (auto& finding : client->findings()) findings.push_back(std::move(finding));
  }
  // What the inventory did for an order that nobody told of it, because a gateway died, comes to it as news.
  const std::string of_the_tenant = absl::StrCat(" WHERE tenant_id = '", tenant_, "'");
  const std::string left =
      WaitUntilDone({{"changes", &cluster_.database(), "order_changes" + of_the_tenant},
                     {"news of stock", &cluster_.inventory_database(), "inventory_changes" + of_the_tenant}},
                    kSettled);
  if (!left.empty()) findings.push_back({"queue", absl::StrCat(left, " of ", tenant_, " are still queued")});
  JudgeAudits(findings);
  JudgeOrders(findings);
  int64_t least = stock_at_first_;
  int64_t most = stock_at_first_;
  for (const auto& client : clients_) {
    least += client->received;
    most += client->received + client->perhaps_received;
  }
  const int64_t pieces = NumberOf(cluster_.inventory_database(),
                                  absl::StrCat("SELECT SUM(on_hand) FROM stocks WHERE tenant_id = '", tenant_, "'"));
  if (pieces < least || pieces > most) {
    findings.push_back({"stock", absl::StrCat(pieces, " pieces are on hand, acknowledged were ", least, " to ", most)});
  }
  return findings;
}

}  // namespace juchu::proof
