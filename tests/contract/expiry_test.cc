// Every method of the public interface, called by somebody who does not wait for as long as it takes: what had not come
// to be when the time was over is not done afterwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/ids/uuid.h"
#include "tests/contract/stack_endpoint.h"
#include "tests/contract/tenant_rows.h"

namespace juchu::contract {
namespace {

using integration::Stack;

constexpr absl::Duration kPatience = absl::Milliseconds(500);
constexpr absl::Duration kLimit = absl::Seconds(60);
// Few enough that each has a thread and a connection.
constexpr size_t kAtOnce = 8;

void AwaitUntil(const std::function<bool()>& holds, const char* what) {
  for (const absl::Time limit = absl::Now() + kLimit; !holds(); absl::SleepFor(absl::Milliseconds(5))) {
    ASSERT_LT(absl::Now(), limit) << what;
  }
}

// The database reads, and whoever writes waits, until the end.
class WritesHeld {
 public:
  WritesHeld() : ours_(Stack::Get().pool().Acquire(absl::Now() + kLimit)) {
    EXPECT_TRUE(ours_.ok() && (*ours_)->Query("SELECT GET_LOCK('held', 0)").ok()) << ours_.status();
    holder_ = std::thread([] { Stack::Get().RootSql("FLUSH TABLES WITH READ LOCK; SELECT GET_LOCK('held', 600)"); });
    const auto is_there = [] {
      return Stack::Get().RootSql("SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User lock'") ==
             "1\n";
    };
    AwaitUntil(is_there, "nobody holds the writes");
  }
  ~WritesHeld() {
    EXPECT_TRUE((*ours_)->Query("SELECT RELEASE_LOCK('held')").ok());
    holder_.join();
  }

 private:
  absl::StatusOr<mysql::Lease> ours_;
  std::thread holder_;
};

int64_t ConnectionsInUse() {
  auto& stack = Stack::Get();
  return stack.database().in_use + stack.inventory_database().in_use + stack.payment_database().in_use;
}

TEST(ExpiryTest, NothingIsDoneForCallersWhoHaveGone) {
  const Merchant merchant(StackEndpoint(), NewMerchantId());
  Stack::Get().Reconcile();
  const std::string before = RowsOf(merchant.id());
  size_t left = 0;
  for (size_t begin = 0; begin < Operations().size(); begin += kAtOnce) {
    const size_t end = std::min(begin + kAtOnce, Operations().size());
    {
      const WritesHeld held;
      std::vector<std::thread> callers;
      std::vector<Answer> answers(end - begin);
      for (size_t i = begin; i < end; ++i) {
        callers.emplace_back([&, i] {
          const auto& operation = Operations()[i];
          answers[i - begin] = merchant.CallOnce(operation, merchant.Fill(operation, NewRequestId()), kPatience);
        });
      }
      for (auto& caller : callers) caller.join();
      for (const auto& answer : answers) left += answer.status.ok() ? 0 : 1;
    }
    AwaitUntil([] { return ConnectionsInUse() == 0; }, "a connection is still in use");
  }
  Stack::Get().Reconcile();
  EXPECT_EQ(RowsOf(merchant.id()), before);
  EXPECT_GT(left, Operations().size() / 2) << "few methods write: what was held?";
}

}  // namespace
}  // namespace juchu::contract
