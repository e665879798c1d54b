// juchuctl audit as it is typed: what is found is said, whichever of the three audits finds it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "juchu/gateway/v1/payment_service.grpc.pb.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/testing/command_runner.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
using ::testing::HasSubstr;
using ::testing::Not;

// Streams the finding, if there is one, and a summary.
template <typename Response, typename Finding>
void Stream(const Finding& finding, const std::string& invariant, Response last, grpc::ServerWriter<Response>* stream) {
  if (!invariant.empty()) {
    Response message;
    *message.mutable_finding() = finding;
    message.mutable_finding()->set_invariant(invariant);
    stream->Write(message);
    last.mutable_summary()->set_findings(1);
  }
  stream->Write(last);
}

class Orders final : public gw::GatewayService::Service {
 public:
  grpc::Status AuditOrders(grpc::ServerContext*, const gw::AuditOrdersRequest*,
                           grpc::ServerWriter<gw::AuditOrdersResponse>* stream) override {
    gw::AuditFinding finding;
    finding.set_order_number("06A1B2C3D4E5F6G7");
    gw::AuditOrdersResponse last;
    last.mutable_summary()->set_orders(12);
    if (end.ok()) Stream(finding, invariant, last, stream);
    return end;
  }
  std::string invariant;
  grpc::Status end;
};

class Products final : public gw::ProductService::Service {
 public:
  grpc::Status AuditInventory(grpc::ServerContext*, const gw::AuditInventoryRequest* request,
                              grpc::ServerWriter<gw::AuditInventoryResponse>* stream) override {
    repairs = request->repair();
    gw::InventoryFinding finding;
    finding.set_product_code("SKU-1");
    gw::AuditInventoryResponse last;
    last.mutable_summary()->set_products(34);
    Stream(finding, invariant, last, stream);
    return grpc::Status::OK;
  }
  std::string invariant;
  bool repairs = false;
};

class Payments final : public gw::PaymentService::Service {
 public:
  grpc::Status AuditPayments(grpc::ServerContext*, const gw::AuditPaymentsRequest*,
                             grpc::ServerWriter<gw::AuditPaymentsResponse>* stream) override {
    ++calls;
    gw::PaymentFinding finding;
    finding.set_order_number("06A1B2C3D4E5F6G8");
    gw::AuditPaymentsResponse last;
    last.mutable_summary()->set_payments(56);
    Stream(finding, invariant, last, stream);
    return grpc::Status::OK;
  }
  std::string invariant;
  int calls = 0;
};

class AuditCommandTest : public ::testing::Test {
 protected:
  Orders orders_;
  Products products_;
  Payments payments_;
  CommandRunner runner_{AddAuditCommands, {&orders_, &products_, &payments_}};
};

TEST_F(AuditCommandTest, SaysWhatWasCheckedWhenNothingIsFound) {
  const auto ran = runner_.Run({"audit"});
  EXPECT_EQ(ran.exit_code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("12 orders, 0 moves checked: nothing found\n"));
  EXPECT_THAT(ran.out, HasSubstr("34 products checked: nothing found\n"));
  EXPECT_THAT(ran.out, HasSubstr("56 payments checked: nothing found\n"));
  EXPECT_FALSE(products_.repairs);
}

TEST_F(AuditCommandTest, WhatOneAuditFindsIsSaidAndTheOthersStillRun) {
  orders_.invariant = "NOT_AT_FIXPOINT";
  auto ran = runner_.Run({"audit"});
  EXPECT_EQ(ran.exit_code, kExitPartly);
  EXPECT_THAT(ran.out, HasSubstr("06A1B2C3D4E5F6G7: NOT_AT_FIXPOINT"));
  EXPECT_THAT(ran.out, HasSubstr("12 orders, 0 moves checked: 1 findings\n"));
  EXPECT_THAT(ran.out, HasSubstr("56 payments checked: nothing found\n"));
  orders_.invariant.clear();
  payments_.invariant = "SUM_DIFFERS";
  ran = runner_.Run({"audit"}, "json");
  EXPECT_EQ(ran.exit_code, kExitPartly);
  EXPECT_THAT(ran.out, HasSubstr("SUM_DIFFERS"));
}

TEST_F(AuditCommandTest, AnAuditThatCouldNotRunIsNoAuditThatFoundNothing) {
  orders_.end = grpc::Status(grpc::StatusCode::UNAVAILABLE, "the service went away");
  products_.invariant = "STOCK_BELOW_ALLOCATED";
  const auto ran = runner_.Run({"audit"});
  EXPECT_EQ(ran.exit_code, kExitUnreachable) << "what is found elsewhere does not hide it";
  EXPECT_THAT(ran.err, HasSubstr("the service went away"));
  EXPECT_THAT(ran.out, Not(HasSubstr("orders, ")));
  EXPECT_THAT(ran.out, HasSubstr("SKU-1: STOCK_BELOW_ALLOCATED"));
}

TEST_F(AuditCommandTest, RepairsOnlyWhenTold) {
  products_.invariant = "STOCK_BELOW_ALLOCATED";
  EXPECT_EQ(runner_.Run({"inventory", "audit"}).exit_code, kExitPartly);
  EXPECT_FALSE(products_.repairs);
  EXPECT_EQ(runner_.Run({"inventory", "audit", "--repair"}).exit_code, kExitPartly);
  EXPECT_TRUE(products_.repairs);
  EXPECT_EQ(payments_.calls, 0);
}

}  // namespace
}  // namespace juchu::ctl
