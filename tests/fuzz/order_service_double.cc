#include "tests/fuzz/order_service_double.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/time/timestamps.h"
#include "google/protobuf/text_format.h"
#include "services/order/domain/commit_cause.h"
#include "services/order/domain/commit_mask.h"
#include "services/order/domain/configuration_change.h"
#include "services/order/domain/order_diff.h"
#include "services/order/domain/state_origin.h"
#include "services/order/rpc/order_requests.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::order::v1;

// As many order tags as one order may not have all at once.
constexpr int kTags = 60;
constexpr char kConfiguration[] = R"pb(
  version: 1
  shops { shop_id: "shop" name: "店" mall: RAKUTEN }
  payment_methods { payment_method_id: "bank" name: "銀行振込" kind: PREPAID }
  payment_methods { payment_method_id: "card" name: "カード" kind: RAKUTEN_CARD }
  payment_methods { payment_method_id: "cod" name: "代引" kind: CASH_ON_DELIVERY }
  payment_methods { payment_method_id: "gmo" name: "GMO" kind: GMO_POSTPAY }
  payment_methods { payment_method_id: "np-later" name: "NP" kind: NP_POSTPAY }
  shipping_methods { shipping_method_id: "parcel" name: "宅配便" }
  management_categories { management_category_id: "a" name: "甲" }
)pb";

pb::OrderError ErrorOf(const absl::Status& status) {
  pb::OrderError error;
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(status.message()));
  error.set_reason(ReasonOf(status));
  const auto info = GetErrorInfo(status);
  error.mutable_metadata()->insert(info->metadata.begin(), info->metadata.end());
  return error;
}

absl::Status RequestIdReused() {
  return InvalidField("REQUEST_ID_REUSED", "request_id", "was used for another request", "use a new one");
}

// What lists show and the workflow needs.
pb::Order Basic(pb::Order order) {
  pb::Contact orderer;
  orderer.set_name(order.orderer().name());
  orderer.set_phone(order.orderer().phone());
  *order.mutable_orderer() = std::move(orderer);
  pb::Amounts amounts;
  amounts.set_total_yen(order.amounts().total_yen());
  *order.mutable_amounts() = std::move(amounts);
  order.clear_deliveries();
  order.clear_customer_note();
  order.clear_worker_note();
  order.clear_noshi();
  order.clear_wrapping();
  order.clear_enclosed_message();
  return order;
}

// What the real service keeps beside an order for searches.
void Index(order::StoredOrder& stored) {
  stored.has_document = true;
  stored.tag_links.clear();
  for (const auto& id : stored.order.order_tag_ids()) {
    stored.tag_links[id] = MicrosFromTimestamp(stored.order.order_time());
  }
  stored.delivery_rows.clear();
  for (const auto& delivery : stored.order.deliveries()) stored.delivery_rows.insert(delivery.delivery_number());
}

// Whether the order has what the change removes.
bool Uses(const pb::Order& order, const pb::ChangeConfigurationRequest& change) {
  const auto& tags = order.order_tag_ids();
  switch (change.change_case()) {
    case pb::ChangeConfigurationRequest::kDeleteShopId:
      return order.shop_id() == change.delete_shop_id();
    case pb::ChangeConfigurationRequest::kDeleteOrderTagId:
      return std::find(tags.begin(), tags.end(), change.delete_order_tag_id()) != tags.end();
    case pb::ChangeConfigurationRequest::kDeleteManagementCategoryId:
      return order.management_category_id() == change.delete_management_category_id();
    default:
      return false;
  }
}

pb::Configuration FirstConfiguration() {
  pb::Configuration configuration = order::DefaultConfiguration();
  pb::Configuration more;
  Require(google::protobuf::TextFormat::ParseFromString(kConfiguration, &more), "the configuration can be read");
  configuration.MergeFrom(more);
  for (int i = 0; i < kTags; ++i) {
    auto* tag = configuration.add_order_tags();
    tag->set_order_tag_id(absl::StrCat("tag-", absl::Dec(i, absl::kZeroPad2)));
    tag->set_name(absl::StrCat("札", i));
  }
  return configuration;
}

}  // namespace

OrderServiceDouble::OrderServiceDouble(const Clock& clock) : OrderClient(nullptr, clock) {
  static const auto* const configuration = new pb::Configuration(FirstConfiguration());
  configuration_ = *configuration;
}

absl::StatusOr<pb::LoadOrdersResponse> OrderServiceDouble::LoadOrders(const rpc::CallContext&,
                                                                      const pb::LoadOrdersRequest& request) {
  RequireWellFormed(request, order::CheckRequest(request));
  pb::LoadOrdersResponse response;
  response.set_configuration_version(configuration_.version());
  if (request.known_configuration_version() != configuration_.version()) {
    *response.mutable_configuration() = configuration_;
  }
  for (const auto& key : request.keys()) {
    auto* loaded = response.add_orders();
    loaded->set_order_number(key.order_number());
    const auto stored = orders_.find(key.order_number());
    const auto answer = answers_.find({key.order_number(), key.request_id()});
    if (stored == orders_.end()) {
      *loaded->mutable_error() = ErrorOf(NotFound("ORDER_NOT_FOUND", "there is no such order"));
    } else if (!key.request_id().empty() && answer != answers_.end()) {
      if (answer->second.request_hash == key.request_hash()) {
        loaded->set_answer(answer->second.answer);
      } else {
        *loaded->mutable_error() = ErrorOf(RequestIdReused());
      }
    } else {
      const bool basic = request.view() == pb::ORDER_VIEW_BASIC;
      *loaded->mutable_order() = basic ? Basic(stored->second.order) : stored->second.order;
    }
  }
  return response;
}

absl::StatusOr<pb::CreateOrdersResponse> OrderServiceDouble::CreateOrders(const rpc::CallContext&,
                                                                          const pb::CreateOrdersRequest& request) {
  RequireWellFormed(request, order::CheckRequest(request));
  Require(request.configuration_version() == configuration_.version(), "orders rest on the configuration as it is");
  pb::CreateOrdersResponse response;
  for (const auto& created : request.orders()) {
    const auto& given = created.order();
    auto* outcome = response.add_outcomes();
    const auto [known, is_new] = numbers_.insert({{given.shop_id(), given.shop_order_number()}, given.order_number()});
    outcome->set_order_number(known->second);
    outcome->set_already_known(!is_new);
    if (!is_new) continue;
    order::StoredOrder& stored = orders_[given.order_number()];
    stored.order = given;
    stored.order.set_version(1);
    order::TraceStates(pb::Order(), {}, stored.order);
    auto& first = stored.history.emplace_back();
    first.version = 1;
    first.status_after = given.status();
    first.mode_after = given.mode();
    first.entry.set_version(1);
    *first.entry.mutable_actor() = created.actor();
    first.entry.set_reason(created.reason());
    *first.entry.mutable_status_path() = created.status_path();
    if (created.unsettled()) unsettled_.insert(given.order_number());
    Index(stored);
  }
  return response;
}

void OrderServiceDouble::Commit(const pb::CommitOrdersRequest::Commit& commit, order::StoredOrder& stored) {
  const pb::Order before = stored.order;
  order::ApplyCommitMask(commit.update_mask(), commit.order(), stored.order);
  stored.order.set_version(before.version() + 1);
  order::TraceStates(before, commit.overridden_categories(), stored.order);
  auto& version = stored.history.emplace_back();
  version.version = stored.order.version();
  version.status_before = before.status();
  version.status_after = stored.order.status();
  version.mode_before = before.mode();
  version.mode_after = stored.order.mode();
  version.entry.set_version(version.version);
  *version.entry.mutable_actor() = commit.actor();
  version.entry.set_operation(commit.operation());
  version.entry.set_reason(commit.reason());
  version.entry.set_mode_asked(commit.mode_asked());
  *version.entry.mutable_status_path() = commit.status_path();
  const std::set<std::string> by_rule(commit.rule_paths().begin(), commit.rule_paths().end());
  order::DiffOrders(before, stored.order, commit.update_mask(), by_rule, *version.entry.mutable_changes());
  Index(stored);
  queued_.erase(commit.order_number());
  if (commit.unsettled()) unsettled_.insert(commit.order_number());
  if (commit.request_id().empty()) return;
  answers_[{commit.order_number(), commit.request_id()}] = order::KeptAnswer{commit.request_hash(), commit.answer()};
}

absl::StatusOr<pb::CommitOrdersResponse> OrderServiceDouble::CommitOrders(const rpc::CallContext&,
                                                                          const pb::CommitOrdersRequest& request) {
  RequireWellFormed(request, order::CheckRequest(request));
  Require(request.configuration_version() == configuration_.version(), "changes rest on the configuration as it is");
  pb::CommitOrdersResponse response;
  for (const auto& sent : request.commits()) {
    pb::CommitOrdersRequest::Commit commit = sent;
    const auto& cause = order::CauseOf(sent, request);
    *commit.mutable_actor() = cause.actor();
    *commit.mutable_update_mask() = cause.update_mask();
    commit.set_operation(cause.operation());
    commit.set_reason(cause.reason());
    commit.set_request_id(cause.request_id());
    commit.set_request_hash(cause.request_hash());
    const auto stored = orders_.find(commit.order_number());
    Require(stored != orders_.end(), "the gateway commits orders that it has loaded");
    const auto answer = answers_.find({commit.order_number(), commit.request_id()});
    auto& outcome = *response.add_outcomes();
    outcome = order::JudgeCommit(commit, commit.request_hash(), stored->second.order.version(),
                                 /*configuration_stale=*/false, answer == answers_.end() ? nullptr : &answer->second);
    if (outcome.version() != 0) Commit(commit, stored->second);
  }
  return response;
}

absl::StatusOr<pb::FindOrdersResponse> OrderServiceDouble::FindOrders(const rpc::CallContext&,
                                                                      const pb::FindOrdersRequest& request) {
  RequireWellFormed(request, order::CheckRequest(request));
  pb::FindOrdersResponse response;
  for (const std::string& number : request.shop_order_numbers()) {
    const auto known = numbers_.find({request.shop_id(), number});
    if (known != numbers_.end()) (*response.mutable_order_numbers())[number] = known->second;
  }
  return response;
}

absl::StatusOr<pb::SearchOrdersResponse*> OrderServiceDouble::SearchOrders(const rpc::CallContext&,
                                                                           const pb::SearchOrdersRequest& request,
                                                                           google::protobuf::Arena& arena) {
  Require(request.page_size() >= 1 && request.page_size() <= 1000, "pages are bounded");
  auto& response = *google::protobuf::Arena::CreateMessage<pb::SearchOrdersResponse>(&arena);
  for (auto stored = orders_.upper_bound(request.after().order_number()); stored != orders_.end(); ++stored) {
    if (response.orders_size() == request.page_size()) {
      response.mutable_next()->set_order_number(response.orders().rbegin()->order_number());
      break;
    }
    *response.add_orders() = stored->second.order;
  }
  return &response;
}

absl::StatusOr<pb::SummarizeOrdersResponse> OrderServiceDouble::SummarizeOrders(const rpc::CallContext&,
                                                                                const pb::SummarizeOrdersRequest&) {
  std::map<std::pair<pb::Status, pb::TransitionMode>, int64_t> counts;
  for (const auto& [number, stored] : orders_) ++counts[{stored.order.status(), stored.order.mode()}];
  pb::SummarizeOrdersResponse response;
  for (const auto& [key, count] : counts) {
    auto* one = response.add_counts();
    one->set_status(key.first);
    one->set_mode(key.second);
    one->set_count(count);
  }
  return response;
}

absl::StatusOr<pb::ListOrderHistoryResponse> OrderServiceDouble::ListOrderHistory(
    const rpc::CallContext&, const pb::ListOrderHistoryRequest& request) {
  RequireWellFormed(request, order::CheckRequest(request));
  const auto stored = orders_.find(request.order_number());
  if (stored == orders_.end()) return NotFound("ORDER_NOT_FOUND", "there is no such order");
  pb::ListOrderHistoryResponse response;
  for (const auto& version : stored->second.history) {
    if (version.version <= request.after_version()) continue;
    response.set_more(response.entries_size() == request.page_size());
    if (response.more()) break;
    *response.add_entries() = version.entry;
  }
  return response;
}

absl::StatusOr<pb::AuditOrdersResponse> OrderServiceDouble::AuditOrders(const rpc::CallContext&,
                                                                        const pb::AuditOrdersRequest& request) {
  RequireWellFormed(request, order::CheckRequest(request));
  pb::AuditOrdersResponse response;
  *response.mutable_configuration() = configuration_;
  for (const auto& [number, stored] : orders_) {
    auto* audited = response.add_orders();
    *audited->mutable_order() = stored.order;
    for (auto& move : order::MovesOf(stored.history)) *audited->add_moves() = std::move(move);
    for (auto& finding : order::AuditOrder(stored)) *response.add_findings() = std::move(finding);
    audited->set_queued(queued_.count(number) + unsettled_.count(number) > 0);
  }
  return response;
}

absl::StatusOr<pb::ChangeConfigurationResponse> OrderServiceDouble::ChangeConfiguration(
    const rpc::CallContext&, const pb::ChangeConfigurationRequest& request) {
  RequireWellFormed(request, order::CheckRequest(request));
  pb::ChangeConfigurationResponse response;
  if (request.create_tenant()) {
    // It is known already.
    *response.mutable_configuration() = configuration_;
    return response;
  }
  const auto earlier = configuration_requests_.find(request.request_id());
  if (earlier != configuration_requests_.end()) {
    if (earlier->second != request.request_hash()) return RequestIdReused();
    *response.mutable_configuration() = configuration_;
    return response;
  }
  if (request.expected_version() != configuration_.version()) return Aborted("CONFIGURATION_STALE", "stale");
  const auto uses = [&](const auto& entry) { return Uses(entry.second.order, request); };
  if (std::any_of(orders_.begin(), orders_.end(), uses)) {
    return FailedPrecondition("CONFIGURATION_IN_USE", "orders use it", {{"remedy", "take it off the orders"}});
  }
  Require(order::ApplyConfigurationChange(request, configuration_).ok(), "the gateway has checked the change");
  configuration_.set_version(configuration_.version() + 1);
  if (order::ConcernsWorkflow(request)) {
    for (const auto& [number, stored] : orders_) queued_.insert(number);
  }
  configuration_requests_[request.request_id()] = request.request_hash();
  *response.mutable_configuration() = configuration_;
  return response;
}

}  // namespace juchu::fuzz
