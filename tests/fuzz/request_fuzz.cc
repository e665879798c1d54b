// Requests of people as they come through the gateway's application layer, one after another on one tenant: whatever
// they say, what is stored keeps every invariant, and what is refused is refused as the caller's own fault.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/page/page_token.h"
#include "common/testing/fake_clock.h"
#include "request_sequence.pb.h"
#include "services/gateway/app/bulk_updater.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/facts_settler.h"
#include "services/gateway/app/order_allocator.h"
#include "services/gateway/app/order_auditor.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/app/order_intake.h"
#include "services/gateway/app/order_reader.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/app/order_validation.h"
#include "services/gateway/app/postpay_layouts.h"
#include "tests/fuzz/card_number_oracle.h"
#include "tests/fuzz/card_requests.h"
#include "tests/fuzz/configuration_requests.h"
#include "tests/fuzz/inventory_service_double.h"
#include "tests/fuzz/layout_requests.h"
#include "tests/fuzz/make_once.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/order_service_double.h"
#include "tests/fuzz/payment_service_double.h"
#include "tests/fuzz/postpay_requests.h"
#include "tests/fuzz/postpay_service_double.h"
#include "tests/fuzz/product_requests.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/stored_orders.h"

namespace juchu::gateway {
namespace {

using fuzz::AnyRequest;
using fuzz::CheckRefusal;
using fuzz::MakeOnce;
using fuzz::Require;
using fuzz::VersionsOf;

constexpr int kMaxRequests = 8;
// As many orders as are settled at once.
constexpr size_t kMaxSettled = 500;

// One tenant, from its first request on.
class Tenant {
 public:
  void Serve(const AnyRequest& request) {
    context_.role = request.role() == common::v1::ROLE_UNSPECIFIED || !common::v1::Role_IsValid(request.role())
                        ? common::v1::ROLE_ADMIN
                        : request.role();
    const bool is_served = ServeOrders(request) || ServeChange(request) || products_.Serve(context_, request) ||
                           cards_.Serve(context_, request) || files_.Serve(context_, request) ||
                           layouts_.Serve(context_, request) || configuration_.Serve(context_, request);
    Require(is_served || request.request_case() == AnyRequest::REQUEST_NOT_SET, "every request is served");
    cards_.Meanwhile(request.company());
    CheckStored();
  }

 private:
  template <typename Result>
  void Told(const absl::StatusOr<Result>& result) {
    if (!result.ok()) CheckRefusal(result.status());
  }

  bool ServeOrders(const AnyRequest& request) {
    switch (request.request_case()) {
      case AnyRequest::kCreateOrders:
        Told(intake_.Create(context_, request.create_orders()));
        return true;
      case AnyRequest::kImportOrders:
        Import(request.import_orders());
        return true;
      case AnyRequest::kSearchOrders:
        Search(request.search_orders());
        return true;
      case AnyRequest::kGetOrder:
        Told(reader_.Get(context_, request.get_order()));
        return true;
      case AnyRequest::kListOrderHistory:
        Told(reader_.History(context_, request.list_order_history()));
        return true;
      case AnyRequest::kExplainOrder:
        Told(reader_.Explain(context_, request.explain_order()));
        return true;
      case AnyRequest::kBulkUpdateOrders:
        Bulk(request.bulk_update_orders());
        return true;
      case AnyRequest::kAllocateOrders:
        Allocate(request.allocate_orders());
        return true;
      case AnyRequest::kSettleOrders:
        Settle(request.settle_orders());
        return true;
      case AnyRequest::kSummarizeOrders:
        Summarize();
        return true;
      case AnyRequest::kAuditOrders:
        Audit();
        return true;
      default:
        return false;
    }
  }

  bool ServeChange(const AnyRequest& request) {
    switch (request.request_case()) {
      case AnyRequest::kUpdateOrder:
        MakeOnce(request.update_order(), [&](const auto& one) { return changer_.Update(context_, one); });
        return true;
      case AnyRequest::kChangeOrderStatus:
        MakeOnce(request.change_order_status(), [&](const auto& one) { return changer_.ChangeStatus(context_, one); });
        return true;
      case AnyRequest::kChangeTransitionMode:
        MakeOnce(request.change_transition_mode(), [&](const auto& one) { return changer_.ChangeMode(context_, one); });
        return true;
      case AnyRequest::kCancelOrder:
        MakeOnce(request.cancel_order(), [&](const auto& one) { return changer_.Cancel(context_, one); });
        return true;
      case AnyRequest::kOverrideStateTag:
        MakeOnce(request.override_state_tag(), [&](const auto& one) { return changer_.Override(context_, one); });
        return true;
      default:
        return false;
    }
  }

  void Import(const fuzz::ImportStream& stream) {
    int next = 0;
    const auto source = [&]() -> std::optional<v1::ImportOrdersRequest> {
      if (next == stream.messages_size()) return std::nullopt;
      return stream.messages(next++);
    };
    const absl::Status status = intake_.Import(context_, source, [](const v1::ImportOrdersResponse& message) {
      v1::ImportOrdersResponse received;
      Require(received.ParseFromString(message.SerializeAsString()), "an answer can be read");
      return true;
    });
    if (!status.ok()) CheckRefusal(status);
  }

  // Through all pages: each order once.
  void Search(v1::SearchOrdersRequest request) {
    std::string last;
    while (true) {
      google::protobuf::Arena arena;
      const auto page = reader_.Search(context_, request, arena);
      if (!page.ok()) return CheckRefusal(page.status());
      for (const auto& order : (*page)->orders()) {
        Require(last.empty() || request.page_token().empty() || order.order_number() > last, "pages go on");
        last = order.order_number();
      }
      if ((*page)->next_page_token().empty()) return;
      request.set_page_token((*page)->next_page_token());
    }
  }

  void Bulk(const v1::BulkUpdateOrdersRequest& request) {
    int outcomes = 0;
    bool ended = false;
    const absl::Status status = bulk_.Run(context_, request, [&](const v1::BulkUpdateOrdersResponse& message) {
      const int together = message.outcomes().outcomes_size();
      Require(message.has_outcomes() == (together > 0), "a message of outcomes has some");
      Require(together <= request.outcomes_per_message(), "and no more than were asked for");
      outcomes += together + (message.has_outcome() ? 1 : 0);
      if (message.has_summary()) {
        ended = true;
        const auto& summary = message.summary();
        Require(summary.changed() + summary.unchanged() + summary.failed() == outcomes, "the summary counts");
      }
      return true;
    });
    if (!status.ok()) return CheckRefusal(status);
    Require(ended, "a bulk update ends with its summary");
  }

  // What is refused changes nothing; what is sent again is answered.
  void Allocate(const v1::AllocateOrdersRequest& request) {
    const auto versions = VersionsOf(orders_);
    const std::string inventory = inventory_.Snapshot();
    const auto response = allocator_.Allocate(context_, request);
    if (!response.ok()) {
      Require(VersionsOf(orders_) == versions && inventory_.Snapshot() == inventory,
              "a refused allocation changes nothing");
      return CheckRefusal(response.status());
    }
    Require(response->outcomes_size() == request.order_numbers_size(), "each order has its outcome");
    const auto after = VersionsOf(orders_);
    for (const auto& outcome : response->outcomes()) {
      if (outcome.has_error()) {
        CheckRefusal(outcome.error());
        const auto before = versions.find(outcome.order_number());
        Require(before == versions.end() || after.at(before->first) == before->second,
                "an order that is refused does not change");
      }
      for (const auto& line : outcome.lines()) {
        Require(line.forced() <= line.allocated() && line.allocated() <= line.quantity(), "a line gets what it needs");
        Require((line.allocated() < line.quantity()) == (line.short_reason() != 0), "or is told why not");
      }
    }
    Require(allocator_.Allocate(context_, request).ok(), "a repeat is answered");
  }

  void Settle(const fuzz::Settlement& settlement) {
    std::vector<std::string> numbers;
    for (const auto& [number, stored] : orders_.orders()) {
      if (numbers.size() < kMaxSettled) numbers.push_back(number);
    }
    std::set<std::string> queued;
    for (const auto& number : numbers) {
      if (!settlement.stock_has_come() && orders_.TakeQueued(number)) queued.insert(number);
    }
    const auto statuses = settlement.stock_has_come() ? facts_.SettleAllocations(context_, numbers, Cause::kStock)
                                                      : facts_.SettleChanged(context_, numbers);
    Require(statuses.ok(), absl::StrCat("orders are settled: ", statuses.status().ToString()));
    for (size_t i = 0; i < numbers.size(); ++i) {
      const absl::Status& status = statuses->at(i);
      if (!status.ok()) CheckRefusal(status);
      if (!status.ok() && queued.count(numbers[i]) == 1) orders_.Requeue(numbers[i]);
      if (!status.ok() || settlement.stock_has_come()) continue;
      const bool cancelled = orders_.orders().at(numbers[i]).order.status() == order::v1::CANCELLED;
      Require(!cancelled || inventory_.HeldBy(numbers[i]) == 0, "a cancelled order gives back what it holds");
      cards_.CheckSettled(numbers[i]);
      files_.CheckSettled(numbers[i]);
    }
  }

  void Summarize() {
    const auto response = reader_.Summarize(context_);
    Require(response.ok(), "orders can always be counted");
    int64_t orders = 0;
    for (const auto& count : response->counts()) {
      Require(count.count() > 0, "only what there is is counted");
      orders += count.count();
    }
    Require(orders == static_cast<int64_t>(orders_.orders().size()), "each order is counted once");
  }

  void Audit() {
    OrderAuditor auditor(orders_, inventory_, payment_);
    const absl::Status status = auditor.Run(context_, [](const v1::AuditOrdersResponse& message) {
      Require(!message.has_finding(), absl::StrCat("the audit finds nothing: ", message.finding().invariant(), " ",
                                                   message.finding().message()));
      return true;
    });
    Require(status.ok(), "the audit runs");
  }

  void CheckStored() {
    for (const auto& [number, stored] : orders_.orders()) {
      for (const absl::Status& problem : ValidateOrder(stored.order, orders_.configuration(), "order")) {
        Require(problem.ok(), absl::StrCat("a stored order keeps the contract: ", problem.message()));
      }
      std::string place = fuzz::CardNumberIn(stored.order);
      for (const auto& version : stored.history) {
        if (place.empty()) place = fuzz::CardNumberIn(version.entry);
      }
      Require(place.empty(), absl::StrCat("no card number is stored in ", place));
      Require(stored.order.fact_versions().inventory() <= inventory_.FactsVersionOf(number),
              "an order knows no facts that the inventory does not");
    }
    products_.CheckStored(context_);
    cards_.CheckStored(context_);
    files_.CheckStored();
    layouts_.CheckStored();
    Audit();
  }

  testing::FakeClock clock_{absl::FromUnixSeconds(1'795'480'200)};
  fuzz::OrderServiceDouble orders_{clock_};
  fuzz::InventoryServiceDouble inventory_{clock_};
  fuzz::PaymentServiceDouble payment_{clock_};
  fuzz::PostpayServiceDouble postpay_{payment_, clock_};
  ConfigurationCache cache_{4};
  PageTokenCodec tokens_{std::string(32, 'k')};
  // Numbers that a seed can name: 01M85FB8T00000000, and so on upwards.
  OrderNumberGenerator numbers_{clock_, [] { return uint64_t{0}; }};
  OrderIntake intake_{orders_, cache_, numbers_};
  OrderReader reader_{orders_, inventory_, cache_, tokens_, clock_};
  OrderCache copies_{2};
  OrderChanger changer_{orders_, cache_, copies_, clock_};
  BulkUpdater bulk_{orders_, changer_};
  // Neither is started: the inventory's is never told, the payment service's between requests.
  FactsAcknowledger acknowledger_{inventory_, clock_};
  FactsAcknowledger payment_acknowledger_{payment_, clock_};
  OrderSettler settler_{orders_, cache_, copies_, changer_};
  FactsSettler facts_{{settler_, inventory_, acknowledger_, payment_, payment_acknowledger_}};
  OrderAllocator allocator_{settler_, inventory_, acknowledger_};
  fuzz::CardRequests cards_{
      {settler_, payment_, payment_acknowledger_, orders_, cache_, tokens_, clock_}, facts_, payment_, orders_};
  fuzz::ProductRequests products_{inventory_, orders_, cache_, tokens_, clock_};
  PostpayLayouts profiles_{postpay_};
  fuzz::PostpayRequests files_{
      {orders_, cache_, settler_, payment_, payment_acknowledger_, postpay_, profiles_, clock_},
      tokens_,
      postpay_,
      orders_};
  fuzz::LayoutRequests layouts_{profiles_, postpay_};
  fuzz::ConfigurationRequests configuration_{orders_, cache_};
  rpc::CallContext context_{.method = "", .caller = "frontend", .tenant = "acme", .actor = "hanako"};
};

}  // namespace
}  // namespace juchu::gateway

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  juchu::fuzz::RequestSequence sequence;
  return juchu::fuzz::MutateMessage(data, size, max_size, seed, sequence);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* one, size_t one_size, const uint8_t* other,
                                            size_t other_size, uint8_t* out, size_t max_size, unsigned seed) {
  juchu::fuzz::RequestSequence sequence;
  return juchu::fuzz::CrossMessages(juchu::fuzz::TextOf(one, one_size), juchu::fuzz::TextOf(other, other_size), out,
                                    max_size, seed, sequence);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  juchu::fuzz::RequestSequence sequence;
  if (!juchu::fuzz::ParseMessage(juchu::fuzz::TextOf(data, size), sequence)) return -1;
  if (sequence.requests_size() > juchu::gateway::kMaxRequests) return -1;
  juchu::gateway::Tenant tenant;
  for (const auto& request : sequence.requests()) tenant.Serve(request);
  return 0;
}
