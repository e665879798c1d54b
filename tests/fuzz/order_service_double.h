#ifndef TESTS_FUZZ_ORDER_SERVICE_DOUBLE_H_
#define TESTS_FUZZ_ORDER_SERVICE_DOUBLE_H_

#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/time/clock.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order_service.pb.h"
#include "services/gateway/clients/order_client.h"
#include "services/order/domain/judge_commit.h"
#include "services/order/domain/order_audit.h"

namespace juchu::fuzz {

// One tenant's order service in memory, by the same pure rules as the real one (services/order/domain, its checks of
// requests): quick, and without the database. Ends the process when the gateway sends what the real one would refuse as
// malformed. Confined to one thread, so no write is ever overtaken.
class OrderServiceDouble final : public gateway::OrderClient {
 public:
  // `clock` must outlive the double. The tenant has a shop "shop", a few methods, tags and categories.
  explicit OrderServiceDouble(const Clock& clock);

  absl::StatusOr<order::v1::LoadOrdersResponse> LoadOrders(const rpc::CallContext& context,
                                                           const order::v1::LoadOrdersRequest& request) override;
  absl::StatusOr<order::v1::CreateOrdersResponse> CreateOrders(const rpc::CallContext& context,
                                                               const order::v1::CreateOrdersRequest& request) override;
  absl::StatusOr<order::v1::CommitOrdersResponse> CommitOrders(const rpc::CallContext& context,
                                                               const order::v1::CommitOrdersRequest& request) override;
  absl::StatusOr<order::v1::FindOrdersResponse> FindOrders(const rpc::CallContext& context,
                                                           const order::v1::FindOrdersRequest& request) override;
  // All orders in their numbers' order: what a query finds is the database's matter.
  absl::StatusOr<order::v1::SearchOrdersResponse*> SearchOrders(const rpc::CallContext& context,
                                                                const order::v1::SearchOrdersRequest& request,
                                                                google::protobuf::Arena& arena) override;
  absl::StatusOr<order::v1::SummarizeOrdersResponse> SummarizeOrders(
      const rpc::CallContext& context, const order::v1::SummarizeOrdersRequest& request) override;
  absl::StatusOr<order::v1::ListOrderHistoryResponse> ListOrderHistory(
      const rpc::CallContext& context, const order::v1::ListOrderHistoryRequest& request) override;
  absl::StatusOr<order::v1::AuditOrdersResponse> AuditOrders(const rpc::CallContext& context,
                                                             const order::v1::AuditOrdersRequest& request) override;
  absl::StatusOr<order::v1::ChangeConfigurationResponse> ChangeConfiguration(
      const rpc::CallContext& context, const order::v1::ChangeConfigurationRequest& request) override;

  const std::map<std::string, order::StoredOrder>& orders() const { return orders_; }
  const order::v1::Configuration& configuration() const { return configuration_; }

  // A reconciler takes what is queued of the order; false: nothing is. What is queued while it works stays.
  bool TakeQueued(const std::string& order_number) { return unsettled_.erase(order_number) > 0; }
  // It could not do it.
  void Requeue(const std::string& order_number) { unsettled_.insert(order_number); }

 private:
  void Commit(const order::v1::CommitOrdersRequest::Commit& commit, order::StoredOrder& stored);

  order::v1::Configuration configuration_;
  std::map<std::string, order::StoredOrder> orders_;
  std::map<std::pair<std::string, std::string>, std::string> numbers_;        // By shop and shop order number.
  std::map<std::pair<std::string, std::string>, order::KeptAnswer> answers_;  // By order number and request id.
  std::map<std::string, std::string> configuration_requests_;                 // Hash by request id.
  // Work for the reconciler, which is not here: orders that stand where settings put them that are no more, and such as
  // wish something of the inventory that nobody has told it.
  std::set<std::string> queued_;
  std::set<std::string> unsettled_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_ORDER_SERVICE_DOUBLE_H_
