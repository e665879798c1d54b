#include "tests/proof/chaos_link.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace juchu::proof {
namespace {

// More is not taken from a sender before its receiver has got some.
constexpr size_t kMaxQueued = 1 << 20;
constexpr size_t kClient = 0;
constexpr size_t kServer = 1;
constexpr size_t kToClient = static_cast<size_t>(Direction::kToClient);

uint8_t Byte(const std::string& text, size_t at) { return static_cast<uint8_t>(text[at]); }

// TLS: type 20 to 23, major version 3. A packet of MySQL begins with its length, least byte first.
bool IsTlsHeader(const std::string& header) {
  return header.size() >= 2 && Byte(header, 0) >= 20 && Byte(header, 0) <= 23 && Byte(header, 1) == 3;
}

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

size_t RecordSplitter::Next(absl::string_view bytes, bool& begins) {
  begins = header_.empty() && left_ == 0;
  size_t used = 0;
  while (left_ == 0 && used < bytes.size()) {
    header_ += bytes[used++];
    if (header_.size() < 4) continue;
    if (!IsTlsHeader(header_)) {
      left_ = Byte(header_, 0) + (size_t{Byte(header_, 1)} << 8) + (size_t{Byte(header_, 2)} << 16);
    } else if (header_.size() == 5) {
      left_ = (size_t{Byte(header_, 3)} << 8) + Byte(header_, 4);
    } else {
      continue;
    }
    header_.clear();
    if (left_ == 0) return used;
  }
  const size_t body = std::min(left_, bytes.size() - used);
  left_ -= body;
  return used + body;
}

ChaosLink::~ChaosLink() { Close(); }

void ChaosLink::Close() {
  for (int& socket : sockets_) {
    if (socket >= 0) close(socket);
    socket = -1;
  }
}

void ChaosLink::Reset() {
  if (ended()) return;
  const linger at_once = {1, 0};
  for (const int socket : sockets_) setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  was_reset_ = true;
  Close();
}

int64_t ChaosLink::TakePassed(Direction direction) {
  return std::exchange(pipes_[static_cast<size_t>(direction)].passed, 0);
}

bool ChaosLink::WantsToRead(size_t direction) const {
  const Pipe& pipe = pipes_[direction];
  if (!connected_ || pipe.sender_ended || pipe.end == End::kReset) return false;
  return pipe.queued < kMaxQueued;
}

void ChaosLink::Prepare(Clock::time_point now, std::vector<pollfd>& polled,
                        std::optional<Clock::time_point>& until) const {
  std::array<short, 2> events = {0, 0};
  if (!connected_) events[kServer] = POLLOUT;
  for (size_t direction = 0; direction < 2; ++direction) {
    if (WantsToRead(direction)) events[direction] = static_cast<short>(events[direction] | POLLIN);
    const Pipe& pipe = pipes_[direction];
    if (!connected_ || pipe.queue.empty()) continue;
    const auto due = std::max(pipe.queue.front().due, pipe.next_write);
    if (due <= now) {
      events[1 - direction] = static_cast<short>(events[1 - direction] | POLLOUT);
    } else {
      until = until ? std::min(*until, due) : due;
    }
  }
  for (size_t side = 0; side < 2; ++side) {
    // What nothing is asked of is left out: poll tells of an end that nobody wants to know, over and over.
    polled.push_back({events[side] == 0 ? -1 : sockets_[side], events[side], 0});
  }
}

void ChaosLink::Work(Harm& harm, const pollfd* events) {
  if (!connected_) {
    if (events[kServer].revents == 0) return;
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(sockets_[kServer], SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Reset();
    // The client has not been looked at yet; the next look is at both, so that neither direction goes before.
    connected_ = true;
    return;
  }
  for (size_t direction = 0; direction < 2 && !ended(); ++direction) {
    if (events[direction].revents != 0) Read(harm, direction);
    if (!ended()) Write(harm.toxics[direction], direction);
  }
  if (!ended() && pipes_[0].fin_sent && pipes_[1].fin_sent) Close();
}

void ChaosLink::Read(Harm& harm, size_t direction) {
  Pipe& pipe = pipes_[direction];
  const Toxics& toxics = harm.toxics[direction];
  char buffer[16384];
  while (WantsToRead(direction)) {
    const ssize_t got = recv(sockets_[direction], buffer, sizeof(buffer), 0);
    if (got < 0 && WouldBlock()) return;
    if (got < 0) return Reset();
    if (got == 0) {
      pipe.sender_ended = true;
      if (pipe.end == End::kNone) pipe.end = End::kFin;
      return;
    }
    const absl::string_view bytes(buffer, static_cast<size_t>(got));
    if (toxics.black_hole || pipe.end != End::kNone) {
      pipe.swallowed = true;
      continue;
    }
    const absl::string_view admitted = Admit(harm, direction, bytes);
    if (admitted.empty()) continue;
    const absl::Duration delay =
        toxics.latency + std::uniform_real_distribution<double>(0, 1)(harm.random) * toxics.jitter;
    auto due = Clock::now() + absl::ToChronoNanoseconds(delay);
    // In order: a piece may not overtake the one before it.
    if (!pipe.queue.empty()) due = std::max(due, pipe.queue.back().due);
    pipe.queue.push_back({std::string(admitted), due});
    pipe.queued += admitted.size();
  }
}

absl::string_view ChaosLink::AdmitRecords(Harm& harm, absl::string_view bytes) {
  size_t admitted = 0;
  while (admitted < bytes.size()) {
    bool begins = false;
    const size_t length = splitter_.Next(bytes.substr(admitted), begins);
    if (begins && ++harm.records_seen == harm.lose_from_record) {
      harm.lose_from_record = 0;
      pipes_[kToClient].end = End::kReset;
      return bytes.substr(0, admitted);
    }
    admitted += length;
  }
  return bytes;
}

absl::string_view ChaosLink::Admit(Harm& harm, size_t direction, absl::string_view bytes) {
  Pipe& pipe = pipes_[direction];
  const Toxics& toxics = harm.toxics[direction];
  if (direction == kToClient) bytes = AdmitRecords(harm, bytes);
  if (toxics.end_after && pipe.end == End::kNone) {
    const int64_t left = std::max<int64_t>(0, *toxics.end_after - pipe.counted);
    if (static_cast<int64_t>(bytes.size()) > left) {
      bytes = bytes.substr(0, static_cast<size_t>(left));
      pipe.end = toxics.half_close ? End::kFin : End::kReset;
      pipe.swallowed = true;
    }
  }
  pipe.counted += static_cast<int64_t>(bytes.size());
  return bytes;
}

void ChaosLink::Write(const Toxics& toxics, size_t direction) {
  Pipe& pipe = pipes_[direction];
  while (!pipe.queue.empty()) {
    const auto now = Clock::now();
    Piece& piece = pipe.queue.front();
    if (piece.due > now || pipe.next_write > now) return;
    size_t size = piece.bytes.size();
    // A fiftieth of a second's bytes at a time.
    if (toxics.bytes_per_second > 0) {
      size = std::min(size, static_cast<size_t>(std::max<int64_t>(1, toxics.bytes_per_second / 50)));
    }
    const ssize_t sent = send(sockets_[1 - direction], piece.bytes.data(), size, MSG_NOSIGNAL);
    if (sent < 0 && WouldBlock()) return;
    if (sent < 0) return Reset();
    pipe.passed += sent;
    pipe.queued -= static_cast<size_t>(sent);
    piece.bytes.erase(0, static_cast<size_t>(sent));
    if (piece.bytes.empty()) pipe.queue.pop_front();
    if (toxics.bytes_per_second > 0) {
      pipe.next_write = now + std::chrono::nanoseconds(sent * 1'000'000'000 / toxics.bytes_per_second);
    }
  }
  FinishPipe(direction);
}

// The queue is empty.
void ChaosLink::FinishPipe(size_t direction) {
  Pipe& pipe = pipes_[direction];
  if (pipe.end == End::kReset) return Reset();
  if (pipe.end == End::kFin && !pipe.fin_sent) {
    shutdown(sockets_[1 - direction], SHUT_WR);
    pipe.fin_sent = true;
  }
}

}  // namespace juchu::proof
