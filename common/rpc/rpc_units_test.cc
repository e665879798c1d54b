// The parts of common/rpc that need no network.
#include <vector>

#include "common/rpc/metrics.h"
#include "common/rpc/retry_loop.h"
#include "common/rpc/serve_in_arena.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/trace.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "juchu/common/v1/error.pb.h"

namespace juchu::rpc {
namespace {

using ::testing::HasSubstr;

TEST(StatusConversionTest, ReasonAndMetadataSurviveTheWire) {
  const absl::Status sent = InvalidField("DATE_INVALID", "order.paid_time", "is no day", "give a real day");
  const absl::Status received = FromGrpcStatus(ToGrpcStatus(sent));
  EXPECT_EQ(received.code(), sent.code());
  EXPECT_EQ(received.message(), sent.message());
  EXPECT_EQ(ReasonOf(received), "DATE_INVALID");
  EXPECT_EQ(GetErrorInfo(received)->metadata, GetErrorInfo(sent)->metadata);
}

TEST(StatusConversionTest, EveryCodeKeepsItsNumber) {
  for (int code = 0; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "x");
    EXPECT_EQ(static_cast<int>(ToGrpcStatus(status).error_code()), code);
    EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)).code(), status.code());
  }
}

TEST(StatusConversionTest, LongMessageIsCutBetweenCharacters) {
  std::string message;
  for (int i = 0; i < 1000; ++i) message += "受注";
  const std::string cut = ToGrpcStatus(absl::InternalError(message)).error_message();
  EXPECT_LE(cut.size(), 1024u);
  EXPECT_EQ(cut.size() % 3, 0u) << "each character has three bytes";
}

TEST(StatusConversionTest, DetailsThatAreNotOursDoNotHurt) {
  const grpc::Status foreign(grpc::StatusCode::ABORTED, "x", "\x08\xff garbage");
  EXPECT_EQ(FromGrpcStatus(foreign).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(foreign)), "");
}

class RetryTest : public ::testing::Test {
 protected:
  RetryTest() {
    policy_.max_tries = 4;
    policy_.random = [] { return 1.0; };
    policy_.sleep = [this](absl::Duration wait) {
      waits_.push_back(wait);
      clock_.Advance(wait);
    };
  }

  testing::FakeClock clock_;
  RetryPolicy policy_;
  std::vector<absl::Duration> waits_;
  int tries_ = 0;
};

TEST_F(RetryTest, WaitsGrowAndTriesEnd) {
  const auto status = RetryUnavailable(policy_, clock_, absl::InfiniteFuture(), [&] {
    ++tries_;
    return absl::UnavailableError("x");
  });
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(tries_, 4);
  EXPECT_EQ(waits_,
            (std::vector<absl::Duration>{absl::Milliseconds(50), absl::Milliseconds(100), absl::Milliseconds(200)}));
}

TEST_F(RetryTest, OnlyUnavailableIsTriedAgain) {
  RetryUnavailable(policy_, clock_, absl::InfiniteFuture(), [&] {
    ++tries_;
    return absl::AbortedError("x");
  }).IgnoreError();
  EXPECT_EQ(tries_, 1);
}

TEST_F(RetryTest, RefusalOfALaterTryDoesNotSayThatNothingWasDone) {
  const auto status = RetryUnavailable(policy_, clock_, absl::InfiniteFuture(), [&] {
    return ++tries_ == 1 ? absl::UnavailableError("lost") : absl::ResourceExhaustedError("full");
  });
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(tries_, 2);
}

TEST_F(RetryTest, WhoCanWaitForRoomIsNotEndedByOneRefusal) {
  const auto full_for_a_while = [&] { return ++tries_ <= 9 ? absl::ResourceExhaustedError("full") : absl::OkStatus(); };
  EXPECT_TRUE(absl::IsResourceExhausted(RetryUnavailable(policy_, clock_, absl::InfiniteFuture(), full_for_a_while)));
  EXPECT_EQ(tries_, 1) << "who cannot is told at once";
  policy_.awaits_room = true;
  EXPECT_TRUE(RetryUnavailable(policy_, clock_, absl::InfiniteFuture(), full_for_a_while).ok());
  EXPECT_EQ(tries_, 10) << "more often than policy_.max_tries";
  tries_ = 0;
  const absl::Time deadline = clock_.Now() + absl::Milliseconds(149);
  EXPECT_TRUE(absl::IsResourceExhausted(RetryUnavailable(policy_, clock_, deadline, full_for_a_while)));
  EXPECT_EQ(tries_, 2);
}

TEST_F(RetryTest, NoWaitEndsBehindTheDeadline) {
  RetryUnavailable(policy_, clock_, clock_.Now() + absl::Milliseconds(149), [&] {
    ++tries_;
    return absl::UnavailableError("x");
  }).IgnoreError();
  EXPECT_EQ(tries_, 2) << "50 ms fit, 100 more do not";
}

TEST(TraceTest, IncomingTraceGoesOnUnderANewSpan) {
  const std::string incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const std::string next = ContinueTrace(incoming);
  EXPECT_EQ(TraceId(next), TraceId(incoming));
  EXPECT_NE(next, incoming);
}

TEST(TraceTest, MalformedTraceIsReplaced) {
  for (const char* incoming : {"", "x", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                               "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                               "00-0af7651916cd43dd8448eb211c80319c\nb7ad6b7169203331-01"}) {
    EXPECT_EQ(TraceId(ContinueTrace(incoming)).size(), 32u) << incoming;
  }
}

TEST(ServeInArenaTest, RequestIsReadFromPiecesAndRefusedWhenItIsNone) {
  common::v1::ErrorInfo sent;
  sent.set_reason("REASON");
  (*sent.mutable_metadata())["field"] = "受注日時";
  const std::string bytes = sent.SerializeAsString();
  const std::vector<grpc::Slice> pieces = {grpc::Slice(bytes.substr(0, 7)), grpc::Slice(bytes.substr(7))};
  common::v1::ErrorInfo read;
  ASSERT_TRUE(ParseRequest(grpc::ByteBuffer(pieces.data(), pieces.size()), read).ok());
  EXPECT_EQ(read.SerializeAsString(), bytes);
  EXPECT_EQ(read.metadata().at("field"), "受注日時");

  EXPECT_TRUE(ParseRequest(SerializeResponse(common::v1::ErrorInfo()), read).ok()) << "a message may have no bytes";
  EXPECT_EQ(read.reason(), "");

  for (const std::string& damaged :
       {bytes.substr(0, bytes.size() - 1), std::string("\x0a\x02\x8e\xf3"), std::string("\x0a")}) {
    const grpc::Slice slice(damaged);
    EXPECT_EQ(ReasonOf(ParseRequest(grpc::ByteBuffer(&slice, 1), read)), "REQUEST_UNREADABLE");
  }
}

TEST(MetricsTest, CallsAreCountedByMethodAndCode) {
  Metrics metrics;
  metrics.RecordCall("S/M", absl::StatusCode::kOk, absl::Milliseconds(3));
  metrics.RecordCall("S/M", absl::StatusCode::kOk, absl::Milliseconds(3));
  metrics.RecordCall("S/M", absl::StatusCode::kAborted, absl::Milliseconds(3));
  metrics.AddReader("juchu_x_total", "x", true, [] { return 7.0; });
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("juchu_rpc_calls_total{code=\"OK\",method=\"S/M\"} 2"));
  EXPECT_THAT(text, HasSubstr("juchu_rpc_calls_total{code=\"ABORTED\",method=\"S/M\"} 1"));
  EXPECT_THAT(text, HasSubstr("juchu_x_total 7"));
}

}  // namespace
}  // namespace juchu::rpc
