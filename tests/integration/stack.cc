#include "tests/integration/stack.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/testing/in_process_server.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/fake_clock.h"
#include "common/testing/linted_mariadb.h"
#include "common/testing/scoped_database.h"
#include "common/time/clock.h"
#include "nlohmann/json.hpp"
#include "services/gateway/auth/token_minter.h"
#include "tests/integration/stack_sides.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

// With a connection for each of many callers.
mysql::Options Wide(mysql::Options options) {
  options.pool_size = 64;
  return options;
}

}  // namespace

struct Stack::Parts {
  Parts()
      : database(Must(testing::ScopedDatabase::Create(testing::LintedMariaDb(), "services/order/migrations"))),
        pool(Must(mysql::Pool::Create(Wide(database->options()), clock))),
        inventory_database(
            Must(testing::ScopedDatabase::Create(testing::LintedMariaDb(), "services/inventory/migrations"))),
        inventory_pool(Must(mysql::Pool::Create(Wide(inventory_database->options()), clock))),
        payment_database(
            Must(testing::ScopedDatabase::Create(testing::LintedMariaDb(), "services/payment/migrations"))),
        payment_pool(Must(mysql::Pool::Create(Wide(payment_database->options()), clock))),
        company(certificates, payment_clock),
        order(*pool, clock, metrics),
        order_server(certificates, "order", {&order.service}),
        inventory(*inventory_pool, clock, metrics),
        inventory_server(certificates, "inventory", {&inventory.service}),
        payment(*payment_pool, company, certificates.For("company").ca_file, {payment_clock, clock}, metrics),
        payment_server(certificates, "payment", {&payment.service, &payment.postpay_service}),
        gateway(
            {order_server.Channel("gateway"), inventory_server.Channel("gateway"), payment_server.Channel("gateway")},
            key, clock, metrics),
        gateway_server(certificates, "gateway",
                       {&gateway.service, &gateway.configuration_service, &gateway.payment_service,
                        &gateway.postpay_service, &gateway.product_service}) {}

  const SystemClock clock;
  testing::FakeClock payment_clock{absl::Now()};
  std::unique_ptr<testing::ScopedDatabase> database;
  std::unique_ptr<mysql::Pool> pool;
  std::unique_ptr<testing::ScopedDatabase> inventory_database;
  std::unique_ptr<mysql::Pool> inventory_pool;
  std::unique_ptr<testing::ScopedDatabase> payment_database;
  std::unique_ptr<mysql::Pool> payment_pool;
  rpc::Metrics metrics;
  rpc::TestCertificates certificates;
  CompanySide company;
  gateway::SigningKey key = Must(gateway::GenerateSigningKey("k"));
  OrderSide order;
  rpc::InProcessServer order_server;
  InventorySide inventory;
  rpc::InProcessServer inventory_server;
  PaymentSide payment;
  rpc::InProcessServer payment_server;
  GatewaySide gateway;
  rpc::InProcessServer gateway_server;
};

Stack& Stack::Get() {
  static Stack stack;
  return stack;
}

Stack::Stack() : parts_(std::make_unique<Parts>()) {}
Stack::~Stack() {
  parts_->order.queue.Stop();
  parts_->inventory.queue.Stop();
  parts_->payment.queue.Stop();
}

std::unique_ptr<GatewayStub> Stack::Orders(const std::string& caller) {
  return gw::GatewayService::NewStub(parts_->gateway_server.Channel(caller));
}

std::unique_ptr<ConfigurationStub> Stack::Configuration(const std::string& caller) {
  return gw::ConfigurationService::NewStub(parts_->gateway_server.Channel(caller));
}

std::unique_ptr<ProductStub> Stack::Products(const std::string& caller) {
  return gw::ProductService::NewStub(parts_->gateway_server.Channel(caller));
}

std::unique_ptr<PaymentStub> Stack::Payments(const std::string& caller) {
  return gw::PaymentService::NewStub(parts_->gateway_server.Channel(caller));
}

std::unique_ptr<PostpayStub> Stack::Postpay(const std::string& caller) {
  return gw::PostpayService::NewStub(parts_->gateway_server.Channel(caller));
}

std::unique_ptr<pb::OrderService::Stub> Stack::OrderService(const std::string& caller) {
  return pb::OrderService::NewStub(parts_->order_server.Channel(caller));
}

std::string Stack::Address(const std::string& server) const {
  if (server == "inventory") return parts_->inventory_server.address();
  if (server == "payment") return parts_->payment_server.address();
  return (server == "order" ? parts_->order_server : parts_->gateway_server).address();
}

std::shared_ptr<grpc::Channel> Stack::Channel(const std::string& server, const rpc::TlsFiles& identity) {
  return Must(rpc::CreateMtlsChannel(Address(server), identity));
}

rpc::TestCertificates& Stack::certificates() { return parts_->certificates; }

std::string Stack::Token(const std::string& tenant, const std::string& role) {
  return TokenWith(tenant, {{"role", role}});
}

std::string Stack::TokenWith(const std::string& tenant, const nlohmann::json& claims) {
  const int64_t now = absl::ToUnixSeconds(parts_->clock.Now());
  nlohmann::json all = {{"iss", "issuer"},  {"aud", "juchu"},     {"sub", "hanako@example.jp"},
                        {"tenant", tenant}, {"role", "operator"}, {"iat", now},
                        {"exp", now + 600}};
  all.update(claims);
  for (auto it = all.begin(); it != all.end();) it = it->is_null() ? all.erase(it) : std::next(it);
  return Must(gateway::MintToken(parts_->key, all));
}

void Stack::Reconcile() {
  auto& gateway = parts_->gateway;
  while (Must(gateway.reconciler.RunOnce(absl::ZeroDuration())) +
             Must(gateway.inventory_reconciler.RunOnce(absl::ZeroDuration())) +
             Must(gateway.payment_reconciler.RunOnce(absl::ZeroDuration())) >
         0) {
  }
  gateway.inventory_acknowledger.Flush();
  gateway.payment_acknowledger.Flush();
}

standin::RccsStandin& Stack::company() { return *parts_->company.standin; }

void Stack::WorkCards(absl::Duration most) {
  constexpr absl::Duration kStep = absl::Seconds(30);
  // Never behind the machine's, by which calls of the database have their limits.
  parts_->payment_clock.Set(std::max(parts_->payment_clock.Now(), parts_->clock.Now()));
  const absl::Time end = parts_->payment_clock.Now() + most;
  while (true) {
    while (Must(parts_->payment.worker.RunTurn())) {
    }
    Reconcile();
    auto connection = Must(parts_->payment_pool->Acquire(parts_->clock.Now() + absl::Seconds(10)));
    const bool is_idle = Must(connection->Query("SELECT 1 FROM card_requests WHERE open_mark = 1 LIMIT 1")).empty();
    if (is_idle || parts_->payment_clock.Now() >= end) return;
    parts_->payment_clock.Advance(kStep);
  }
}

std::string Stack::RootSql(const std::string& sql) { return Must(parts_->database->RootSql(sql)); }
std::string Stack::InventorySql(const std::string& sql) { return Must(parts_->inventory_database->RootSql(sql)); }
std::string Stack::PaymentSql(const std::string& sql) { return Must(parts_->payment_database->RootSql(sql)); }

absl::Time Stack::LastDeadline(const std::string& method) const {
  return std::max(parts_->order.recorder.LastDeadline(method), parts_->gateway.recorder.LastDeadline(method));
}

mysql::Pool& Stack::pool() { return *parts_->pool; }

int64_t Stack::internal_calls() const {
  return parts_->gateway.orders.calls_started() + parts_->gateway.inventory.calls_started() +
         parts_->gateway.payment.calls_started() + parts_->gateway.postpay.calls_started();
}
mysql::PoolStats Stack::inventory_database() const { return parts_->inventory_pool->stats(); }
mysql::PoolStats Stack::payment_database() const { return parts_->payment_pool->stats(); }
mysql::PoolStats Stack::database() const { return parts_->pool->stats(); }

std::unique_ptr<grpc::ClientContext> ContextWith(const std::string& token, absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  if (!token.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", token));
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return context;
}

}  // namespace juchu::integration
