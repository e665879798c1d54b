#include "tools/ctl/commands.h"

#include <gtest/gtest.h>

namespace juchu::ctl {
namespace {

TEST(FailureTextTest, SaysTheRemedyOnce) {
  gateway::v1::BulkError error;
  error.set_code(static_cast<int>(absl::StatusCode::kFailedPrecondition));
  error.set_reason("CARD_NOT_USED");
  error.set_message("the order is not paid by card");
  (*error.mutable_metadata())["remedy"] = "check the payment method";
  const std::string text = "06A1: FAILED CARD_NOT_USED: the order is not paid by card; check the payment method\n";
  EXPECT_EQ(FailureText("06A1", error), text);
  error.set_message("the order is not paid by card; check the payment method");
  EXPECT_EQ(FailureText("06A1", error), text);
}

}  // namespace
}  // namespace juchu::ctl
