#include "tests/proof/chaos_proxy.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/child_process.h"

namespace juchu::proof {
namespace {

constexpr int kBacklog = 128;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// What is delayed on purpose is delayed by us, not by Nagle's algorithm.
void SendAtOnce(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

// -1 when the port is taken. A port that is asked for by its number is kept while the socket does not listen.
int ListenOn(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  // Else the connections of before would keep it from listening again.
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      listen(listener, kBacklog) == 0) {
    return listener;
  }
  close(listener);
  return -1;
}

// Begins a connection; -1 when it is refused at once.
int BeginConnect(int port) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (server < 0) return -1;
  SendAtOnce(server);
  const sockaddr_in address = Loopback(port);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0 && errno != EINPROGRESS) {
    close(server);
    return -1;
  }
  return server;
}

void CloseWithReset(int socket) {
  const linger at_once = {1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(socket);
}

int MillisecondsUntil(const std::optional<ChaosLink::Clock::time_point>& until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - ChaosLink::Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChaosProxy>> ChaosProxy::Start(int target_port) {
  int port = 0;
  int listener = -1;
  // Another process may take the port between the look and the bind.
  for (int attempt = 0; attempt < 10 && listener < 0; ++attempt) {
    port = testing::FreePort();
    listener = ListenOn(port);
  }
  if (listener < 0) return absl::InternalError(absl::StrCat("a listening socket: ", std::strerror(errno)));
  const int wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_fd < 0) return absl::InternalError(absl::StrCat("eventfd: ", std::strerror(errno)));
  std::unique_ptr<ChaosProxy> proxy(new ChaosProxy(target_port, listener, port, wake_fd));
  proxy->thread_ = std::thread([raw = proxy.get()] { raw->Run(); });
  return proxy;
}

ChaosProxy::ChaosProxy(int target_port, int listener, int port, int wake_fd)
    : target_port_(target_port), listener_(listener), port_(port), wake_fd_(wake_fd) {}

ChaosProxy::~ChaosProxy() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  Wake();
  thread_.join();
  close(listener_);
  close(wake_fd_);
}

void ChaosProxy::Wake() const {
  const uint64_t one = 1;
  // A counter that is full wakes as well.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
}

void ChaosProxy::Run() {
  std::vector<pollfd> polled;
  while (true) {
    polled = {{wake_fd_, POLLIN, 0}, {listener_, POLLIN, 0}};
    std::optional<ChaosLink::Clock::time_point> until;
    size_t links = 0;
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return;
      if (!listening_) polled[1].fd = -1;
      Reap();
      for (const ChaosLink& link : links_) link.Prepare(ChaosLink::Clock::now(), polled, until);
      links = links_.size();
    }
    poll(polled.data(), polled.size(), MillisecondsUntil(until));
    absl::MutexLock lock(&mutex_);
    uint64_t ignored = 0;
    [[maybe_unused]] const ssize_t drained = read(wake_fd_, &ignored, sizeof(ignored));
    auto link = links_.begin();
    for (size_t i = 0; i < links; ++i, ++link) {
      // Control may have ended it since the look above.
      if (!link->ended()) link->Work(harm_, &polled[2 + 2 * i]);
    }
    if (listening_ && polled[1].revents != 0) AcceptAll();
  }
}

void ChaosProxy::Reap() {
  for (auto link = links_.begin(); link != links_.end();) {
    stats_.bytes_to_server += link->TakePassed(Direction::kToServer);
    stats_.bytes_to_client += link->TakePassed(Direction::kToClient);
    if (link->was_reset()) ++stats_.resets;
    link = link->ended() ? links_.erase(link) : std::next(link);
  }
}

void ChaosProxy::AcceptAll() {
  while (true) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) return;
    ++stats_.connections;
    SendAtOnce(client);
    const int server = BeginConnect(target_port_);
    if (server < 0) {
      CloseWithReset(client);
      ++stats_.resets;
      continue;
    }
    links_.emplace_back(client, server);
  }
}

void ChaosProxy::Change(Direction direction, const Toxics& toxics) {
  harm_.toxics[static_cast<size_t>(direction)] = toxics;
  for (ChaosLink& link : links_) link.Recount(direction);
  Wake();
}

void ChaosProxy::Slow(Direction direction, absl::Duration latency, absl::Duration jitter) {
  absl::MutexLock lock(&mutex_);
  Toxics toxics = harm_.toxics[static_cast<size_t>(direction)];
  toxics.latency = latency;
  toxics.jitter = jitter;
  Change(direction, toxics);
}

void ChaosProxy::Throttle(Direction direction, int64_t bytes_per_second) {
  absl::MutexLock lock(&mutex_);
  Toxics toxics = harm_.toxics[static_cast<size_t>(direction)];
  toxics.bytes_per_second = bytes_per_second;
  Change(direction, toxics);
}

void ChaosProxy::BlackHole(Direction direction) {
  absl::MutexLock lock(&mutex_);
  Toxics toxics = harm_.toxics[static_cast<size_t>(direction)];
  toxics.black_hole = true;
  Change(direction, toxics);
}

void ChaosProxy::CutAfter(Direction direction, int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  Toxics toxics = harm_.toxics[static_cast<size_t>(direction)];
  toxics.end_after = bytes;
  toxics.half_close = false;
  Change(direction, toxics);
}

void ChaosProxy::HalfCloseAfter(Direction direction, int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  Toxics toxics = harm_.toxics[static_cast<size_t>(direction)];
  toxics.end_after = bytes;
  toxics.half_close = true;
  Change(direction, toxics);
}

void ChaosProxy::LoseAnswersFrom(int64_t record) {
  absl::MutexLock lock(&mutex_);
  harm_.lose_from_record = harm_.records_seen + record;
}

bool ChaosProxy::LossPending() const {
  absl::MutexLock lock(&mutex_);
  return harm_.lose_from_record != 0;
}

// A listening socket that is shut down keeps its port, so that nobody else can take it, and refuses.
void ChaosProxy::SetListening(bool listening) {
  if (listening == listening_) return;
  listening_ = listening;
  if (listening) {
    listen(listener_, kBacklog);
  } else {
    shutdown(listener_, SHUT_RDWR);
  }
  Wake();
}

void ChaosProxy::Refuse() {
  absl::MutexLock lock(&mutex_);
  SetListening(false);
}

void ChaosProxy::ResetAll() {
  absl::MutexLock lock(&mutex_);
  for (ChaosLink& link : links_) link.Reset();
  Wake();
}

void ChaosProxy::Heal() {
  absl::MutexLock lock(&mutex_);
  harm_.toxics = {};
  harm_.lose_from_record = 0;
  for (ChaosLink& link : links_) {
    if (link.swallowed()) link.Reset();
  }
  SetListening(true);
  Wake();
}

ChaosProxy::Stats ChaosProxy::stats() const {
  absl::MutexLock lock(&mutex_);
  Stats stats = stats_;
  stats.records_to_client = harm_.records_seen;
  return stats;
}

}  // namespace juchu::proof
