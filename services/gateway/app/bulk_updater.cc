#include "services/gateway/app/bulk_updater.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/arena/call_arena.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/bulk_error.h"
#include "services/gateway/app/order_query_validation.h"
#include "services/gateway/app/order_validation.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr size_t kMaxOrders = 10'000;
// An update of so many batches ends with small ones.
constexpr size_t kLong = 8;
constexpr int kSearchPage = 1000;
// Were each as long as an outcome can be, such a message would be far from the 4 MiB that clients take.
constexpr int kMostOutcomesPerMessage = 100;

bool AsksForReceived(const v1::BulkChanges& changes) {
  return changes.received_case() == v1::BulkChanges::kReceivedYen || changes.received_in_full();
}

bool IsEmpty(const v1::BulkChanges& changes) {
  return changes.status() == pb::STATUS_UNSPECIFIED && changes.state_values().empty() && !changes.has_paid_time() &&
         !AsksForReceived(changes) && changes.add_order_tag_ids().empty() && changes.remove_order_tag_ids().empty() &&
         !changes.has_management_category_id() && !changes.has_forced_allocation() &&
         changes.mode() == pb::TRANSITION_MODE_UNSPECIFIED;
}

// What can be said of the changes without looking at an order or the configuration.
absl::Status CheckChanges(const v1::BulkChanges& changes) {
  if (IsEmpty(changes)) {
    return InvalidField("FIELD_REQUIRED", "changes", "ask for nothing", "set at least one change");
  }
  if (!pb::Status_IsValid(changes.status())) {
    return InvalidField("ENUM_VALUE_INVALID", "changes.status", "is no status", "send a status of the contract");
  }
  if (!pb::TransitionMode_IsValid(changes.mode())) {
    return InvalidField("ENUM_VALUE_INVALID", "changes.mode", "is no mode", "send AUTO or MANUAL");
  }
  std::set<int> categories;
  for (int i = 0; i < changes.state_values_size(); ++i) {
    const std::string field = absl::StrCat("changes.state_values[", i, "]");
    const int value = changes.state_values(i);
    if (!pb::StateValue_IsValid(value) || value == pb::STATE_VALUE_UNSPECIFIED) {
      return InvalidField("ENUM_VALUE_INVALID", field, "is no state value", "send a state value of the contract");
    }
    if (!categories.insert(value / 100).second) {
      return InvalidField("CATEGORY_TWICE", field, "is a second value of one category", "send one value a category");
    }
  }
  if (changes.has_paid_time()) JUCHU_RETURN_IF_ERROR(CheckTime(changes.paid_time(), "changes.paid_time"));
  if (changes.has_received_yen()) {
    JUCHU_RETURN_IF_ERROR(CheckReceivedYen(changes.received_yen(), "changes.received_yen"));
  }
  return absl::OkStatus();
}

// The ids that the tenant must have set up.
absl::Status CheckLabels(const v1::BulkChanges& changes, const pb::Configuration& configuration) {
  const auto has_tag = [&](const std::string& id) {
    const auto& tags = configuration.order_tags();
    return std::any_of(tags.begin(), tags.end(), [&](const auto& tag) { return tag.order_tag_id() == id; });
  };
  for (int i = 0; i < changes.add_order_tag_ids_size(); ++i) {
    if (has_tag(changes.add_order_tag_ids(i))) continue;
    const std::string field = absl::StrCat("changes.add_order_tag_ids[", i, "]");
    return NotFound("ORDER_TAG_NOT_FOUND", absl::StrCat(field, ": there is no such order tag"),
                    {{"field", field}, {"remedy", "list the order tags to see their ids"}});
  }
  const auto& categories = configuration.management_categories();
  const bool known = changes.management_category_id().empty() ||
                     std::any_of(categories.begin(), categories.end(), [&](const auto& category) {
                       return category.management_category_id() == changes.management_category_id();
                     });
  if (known) return absl::OkStatus();
  return NotFound(
      "MANAGEMENT_CATEGORY_NOT_FOUND", "changes.management_category_id: there is no such management category",
      {{"field", "changes.management_category_id"}, {"remedy", "list the management categories to see their ids"}});
}

absl::Status ApplyReceived(const v1::BulkChanges& changes, pb::Order& order, Edit& edit) {
  if (!AsksForReceived(changes)) return absl::OkStatus();
  if (changes.received_in_full() && order.amounts().total_yen() < 0) {
    return InvalidField("VALUE_OUT_OF_RANGE", "changes.received_in_full",
                        absl::StrCat("finds an order whose total is ", order.amounts().total_yen()),
                        "save the order's amounts, or leave it out");
  }
  order.set_received_yen(changes.received_in_full() ? order.amounts().total_yen() : changes.received_yen());
  edit.fields.insert("received_yen");
  return absl::OkStatus();
}

absl::StatusOr<Edit> Apply(const v1::BulkChanges& changes, const pb::Configuration& configuration, pb::Order& order) {
  JUCHU_RETURN_IF_ERROR(CheckLabels(changes, configuration));
  Edit edit;
  for (const int value : changes.state_values()) {
    edit.intent.set_values.push_back(static_cast<workflow::StateValue>(value));
  }
  if (changes.has_paid_time()) {
    *order.mutable_paid_time() = changes.paid_time();
    edit.fields.insert("paid_time");
  }
  JUCHU_RETURN_IF_ERROR(ApplyReceived(changes, order, edit));
  if (!changes.add_order_tag_ids().empty() || !changes.remove_order_tag_ids().empty()) {
    std::set<std::string> tags(order.order_tag_ids().begin(), order.order_tag_ids().end());
    tags.insert(changes.add_order_tag_ids().begin(), changes.add_order_tag_ids().end());
    for (const auto& id : changes.remove_order_tag_ids()) tags.erase(id);
    if (tags.size() > kMaxOrderTags && tags.size() > static_cast<size_t>(order.order_tag_ids_size())) {
      return InvalidField("LIST_TOO_LONG", "changes.add_order_tag_ids",
                          absl::StrCat("would give the order ", tags.size(), " order tags"),
                          absl::StrCat("an order has at most ", kMaxOrderTags, "; take others off it"));
    }
    order.mutable_order_tag_ids()->Assign(tags.begin(), tags.end());
    edit.fields.insert("order_tag_ids");
  }
  if (changes.has_management_category_id()) {
    order.set_management_category_id(changes.management_category_id());
    edit.fields.insert("management_category_id");
  }
  if (changes.has_forced_allocation()) edit.intent.forced_allocation = changes.forced_allocation();
  if (changes.status() != pb::STATUS_UNSPECIFIED) {
    edit.intent.status = static_cast<workflow::Status>(changes.status());
  }
  if (changes.mode() != pb::TRANSITION_MODE_UNSPECIFIED) {
    edit.intent.mode = static_cast<workflow::Mode>(changes.mode());
  }
  return edit;
}

// Of what is asked for, however it is to be answered.
std::string HashOf(v1::BulkUpdateOrdersRequest request) {
  request.clear_outcomes_per_message();
  return HashRequest(request);
}

absl::Status OthersAreFirst() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "BULK_UPDATES_UNDER_WAY", "other bulk updates took the time",
                   {{"remedy", "repeat with the same request_id: it does what is left"}});
}

void SetOutcome(const std::string& number, ChangeResult result, v1::BulkOutcome& outcome, v1::BulkSummary& summary) {
  outcome.set_order_number(number);
  outcome.set_repeated_request(result.repeated);
  if (!result.status.ok()) {
    *outcome.mutable_error() = BulkErrorOf(result.status);
    summary.set_failed(summary.failed() + 1);
    return;
  }
  if (result.repeated) result.response.ParseFromString(result.earlier_answer);
  if (result.response.changed()) {
    summary.set_changed(summary.changed() + 1);
  } else {
    summary.set_unchanged(summary.unchanged() + 1);
  }
  *outcome.mutable_change() = std::move(result.response);
}

// Sends the outcomes of a batch, so many in a message; 0: each alone, as itself. False when the caller is gone.
bool SendOutcomes(const std::vector<ChangeTarget>& targets, std::vector<ChangeResult> results, int per_message,
                  const BulkUpdater::Sink& sink, v1::BulkSummary& summary) {
  v1::BulkUpdateOrdersResponse message;
  for (size_t i = 0; i < results.size(); ++i) {
    auto& outcome = per_message == 0 ? *message.mutable_outcome() : *message.mutable_outcomes()->add_outcomes();
    SetOutcome(targets[i].order_number, std::move(results[i]), outcome, summary);
    const bool is_last = i + 1 == results.size();
    if (message.has_outcomes() && message.outcomes().outcomes_size() < per_message && !is_last) continue;
    if (!sink(message)) return false;
    message.Clear();
  }
  return true;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> BulkUpdater::FindTargets(const rpc::CallContext& context,
                                                                  const v1::BulkUpdateOrdersRequest& request) {
  std::vector<std::string> numbers;
  if (request.has_orders()) {
    const auto& given = request.orders().order_numbers();
    if (given.empty() || static_cast<size_t>(given.size()) > kMaxOrders) {
      return InvalidField("TOO_MANY_ORDERS", "orders.order_numbers", absl::StrCat("has ", given.size(), " entries"),
                          absl::StrCat("send 1 to ", kMaxOrders));
    }
    // Views of `numbers`, which do not move.
    absl::flat_hash_set<absl::string_view> seen;
    seen.reserve(static_cast<size_t>(given.size()));
    numbers.reserve(static_cast<size_t>(given.size()));
    for (int i = 0; i < given.size(); ++i) {
      // Made for a wrong number only.
      const auto field = [i] { return absl::StrCat("orders.order_numbers[", i, "]"); };
      auto number = ParseOrderNumber("", given[i]);
      if (!number.ok()) return ParseOrderNumber(field(), given[i]).status();
      if (!seen.insert(numbers.emplace_back(*std::move(number))).second) {
        return InvalidField("ORDER_TWICE", field(), "names an order a second time", "name each order once");
      }
    }
    return numbers;
  }
  if (!request.has_query()) {
    return InvalidField("FIELD_REQUIRED", "target", "is missing", "set orders or query");
  }
  JUCHU_ASSIGN_OR_RETURN(const pb::OrderQuery query, NormalizeOrderQuery(request.query(), "query"));
  pb::SearchOrdersRequest search;
  *search.mutable_query() = query;
  search.set_sort(pb::ORDER_NUMBER_ASC);
  search.set_page_size(kSearchPage);
  while (true) {
    google::protobuf::Arena arena(CallArenaOptions());
    JUCHU_ASSIGN_OR_RETURN(const auto* page, orders_.SearchOrders(context, search, arena));
    for (const auto& order : page->orders()) numbers.push_back(order.order_number());
    if (numbers.size() > kMaxOrders) {
      return InvalidField("TOO_MANY_ORDERS", "query", absl::StrCat("finds more than ", kMaxOrders, " orders"),
                          "narrow the query down; nothing was changed");
    }
    if (!page->has_next()) return numbers;
    *search.mutable_after() = page->next();
  }
}

// The last batches of a long update are small, so that they end together; those of a short one would cost more than
// that brings.
size_t BulkUpdater::BatchSize(size_t all, size_t left) const {
  if (all < kLong * batch_ || left >= 3 * batch_) return std::min(left, batch_);
  const size_t small = (batch_ + 2) / 3;
  if (left >= 6 * small) return 2 * small;
  return left < small + small / 2 ? left : small;
}

void BulkUpdater::BeginMore(const rpc::CallContext& context, const Change& change,
                            const std::vector<std::string>& numbers, UnderWay& under_way) {
  while (under_way.batches.size() < kUntold && under_way.begun < numbers.size()) {
    Batch& batch = under_way.batches.emplace_back();
    const size_t first = under_way.begun;
    under_way.begun += BatchSize(numbers.size(), numbers.size() - first);
    for (size_t i = first; i < under_way.begun; ++i) batch.targets.push_back({numbers[i], 0});
    batch.results = under_way.parts.Run(
        [this, &context, &change, targets = batch.targets] { return changer_.ChangeBatch(context, change, targets); });
  }
}

absl::Status BulkUpdater::Run(const rpc::CallContext& caller, const v1::BulkUpdateOrdersRequest& request,
                              const Sink& sink) {
  rpc::CallContext context = caller;
  // Half a bulk update is worse than a slow one.
  context.awaits_room = true;
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", request.request_id()));
  JUCHU_RETURN_IF_ERROR(CheckReason(request.reason()));
  JUCHU_RETURN_IF_ERROR(CheckChanges(request.changes()));
  JUCHU_RETURN_IF_ERROR(rpc::CheckRange("outcomes_per_message", request.outcomes_per_message(), 0, INT32_MAX));
  const int per_message = std::min(request.outcomes_per_message(), kMostOutcomesPerMessage);
  Change change;
  UnderWay under_way{.parts{slots_, context, kUnderWay, OthersAreFirst()}};
  // Of 10,000 orders it takes as long as to look at them.
  auto request_hash = under_way.parts.RunBeside([&request] { return HashOf(request); });
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, FindTargets(context, request));

  change.operation = "BulkUpdateOrders";
  change.reason = MaskCardNumbers(request.reason());
  change.actor = PersonOf(context);
  change.request_id = request.request_id();
  change.request_hash = request_hash.get();
  change.dry_run = request.dry_run();
  change.edit = [&](const pb::Configuration& configuration, pb::Order& order) -> absl::StatusOr<Edit> {
    JUCHU_ASSIGN_OR_RETURN(Edit edit, Apply(request.changes(), configuration, order));
    edit.intent.role = static_cast<workflow::Role>(context.role);
    edit.intent.has_reason = !request.reason().empty();
    return edit;
  };

  v1::BulkUpdateOrdersResponse progress;
  progress.mutable_progress()->set_total(static_cast<int32_t>(numbers.size()));
  v1::BulkUpdateOrdersResponse last;
  auto& summary = *last.mutable_summary();
  summary.set_dry_run(request.dry_run());
  for (size_t done = 0; done < numbers.size();) {
    BeginMore(context, change, numbers, under_way);
    Batch batch = std::move(under_way.batches.front());
    under_way.batches.pop_front();
    JUCHU_ASSIGN_OR_RETURN(auto results, batch.results.get());
    done += results.size();
    progress.mutable_progress()->set_done(static_cast<int32_t>(done));
    if (!SendOutcomes(batch.targets, std::move(results), per_message, sink, summary) || !sink(progress)) {
      return CallerIsGone();
    }
  }
  sink(last);
  return absl::OkStatus();
}

}  // namespace juchu::gateway
