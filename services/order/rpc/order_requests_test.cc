#include "services/order/rpc/order_requests.h"

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace juchu::order {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::testing::AllOf;

constexpr char kFirst[] = "order_number: '06A1B2C3D4E5F6G7' expected_version: 1 ";
constexpr char kSecond[] = "order_number: '06A1B2C3D4E5F6G8' expected_version: 1 ";
constexpr char kCause[] =
    "actor { id: 'hanako' } update_mask { paths: 'status' } request_id: '0b7c6f0e-6c1f-4d53-9d5a-0d5f3c0a6a01' "
    "request_hash: '01234567890123456789012345678901' ";

absl::Status Check(const std::string& text) {
  v1::CommitOrdersRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  return CheckRequest(request);
}

// "commits { … }" of the parts.
template <typename... Parts>
std::string Commit(const Parts&... parts) {
  return absl::StrCat("commits { ", parts..., "} ");
}

TEST(OrderRequestsTest, CommitSaysItsCauseOrSharesIt) {
  EXPECT_THAT(Check(Commit(kFirst, kCause) + Commit(kSecond, kCause)), IsOk());
  const std::string shared = absl::StrCat("shared { ", kCause, "}");
  EXPECT_THAT(Check(Commit(kFirst) + Commit(kSecond, kCause) + shared), IsOk());
  EXPECT_THAT(Check(Commit(kFirst, kCause) + Commit(kSecond)),
              AllOf(HasReason("FIELD_REQUIRED"), HasMetadata("field", "commits[1].actor")));
  // A part of a cause would not be read.
  for (const char* part : {"update_mask { paths: 'status' }", "operation: 'x'", "reason: 'x'", "change_time {}",
                           "request_id: '0b7c6f0e-6c1f-4d53-9d5a-0d5f3c0a6a01'", "request_hash: 'x'"}) {
    EXPECT_THAT(Check(Commit(kFirst) + Commit(kSecond, part) + shared),
                AllOf(HasReason("FIELD_REQUIRED"), HasMetadata("field", "commits[1].actor")));
  }
  EXPECT_THAT(Check(Commit(kFirst) + "shared { update_mask { paths: 'status' } }"),
              AllOf(HasReason("FIELD_REQUIRED"), HasMetadata("field", "commits[0].actor")));
}

TEST(OrderRequestsTest, CauseMustHoldTogetherWhereverItIsSaid) {
  struct Case {
    std::string cause;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {"actor { id: 'a' } update_mask { paths: 'version' }", "UPDATE_MASK_INVALID"},
      {"actor { id: 'a' } update_mask { paths: 'status' } request_id: 'x'", "REQUEST_ID_INVALID"},
      {"actor { id: 'a' } update_mask { paths: 'status' } request_id: '0b7c6f0e-6c1f-4d53-9d5a-0d5f3c0a6a01'",
       "REQUEST_HASH_INVALID"},
  };
  for (const auto& [cause, reason] : cases) {
    EXPECT_THAT(Check(Commit(kFirst, kCause) + Commit(kSecond, cause)), HasReason(reason));
    EXPECT_THAT(Check(Commit(kFirst, kCause) + Commit(kSecond) + absl::StrCat("shared { ", cause, " }")),
                HasReason(reason));
  }
}

TEST(OrderRequestsTest, CommitsNameEachOrderOnce) {
  EXPECT_THAT(Check(Commit(kFirst, kCause) + Commit(kFirst, kCause)),
              AllOf(HasReason("ORDER_TWICE"), HasMetadata("field", "commits[1].order_number")));
  EXPECT_THAT(Check(Commit("order_number: 'x' ", kCause)),
              AllOf(HasReason("ORDER_NUMBER_INVALID"), HasMetadata("field", "commits[0].order_number")));
  EXPECT_THAT(Check(""), HasReason("BATCH_SIZE_INVALID"));
}

}  // namespace
}  // namespace juchu::order
