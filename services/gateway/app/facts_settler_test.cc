// Orders that are settled together: one that a service cannot stomach harms no other.
#include "services/gateway/app/facts_settler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using ::testing::ElementsAre;

const Clock& TestClock() {
  static const SystemClock clock;
  return clock;
}

// Has every order that is asked for, a MANUAL one at 確認待 that is paid by card.
class OrdersDouble final : public OrderClient {
 public:
  OrdersDouble() : OrderClient(nullptr, TestClock()) {}
  absl::StatusOr<pb::LoadOrdersResponse> LoadOrders(const rpc::CallContext&,
                                                    const pb::LoadOrdersRequest& request) override {
    pb::LoadOrdersResponse response;
    response.set_configuration_version(1);
    response.mutable_configuration()->set_version(1);
    for (const auto& key : request.keys()) {
      auto& order = *response.add_orders()->mutable_order();
      order.set_order_number(key.order_number());
      order.set_version(1);
      order.set_status(pb::AWAITING_CONFIRMATION);
      order.set_mode(pb::MANUAL);
      order.set_payment_kind(pb::RAKUTEN_CARD);
    }
    return response;
  }
};

// Fails every call in which the order named "poison" stands, as a whole; of the others it knows nothing.
class PaymentDouble final : public PaymentClient {
 public:
  PaymentDouble() : PaymentClient(nullptr, TestClock()) {}
  absl::StatusOr<payment::v1::SettleCardsResponse> SettleCards(
      const rpc::CallContext&, const payment::v1::SettleCardsRequest& request) override {
    calls.push_back(request.needs_size());
    payment::v1::SettleCardsResponse response;
    for (const auto& need : request.needs()) {
      if (need.order_number() == "poison") return MakeError(code, "FAILED", "it cannot be done");
      response.add_facts()->set_order_number(need.order_number());
    }
    return response;
  }

  absl::StatusCode code = absl::StatusCode::kInternal;
  // How many orders each call named.
  std::vector<int> calls;
};

class FactsSettlerTest : public ::testing::Test {
 protected:
  // How it went with each of three orders.
  std::vector<absl::StatusCode> Settle() {
    rpc::CallContext context;
    context.tenant = "t";
    context.deadline = absl::Now() + absl::Seconds(30);
    const auto statuses = settler_.SettleCards(context, std::vector<std::string>{"one", "poison", "other"});
    std::vector<absl::StatusCode> codes;
    if (!statuses.ok()) return {statuses.status().code()};
    for (const auto& status : *statuses) codes.push_back(status.code());
    return codes;
  }

  OrdersDouble orders_;
  PaymentDouble payment_;
  InventoryClient inventory_{nullptr, TestClock()};
  ConfigurationCache configurations_{10};
  OrderCache copies_{10};
  OrderChanger changer_{orders_, configurations_, copies_, TestClock()};
  OrderSettler together_{orders_, configurations_, copies_, changer_};
  FactsAcknowledger inventory_acknowledger_{inventory_, TestClock()};
  FactsAcknowledger payment_acknowledger_{payment_, TestClock()};
  FactsSettler settler_{{together_, inventory_, inventory_acknowledger_, payment_, payment_acknowledger_}};
};

TEST_F(FactsSettlerTest, AnOrderThatAServiceCannotStomachHarmsNoOther) {
  EXPECT_THAT(Settle(), ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kInternal, absl::StatusCode::kOk));
  EXPECT_THAT(payment_.calls, ElementsAre(3, 1, 1, 1));
}

TEST_F(FactsSettlerTest, AServiceThatIsAwayIsNotAskedForEachOrderAlone) {
  payment_.code = absl::StatusCode::kUnavailable;
  EXPECT_THAT(Settle(), ElementsAre(absl::StatusCode::kUnavailable, absl::StatusCode::kUnavailable,
                                    absl::StatusCode::kUnavailable));
  EXPECT_THAT(payment_.calls, ElementsAre(3));
}

}  // namespace
}  // namespace juchu::gateway
