#include "tests/proof/chaos_proxy.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"

namespace juchu::proof {
namespace {

// How long a test waits for what must come.
constexpr timeval kPatience = {30, 0};

// A connected socket of the test, blocking.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) { setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience)); }
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void Send(const std::string& bytes) const {
    size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n < 0) return;
      sent += static_cast<size_t>(n);
    }
  }
  void EndSending() const { shutdown(fd_, SHUT_WR); }

  // So many bytes, fewer when the connection ends before.
  std::string Receive(size_t size) const {
    std::string bytes(size, '\0');
    size_t received = 0;
    while (received < size) {
      const ssize_t n = recv(fd_, bytes.data() + received, size - received, 0);
      if (n <= 0) break;
      received += static_cast<size_t>(n);
    }
    bytes.resize(received);
    return bytes;
  }
  // How the next read ends: "end", "reset", "nothing yet" or "bytes".
  std::string Next(bool wait = true) const {
    char byte = 0;
    const ssize_t n = recv(fd_, &byte, 1, wait ? 0 : MSG_DONTWAIT);
    if (n > 0) return "bytes";
    if (n == 0) return "end";
    return errno == ECONNRESET ? "reset" : errno == EAGAIN ? "nothing yet" : std::strerror(errno);
  }

 private:
  const int fd_;
};

class ChaosProxyTest : public ::testing::Test {
 protected:
  ChaosProxyTest() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    auto proxy = ChaosProxy::Start(ntohs(address.sin_port));
    EXPECT_THAT(proxy, juchu::testing::IsOk());
    proxy_ = *std::move(proxy);
  }
  ~ChaosProxyTest() override { close(listener_); }

  static sockaddr_in Loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
  }

  // 0, or why not.
  int Connect() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(proxy_->port());
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
      const int error = errno;
      close(fd);
      return error;
    }
    client_.emplace(fd);
    return 0;
  }
  void Open() {
    ASSERT_EQ(Connect(), 0);
    server_.emplace(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
  }

  int listener_ = -1;
  std::unique_ptr<ChaosProxy> proxy_;
  std::optional<Socket> client_;
  std::optional<Socket> server_;
};

std::string Numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, i, "\n");
  return text;
}

TEST_F(ChaosProxyTest, PassesEveryByteUnchangedBothWays) {
  Open();
  const std::string much = Numbers(300'000);
  std::thread sender([&] { client_->Send(much); });
  EXPECT_EQ(server_->Receive(much.size()), much);
  sender.join();
  std::thread answerer([&] { server_->Send(much); });
  EXPECT_EQ(client_->Receive(much.size()), much);
  answerer.join();
}

TEST_F(ChaosProxyTest, PassesTheEndOfEachHalf) {
  Open();
  client_->EndSending();
  EXPECT_EQ(server_->Next(), "end");
  server_->Send("answer");
  EXPECT_EQ(client_->Receive(6), "answer");
  server_->EndSending();
  EXPECT_EQ(client_->Next(), "end");
}

TEST_F(ChaosProxyTest, LatencyDelaysAndJitterKeepsTheOrder) {
  Open();
  proxy_->Slow(Direction::kToServer, absl::Milliseconds(100), absl::Milliseconds(20));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) client_->Send(absl::StrCat(100 + i));
  std::string expected;
  for (int i = 0; i < 50; ++i) absl::StrAppend(&expected, 100 + i);
  EXPECT_EQ(server_->Receive(expected.size()), expected);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100));
  proxy_->Heal();
  server_->Send("back");
  EXPECT_EQ(client_->Receive(4), "back");
}

TEST_F(ChaosProxyTest, BandwidthIsBounded) {
  Open();
  proxy_->Throttle(Direction::kToClient, 100'000);
  const auto begin = std::chrono::steady_clock::now();
  server_->Send(std::string(20'000, 'x'));
  EXPECT_EQ(client_->Receive(20'000).size(), 20'000u);
  // The last piece passes before its time is over.
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(150));
}

TEST_F(ChaosProxyTest, CutsEveryConnectionAtItsByte) {
  Open();
  server_->Send("before");
  EXPECT_EQ(client_->Receive(6), "before");
  proxy_->CutAfter(Direction::kToClient, 3);
  server_->Send("answer");
  EXPECT_EQ(client_->Receive(3), "ans");
  EXPECT_EQ(client_->Next(), "reset");
  EXPECT_EQ(server_->Next(), "reset");
  Open();
  server_->Send("again");
  EXPECT_EQ(client_->Receive(5), "aga");
  proxy_->Heal();
  Open();
  server_->Send("whole");
  EXPECT_EQ(client_->Receive(5), "whole");
}

TEST_F(ChaosProxyTest, HalfCloseEndsOneDirectionOnly) {
  Open();
  proxy_->HalfCloseAfter(Direction::kToServer, 2);
  client_->Send("request");
  EXPECT_EQ(server_->Receive(7), "re");
  EXPECT_EQ(server_->Next(), "end");
  server_->Send("answer");
  EXPECT_EQ(client_->Receive(6), "answer");
}

TEST_F(ChaosProxyTest, BlackHoleTakesBytesAndPassesNone) {
  Open();
  proxy_->BlackHole(Direction::kToServer);
  client_->Send("lost");
  // The proxy has taken what came before the answer that it passes.
  server_->Send("x");
  EXPECT_EQ(client_->Receive(1), "x");
  EXPECT_EQ(server_->Next(/*wait=*/false), "nothing yet");
  proxy_->Heal();
  EXPECT_EQ(server_->Next(), "reset");
  Open();
  client_->Send("request");
  EXPECT_EQ(server_->Receive(7), "request");
}

TEST_F(ChaosProxyTest, RefusesAsIfNobodyListenedUntilItIsHealed) {
  Open();
  proxy_->Refuse();
  client_->Send("live");
  EXPECT_EQ(server_->Receive(4), "live") << "connections of before go on";
  EXPECT_EQ(Connect(), ECONNREFUSED);
  proxy_->Heal();
  Open();
  client_->Send("new");
  EXPECT_EQ(server_->Receive(3), "new");
}

TEST_F(ChaosProxyTest, ResetsAllConnections) {
  Open();
  client_->Send("a");
  EXPECT_EQ(server_->Receive(1), "a");
  proxy_->ResetAll();
  EXPECT_EQ(client_->Next(), "reset");
  EXPECT_EQ(server_->Next(), "reset");
}

TEST_F(ChaosProxyTest, ResetsTheClientWhenNobodyIsThere) {
  close(listener_);
  ASSERT_EQ(Connect(), 0);
  EXPECT_EQ(client_->Next(), "reset");
}

// A record of TLS with this body.
std::string Record(const std::string& body) {
  return absl::StrCat(std::string("\x17\x03\x03\x00", 4), std::string(1, static_cast<char>(body.size())), body);
}

TEST_F(ChaosProxyTest, LosesAnswersFromARecordOnce) {
  Open();
  // MySQL's greeting comes before TLS.
  const std::string greeting = std::string("\x05\x00\x00\x00", 4) + "hello";
  server_->Send(greeting + Record("one"));
  EXPECT_EQ(client_->Receive(greeting.size() + 8), greeting + Record("one"));
  proxy_->LoseAnswersFrom(3);
  const std::string answers = Record("two") + Record("three") + Record("four") + Record("five");
  // Pieces that end anywhere.
  for (const char byte : answers.substr(0, answers.size() - 4)) server_->Send(std::string(1, byte));
  EXPECT_EQ(client_->Receive(answers.size()), Record("two") + Record("three"));
  EXPECT_FALSE(proxy_->LossPending());
  // A send that came after the reset has seen it already.
  EXPECT_THAT(server_->Next(), ::testing::AnyOf("reset", "end"));
  Open();
  server_->Send(answers);
  EXPECT_EQ(client_->Receive(answers.size()), answers);
}

TEST_F(ChaosProxyTest, CountsRecordsOverAllConnections) {
  Open();
  proxy_->LoseAnswersFrom(2);
  EXPECT_TRUE(proxy_->LossPending());
  server_->Send(Record("one"));
  EXPECT_EQ(client_->Receive(8), Record("one"));
  Open();
  server_->Send(Record("two"));
  EXPECT_EQ(client_->Receive(8), "");
  EXPECT_FALSE(proxy_->LossPending());
}

TEST_F(ChaosProxyTest, CountsWhatPasses) {
  Open();
  client_->Send("12345");
  EXPECT_EQ(server_->Receive(5), "12345");
  server_->Send(Record("123"));
  EXPECT_EQ(client_->Receive(8).size(), 8u);
  // What passes in the next round has been counted in the one before.
  client_->Send("6");
  EXPECT_EQ(server_->Receive(1), "6");
  server_->Send("7");
  EXPECT_EQ(client_->Receive(1), "7");
  const auto stats = proxy_->stats();
  EXPECT_EQ(stats.connections, 1);
  EXPECT_GE(stats.bytes_to_server, 5);
  EXPECT_GE(stats.bytes_to_client, 8);
  EXPECT_GE(stats.records_to_client, 1);
}

}  // namespace
}  // namespace juchu::proof
