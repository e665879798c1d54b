#include "services/inventory/domain/jan.h"

#include <gtest/gtest.h>

namespace juchu::inventory {
namespace {

TEST(JanTest, EightOrThirteenDigitsWithTheRightCheckDigit) {
  for (const char* jan : {"4901234567894", "4569951116179", "49968712", "00000000"}) EXPECT_TRUE(IsJan(jan)) << jan;
  for (const char* text : {"", "4901234567890", "490123456789", "49012345678941", "49968713", "4901234567 94",
                           "４９９６８７１２", "4996871a"}) {
    EXPECT_FALSE(IsJan(text)) << text;
  }
}

}  // namespace
}  // namespace juchu::inventory
