#include "tests/proof/live_audit.h"

#include <utility>

#include "absl/time/clock.h"
#include "tests/proof/gateway_caller.h"

namespace juchu::proof {
namespace {

// Often enough to come between the changes of an order, seldom enough to leave them the machine.
constexpr absl::Duration kPause = absl::Milliseconds(300);
constexpr absl::Duration kLimit = absl::Seconds(5);
constexpr size_t kEnoughFindings = 20;

}  // namespace

LiveAudit::LiveAudit(Workload::Connect connect, std::vector<std::string> tenants)
    : connect_(std::move(connect)), tenants_(std::move(tenants)) {
  thread_ = std::thread([this] { Run(); });
}

void LiveAudit::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void LiveAudit::Run() {
  for (size_t i = 0; !stopping_; ++i) {
    AuditOnce(tenants_[i % tenants_.size()]);
    absl::SleepFor(kPause);
  }
}

void LiveAudit::AuditOnce(const std::string& tenant) {
  Findings ignored;
  GatewayCaller caller(connect_(), tenant, {tenant}, {kLimit, kLimit}, ignored);
  std::vector<Finding> found;
  int64_t orders = 0;
  const bool is_whole = caller.Audit(found, orders).status.ok();
  // A fault may end one, which is said last; what was found before stands.
  if (!is_whole && !found.empty()) found.pop_back();
  if (is_whole && orders > 0) ++audits_;
  for (auto& finding : found) {
    if (findings_.size() < kEnoughFindings) findings_.push_back({"live audit", std::move(finding.text)});
  }
}

}  // namespace juchu::proof
