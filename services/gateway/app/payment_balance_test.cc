#include "services/gateway/app/payment_balance.h"

#include <gtest/gtest.h>

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int64_t kMost = 999'999'999'999;

pb::Order Received(int64_t received, int64_t total) {
  pb::Order order;
  order.set_received_yen(received);
  order.mutable_amounts()->set_total_yen(total);
  return order;
}

TEST(PaymentBalanceTest, IsReceivedBesideTheTotal) {
  struct Case {
    int64_t received, total;
    pb::PaymentStanding standing;
    int64_t difference;
  };
  for (const Case& one : {Case{0, 5000, pb::PARTLY_PAID, -5000}, Case{4999, 5000, pb::PARTLY_PAID, -1},
                          Case{5000, 5000, pb::PAID_IN_FULL, 0}, Case{5001, 5000, pb::OVERPAID, 1},
                          Case{0, 0, pb::PAID_IN_FULL, 0}, Case{1, 0, pb::OVERPAID, 1}, Case{0, -1, pb::OVERPAID, 1},
                          Case{0, kMost, pb::PARTLY_PAID, -kMost}, Case{kMost, -kMost, pb::OVERPAID, 2 * kMost}}) {
    const auto balance = BalanceOf(Received(one.received, one.total));
    ASSERT_TRUE(balance.has_value());
    EXPECT_EQ(balance->standing(), one.standing) << one.received << " of " << one.total;
    EXPECT_EQ(balance->difference_yen(), one.difference) << one.received << " of " << one.total;
  }
}

TEST(PaymentBalanceTest, NothingRecordedIsNotNothingReceived) {
  pb::Order order;
  order.mutable_amounts()->set_total_yen(5000);
  EXPECT_FALSE(BalanceOf(order).has_value());
  EXPECT_EQ(BalanceText(order), "");
}

TEST(PaymentBalanceTest, ShowingFollowsTheOrder) {
  pb::Order order = Received(3000, 5000);
  ShowBalance(order);
  EXPECT_EQ(order.payment_balance().standing(), pb::PARTLY_PAID);
  order.mutable_amounts()->set_total_yen(2500);
  ShowBalance(order);
  EXPECT_EQ(order.payment_balance().standing(), pb::OVERPAID);
  EXPECT_EQ(order.payment_balance().difference_yen(), 500);
  order.clear_received_yen();
  ShowBalance(order);
  EXPECT_FALSE(order.has_payment_balance());
}

TEST(PaymentBalanceTest, TextSaysTheWordAndTheDifference) {
  EXPECT_EQ(BalanceText(Received(3000, 5000)), "3000 of 5000 yen have been received (一部入金): 2000 yen are missing");
  EXPECT_EQ(BalanceText(Received(5000, 5000)), "5000 of 5000 yen have been received (全額入金)");
  EXPECT_EQ(BalanceText(Received(5500, 5000)), "5500 of 5000 yen have been received (過入金): 500 yen are too much");
}

}  // namespace
}  // namespace juchu::gateway
