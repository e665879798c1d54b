#ifndef TESTS_STANDIN_RCCS_BOOK_H_
#define TESTS_STANDIN_RCCS_BOOK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "tests/standin/rccs_journal.h"
#include "tests/standin/rccs_model.h"
#include "tests/standin/rccs_orders.h"

namespace juchu::standin {

// An asynchronous request as it is accepted, with what has been decided about its fate.
struct AcceptedWork {
  Operation operation = Operation::kAuthori;
  std::vector<OrderWork> orders;
  // Never finishes until ReleaseStalled.
  bool stalled = false;
  // Its rows are told twice.
  bool doubled = false;
  // Fails as a whole: nothing is done and no rows are told.
  std::optional<Verdict> failed;
};

// Requests and orders of all shops, in memory and in a journal. What a method has done or tells is on disk when the
// method returns, so a kill at any moment loses nothing that anybody knows. A request takes effect when it is due, in
// the order of the due times: found and written down by the first method that looks after that. Gets the time, never
// reads a clock. Thread-safe.
class RccsBook {
 public:
  struct Summary {
    // By order number. A number that several shops have is added up.
    std::map<std::string, OrderCounts> orders;
    int64_t ids_given = 0;
    int64_t requests_accepted = 0;
    int64_t requests_finished = 0;
  };
  enum class Acceptance { kAccepted, kUnknownId, kUsedId };

  // Goes on where the journal ends; see RccsJournal::Open for its errors.
  static absl::StatusOr<std::unique_ptr<RccsBook>> Open(const std::string& journal_file);
  RccsBook(const RccsBook&) = delete;
  RccsBook& operator=(const RccsBook&) = delete;

  // A request id that was never given before.
  int GiveId(const std::string& shop, absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  // What Accept would say now.
  Acceptance CanAccept(absl::string_view shop, int id) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes the work, to be done `delay` after `now`. Nothing changes unless it returns kAccepted.
  Acceptance Accept(absl::string_view shop, int id, AcceptedWork work, absl::Time now, absl::Duration delay)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // One for each of `ids`, in their order; nullopt when one of them was not given to the shop.
  std::optional<std::vector<RequestStatus>> Results(absl::string_view shop, absl::Span<const int> ids, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The current rows by time, then order number. With an order number an untouched order has a row as well, whatever
  // the days.
  std::vector<OrderRow> Search(absl::string_view shop, const RowSearch& search, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The order numbers of requests that were accepted; ids that are not known are passed over.
  std::vector<std::string> OrdersOf(absl::Span<const int> ids) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Lets the stalled requests go on; those whose time has come are due at `now`.
  void ReleaseStalled(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  // `orders`: one order number, the beginning of several followed by *, or "" for all.
  Summary Summarize(absl::string_view orders, absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Request {
    std::string shop;
    // Absent as long as only the id has been given.
    std::optional<AcceptedWork> work;
    absl::Time accepted;
    absl::Time due;
    int64_t acceptance = 0;
    bool finished = false;
    std::vector<OrderRow> rows;
  };

  RccsBook() = default;

  absl::Status Replay(const nlohmann::json& event) ABSL_LOCKS_EXCLUDED(mutex_);
  // What an event of the journal does, now as at its replay.
  void ApplyGiven(int id, const std::string& shop) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyAccepted(int id, AcceptedWork work, absl::Time at, absl::Time due) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyReleased(int id, absl::Time at) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ApplyFinished(int id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Acceptance CanAcceptLocked(absl::string_view shop, int id) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Carries out what is due.
  void AdvanceTo(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Append(const nlohmann::json& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  RequestStatus StatusOf(int id, const Request& request, absl::Time now) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  std::unique_ptr<RccsJournal> journal_;
  mutable absl::Mutex mutex_;
  // Events of the journal that somebody's answer may rest on.
  int64_t appended_ ABSL_GUARDED_BY(mutex_) = 0;
  int last_id_ ABSL_GUARDED_BY(mutex_) = 100'000'000;
  int64_t accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t finished_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<int, Request> requests_ ABSL_GUARDED_BY(mutex_);
  // Accepted, not finished and not stalled: by due time, then in the order of acceptance.
  std::map<std::pair<absl::Time, int64_t>, int> pending_ ABSL_GUARDED_BY(mutex_);
  // Ids by the order of acceptance.
  std::map<int64_t, int> stalled_ ABSL_GUARDED_BY(mutex_);
  RccsOrders orders_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_BOOK_H_
