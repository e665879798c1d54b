#ifndef TESTS_INTEGRATION_STACK_H_
#define TESTS_INTEGRATION_STACK_H_

#include <grpcpp/client_context.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/testing/test_certificates.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "juchu/gateway/v1/payment_service.grpc.pb.h"
#include "juchu/gateway/v1/postpay_service.grpc.pb.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"
#include "juchu/order/v1/order_service.grpc.pb.h"
#include "nlohmann/json_fwd.hpp"
#include "services/gateway/app/reconciler.h"
#include "tests/standin/rccs_standin.h"

namespace juchu::integration {

using GatewayStub = gateway::v1::GatewayService::Stub;
using ConfigurationStub = gateway::v1::ConfigurationService::Stub;
using PaymentStub = gateway::v1::PaymentService::Stub;
using PostpayStub = gateway::v1::PostpayService::Stub;
using ProductStub = gateway::v1::ProductService::Stub;

// Gateway and services on one private MariaDB, and a stand-in of the card company, served in this process over mutual
// TLS as they are in operation. The reconciler works only when a test says so. One for the whole test program, made at
// the first use; tests keep out of each other's way by having a tenant each.
class Stack {
 public:
  static Stack& Get();
  ~Stack();

  // Clients under the certificate of `caller`; the gateway lists "frontend".
  std::unique_ptr<GatewayStub> Orders(const std::string& caller);
  std::unique_ptr<ConfigurationStub> Configuration(const std::string& caller);
  std::unique_ptr<ProductStub> Products(const std::string& caller);
  std::unique_ptr<PaymentStub> Payments(const std::string& caller);
  std::unique_ptr<PostpayStub> Postpay(const std::string& caller);
  std::unique_ptr<order::v1::OrderService::Stub> OrderService(const std::string& caller);

  // A channel to "gateway", "order", "inventory" or "payment" with these files of identity.
  std::shared_ptr<grpc::Channel> Channel(const std::string& server, const rpc::TlsFiles& identity);
  std::string Address(const std::string& server) const;
  rpc::TestCertificates& certificates();

  // A good token, and one with some claims replaced; a claim of null is left out.
  std::string Token(const std::string& tenant, const std::string& role);
  std::string TokenWith(const std::string& tenant, const nlohmann::json& claims);

  // Does the queued work of the reconcilers, of orders and of the services, until nothing is left.
  void Reconcile();

  // The card company. Every tenant's shop "rakuten" has an account there.
  standin::RccsStandin& company();
  // Lets time pass for the payment service and the company, as long as something is under way there, `most` at most:
  // what is due goes to the company, and its answers come back to the orders.
  void WorkCards(absl::Duration most = absl::Hours(2));

  // Runs statements as root in the order service's schema, past juchu, and returns what they print; ends the program
  // when they fail.
  std::string RootSql(const std::string& sql);
  // The same in the inventory service's and in the payment service's.
  std::string InventorySql(const std::string& sql);
  std::string PaymentSql(const std::string& sql);

  // Until when the last call of this method was to be served, as its handler was told: "CommitOrders". InfinitePast
  // when there was none.
  absl::Time LastDeadline(const std::string& method) const;

  // The connections of the order service.
  mysql::Pool& pool();

  // What has been counted since the start: RPCs from the gateway to the services; statements and commits of each.
  int64_t internal_calls() const;
  mysql::PoolStats database() const;
  mysql::PoolStats inventory_database() const;
  mysql::PoolStats payment_database() const;

 private:
  struct Parts;
  Stack();

  std::unique_ptr<Parts> parts_;
};

// A context with a deadline and this token ("" for none).
std::unique_ptr<grpc::ClientContext> ContextWith(const std::string& token, absl::Duration timeout = absl::Seconds(60));

// A merchant of its own for a test: the shop "own" (own site) and "rakuten", payment methods of every kind by the names
// of PaymentMethods below, the order tags "stop-shipment" (停止箇所 出荷待) and "hold" (出荷抑制), the management
// category "gift", the shipping method 宅配便.
class Tenant {
 public:
  Tenant();

  const std::string& id() const { return id_; }

  // One call as `role`. METHOD is &GatewayStub::GetOrder or the like.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request, const std::string& role = "operator") const {
    Response response;
    const auto context = ContextWith(Stack::Get().Token(id_, role));
    const absl::Status status = FromGrpc((StubOf<Stub>().*method)(context.get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // Takes in one order with this payment method and the goods' price 1,000 yen; `text` (text format) is merged over it,
  // its deliveries over the usual recipient.
  // Returns its number.
  std::string NewOrder(const std::string& payment_method, const std::string& text = "");
  // So many of them, alike; their numbers in the order in which they were taken in.
  std::vector<std::string> NewOrders(int count, const std::string& payment_method, const std::string& text = "");

  order::v1::Order Get(const std::string& number) const;
  std::vector<order::v1::HistoryEntry> History(const std::string& number) const;

  // Sets one of the tenant's settings, by its name, from text format: "allocation: ALLOCATE_NOTHING".
  void Set(const std::string& name, const std::string& text) const;
  // Registers the product if it is new and brings in so many pieces of it.
  void Receive(const std::string& product_code, int64_t quantity) const;
  gateway::v1::ProductWithStock Product(const std::string& product_code) const;

  // As manager, with a reason. Fails the test when refused.
  void Override(const std::string& number, order::v1::StateValue value) const;
  // Moves by hand, as operator.
  absl::StatusOr<gateway::v1::OrderChangeResponse> Move(const std::string& number, order::v1::Status status,
                                                        const std::string& reason = "",
                                                        const std::string& role = "operator") const;
  absl::StatusOr<gateway::v1::OrderChangeResponse> SetMode(const std::string& number,
                                                           order::v1::TransitionMode mode) const;
  absl::StatusOr<gateway::v1::OrderChangeResponse> Cancel(const std::string& number) const;

  // Every message of a bulk update, and how the stream ended.
  struct BulkResult {
    std::vector<gateway::v1::BulkOutcome> outcomes;
    // Of these messages, those with many outcomes.
    int messages_of_many = 0;
    std::vector<gateway::v1::BulkProgress> progress;
    gateway::v1::BulkSummary summary;
    absl::Status status;
  };
  BulkResult Bulk(const gateway::v1::BulkUpdateOrdersRequest& request, const std::string& role = "operator") const;

  // Every message of an import.
  struct ImportResult {
    std::vector<gateway::v1::OrderIntakeOutcome> orders;
    std::vector<gateway::v1::FileProblem> problems;
    gateway::v1::ImportSummary summary;
    absl::Status status;
  };
  ImportResult Import(const std::string& file, const std::string& shop = "own", bool dry_run = false) const;

  // Every finding of an audit as "<order>: <invariant>: <message>", and how the stream ended.
  struct AuditResult {
    std::vector<std::string> findings;
    gateway::v1::AuditSummary summary;
    absl::Status status;
  };
  AuditResult Audit(const std::string& role = "manager") const;
  // Every outcome of an import of screening results, and how the stream ended.
  struct ScreeningResult {
    std::vector<gateway::v1::ScreeningResultOutcome> outcomes;
    gateway::v1::ScreeningResultSummary summary;
    absl::Status status;
  };
  ScreeningResult ImportResults(payment::v1::PostpayCompany company, const std::string& file,
                                bool dry_run = false) const;
  // The content of a file that has gone out.
  std::string Download(const std::string& file_id) const;
  // What the inventory's audit finds, as "<product>: <invariant>: <message>".
  std::vector<std::string> AuditInventory() const;
  // What the payments' audit finds, as "<order>: <invariant>: <message>".
  std::vector<std::string> AuditPayments() const;

 private:
  // The next order that NewOrder takes in.
  order::v1::Order OrderOf(const std::string& payment_method, const std::string& text);
  static absl::Status FromGrpc(const grpc::Status& status) { return rpc::FromGrpcStatus(status); }
  template <typename Stub>
  Stub& StubOf() const {
    if constexpr (std::is_same_v<Stub, GatewayStub>) {
      return *orders_;
    } else if constexpr (std::is_same_v<Stub, ProductStub>) {
      return *products_;
    } else if constexpr (std::is_same_v<Stub, PaymentStub>) {
      return *payments_;
    } else if constexpr (std::is_same_v<Stub, PostpayStub>) {
      return *postpay_;
    } else {
      return *configuration_;
    }
  }

  std::string id_;
  std::unique_ptr<GatewayStub> orders_;
  std::unique_ptr<ConfigurationStub> configuration_;
  std::unique_ptr<ProductStub> products_;
  std::unique_ptr<PaymentStub> payments_;
  std::unique_ptr<PostpayStub> postpay_;
  int next_order_ = 1;
};

// The value of a category of the order; STATE_VALUE_UNSPECIFIED when the category does not apply.
order::v1::StateValue ValueOf(const order::v1::Order& order, order::v1::StateCategory category);

// A message from text format; fails the test when it is none.
template <typename T>
T Parse(const std::string& text);

}  // namespace juchu::integration

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace juchu::integration {

template <typename T>
T Parse(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

}  // namespace juchu::integration

#endif  // TESTS_INTEGRATION_STACK_H_
