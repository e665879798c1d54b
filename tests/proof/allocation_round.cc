#include "tests/proof/allocation_round.h"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace inv = ::juchu::inventory::v1;

constexpr int kProducts = 4;
constexpr int64_t kFirstStock = 20;
constexpr absl::Duration kTryLimit = absl::Seconds(5);
constexpr absl::Duration kPause = absl::Milliseconds(50);
// What reconcilers do behind the clients' backs, a lease that died included.
constexpr absl::Duration kSettled = absl::Seconds(90);

std::string ProductOf(uint64_t drawn) { return absl::StrCat("P", drawn % kProducts); }

// An answer that no repeat can change.
bool IsFinal(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::PERMISSION_DENIED:
      return true;
    default:
      return false;
  }
}

}  // namespace

// What a client knows of one of its orders.
struct AllocationRound::KnownOrder {
  std::string number;
  pb::StateValue state = pb::UNALLOCATED;
  bool cancelled = false;
};

struct AllocationRound::Client {
  Client(contract::Endpoint given, int client_index, uint64_t seed)
      : endpoint(std::move(given)),
        index(client_index),
        random(seed),
        orders(gw::GatewayService::NewStub(endpoint.channel)),
        products(gw::ProductService::NewStub(endpoint.channel)) {}

  contract::Endpoint endpoint;
  const int index;
  std::mt19937_64 random;
  std::unique_ptr<gw::GatewayService::Stub> orders;
  std::unique_ptr<gw::ProductService::Stub> products;
  std::vector<KnownOrder> known;
  int64_t received = 0;
  // Asked for and never answered: pieces that may have come.
  int64_t perhaps_received = 0;
  absl::Mutex mutex;
  std::vector<Finding> findings;
  std::atomic<int64_t> allocations = 0;
  std::atomic<int64_t> cancels = 0;
  std::atomic<int64_t> receipts = 0;
  std::atomic<int64_t> repeats = 0;
  std::thread thread;
};

AllocationRound::AllocationRound(Cluster& cluster, const std::function<contract::Endpoint()>& connect,
                                 std::string tenant, int clients, uint64_t seed)
    : cluster_(cluster), tenant_(std::move(tenant)) {
  std::mt19937_64 seeds(seed);
  for (int i = 0; i < clients; ++i) clients_.push_back(std::make_unique<Client>(connect(), i, seeds()));
  SetUp();
}

AllocationRound::~AllocationRound() { Stop(); }

template <typename Request, typename Response, typename Stub>
bool AllocationRound::Insist(Client& client, Stub& stub,
                             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                             const Request& request, Response& response, const char* role) {
  // A stop may come in the middle of a fault: who stops tries a while longer.
  absl::Time limit = absl::InfiniteFuture();
  while (true) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", client.endpoint.token(tenant_, role)));
    context.set_deadline(absl::ToChronoTime(absl::Now() + kTryLimit));
    context.set_wait_for_ready(true);
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (status.ok()) return true;
    if (IsFinal(status)) {
      absl::MutexLock lock(&client.mutex);
      client.findings.push_back(
          {"allocation answers", absl::StrCat(Request::descriptor()->name(), ": ", status.error_message())});
      return false;
    }
    ++client.repeats;
    if (stopping_ && limit == absl::InfiniteFuture()) limit = absl::Now() + 4 * kTryLimit;
    if (absl::Now() > limit) return false;
    absl::SleepFor(kPause);
  }
}

void AllocationRound::SetUp() {
  auto& first = *clients_.front();
  const auto configuration = gw::ConfigurationService::NewStub(first.endpoint.channel);
  using Configuration = gw::ConfigurationService::Stub;
  pb::Configuration made;
  bool done = Insist(first, *configuration, &Configuration::CreateTenant, gw::CreateTenantRequest(), made, "admin");
  gw::CreateShopRequest shop;
  shop.mutable_shop()->set_shop_id(kWorkloadShop);
  shop.mutable_shop()->set_name("自社サイト");
  shop.mutable_shop()->set_mall(pb::OWN_SITE);
  shop.set_request_id(NewRequestId());
  pb::Shop made_shop;
  done = done && Insist(first, *configuration, &Configuration::CreateShop, shop, made_shop, "admin");
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
  using Products = gw::ProductService::Stub;
  done = done && Insist(first, *first.products, &Products::PutProducts, put, put_answer) &&
         Insist(first, *first.products, &Products::ChangeStock, stock, stock_answer);
  if (done) return;
  std::fprintf(stderr, "the round of allocations cannot be set up: %s\n",
               first.findings.empty() ? "no answer" : first.findings.back().text.c_str());
  std::abort();
}

void AllocationRound::Start() {
  for (auto& client : clients_) client->thread = std::thread([this, &client] { Work(*client); });
}

void AllocationRound::Stop() {
  stopping_ = true;
  for (auto& client : clients_) {
    if (client->thread.joinable()) client->thread.join();
  }
}

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
    counts.repeats += client->repeats;
  }
  return counts;
}

// Every fourth is asked for twice at once.
void AllocationRound::Allocate(Client& client, KnownOrder& order) {
  using Orders = gw::GatewayService::Stub;
  gw::AllocateOrdersRequest request;
  request.add_order_numbers(order.number);
  std::thread twin;
  if (client.random() % 4 == 0) {
    twin = std::thread([&] {
      gw::AllocateOrdersResponse ignored;
      Insist(client, *client.orders, &Orders::AllocateOrders, request, ignored);
    });
  }
  gw::AllocateOrdersResponse response;
  if (Insist(client, *client.orders, &Orders::AllocateOrders, request, response)) {
    const auto& outcome = response.outcomes(0);
    if (!order.cancelled && !outcome.has_error()) order.state = outcome.state();
    ++client.allocations;
  }
  if (twin.joinable()) twin.join();
}

void AllocationRound::Work(Client& client) {
  using Orders = gw::GatewayService::Stub;
  while (!stopping_) {
    const auto drawn = client.random() % 10;
    if (client.known.empty() || drawn < 3) {
      gw::CreateOrdersRequest request;
      auto& order = *request.add_orders();
      order = OrderOf(tenant_, absl::StrCat(client.index, "-", client.known.size()));
      // Nothing to pay: it goes to 引当待 at once, AUTO.
      order.clear_payment_method();
      auto& items = *order.mutable_deliveries(0)->mutable_items();
      items.Add()->CopyFrom(items[0]);
      for (auto& item : items) item.set_product_code(ProductOf(client.random()));
      gw::CreateOrdersResponse response;
      if (!Insist(client, *client.orders, &Orders::CreateOrders, request, response)) continue;
      client.known.push_back({response.outcomes(0).order_number()});
      continue;
    }
    auto& order = client.known[client.random() % client.known.size()];
    if (drawn < 7) {
      Allocate(client, order);
    } else if (drawn == 7) {
      gw::CancelOrderRequest request;
      request.set_order_number(order.number);
      request.set_request_id(NewRequestId());
      gw::OrderChangeResponse response;
      // From now on it may be, whether answered or not.
      order.state = pb::UNALLOCATED;
      if (!Insist(client, *client.orders, &Orders::CancelOrder, request, response)) continue;
      order.cancelled = true;
      ++client.cancels;
    } else {
      gw::ChangeStockRequest request;
      auto& change = *request.add_changes();
      change.set_product_code(ProductOf(client.random()));
      change.set_kind(inv::RECEIVED);
      change.set_quantity(1);
      change.set_reason("入庫");
      request.set_request_id(NewRequestId());
      gw::ChangeStockResponse response;
      const bool answered = Insist(client, *client.products, &gw::ProductService::Stub::ChangeStock, request, response);
      ++(answered ? client.received : client.perhaps_received);
      ++client.receipts;
    }
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
  const auto context = [&] {
    auto made = std::make_unique<grpc::ClientContext>();
    made->AddMetadata("authorization", absl::StrCat("Bearer ", client.endpoint.token(tenant_, "manager")));
    made->set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(1)));
    made->set_wait_for_ready(true);
    return made;
  };
  const auto inventory_context = context();
  const auto inventory = client.products->AuditInventory(inventory_context.get(), gw::AuditInventoryRequest());
  gw::AuditInventoryResponse found;
  while (inventory->Read(&found)) {
    if (found.has_finding()) findings.push_back({"inventory audit", found.finding().ShortDebugString()});
  }
  if (const auto status = inventory->Finish(); !status.ok()) {
    findings.push_back({"inventory audit", absl::StrCat("failed: ", status.error_message())});
  }
  const auto orders_context = context();
  const auto orders = client.orders->AuditOrders(orders_context.get(), gw::AuditOrdersRequest());
  gw::AuditOrdersResponse finding;
  while (orders->Read(&finding)) {
    if (finding.has_finding()) findings.push_back({"order audit", finding.finding().ShortDebugString()});
  }
  if (const auto status = orders->Finish(); !status.ok()) {
    findings.push_back({"order audit", absl::StrCat("failed: ", status.error_message())});
  }
}

std::vector<Finding> AllocationRound::Judge() {
  std::vector<Finding> findings;
  for (const auto& client : clients_) findings.insert(findings.end(), client->findings.begin(), client->findings.end());
  std::string queued;
  for (const absl::Time limit = absl::Now() + kSettled; absl::Now() < limit; absl::SleepFor(kPause)) {
    queued = Must(cluster_.database().RootSql(
        absl::StrCat("SELECT COUNT(*) FROM order_changes WHERE tenant_id = '", tenant_, "'")));
    absl::StripAsciiWhitespace(&queued);
    if (queued == "0") break;
  }
  if (queued != "0") findings.push_back({"queue", absl::StrCat(queued, " changes of ", tenant_, " are still queued")});
  JudgeAudits(findings);
  JudgeOrders(findings);
  int64_t least = stock_at_first_;
  int64_t most = stock_at_first_;
  for (const auto& client : clients_) {
    least += client->received;
    most += client->received + client->perhaps_received;
  }
  std::string on_hand = Must(cluster_.inventory_database().RootSql(
      absl::StrCat("SELECT SUM(on_hand) FROM stocks WHERE tenant_id = '", tenant_, "'")));
  absl::StripAsciiWhitespace(&on_hand);
  int64_t pieces = 0;
  if (!absl::SimpleAtoi(on_hand, &pieces) || pieces < least || pieces > most) {
    findings.push_back(
        {"stock", absl::StrCat(on_hand, " pieces are on hand, acknowledged were ", least, " to ", most)});
  }
  return findings;
}

}  // namespace juchu::proof
