#include "services/gateway/clients/gatherer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/fiber/fiber.h"
#include "common/fiber/signal.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"

namespace juchu::gateway {
namespace {

using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

using Echo = Gatherer<std::string, std::string>;

// Waits for something that other threads bring about; gives up after a time that no working program needs.
void WaitUntil(const std::function<bool()>& is_so) {
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  while (!is_so()) {
    ASSERT_LT(absl::Now(), limit);
    std::this_thread::yield();
  }
}

// Answers each item with itself. The first call stays under way until it is let go.
class GathererTest : public ::testing::Test {
 protected:
  explicit GathererTest(GatherLimits limits = {.flights = 1, .batch = 3}) : gatherer_(limits, clock_) {}

  ~GathererTest() override {
    if (!let_go_.HasBeenNotified()) let_go_.Notify();
    for (auto& thread : threads_) thread.join();
  }

  Echo::Call EchoCall() {
    return [this](absl::Time, absl::Span<const std::string* const> items) {
      std::vector<absl::StatusOr<std::string>> answers;
      std::vector<std::string> names;
      for (const std::string* item : items) {
        names.push_back(*item);
        answers.emplace_back(absl::StrCat("echo ", *item));
      }
      bool first = false;
      {
        absl::MutexLock lock(&mutex_);
        first = calls_.empty();
        calls_.push_back(names);
      }
      if (first) let_go_.WaitForNotification();
      return answers;
    };
  }

  // Asks on a thread of its own and returns when the question is asked.
  void AskBeside(const std::string& item, const std::string& key, absl::Time deadline = absl::InfiniteFuture()) {
    threads_.emplace_back([this, item, key, deadline] {
      auto answer = gatherer_.Ask("group", key, item, deadline, EchoCall());
      absl::MutexLock lock(&mutex_);
      answers_.emplace(item, std::move(answer));
    });
  }

  size_t calls() {
    absl::MutexLock lock(&mutex_);
    return calls_.size();
  }
  size_t answered() {
    absl::MutexLock lock(&mutex_);
    return answers_.size();
  }

  const SystemClock clock_;
  Echo gatherer_;
  absl::Notification let_go_;
  std::vector<std::thread> threads_;
  absl::Mutex mutex_;
  std::vector<std::vector<std::string>> calls_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, absl::StatusOr<std::string>> answers_ ABSL_GUARDED_BY(mutex_);
};

class CrowdTest : public GathererTest {
 protected:
  CrowdTest() : GathererTest({.flights = 2, .batch = 8, .crowd = 3}) {}
};

TEST_F(GathererTest, LonelyCallerCallsAtOnceForItselfOnly) {
  let_go_.Notify();
  EXPECT_THAT(gatherer_.Ask("group", "k", "a", absl::InfiniteFuture(), EchoCall()), IsOkAndHolds("echo a"));
  EXPECT_THAT(gatherer_.Ask("group", "k", "b", absl::InfiniteFuture(), EchoCall()), IsOkAndHolds("echo b"));
  EXPECT_THAT(calls_, ElementsAre(ElementsAre("a"), ElementsAre("b")));
}

TEST_F(GathererTest, WhoeverComesDuringACallGoesWithTheNext) {
  AskBeside("a", "a");
  WaitUntil([&] { return calls() == 1; });
  for (const char* item : {"b", "c", "d", "e"}) AskBeside(item, item);
  WaitUntil([&] { return gatherer_.waiting("group") == 4; });
  let_go_.Notify();
  WaitUntil([&] { return answered() == 5; });
  // Three fit in one call.
  ASSERT_EQ(calls(), 3u);
  EXPECT_EQ(calls_[1].size(), 3u);
  EXPECT_EQ(calls_[2].size(), 1u);
  for (const auto& [item, answer] : answers_) EXPECT_THAT(answer, IsOkAndHolds(absl::StrCat("echo ", item)));
}

TEST_F(CrowdTest, AnotherCallStartsBesideTheFirstOnlyForACrowd) {
  AskBeside("a", "a");
  WaitUntil([&] { return calls() == 1; });
  for (const char* item : {"b", "c"}) AskBeside(item, item);
  WaitUntil([&] { return gatherer_.waiting("group") == 2; });
  EXPECT_EQ(calls(), 1u) << "two are no crowd";
  AskBeside("d", "d");
  WaitUntil([&] { return answered() == 3; });
  EXPECT_THAT(calls_[1], UnorderedElementsAre("b", "c", "d"));
  // The two that may be under way are not: but two are still no crowd, and go when the first call ends.
  for (const char* item : {"e", "f"}) AskBeside(item, item);
  WaitUntil([&] { return gatherer_.waiting("group") == 2; });
  let_go_.Notify();
  WaitUntil([&] { return answered() == 6; });
  ASSERT_EQ(calls(), 3u);
  EXPECT_THAT(calls_[2], UnorderedElementsAre("e", "f"));
}

TEST_F(GathererTest, TwoOfOneKeyGoOneAfterTheOther) {
  AskBeside("a", "a");
  WaitUntil([&] { return calls() == 1; });
  AskBeside("b", "same");
  WaitUntil([&] { return gatherer_.waiting("group") == 1; });
  AskBeside("c", "same");
  AskBeside("d", "other");
  WaitUntil([&] { return gatherer_.waiting("group") == 3; });
  let_go_.Notify();
  WaitUntil([&] { return answered() == 4; });
  EXPECT_THAT(calls_, ElementsAre(ElementsAre("a"), UnorderedElementsAre("b", "d"), ElementsAre("c")));
}

TEST_F(GathererTest, GroupsDoNotWaitForEachOther) {
  AskBeside("a", "a");
  WaitUntil([&] { return calls() == 1; });
  EXPECT_THAT(gatherer_.Ask("another group", "b", "b", absl::InfiniteFuture(), EchoCall()), IsOkAndHolds("echo b"));
}

TEST_F(GathererTest, OneWhoseTimeIsUpIsNotSent) {
  AskBeside("a", "a");
  WaitUntil([&] { return calls() == 1; });
  EXPECT_THAT(gatherer_.Ask("group", "b", "b", absl::Now() + absl::Milliseconds(1), EchoCall()),
              StatusIs(absl::StatusCode::kDeadlineExceeded, HasReason("NOT_SENT")));
  let_go_.Notify();
  WaitUntil([&] { return answered() == 1; });
  EXPECT_EQ(calls(), 1u);
}

// The call is made by the one who can wait longest, so that nobody's impatience ends the others' call; who cannot wait
// learns that the outcome is open.
TEST_F(GathererTest, ImpatientOneDoesNotEndTheCallOfTheOthers) {
  AskBeside("a", "a");
  WaitUntil([&] { return calls() == 1; });
  absl::Notification end;
  absl::Time until;
  const Echo::Call slow = [&](absl::Time deadline, absl::Span<const std::string* const> items) {
    until = deadline;
    end.WaitForNotification();
    return std::vector<absl::StatusOr<std::string>>(items.size(), std::string("done"));
  };
  const absl::Time patience = absl::Now() + absl::Seconds(12);
  absl::StatusOr<std::string> patient;
  std::thread patient_thread([&] { patient = gatherer_.Ask("group", "p", "p", patience, slow); });
  WaitUntil([&] { return gatherer_.waiting("group") == 1; });
  absl::StatusOr<std::string> impatient;
  std::thread impatient_thread(
      [&] { impatient = gatherer_.Ask("group", "i", "i", absl::Now() + absl::Milliseconds(300), slow); });
  WaitUntil([&] { return gatherer_.waiting("group") == 2; });
  let_go_.Notify();
  impatient_thread.join();
  end.Notify();
  patient_thread.join();
  EXPECT_THAT(impatient, StatusIs(absl::StatusCode::kDeadlineExceeded, HasReason("NOT_ANSWERED")));
  EXPECT_THAT(patient, IsOkAndHolds("done"));
  EXPECT_EQ(until, patience);
}

TEST_F(GathererTest, ACallEndsInTimeForThoseWhoWaitForIt) {
  absl::Time until;
  const Echo::Call call = [&](absl::Time deadline, absl::Span<const std::string* const> items) {
    until = deadline;
    return std::vector<absl::StatusOr<std::string>>(items.size(), std::string("done"));
  };
  ASSERT_THAT(gatherer_.Ask("group", "p", "p", absl::InfiniteFuture(), call), IsOk());
  EXPECT_LE(until, absl::Now() + absl::Seconds(15));
}

// Fibers of one thread gather among themselves: the thread goes on while they wait.
TEST(GathererFiberTest, OneThreadAsksForMany) {
  const SystemClock clock;
  Echo gatherer({.flights = 1, .batch = 8}, clock);
  std::vector<std::vector<std::string>> calls;
  std::vector<fiber::Signal*> under_way;
  const Echo::Call call = [&](absl::Time, absl::Span<const std::string* const> items) {
    std::vector<absl::StatusOr<std::string>> answers;
    auto& names = calls.emplace_back();
    for (const std::string* item : items) names.push_back(*answers.emplace_back(*item));
    fiber::Signal answered;
    under_way.push_back(&answered);
    answered.Wait();
    return answers;
  };
  std::map<std::string, absl::StatusOr<std::string>> answers;
  const auto ask = [&](const std::string& item, absl::Time deadline) {
    fiber::Start([&, item, deadline] { answers.emplace(item, gatherer.Ask("group", item, item, deadline, call)); });
  };
  ask("a", absl::InfiniteFuture());
  ask("b", absl::InfiniteFuture());
  ask("late", absl::Now());
  ask("c", absl::InfiniteFuture());
  EXPECT_THAT(calls, ElementsAre(ElementsAre("a")));
  under_way[0]->Notify();
  EXPECT_THAT(answers.at("a"), IsOkAndHolds("a"));
  EXPECT_THAT(answers.at("late"), StatusIs(absl::StatusCode::kDeadlineExceeded, HasReason("NOT_SENT")));
  ASSERT_THAT(calls, ElementsAre(ElementsAre("a"), ElementsAre("b", "c")));
  under_way[1]->Notify();
  EXPECT_THAT(answers.at("b"), IsOkAndHolds("b"));
  EXPECT_THAT(answers.at("c"), IsOkAndHolds("c"));
  EXPECT_EQ(gatherer.waiting("group"), 0u);
}

TEST(GathererRaceTest, EveryCallerGetsItsOwnAnswerInFewerCalls) {
  constexpr int kThreads = 16;
  constexpr int kAsks = 500;
  const SystemClock clock;
  Gatherer<int, int> gatherer({.flights = 2, .batch = 8, .crowd = 4}, clock);
  std::atomic<int> calls = 0;
  const Gatherer<int, int>::Call twice = [&](absl::Time, absl::Span<const int* const> items) {
    ++calls;
    std::vector<absl::StatusOr<int>> answers;
    for (const int* item : items) {
      if (*item % 7 == 0) {
        answers.emplace_back(absl::NotFoundError("seven"));
      } else {
        answers.emplace_back(*item * 2);
      }
    }
    std::this_thread::yield();
    return answers;
  };
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kAsks; ++i) {
        const int item = t * kAsks + i;
        const auto answer = gatherer.Ask("g", absl::StrCat(item % 50), item, absl::InfiniteFuture(), twice);
        const bool right = item % 7 == 0 ? absl::IsNotFound(answer.status()) : answer.ok() && *answer == item * 2;
        if (!right) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LT(calls, kThreads * kAsks);
  EXPECT_EQ(gatherer.waiting("g"), 0u);
}

}  // namespace
}  // namespace juchu::gateway
