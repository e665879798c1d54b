#include "services/gateway/clients/service_status.h"

#include <string>

#include "common/status/error.h"
#include "gtest/gtest.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {
namespace {

TEST(TranslateServiceStatusTest, ServicesComplaintAboutTheGatewaysRequestIsNotTheCallersFault) {
  const absl::Status status =
      TranslateServiceStatus("order", InvalidField("FIELD_REQUIRED", "commits[0].version", "is missing", "give it"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ReasonOf(status), "ORDER_SERVICE_REFUSED_REQUEST");
}

TEST(TranslateServiceStatusTest, ReusedRequestIdIsTheCallersFault) {
  const absl::Status status =
      TranslateServiceStatus("order", InvalidField("REQUEST_ID_REUSED", "request_id", "was used", "make a new one"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
}

TEST(TranslateServiceStatusTest, RefusedCertificateDoesNotLookLikeTheCallersPermission) {
  for (const absl::Status& refusal : {absl::PermissionDeniedError("not listed"), absl::UnauthenticatedError("none")}) {
    const absl::Status status = TranslateServiceStatus("order", refusal);
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
    EXPECT_EQ(ReasonOf(status), "ORDER_SERVICE_REFUSED_GATEWAY");
  }
}

TEST(TranslateServiceStatusTest, UnreachableServiceKeepsItsAddressToItself) {
  const absl::Status status = TranslateServiceStatus(
      "order", absl::UnavailableError("failed to connect to all addresses; last error: ipv4:10.0.0.7:50051"));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "ORDER_SERVICE_UNREACHABLE");
  EXPECT_EQ(status.message().find("10.0.0.7"), absl::string_view::npos);
}

TEST(TranslateServiceStatusTest, WhatTheServiceSaysOfOrdersPasses) {
  for (const absl::Status& said : {NotFound("ORDER_NOT_FOUND", "no such order"), Aborted("VERSION_STALE", "changed"),
                                   Unavailable("DATABASE_UNREACHABLE", "no database")}) {
    EXPECT_EQ(TranslateServiceStatus("order", said), said);
  }
}

TEST(ToStatusTest, CarriesReasonAndMetadata) {
  order::v1::OrderError error;
  error.set_code(static_cast<int>(absl::StatusCode::kAborted));
  error.set_reason("VERSION_STALE");
  error.set_message("the order was changed");
  (*error.mutable_metadata())["current_version"] = "7";
  const absl::Status status = ToStatus(error);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(status), "VERSION_STALE");
  EXPECT_EQ(GetErrorInfo(status)->metadata["current_version"], "7");
}

}  // namespace
}  // namespace juchu::gateway
