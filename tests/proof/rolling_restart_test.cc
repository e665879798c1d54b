// Gateways, order, inventory and payment services are restarted one after the other under load, as a rolling update
// does. The clients are plain gRPC with the service config that we publish, and no retry loop of ours: none of their
// calls may fail, and none may be done twice.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/rpc/status_conversion.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "juchu/gateway/v1/payment_service.grpc.pb.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"
#include "tests/proof/orders.h"

namespace juchu::proof {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace pb = ::juchu::order::v1;

constexpr int kClients = 6;
constexpr int kOrdersEach = 8;
// Two chunks of a bulk update.
constexpr int kBulkOrders = 600;
// Of these, every so many is looked at by itself at the end; the audit looks at all.
constexpr size_t kBulkSample = 50;
// Deadlines as a patient person has them.
constexpr absl::Duration kCallLimit = absl::Seconds(30);
constexpr absl::Duration kUseLimit = absl::Seconds(30);

// JUCHU_RESTARTS, else two for each process.
int Restarts() {
  const char* number = std::getenv("JUCHU_RESTARTS");
  return number == nullptr ? 16 : std::atoi(number);
}

// What the load calls of each program, and nobody else. Any method of the gateway: clients that take turns between two
// gateways and between several methods may send one of them only changes, for good.
const std::map<std::string, std::string>& UsedBy() {
  static const auto* const methods =
      new std::map<std::string, std::string>{{"order", "OrderService/CommitOrders"},
                                             {"inventory", "InventoryService/ChangeStock"},
                                             {"payment", "PaymentService/GetPaymentSettings"},
                                             {"gateway", "GatewayService/"}};
  return *methods;
}

std::string ProductOf(int client) { return absl::StrCat("SKU-", client); }

// What the clients saw.
class Log {
 public:
  void Answered(const std::string& peer) {
    absl::MutexLock lock(&mutex_);
    ++answered_[peer];
  }
  void Wrong(const std::string& what) {
    absl::MutexLock lock(&mutex_);
    if (wrong_.size() < 10) wrong_.push_back(what);
  }

  int64_t answers() const {
    absl::MutexLock lock(&mutex_);
    int64_t sum = 0;
    for (const auto& [peer, count] : answered_) sum += count;
    return sum;
  }
  size_t peers() const {
    absl::MutexLock lock(&mutex_);
    return answered_.size();
  }
  std::vector<std::string> wrong() const {
    absl::MutexLock lock(&mutex_);
    return wrong_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, int64_t> answered_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> wrong_ ABSL_GUARDED_BY(mutex_);
};

// One client's calls; each failure goes into the log.
class Client {
 public:
  Client(const std::shared_ptr<grpc::Channel>& channel, std::string token, Log& log)
      : stub_(gw::GatewayService::NewStub(channel)),
        products_(gw::ProductService::NewStub(channel)),
        payments_(gw::PaymentService::NewStub(channel)),
        token_(std::move(token)),
        log_(log) {}

  // `call` is handed a context and returns the call's status.
  bool Call(const std::string& what, const std::function<grpc::Status(grpc::ClientContext&)>& call) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token_);
    context.set_deadline(absl::ToChronoTime(absl::Now() + kCallLimit));
    const auto status = call(context);
    if (status.ok()) {
      log_.Answered(context.peer());
    } else {
      log_.Wrong(absl::StrCat(what, ": ", rpc::FromGrpcStatus(status).ToString()));
    }
    return status.ok();
  }

  // Turns the order's mode, to and fro; its version must go up by exactly one. Returns the version.
  int64_t Turn(const std::string& number, int64_t version) {
    gw::ChangeTransitionModeRequest request;
    request.set_order_number(number);
    request.set_mode(version % 2 == 1 ? pb::MANUAL : pb::AUTO);
    request.set_request_id(NewRequestId());
    gw::OrderChangeResponse response;
    if (!Call("ChangeTransitionMode",
              [&](auto& context) { return stub_->ChangeTransitionMode(&context, request, &response); })) {
      return version;
    }
    if (response.version() != version + 1) {
      log_.Wrong(absl::StrCat(number, " went from version ", version, " to ", response.version()));
    }
    return response.version();
  }

  void Read(const std::string& number, int64_t version) {
    gw::GetOrderRequest request;
    request.set_order_number(number);
    pb::Order order;
    if (!Call("GetOrder", [&](auto& context) { return stub_->GetOrder(&context, request, &order); })) return;
    if (order.version() != version) log_.Wrong(absl::StrCat(number, " reads as ", order.version(), ", not ", version));
  }

  void Register(const std::string& product) {
    gw::PutProductsRequest request;
    request.add_products()->set_product_code(product);
    request.mutable_products(0)->set_product_name("商品");
    gw::PutProductsResponse response;
    Call("PutProducts", [&](auto& context) { return products_->PutProducts(&context, request, &response); });
  }

  // Receives one piece; `before` are there. Returns how many are there now.
  int64_t ReceiveOne(const std::string& product, int64_t before) {
    gw::ChangeStockRequest request;
    request.set_request_id(NewRequestId());
    auto& change = *request.add_changes();
    change.set_product_code(product);
    change.set_kind(inventory::v1::RECEIVED);
    change.set_quantity(1);
    change.set_reason("入庫");
    gw::ChangeStockResponse response;
    if (!Call("ChangeStock", [&](auto& context) { return products_->ChangeStock(&context, request, &response); })) {
      return before;
    }
    const int64_t after = response.outcomes(0).stock().on_hand();
    if (after != before + 1)
      log_.Wrong(absl::StrCat(product, " went from ", before, " to ", response.ShortDebugString()));
    return after;
  }

  void ReadPaymentSettings() {
    payment::v1::PaymentSettings settings;
    Call("GetPaymentSettings", [&](auto& context) { return payments_->GetPaymentSettings(&context, {}, &settings); });
  }

  // One bulk update, streamed: every order must come out changed, once.
  void Bulk(const std::vector<std::string>& numbers, pb::TransitionMode mode) {
    gw::BulkUpdateOrdersRequest request;
    for (const auto& number : numbers) request.mutable_orders()->add_order_numbers(number);
    request.mutable_changes()->set_mode(mode);
    request.set_request_id(NewRequestId());
    gw::BulkSummary summary;
    if (!Call("BulkUpdateOrders", [&](auto& context) {
          const auto stream = stub_->BulkUpdateOrders(&context, request);
          for (gw::BulkUpdateOrdersResponse part; stream->Read(&part);) {
            if (part.has_summary()) summary = part.summary();
          }
          return stream->Finish();
        })) {
      return;
    }
    if (summary.changed() != static_cast<int>(numbers.size())) {
      log_.Wrong("a bulk update came out as " + summary.ShortDebugString());
    }
  }

 private:
  const std::unique_ptr<gw::GatewayService::Stub> stub_;
  const std::unique_ptr<gw::ProductService::Stub> products_;
  const std::unique_ptr<gw::PaymentService::Stub> payments_;
  const std::string token_;
  Log& log_;
};

class RollingRestartTest : public ::testing::Test {
 protected:
  RollingRestartTest()
      : cluster_(juchu::testing::SharedMariaDb(), Options()), merchant_(cluster_.gateway(), "rolling") {}
  ~RollingRestartTest() override { StopLoad(); }

  static ClusterOptions Options() {
    ClusterOptions options;
    options.orders = options.inventories = options.payments = options.gateways = 2;
    // On one machine clients hear at once that a replica will stop.
    options.order_flags = options.inventory_flags = options.payment_flags =
        options.gateway_flags = {"--drain_wait=200ms"};
    return options;
  }

  void StartLoad() {
    for (int i = 0; i < kClients; ++i) {
      turned_.push_back({});
      for (const auto& number : TakeIn(merchant_, absl::StrCat("R", i, "-"), kOrdersEach)) turned_[i][number] = 1;
    }
    bulk_ = TakeIn(merchant_, "B-", kBulkOrders);
    const std::string token = cluster_.Token(merchant_.id(), "operator");
    for (int i = 0; i < kClients; ++i) {
      threads_.emplace_back([this, i, token, &orders = turned_[i], channel = PlainChannel(cluster_, i)] {
        Client client(channel, token, log_);
        client.Register(ProductOf(i));
        while (!stopping_) {
          received_[i] = client.ReceiveOne(ProductOf(i), received_[i]);
          client.ReadPaymentSettings();
          for (auto& [number, version] : orders) {
            version = client.Turn(number, version);
            client.Read(number, version);
          }
        }
      });
    }
    threads_.emplace_back([this, token, channel = PlainChannel(cluster_, kClients)] {
      Client client(channel, token, log_);
      for (; !stopping_; ++bulks_) client.Bulk(bulk_, bulks_ % 2 == 0 ? pb::MANUAL : pb::AUTO);
    });
  }

  void StopLoad() {
    stopping_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  // Waits until the process has been called: serving is not yet being found.
  void WaitUntilUsed(const std::string& name, std::streamoff since) {
    const std::string program = name.substr(0, name.find('-'));
    const std::string method = UsedBy().at(program);
    const absl::Time limit = absl::Now() + kUseLimit;
    while (true) {
      std::ifstream file(cluster_.log_file(name));
      file.seekg(since);
      const std::string text(std::istreambuf_iterator<char>(file), {});
      if (absl::StrContains(text, method)) return;
      ASSERT_LT(absl::Now(), limit) << name << " is not found again:\n" << text.substr(0, 2000);
      absl::SleepFor(absl::Milliseconds(10));
    }
  }

  // Returns how long the process took to stop.
  absl::Duration Restart(const std::string& name) {
    const absl::Time told = absl::Now();
    EXPECT_EQ(cluster_.process(name).Terminate(), 0) << name << ": " << cluster_.LogTail(name);
    const absl::Duration took = absl::Now() - told;
    const auto logged = static_cast<std::streamoff>(std::filesystem::file_size(cluster_.log_file(name)));
    cluster_.Heal();
    WaitUntilUsed(name, logged);
    return took;
  }

  Cluster cluster_;
  contract::Merchant merchant_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
  std::vector<std::map<std::string, int64_t>> turned_;
  // How many pieces each client has received.
  std::vector<int64_t> received_ = std::vector<int64_t>(kClients);
  std::vector<std::string> bulk_;
  int bulks_ = 0;
  Log log_;
};

TEST_F(RollingRestartTest, NoCallFailsAndNothingIsDoneTwice) {
  StartLoad();
  std::map<std::string, std::vector<absl::Duration>> stops;
  const std::vector<std::string> names = {"gateway",   "order",   "inventory",   "payment",
                                          "gateway-2", "order-2", "inventory-2", "payment-2"};
  const int restarts = Restarts();
  for (int i = 0; i < restarts && log_.wrong().empty(); ++i) {
    const auto& name = names[i % names.size()];
    stops[name.substr(0, name.find('-'))].push_back(Restart(name));
    if (HasFatalFailure()) return;
  }
  StopLoad();

  EXPECT_EQ(absl::StrJoin(log_.wrong(), "\n"), "");
  EXPECT_EQ(log_.peers(), 2u) << "each gateway must have had its share";
  for (const auto& orders : turned_) {
    for (const auto& [number, version] : orders) {
      const auto recorded = Record(merchant_, number);
      EXPECT_EQ(recorded.version, version) << number;
      EXPECT_TRUE(recorded.gapless) << number;
    }
  }
  for (size_t i = 0; i < bulk_.size(); i += kBulkSample) EXPECT_EQ(Record(merchant_, bulk_[i]).version, 1 + bulks_);
  EXPECT_EQ(Audit(merchant_), "");
  std::printf("restarts: %d, %ld calls answered, %d bulk updates of %d orders", restarts,
              static_cast<long>(log_.answers()), bulks_, kBulkOrders);
  for (auto& [program, times] : stops) {
    std::sort(times.begin(), times.end());
    std::printf("; %s stops in %s, at most %s", program.c_str(), absl::FormatDuration(times[times.size() / 2]).c_str(),
                absl::FormatDuration(times.back()).c_str());
  }
  std::printf("\n");
}

}  // namespace
}  // namespace juchu::proof
