// juchu-gateway: the public interface, who may call it, and the workflow. README.md beside this file says more.
#include <grpcpp/channel.h>

#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "common/ids/order_number.h"
#include "common/log/log.h"
#include "common/page/page_token.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/handler.h"
#include "common/rpc/health.h"
#include "common/rpc/metrics.h"
#include "common/rpc/server_runner.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "common/time/clock_guard.h"
#include "services/gateway/app/card_requester.h"
#include "services/gateway/app/change_handlers.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/facts_settler.h"
#include "services/gateway/app/order_allocator.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/app/postpay_exporter.h"
#include "services/gateway/app/postpay_layouts.h"
#include "services/gateway/app/postpay_reader.h"
#include "services/gateway/app/product_manager.h"
#include "services/gateway/app/reconciler.h"
#include "services/gateway/app/screening_intake.h"
#include "services/gateway/app/stock_intake.h"
#include "services/gateway/auth/gateway_authorizer.h"
#include "services/gateway/auth/key_store.h"
#include "services/gateway/clients/gathering_inventory_client.h"
#include "services/gateway/clients/gathering_order_client.h"
#include "services/gateway/clients/payment_client.h"
#include "services/gateway/clients/postpay_client.h"
#include "services/gateway/options.h"
#include "services/gateway/rpc/configuration_service.h"
#include "services/gateway/rpc/gateway_service.h"
#include "services/gateway/rpc/payment_service.h"
#include "services/gateway/rpc/postpay_service.h"
#include "services/gateway/rpc/product_service.h"

namespace juchu::gateway {
namespace {

constexpr absl::Duration kKeyCheckInterval = absl::Seconds(5);
constexpr size_t kTenantsKept = 10'000;
constexpr rpc::DefaultDeadlines kDeadlines = {absl::Seconds(30), absl::Minutes(15)};

void LogKeyChange(const absl::Status& status) {
  if (status.ok()) {
    Log(LogLevel::kInfo, "token_keys_changed", {});
  } else {
    Log(LogLevel::kError, "token_keys_unusable", {{"problem", std::string(status.message())}});
  }
}

absl::StatusOr<rpc::Handler> HandlerFor(const char* service, const rpc::Authorizer& authorizer, rpc::Metrics& metrics,
                                        const Clock& clock, rpc::CallLimiter& limiter) {
  return rpc::Handler::Create(*google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service),
                              authorizer, metrics, clock, kDeadlines, &limiter);
}

absl::Status Run() {
  JUCHU_ASSIGN_OR_RETURN(const Options options, OptionsFromFlags());
  const SystemClock clock;
  JUCHU_ASSIGN_OR_RETURN(const auto keys, KeyStore::Open(options.jwks_file, kKeyCheckInterval, clock, LogKeyChange));
  TokenVerifier tokens(*keys, clock, options.token_rules);
  const GatewayAuthorizer authorizer(tokens, options.allowed_clients);
  JUCHU_ASSIGN_OR_RETURN(auto channel,
                         rpc::CreateMtlsChannel(options.order_address, options.server.tls, options.order_server_name));
  JUCHU_ASSIGN_OR_RETURN(auto inventory_channel, rpc::CreateMtlsChannel(options.inventory_address, options.server.tls,
                                                                        options.inventory_server_name));
  JUCHU_ASSIGN_OR_RETURN(auto payment_channel, rpc::CreateMtlsChannel(options.payment_address, options.server.tls,
                                                                      options.payment_server_name));
  if (options.check_config) {
    std::puts("the configuration is good");
    return absl::OkStatus();
  }
  rpc::Metrics metrics;
  if (!options.metrics_address.empty()) JUCHU_RETURN_IF_ERROR(metrics.Serve(options.metrics_address));

  GatheringOrderClient orders(order::v1::OrderService::NewStub(channel), clock,
                              [channel](absl::Duration duration) { rpc::WaitOn(*channel, duration); });
  GatheringInventoryClient inventory(
      inventory::v1::InventoryService::NewStub(inventory_channel), clock,
      [inventory_channel](absl::Duration duration) { rpc::WaitOn(*inventory_channel, duration); });
  PaymentClient payment(payment::v1::PaymentService::NewStub(payment_channel), clock,
                        [payment_channel](absl::Duration duration) { rpc::WaitOn(*payment_channel, duration); });
  PostpayClient postpay(payment::v1::PostpayService::NewStub(payment_channel), clock,
                        [payment_channel](absl::Duration duration) { rpc::WaitOn(*payment_channel, duration); });
  ConfigurationCache configurations(kTenantsKept);
  const PageTokenCodec page_tokens(options.page_token_key);
  OrderNumberGenerator numbers(clock);
  OrderReader reader(orders, inventory, configurations, page_tokens, clock);
  OrderCache copies(static_cast<size_t>(options.order_cache_size));
  OrderChanger changer(orders, configurations, copies, clock);
  BulkUpdater bulk(orders, changer, static_cast<size_t>(options.bulk_batch));
  OrderIntake intake(orders, configurations, numbers);
  OrderAuditor auditor(orders, inventory, payment);
  FactsAcknowledger inventory_acknowledger(inventory, clock);
  FactsAcknowledger payment_acknowledger(payment, clock);
  OrderSettler settler(orders, configurations, copies, changer);
  FactsSettler facts({settler, inventory, inventory_acknowledger, payment, payment_acknowledger});
  OrderAllocator allocator(settler, inventory, inventory_acknowledger);
  PostpayLayouts layouts(postpay);
  const PostpayParts postpay_parts = {orders,  configurations, settler, payment, payment_acknowledger,
                                      postpay, layouts,        clock};
  PostpayExporter postpay_exporter(postpay_parts);
  ScreeningIntake screening_intake(postpay_parts);
  PostpayReader postpay_reader(postpay, page_tokens, clock);
  CardRequester cards({settler, payment, payment_acknowledger, orders, configurations, page_tokens, clock});
  ProductManager products(inventory, orders, configurations, page_tokens, clock);
  StockIntake stock_intake(inventory, orders, configurations);
  ConfigurationEditor editor(orders, configurations);

  rpc::CallLimiter limiter(options.server.limits);
  JUCHU_ASSIGN_OR_RETURN(auto gateway_handler,
                         HandlerFor(v1::GatewayService::service_full_name(), authorizer, metrics, clock, limiter));
  JUCHU_ASSIGN_OR_RETURN(auto configuration_handler, HandlerFor(v1::ConfigurationService::service_full_name(),
                                                                authorizer, metrics, clock, limiter));
  JUCHU_ASSIGN_OR_RETURN(auto product_handler,
                         HandlerFor(v1::ProductService::service_full_name(), authorizer, metrics, clock, limiter));
  JUCHU_ASSIGN_OR_RETURN(auto payment_handler,
                         HandlerFor(v1::PaymentService::service_full_name(), authorizer, metrics, clock, limiter));
  JUCHU_ASSIGN_OR_RETURN(auto postpay_handler,
                         HandlerFor(v1::PostpayService::service_full_name(), authorizer, metrics, clock, limiter));
  GatewayService gateway_service(std::move(gateway_handler), {reader, changer, bulk, intake, auditor, allocator});
  ConfigurationService configuration_service(std::move(configuration_handler), editor);
  ProductService product_service(std::move(product_handler), {products, stock_intake});
  PaymentService payment_service(std::move(payment_handler), cards);
  PostpayService postpay_service(std::move(postpay_handler),
                                 {postpay_exporter, screening_intake, postpay_reader, layouts});
  JUCHU_ASSIGN_OR_RETURN(
      auto runner, rpc::ServerRunner::Start(
                       options.server,
                       {&gateway_service, &configuration_service, &payment_service, &postpay_service, &product_service},
                       [&] { return rpc::IsServing(channel, absl::Seconds(2)); }));
  OrderChangeHandler order_changes(orders, changer, facts);
  InventoryChangeHandler inventory_changes(inventory, facts);
  PaymentChangeHandler payment_changes(facts);
  std::vector<std::unique_ptr<Reconciler>> reconcilers;
  for (int i = 0; i < options.reconcilers; ++i) {
    const absl::Duration lease = options.reconcile_lease;
    reconcilers.push_back(std::make_unique<Reconciler>(orders, order_changes, clock, lease));
    reconcilers.push_back(std::make_unique<Reconciler>(inventory, inventory_changes, clock, lease));
    reconcilers.push_back(std::make_unique<Reconciler>(payment, payment_changes, clock, lease));
  }
  // A replica without reconcilers leaves everything behind its callers' backs to the others.
  if (options.reconcilers > 0) {
    inventory_acknowledger.Start();
    payment_acknowledger.Start();
  }
  for (auto& reconciler : reconcilers) reconciler->Start();
  rpc::ServerRunner::WaitForSignal();
  // Each reconciler ends its lease under way, while callers are still served.
  std::vector<std::thread> stops;
  for (auto& reconciler : reconcilers) stops.emplace_back([&reconciler] { reconciler->Stop(); });
  runner->Shutdown();
  for (auto& stop : stops) stop.join();
  inventory_acknowledger.Stop();
  payment_acknowledger.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::gateway

int main(int argc, char** argv) {
  juchu::rpc::BlockShutdownSignals();
  const juchu::ClockGuard clock_guard;
  absl::SetProgramUsageMessage(
      "juchu-gateway serves juchu's public interface and moves orders as the workflow says. Flags come from the "
      "command "
      "line or from --flagfile=FILE; secrets from files.");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = juchu::gateway::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "juchu-gateway: %s\n", juchu::MessageWithRemedy(status).c_str());
  return 1;
}
