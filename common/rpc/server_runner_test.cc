#include "common/rpc/server_runner.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/health.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::rpc {
namespace {

using juchu::testing::HasReason;

class ServerRunnerTest : public ::testing::Test {
 protected:
  ServerOptions Options(int port = 0) {
    ServerOptions options;
    options.listen = absl::StrCat("127.0.0.1:", port);
    options.tls = certificates_.For("order");
    return options;
  }

  std::unique_ptr<ServerRunner> Start() {
    auto runner = ServerRunner::Start(Options(), {}, [this] { return ready_.load(); });
    EXPECT_TRUE(runner.ok()) << runner.status();
    return *std::move(runner);
  }

  static absl::StatusOr<bool> Ask(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    return CheckHealth(channel, context);
  }

  TestCertificates certificates_;
  std::atomic<bool> ready_ = true;
};

TEST_F(ServerRunnerTest, HealthSaysWhetherTheProcessIsReady) {
  ready_ = false;
  const auto runner = Start();
  const auto channel = CreateMtlsChannel(absl::StrCat("127.0.0.1:", runner->port()), certificates_.For("gateway"));
  ASSERT_TRUE(channel.ok());
  const auto serving = Ask(*channel);
  ASSERT_TRUE(serving.ok()) << serving.status();
  EXPECT_FALSE(*serving);
}

TEST_F(ServerRunnerTest, PeersWithoutTheRightCertificateDoNotGetIn) {
  const auto runner = Start();
  const std::string address = absl::StrCat("127.0.0.1:", runner->port());

  // No client certificate at all.
  grpc::SslCredentialsOptions anonymous;
  std::ifstream ca(certificates_.For("gateway").ca_file);
  anonymous.pem_root_certs = std::string(std::istreambuf_iterator<char>(ca), {});
  EXPECT_FALSE(Ask(grpc::CreateChannel(address, grpc::SslCredentials(anonymous))).ok());
  EXPECT_FALSE(Ask(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())).ok());

  // One of an authority that the server does not know; and the server is unknown to it as well.
  TestCertificates foreign;
  EXPECT_FALSE(Ask(*CreateMtlsChannel(address, foreign.For("gateway"))).ok());
  TlsFiles mixed = foreign.For("gateway");
  mixed.ca_file = certificates_.For("gateway").ca_file;
  EXPECT_FALSE(Ask(*CreateMtlsChannel(address, mixed)).ok());

  // The right ones, but the server is not who the caller wants.
  EXPECT_FALSE(Ask(*CreateMtlsChannel(address, certificates_.For("gateway"), "payment.juchu")).ok());
  EXPECT_TRUE(Ask(*CreateMtlsChannel(address, certificates_.For("gateway"))).ok());
}

TEST_F(ServerRunnerTest, SecondServerOnAPortIsRefused) {
  const auto runner = Start();
  EXPECT_THAT(ServerRunner::Start(Options(runner->port()), {}, [] { return true; }), HasReason("ADDRESS_UNUSABLE"));
}

TEST_F(ServerRunnerTest, ClientsTurnAwayBeforeItStops) {
  ready_ = false;
  const auto runner = Start();
  const auto channel = *CreateMtlsChannel(absl::StrCat("127.0.0.1:", runner->port()), certificates_.For("gateway"));
  const auto limit = absl::ToChronoTime(absl::Now() + absl::Seconds(20));
  ASSERT_TRUE(channel->WaitForConnected(limit)) << "one that is not ready takes calls and says what is wrong";
  bool turned_away = false;
  std::thread watcher([&] { turned_away = channel->WaitForStateChange(GRPC_CHANNEL_READY, limit); });
  // The server goes on only when the channel has left it.
  runner->Shutdown([&] { watcher.join(); });
  EXPECT_TRUE(turned_away);
}

TEST_F(ServerRunnerTest, AfterShutdownNobodyIsServed) {
  const auto runner = Start();
  const auto channel = CreateMtlsChannel(absl::StrCat("127.0.0.1:", runner->port()), certificates_.For("gateway"));
  ASSERT_TRUE(Ask(*channel).ok());
  runner->Shutdown();
  EXPECT_TRUE(absl::IsUnavailable(Ask(*channel).status()));
  runner->Shutdown();
}

}  // namespace
}  // namespace juchu::rpc
