#include "common/page/page_token.h"

#include "absl/strings/escaping.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

using testing::HasReason;
using testing::IsOkAndHolds;

const absl::Time kNow = absl::FromUnixSeconds(1'795'480'200);

class PageTokenTest : public ::testing::Test {
 protected:
  const PageTokenCodec codec_{std::string(32, 'k')};
  const std::string position_{"where\0it ended", 14};
  const std::string token_ = codec_.Encode("acme", "query", position_, kNow);
};

TEST_F(PageTokenTest, GivesThePositionBack) {
  EXPECT_THAT(codec_.Decode("acme", "query", token_, kNow + absl::Hours(23)), IsOkAndHolds(position_));
}

TEST_F(PageTokenTest, IsBoundToTenantQueryAndKey) {
  EXPECT_THAT(codec_.Decode("other", "query", token_, kNow), HasReason("PAGE_TOKEN_INVALID"));
  EXPECT_THAT(codec_.Decode("acme", "other", token_, kNow), HasReason("PAGE_TOKEN_INVALID"));
  EXPECT_THAT(codec_.Decode("acmeq", "uery", token_, kNow), HasReason("PAGE_TOKEN_INVALID"));
  EXPECT_THAT(PageTokenCodec(std::string(32, 'x')).Decode("acme", "query", token_, kNow),
              HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(PageTokenTest, EveryChangedByteIsNoticed) {
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(token_, &bytes));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(codec_.Decode("acme", "query", absl::WebSafeBase64Escape(changed), kNow),
                HasReason("PAGE_TOKEN_INVALID"))
        << i;
  }
  for (const std::string& text : {std::string("x"), token_ + "A", token_.substr(4), std::string(100'000, 'A')}) {
    EXPECT_THAT(codec_.Decode("acme", "query", text, kNow), HasReason("PAGE_TOKEN_INVALID"));
  }
}

TEST_F(PageTokenTest, LastsADay) {
  EXPECT_THAT(codec_.Decode("acme", "query", token_, kNow + absl::Hours(24) + absl::Seconds(1)),
              HasReason("PAGE_TOKEN_EXPIRED"));
}

}  // namespace
}  // namespace juchu
