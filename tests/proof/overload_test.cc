// Three times as much as juchu can do is asked of it, by callers who wait a second and no longer; then less than it can
// do. What it cannot do it must say at once, what it does must go on, nothing that it said was done may be lost, and
// afterwards everything must be as before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "common/rpc/status_conversion.h"
#include "common/status/error.h"
#include "tests/proof/open_loop.h"
#include "tests/proof/orders.h"

namespace juchu::proof {
namespace {

namespace gw = ::juchu::gateway::v1;

constexpr int kOrders = 1500;
// Each takes at most 100 calls at a time; together far more than the gateway lets in.
constexpr int kConnections = 8;
constexpr int kCallersForCapacity = 32;
constexpr absl::Duration kDeadline = absl::Seconds(1);
constexpr absl::Duration kWindow = absl::Seconds(1);
constexpr int kWindowsToRecover = 10;
// A machine that does less than this part of what it did before, by itself, has been taken by somebody else; what was
// measured says nothing then, and is measured again.
constexpr double kSameMachine = 0.9;
constexpr int kTriesOnAnotherMachine = 2;
// Of the capacity. Callers, gateway, order service and database share the machine here, so that what is spent on making
// and refusing the excess is missing for the work; a collapse is far below.
constexpr double kLeastGoodput = 0.4;
// What a process may grow by under overload: the buffers of all calls that it lets in.
constexpr int64_t kMayGrowKib = 128 * 1024;

// JUCHU_OVERLOAD_SECONDS, else short enough for a check on each change.
absl::Duration OverloadTime() {
  const char* seconds = std::getenv("JUCHU_OVERLOAD_SECONDS");
  return absl::Seconds(seconds == nullptr ? 5 : std::atoi(seconds));
}

// A line of /proc/<pid>/status: VmRSS (now) or VmHWM (the most so far), in KiB.
int64_t MemoryKib(pid_t pid, const std::string& line) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  for (std::string word; file >> word;) {
    int64_t kib = 0;
    if (word == line + ":" && file >> kib) return kib;
  }
  ADD_FAILURE() << "no " << line << " of process " << pid;
  return 0;
}

void Print(const char* what, const Told& told, double capacity) {
  std::printf(
      "%-10s offered %6.0f/s (%.2f of capacity), served %6.0f/s (%.2f), refused %ld, expired %ld; p50 served "
      "%.1f ms, refused %.1f ms\n",
      what, told.offered_per_second(), told.offered_per_second() / capacity, told.served_per_second(),
      told.served_per_second() / capacity, static_cast<long>(told.refused), static_cast<long>(told.expired),
      absl::ToDoubleMilliseconds(Median(told.served_times)), absl::ToDoubleMilliseconds(Median(told.refused_times)));
}

// What two threads do in a moment while nothing of ours runs.
double MachineSpeed(Cluster& cluster, juchu::testing::MariaDbInstance& server) {
  for (const auto& name : cluster.process_names()) cluster.process(name).Pause();
  server.Pause();
  constexpr absl::Duration kMoment = absl::Milliseconds(300);
  std::atomic<int64_t> steps = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&steps] {
      const absl::Time end = absl::Now() + kMoment;
      int64_t own = 0;
      for (; absl::Now() < end; ++own) continue;
      steps += own;
    });
  }
  for (auto& thread : threads) thread.join();
  server.Continue();
  for (const auto& name : cluster.process_names()) cluster.process(name).Continue();
  return static_cast<double>(steps);
}

// What callers get who each wait for their answer, of a second.
double Capacity(StatusMovers& movers) {
  const Told calm = movers.KeepInFlight(kCallersForCapacity, 2 * kWindow, kDeadline);
  Print("capacity", calm, calm.served_per_second());
  EXPECT_EQ(calm.served, calm.offered);
  return calm.served_per_second();
}

// Whether the service does what it is asked again soon, now that it is asked for less than it can do.
bool ComesBack(StatusMovers& movers, double capacity) {
  for (int i = 0; i < kWindowsToRecover; ++i) {
    const Told after = movers.Offer(0.8 * capacity, kWindow, kDeadline);
    Print("afterwards", after, capacity);
    if (static_cast<double>(after.served) >= 0.95 * static_cast<double>(after.offered)) return true;
  }
  return false;
}

// Everything that was acknowledged stands, and nothing was done twice.
void ExpectNothingLost(const contract::Merchant& merchant, const StatusMovers& movers) {
  for (const auto& order : movers.orders()) {
    const std::set<int64_t> versions(order.versions.begin(), order.versions.end());
    ASSERT_EQ(versions.size(), order.versions.size()) << order.number << ": one version was acknowledged twice";
    if (versions.empty()) continue;
    const auto recorded = Record(merchant, order.number);
    ASSERT_TRUE(recorded.gapless) << order.number;
    ASSERT_LE(*versions.rbegin(), recorded.version) << order.number << ": an acknowledged change is lost";
    ASSERT_LE(recorded.version - 1, static_cast<int64_t>(versions.size()) + order.unknown)
        << order.number << ": more was done than was asked";
  }
  EXPECT_EQ(Audit(merchant), "");
}

TEST(OverloadTest, ExcessIsRefusedGoodputStaysAndComesBackNothingIsLost) {
  // The usual one is small: after some 80,000 changes it spends a third of its time on making room in its log.
  juchu::testing::MariaDbOptions database;
  database.flags = {"--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M"};
  const auto server = juchu::testing::MariaDbInstance::Start(std::move(database));
  ASSERT_TRUE(server.ok()) << server.status();
  Cluster cluster(**server);
  const contract::Merchant merchant(cluster.gateway(), "overload");
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < kConnections; ++i) channels.push_back(PlainChannel(cluster, i));
  StatusMovers movers(channels, cluster.Token(merchant.id(), "operator"), TakeIn(merchant, "O-", kOrders));

  movers.KeepInFlight(kCallersForCapacity, kWindow, kDeadline);  // Warms everything up.
  double speed = MachineSpeed(cluster, **server);
  double capacity = Capacity(movers);
  std::map<std::string, int64_t> rss;
  for (const auto& name : cluster.process_names()) rss[name] = MemoryKib(cluster.process(name).pid(), "VmRSS");

  const Told over = movers.Offer(3 * capacity, OverloadTime(), kDeadline);
  Print("overload", over, capacity);
  for (const auto& name : cluster.process_names()) {
    const int64_t most = MemoryKib(cluster.process(name).pid(), "VmHWM");
    std::printf("%-10s memory %ld KiB, at most %ld KiB\n", name.c_str(), static_cast<long>(rss[name]),
                static_cast<long>(most));
    EXPECT_LE(most, rss[name] + kMayGrowKib) << name;
  }
  EXPECT_GE(over.offered_per_second(), 2.5 * capacity) << "there was no overload to speak of";
  EXPECT_TRUE(over.other.empty()) << over.other.begin()->first;
  EXPECT_GT(over.refused, over.expired) << "the excess must be told, not left waiting";
  EXPECT_LT(Median(over.refused_times), Median(over.served_times)) << "a refusal must be quicker than the work";
  EXPECT_GE(over.served_per_second(), kLeastGoodput * capacity) << "under overload the work must go on";

  bool recovered = ComesBack(movers, capacity);
  for (int i = 0; i < kTriesOnAnotherMachine && !recovered; ++i) {
    const double now = MachineSpeed(cluster, **server);
    std::printf("the machine does %.2f of what it did before\n", now / speed);
    if (now >= kSameMachine * speed) break;
    speed = now;
    capacity = Capacity(movers);
    Print("overload", movers.Offer(3 * capacity, OverloadTime(), kDeadline), capacity);
    recovered = ComesBack(movers, capacity);
  }
  EXPECT_TRUE(recovered) << "goodput must be back within 10 s";
  ExpectNothingLost(merchant, movers);
}

// One that begins an import and sends no file: it takes a place for as long as it likes.
class IdleImport {
 public:
  IdleImport(const std::shared_ptr<grpc::Channel>& channel, const std::string& token, const std::string& shop_id,
             const std::function<void(absl::Status)>& ended)
      : stub_(gw::GatewayService::NewStub(channel)) {
    context_.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    thread_ = std::thread([this, shop_id, ended] {
      const auto stream = stub_->ImportOrders(&context_);
      gw::ImportOrdersRequest request;
      request.mutable_header()->set_shop_id(shop_id);
      request.mutable_header()->set_encoding(gw::UTF8);
      stream->Write(request);
      gw::ImportOrdersResponse response;
      while (stream->Read(&response)) continue;
      ended(rpc::FromGrpcStatus(stream->Finish()));
    });
  }
  ~IdleImport() {
    context_.TryCancel();
    thread_.join();
  }

 private:
  const std::unique_ptr<gw::GatewayService::Stub> stub_;
  grpc::ClientContext context_;
  std::thread thread_;
};

TEST(OverloadTest, LongCallsTakeNoPlacesOfShortOnes) {
  constexpr int kPlaces = 2;
  constexpr int kImports = 5;
  ClusterOptions options;
  options.gateway_flags = {absl::StrCat("--max_calls=", kPlaces), absl::StrCat("--max_long_calls=", kPlaces)};
  Cluster cluster(juchu::testing::SharedMariaDb(), options);
  const contract::Merchant merchant(cluster.gateway(), "long");
  const auto channel = PlainChannel(cluster);
  const std::string token = cluster.Token(merchant.id(), "operator");

  absl::BlockingCounter refused(kImports - kPlaces);
  std::atomic<bool> over = false;
  std::vector<std::unique_ptr<IdleImport>> imports;
  for (int i = 0; i < kImports; ++i) {
    const auto& shop = merchant.words().at("$shop");
    imports.push_back(std::make_unique<IdleImport>(channel, token, shop, [&](const absl::Status& status) {
      if (over) return;
      EXPECT_EQ(ReasonOf(status), "OVERLOADED") << status;
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
      EXPECT_TRUE(GetErrorInfo(status).value_or(ErrorInfo()).metadata.contains("remedy"));
      refused.DecrementCount();
    }));
  }
  refused.Wait();
  // All places for imports are taken now.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Record(merchant, merchant.words().at("$order")).version, 1);
  over = true;
}

}  // namespace
}  // namespace juchu::proof
