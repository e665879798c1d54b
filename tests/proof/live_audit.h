#ifndef TESTS_PROOF_LIVE_AUDIT_H_
#define TESTS_PROOF_LIVE_AUDIT_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/proof/history.h"
#include "tests/proof/workload.h"

namespace juchu::proof {

// Audits tenants again and again while clients work and servers fail: what must never be is at no moment. Used by one
// thread.
class LiveAudit {
 public:
  // Begins.
  LiveAudit(Workload::Connect connect, std::vector<std::string> tenants);
  // Ends.
  ~LiveAudit() { Stop(); }
  LiveAudit(const LiveAudit&) = delete;
  LiveAudit& operator=(const LiveAudit&) = delete;

  void Stop();
  // Both after Stop: the audits that came to their end and saw orders, and what all found, as findings of the check
  // "live audit".
  int64_t audits() const { return audits_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  void Run();
  void AuditOnce(const std::string& tenant);

  const Workload::Connect connect_;
  const std::vector<std::string> tenants_;
  std::atomic<bool> stopping_ = false;
  int64_t audits_ = 0;
  std::vector<Finding> findings_;
  std::thread thread_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_LIVE_AUDIT_H_
