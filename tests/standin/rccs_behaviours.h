#ifndef TESTS_STANDIN_RCCS_BEHAVIOURS_H_
#define TESTS_STANDIN_RCCS_BEHAVIOURS_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "tests/standin/rccs_model.h"

namespace juchu::standin {

// One way to misbehave, and when.
struct Behaviour {
  enum class What {
    // The card company says no to the order; of a call without orders to work on, the reply is an error.
    kRefuse,
    // The request is accepted and does not finish.
    kStall,
    // The connection ends without an answer, and nothing was done.
    kDropBefore,
    // The connection ends without an answer, and the work was done.
    kDropAfter,
    // The rows of the result stand there twice.
    kTwice,
    // An HTML page with status 200; the work is done.
    kGarbage,
    // HTTP 500; nothing is done.
    kError500,
    // The work is done, the answer comes after `wait`.
    kHang,
    // The request fails as a whole, without rows. Of authori and its like: nothing is done. Of getRCCSResult: only the
    // answer says so.
    kRequestError,
    // The reply says an error, and the work is done.
    kLieReply,
    // Every message of the answer, of the reply, of its requests and of its rows, goes on with `message`; the work is
    // done.
    kTalk,
  };

  What what = What::kRefuse;
  // Absent: every operation.
  std::optional<Operation> operation;
  // An order number, the beginning of several followed by *, or "" for every call. A call matches by any of its
  // orders; getRCCSResult has those of the requests it asks for.
  std::string order;
  // How often still. Absent: for ever.
  std::optional<int> times;
  // Of a call that matches.
  double probability = 1;
  absl::Duration wait;
  // What is said by kRefuse, kRequestError, kLieReply and kTalk; "" where the usual words will do.
  std::string code;
  std::string message;
};

// The rules as /control/behaviours takes and tells them: a JSON array of objects. An error names what is not known.
absl::StatusOr<std::vector<Behaviour>> BehavioursFromJson(const std::string& text);
nlohmann::json ToJson(const std::vector<Behaviour>& behaviours);

// The rules in force. Thread-safe; the same seed and the same calls in the same order give the same draws.
class Behaviours {
 public:
  explicit Behaviours(uint32_t seed) : random_(seed) {}

  void Set(std::vector<Behaviour> behaviours) ABSL_LOCKS_EXCLUDED(mutex_);
  // With the times that are left.
  std::vector<Behaviour> Get() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The first rule of one of `kinds` that matches, has times left and wins its draw. Takes one of its times.
  std::optional<Behaviour> Take(std::initializer_list<Behaviour::What> kinds, Operation operation,
                                absl::Span<const std::string> orders) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  std::vector<Behaviour> behaviours_ ABSL_GUARDED_BY(mutex_);
  std::mt19937 random_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_BEHAVIOURS_H_
