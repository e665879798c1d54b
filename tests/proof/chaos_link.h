#ifndef TESTS_PROOF_CHAOS_LINK_H_
#define TESTS_PROOF_CHAOS_LINK_H_

#include <poll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// One connection through a ChaosProxy.
namespace juchu::proof {

enum class Direction { kToServer = 0, kToClient = 1 };

// What is done to one direction of each connection.
struct Toxics {
  absl::Duration latency;
  absl::Duration jitter;
  // 0: as many as come.
  int64_t bytes_per_second = 0;
  bool black_hole = false;
  // After so many more bytes of a connection …
  std::optional<int64_t> end_after;
  // … its receiver is told the end (true), or both sides are reset (false).
  bool half_close = false;
};

// What a proxy does to all its connections.
struct Harm {
  std::array<Toxics, 2> toxics;
  // The record of the servers, counted over all connections, before which its connection is reset; 0: none.
  int64_t lose_from_record = 0;
  int64_t records_seen = 0;
  std::mt19937_64 random{1};
};

// Finds where TLS records begin in a stream of bytes that comes in pieces of any size. Thread-compatible.
class RecordSplitter {
 public:
  // The length of the piece up to the end of the record that `bytes` begin or go on with; `begins` tells which.
  size_t Next(absl::string_view bytes, bool& begins);

 private:
  // The header of the record that has begun, as far as it has come, and what is left of its body.
  std::string header_;
  size_t left_ = 0;
};

class ChaosLink {
 public:
  using Clock = std::chrono::steady_clock;

  // Both sockets non-blocking; `server` may still be connecting. Owns them.
  ChaosLink(int client, int server) : sockets_{client, server} {}
  ~ChaosLink();
  ChaosLink(const ChaosLink&) = delete;
  ChaosLink& operator=(const ChaosLink&) = delete;

  // Adds what it waits for to `polled`, two entries, and shortens `until` to the time when delayed bytes are due.
  void Prepare(Clock::time_point now, std::vector<pollfd>& polled, std::optional<Clock::time_point>& until) const;
  // Reads and writes what can be; `events` are the two entries.
  void Work(Harm& harm, const pollfd* events);
  // RST to both sides.
  void Reset();
  // The direction's count of bytes begins anew.
  void Recount(Direction direction) { pipes_[static_cast<size_t>(direction)].counted = 0; }

  bool ended() const { return sockets_[0] < 0; }
  bool was_reset() const { return was_reset_; }
  bool swallowed() const { return pipes_[0].swallowed || pipes_[1].swallowed; }
  // Bytes passed in the direction since the last call.
  int64_t TakePassed(Direction direction);

 private:
  struct Piece {
    std::string bytes;
    Clock::time_point due;
  };
  enum class End { kNone, kFin, kReset };

  // One direction: read from one socket, kept, written to the other.
  struct Pipe {
    std::deque<Piece> queue;
    size_t queued = 0;
    // What happens once the queue is written; nothing is read from then on.
    End end = End::kNone;
    bool fin_sent = false;
    bool sender_ended = false;
    bool swallowed = false;
    // Since the toxic was set.
    int64_t counted = 0;
    int64_t passed = 0;
    Clock::time_point next_write;
  };

  void Read(Harm& harm, size_t direction);
  // What may pass of the bytes; decides the end of the pipe when not all may.
  absl::string_view Admit(Harm& harm, size_t direction, absl::string_view bytes);
  absl::string_view AdmitRecords(Harm& harm, absl::string_view bytes);
  void Write(const Toxics& toxics, size_t direction);
  void FinishPipe(size_t direction);
  bool WantsToRead(size_t direction) const;
  void Close();

  // Of the client and of the server; -1 once ended.
  std::array<int, 2> sockets_;
  std::array<Pipe, 2> pipes_;
  RecordSplitter splitter_;
  bool connected_ = false;
  bool was_reset_ = false;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CHAOS_LINK_H_
