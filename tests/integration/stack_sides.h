#ifndef TESTS_INTEGRATION_STACK_SIDES_H_
#define TESTS_INTEGRATION_STACK_SIDES_H_

#include <grpcpp/channel.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/page/page_token.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/handler.h"
#include "common/rpc/metrics.h"
#include "common/rpc/testing/in_process_server.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/fake_clock.h"
#include "common/testing/mariadb_instance.h"
#include "common/testing/scoped_database.h"
#include "common/time/clock.h"
#include "nlohmann/json.hpp"
#include "services/gateway/app/card_requester.h"
#include "services/gateway/app/change_handlers.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/facts_settler.h"
#include "services/gateway/app/order_allocator.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/app/postpay_exporter.h"
#include "services/gateway/app/postpay_layouts.h"
#include "services/gateway/app/postpay_reader.h"
#include "services/gateway/app/screening_intake.h"
#include "services/gateway/auth/gateway_authorizer.h"
#include "services/gateway/auth/key_store.h"
#include "services/gateway/auth/token_minter.h"
#include "services/gateway/clients/gathering_inventory_client.h"
#include "services/gateway/clients/gathering_order_client.h"
#include "services/gateway/clients/payment_client.h"
#include "services/gateway/clients/postpay_client.h"
#include "services/gateway/rpc/configuration_service.h"
#include "services/gateway/rpc/gateway_service.h"
#include "services/gateway/rpc/payment_service.h"
#include "services/gateway/rpc/postpay_service.h"
#include "services/gateway/rpc/product_service.h"
#include "services/inventory/rpc/inventory_service.h"
#include "services/inventory/storage/stock_rows.h"
#include "services/order/rpc/order_service.h"
#include "services/order/storage/order_tables.h"
#include "services/payment/rpc/payment_service.h"
#include "services/payment/rpc/postpay_service.h"
#include "services/payment/storage/card_rows.h"
#include "services/payment/worker/card_worker.h"

// What a Stack is put together from: each service with everything that it is made of, as its main.cc does it.
namespace juchu::integration {

// Ends the program with the reason when a part of the stack cannot be made: no test could say anything then.
template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "the test's stack: %s\n", value.status().ToString().c_str());
    std::abort();
  }
  return *std::move(value);
}

inline const google::protobuf::ServiceDescriptor& Descriptor(const char* name) {
  return *google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
}

inline std::unique_ptr<gateway::KeyStore> OpenKeys(const gateway::SigningKey& key, const Clock& clock) {
  const auto path = std::filesystem::temp_directory_path() / absl::StrCat("juchu-integration-jwks-", getpid());
  std::ofstream(path) << Must(gateway::PublicJwks(key));
  auto keys = Must(gateway::KeyStore::Open(path.string(), absl::Hours(1), clock, nullptr));
  std::filesystem::remove(path);
  return keys;
}

inline gateway::TokenRules Rules() {
  gateway::TokenRules rules;
  rules.issuer = "issuer";
  rules.audience = "juchu";
  return rules;
}

// Lets `inner` decide and keeps what the handlers of each method were told last.
class RecordingAuthorizer final : public rpc::Authorizer {
 public:
  explicit RecordingAuthorizer(const rpc::Authorizer& inner) : inner_(inner) {}

  absl::Status CheckService(const google::protobuf::ServiceDescriptor& service) const override {
    return inner_.CheckService(service);
  }
  absl::Status Authorize(const google::protobuf::MethodDescriptor& method, rpc::MetadataReader metadata,
                         rpc::CallContext& context) const override {
    {
      absl::MutexLock lock(&mutex_);
      deadlines_[method.name()] = context.deadline;
    }
    return inner_.Authorize(method, metadata, context);
  }

  absl::Time LastDeadline(const std::string& method) const {
    absl::MutexLock lock(&mutex_);
    const auto found = deadlines_.find(method);
    return found == deadlines_.end() ? absl::InfinitePast() : found->second;
  }

 private:
  const rpc::Authorizer& inner_;
  mutable absl::Mutex mutex_;
  mutable std::map<std::string, absl::Time> deadlines_ ABSL_GUARDED_BY(mutex_);
};

// Everything that juchu-order is made of.
struct OrderSide {
  OrderSide(mysql::Pool& pool, const Clock& clock, rpc::Metrics& metrics)
      : queue(pool, clock, order::kOrderChanges),
        reader(pool),
        writer(pool, clock, [this] { queue.Notify(); }),
        search(pool),
        auditor(pool),
        configuration(pool, clock, [this] { queue.Notify(); }),
        service(Must(rpc::Handler::Create(Descriptor(order::v1::OrderService::service_full_name()), recorder, metrics,
                                          clock)),
                {reader, writer, search, auditor, configuration, queue}) {}

  rpc::CallerAuthorizer authorizer;
  RecordingAuthorizer recorder{authorizer};
  ChangeQueue queue;
  order::OrderReader reader;
  order::OrderWriter writer;
  order::OrderSearch search;
  order::OrderAuditor auditor;
  order::ConfigurationStore configuration;
  order::OrderService service;
};

// Everything that juchu-inventory is made of.
struct InventorySide {
  InventorySide(mysql::Pool& pool, const Clock& clock, rpc::Metrics& metrics)
      : queue(pool, clock, inventory::kInventoryChanges),
        products(pool, clock, [this] { queue.Notify(); }),
        stocks(pool, clock, [this] { queue.Notify(); }),
        allocations(pool, clock, [this] { queue.Notify(); }),
        service(Must(rpc::Handler::Create(Descriptor(inventory::v1::InventoryService::service_full_name()), authorizer,
                                          metrics, clock)),
                {products, stocks, allocations, queue}) {}

  rpc::CallerAuthorizer authorizer;
  ChangeQueue queue;
  inventory::ProductStore products;
  inventory::StockStore stocks;
  inventory::AllocationStore allocations;
  inventory::InventoryService service;
};

// The card company, with an account for the shops "rakuten" of as many tenants as a test program may make.
struct CompanySide {
  CompanySide(rpc::TestCertificates& certificates, const Clock& clock) {
    std::filesystem::create_directories(folder);
    standin::RccsStandin::Options options;
    const auto tls = certificates.For("company");
    options.journal_file = (folder / "journal").string();
    options.certificate_file = tls.cert_file;
    options.key_file = tls.key_file;
    options.clock = &clock;
    nlohmann::json file = {{"accounts", nlohmann::json::array()}};
    for (int i = 1; i <= 500; ++i) {
      const standin::Account account = {absl::StrCat("key-of-tenant-", i), absl::StrCat("shop-", i), "user"};
      options.accounts.push_back(account);
      file["accounts"].push_back({{"tenant_id", absl::StrCat("tenant-", i)},
                                  {"shop_id", "rakuten"},
                                  {"auth_key", account.auth_key},
                                  {"shop_url", account.shop_url},
                                  {"user_name", account.user_name}});
    }
    std::ofstream(accounts_file) << file;
    std::filesystem::permissions(accounts_file, std::filesystem::perms::owner_read);
    standin = Must(standin::RccsStandin::Start(std::move(options)));
  }
  ~CompanySide() {
    standin.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / absl::StrCat("juchu-integration-company-", getpid());
  const std::string accounts_file = (folder / "accounts.json").string();
  std::unique_ptr<standin::RccsStandin> standin;
};

// Everything that juchu-payment is made of. Its work's time passes when a test says so; calls have the machine's.
struct PaymentSide {
  struct Clocks {
    const Clock& work;
    const Clock& calls;
  };
  PaymentSide(mysql::Pool& pool, const CompanySide& side, const std::string& company_ca_file, const Clocks& clocks,
              rpc::Metrics& metrics)
      : company(Must(payment::rccs::Client::Create(
            {absl::StrCat(side.standin->url(), standin::RccsStandin::kPath), company_ca_file}, clocks.work))),
        accounts(Must(payment::CardAccounts::Open(side.accounts_file, clocks.work))),
        queue(pool, clocks.work, payment::kPaymentChanges),
        requests(pool, clocks.work, [this] { queue.Notify(); }),
        cards(
            pool, clocks.work, [this] { queue.Notify(); }, [this] { requests.Notify(); }),
        settings(pool),
        worker(requests, *company, *accounts, clocks.work, {}),
        service(Must(rpc::Handler::Create(Descriptor(payment::v1::PaymentService::service_full_name()), authorizer,
                                          metrics, clocks.calls)),
                {pool, cards, settings, queue}),
        screenings(pool, clocks.work, [this] { queue.Notify(); }),
        files(pool),
        postpay_service(Must(rpc::Handler::Create(Descriptor(payment::v1::PostpayService::service_full_name()),
                                                  authorizer, metrics, clocks.calls)),
                        {screenings, files}) {}

  rpc::CallerAuthorizer authorizer;
  std::unique_ptr<payment::rccs::Client> company;
  std::unique_ptr<payment::CardAccounts> accounts;
  ChangeQueue queue;
  payment::CardQueue requests;
  payment::CardStore cards;
  payment::SettingsStore settings;
  payment::CardWorker worker;
  payment::PaymentService service;
  payment::ScreeningStore screenings;
  payment::PaymentFileStore files;
  payment::PostpayService postpay_service;
};

// The gateway's ways to the services.
struct Channels {
  std::shared_ptr<grpc::Channel> order;
  std::shared_ptr<grpc::Channel> inventory;
  std::shared_ptr<grpc::Channel> payment;
};

// Everything that juchu-gateway is made of.
struct GatewaySide {
  GatewaySide(const Channels& channels, const gateway::SigningKey& key, const Clock& clock, rpc::Metrics& metrics)
      : keys(OpenKeys(key, clock)),
        tokens(*keys, clock, Rules()),
        authorizer(tokens, std::set<std::string>{"frontend", "juchuctl"}),
        orders(order::v1::OrderService::NewStub(channels.order), clock),
        inventory(inventory::v1::InventoryService::NewStub(channels.inventory), clock),
        payment(payment::v1::PaymentService::NewStub(channels.payment), clock),
        postpay(payment::v1::PostpayService::NewStub(channels.payment), clock),
        configurations(100),
        page_tokens(std::string(32, 'k')),
        numbers(clock),
        reader(orders, inventory, configurations, page_tokens, clock),
        copies(1000),
        changer(orders, configurations, copies, clock),
        bulk(orders, changer),
        intake(orders, configurations, numbers),
        auditor(orders, inventory, payment),
        editor(orders, configurations),
        inventory_acknowledger(inventory, clock),
        payment_acknowledger(payment, clock),
        settler(orders, configurations, copies, changer),
        facts({settler, inventory, inventory_acknowledger, payment, payment_acknowledger}),
        allocator(settler, inventory, inventory_acknowledger),
        cards({settler, payment, payment_acknowledger, orders, configurations, page_tokens, clock}),
        layouts(postpay),
        postpay_parts{orders, configurations, settler, payment, payment_acknowledger, postpay, layouts, clock},
        exporter(postpay_parts),
        screening_intake(postpay_parts),
        postpay_reader(postpay, page_tokens, clock),
        products(inventory, orders, configurations, page_tokens, clock),
        stock_intake(inventory, orders, configurations),
        order_changes(orders, changer, facts),
        inventory_changes(inventory, facts),
        payment_changes(facts),
        reconciler(orders, order_changes, clock),
        inventory_reconciler(inventory, inventory_changes, clock),
        payment_reconciler(payment, payment_changes, clock),
        service(HandlerFor(gateway::v1::GatewayService::service_full_name(), clock, metrics),
                {reader, changer, bulk, intake, auditor, allocator}),
        payment_service(HandlerFor(gateway::v1::PaymentService::service_full_name(), clock, metrics), cards),
        postpay_service(HandlerFor(gateway::v1::PostpayService::service_full_name(), clock, metrics),
                        {exporter, screening_intake, postpay_reader, layouts}),
        product_service(HandlerFor(gateway::v1::ProductService::service_full_name(), clock, metrics),
                        {products, stock_intake}),
        configuration_service(HandlerFor(gateway::v1::ConfigurationService::service_full_name(), clock, metrics),
                              editor) {}

  rpc::Handler HandlerFor(const char* name, const Clock& clock, rpc::Metrics& metrics) {
    return Must(rpc::Handler::Create(Descriptor(name), recorder, metrics, clock,
                                     rpc::DefaultDeadlines{absl::Seconds(30), absl::Minutes(5)}));
  }

  std::unique_ptr<gateway::KeyStore> keys;
  gateway::TokenVerifier tokens;
  gateway::GatewayAuthorizer authorizer;
  RecordingAuthorizer recorder{authorizer};
  gateway::GatheringOrderClient orders;
  gateway::GatheringInventoryClient inventory;
  gateway::PaymentClient payment;
  gateway::PostpayClient postpay;
  gateway::ConfigurationCache configurations;
  PageTokenCodec page_tokens;
  OrderNumberGenerator numbers;
  gateway::OrderReader reader;
  gateway::OrderCache copies;
  gateway::OrderChanger changer;
  gateway::BulkUpdater bulk;
  gateway::OrderIntake intake;
  gateway::OrderAuditor auditor;
  gateway::ConfigurationEditor editor;
  gateway::FactsAcknowledger inventory_acknowledger;
  gateway::FactsAcknowledger payment_acknowledger;
  gateway::OrderSettler settler;
  gateway::FactsSettler facts;
  gateway::OrderAllocator allocator;
  gateway::CardRequester cards;
  gateway::PostpayLayouts layouts;
  const gateway::PostpayParts postpay_parts;
  gateway::PostpayExporter exporter;
  gateway::ScreeningIntake screening_intake;
  gateway::PostpayReader postpay_reader;
  gateway::ProductManager products;
  gateway::StockIntake stock_intake;
  gateway::OrderChangeHandler order_changes;
  gateway::InventoryChangeHandler inventory_changes;
  gateway::PaymentChangeHandler payment_changes;
  gateway::Reconciler reconciler;
  gateway::Reconciler inventory_reconciler;
  gateway::Reconciler payment_reconciler;
  gateway::GatewayService service;
  gateway::PaymentService payment_service;
  gateway::PostpayService postpay_service;
  gateway::ProductService product_service;
  gateway::ConfigurationService configuration_service;
};

}  // namespace juchu::integration

#endif  // TESTS_INTEGRATION_STACK_SIDES_H_
