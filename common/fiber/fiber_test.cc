#include "common/fiber/fiber.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "common/fiber/signal.h"

namespace juchu::fiber {
namespace {

TEST(FiberTest, RunsAtOnceAndLeavesItsThreadWhileItWaits) {
  std::vector<std::string> order;
  std::unique_ptr<Signal> signal;
  EXPECT_FALSE(IsCurrent());
  Start([&] {
    EXPECT_TRUE(IsCurrent());
    order.push_back("begins");
    signal = std::make_unique<Signal>();
    signal->Wait();
    order.push_back("goes on");
  });
  EXPECT_FALSE(IsCurrent());
  order.push_back("thread is free");
  signal->Notify();
  order.push_back("told");
  EXPECT_EQ(order, (std::vector<std::string>{"begins", "thread is free", "goes on", "told"}));
}

TEST(FiberTest, WhatHasHappenedIsNotWaitedFor) {
  bool ended = false;
  Start([&] {
    Signal signal;
    signal.Notify();
    signal.Wait();
    ended = true;
  });
  EXPECT_TRUE(ended);
}

TEST(FiberTest, OneFiberGoesOnWithinAnother) {
  std::vector<int> order;
  Signal* first = nullptr;
  Start([&] {
    Signal signal;
    first = &signal;
    signal.Wait();
    EXPECT_TRUE(IsCurrent());
    order.push_back(1);
  });
  Start([&] {
    first->Notify();
    EXPECT_TRUE(IsCurrent());
    order.push_back(2);
  });
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(FiberTest, SignalOfAThreadHoldsItAndGivesUpInTime) {
  Signal late;
  EXPECT_FALSE(late.WaitUntil(absl::Now() + absl::Milliseconds(1)));
  Signal signal;
  std::thread teller([&] { signal.Notify(); });
  signal.Wait();
  teller.join();
}

TEST(FiberTest, MovesToAThreadThatItMayHoldUp) {
  const auto start_thread = std::this_thread::get_id();
  std::thread::id end_thread;
  Signal done;
  Start([&] {
    MoveToThread();
    EXPECT_FALSE(IsCurrent());
    Signal signal;
    std::thread teller([&] { signal.Notify(); });
    signal.Wait();
    teller.join();
    end_thread = std::this_thread::get_id();
    done.Notify();
  });
  done.Wait();
  EXPECT_NE(end_thread, start_thread);
  // Whoever uses its stack next is a fiber again.
  bool is_fiber = false;
  Start([&] { is_fiber = IsCurrent(); });
  EXPECT_TRUE(is_fiber);
}

// Fibers wait and are told on many threads at once, before, while and after they begin to wait.
TEST(FiberTest, NoSignalIsLostAmongThreads) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 300;
  std::atomic<Signal*> slots[kThreads] = {};
  std::atomic<int> ended = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < kRounds; ++round) {
        Start([&, t] {
          int sum = 0;
          for (int wait = 0; wait < 3; ++wait) {
            Signal signal;
            slots[t].store(&signal);
            signal.Wait();
            sum += wait;
          }
          EXPECT_EQ(sum, 3);
          ++ended;
        });
        while (ended.load() < (round + 1) * kThreads) {
          for (auto& slot : slots) {
            if (Signal* const signal = slot.exchange(nullptr); signal != nullptr) signal->Notify();
          }
          std::this_thread::yield();
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ended.load(), kThreads * kRounds);
}

}  // namespace
}  // namespace juchu::fiber
