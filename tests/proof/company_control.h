#ifndef TESTS_PROOF_COMPANY_CONTROL_H_
#define TESTS_PROOF_COMPANY_CONTROL_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace juchu::proof {

// What really happened to an order's money, by the card company's own book.
struct BookedOrder {
  int64_t authorizations = 0;
  int64_t captures = 0;
  int64_t authorization_voids = 0;
  int64_t capture_voids = 0;
  // What is held or has been captured; 0 once it is void.
  int64_t authorized_yen = 0;
  // All captures less those that were taken back.
  int64_t captured_yen = 0;
};

// The commands of the card company's stand-in (tests/standin/README.md), on a connection of their own, past every
// proxy. Thread-safe.
class CompanyControl {
 public:
  CompanyControl(int port, std::string ca_file) : port_(port), ca_file_(std::move(ca_file)) {}

  // Lets it misbehave by these rules (JSON) and no others, until it is told otherwise or started again.
  absl::Status SetBehaviours(const std::string& rules) const;
  // Lets it behave; what it stalled goes on. Tried for `limit`.
  absl::Status Forget(absl::Duration limit) const;
  // By the order's number at the mall, those that begin with `prefix`. Tried for `limit`.
  absl::StatusOr<std::map<std::string, BookedOrder>> Book(const std::string& prefix, absl::Duration limit) const;

 private:
  // One call; posts where there is a body.
  absl::StatusOr<std::string> Call(const std::string& path, const std::string* body) const;
  absl::StatusOr<std::string> CallFor(absl::Duration limit, const std::string& path, const std::string* body) const;

  const int port_;
  const std::string ca_file_;
};

// Rules by which each call that authorizes, captures or voids misbehaves now and then: connections that end before and
// after the work, answers that are late, doubled, garbage or a lie, HTTP 500, orders that are refused.
std::string RandomTrouble();

}  // namespace juchu::proof

#endif  // TESTS_PROOF_COMPANY_CONTROL_H_
