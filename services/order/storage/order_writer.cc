#include "services/order/storage/order_writer.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/arena/call_arena.h"
#include "common/fault/fault.h"
#include "common/mysql/json_list.h"
#include "common/mysql/run_until_it_fits.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/domain/commit_cause.h"
#include "services/order/domain/commit_mask.h"
#include "services/order/domain/judge_commit.h"
#include "services/order/domain/order_diff.h"
#include "services/order/domain/state_origin.h"
#include "services/order/storage/order_errors.h"
#include "services/order/storage/order_reader.h"
#include "services/order/storage/order_rows.h"
#include "services/order/storage/order_tables.h"

namespace juchu::order {
namespace {

// Locks the orders and holds the configuration, by a shared lock: writers do not wait for each other, a change of the
// configuration waits for them.
#define JUCHU_CONFIGURATION ", (SELECT t.configuration_version FROM tenants t WHERE t.tenant_id = ? LOCK IN SHARE MODE)"
constexpr char kLockOrders[] = "SELECT " JUCHU_ORDER_COLUMNS JUCHU_CONFIGURATION;
constexpr char kLockMoving[] = "SELECT " JUCHU_MOVING_COLUMNS JUCHU_CONFIGURATION;
constexpr char kLockStatus[] = "SELECT " JUCHU_STATUS_COLUMNS JUCHU_CONFIGURATION;
#undef JUCHU_CONFIGURATION
// In the order of their numbers: the one order in which all writers lock. Many of them as they come in the list.
constexpr char kLockFew[] = " FROM orders o WHERE o.tenant_id = ? AND o.order_number IN (";
constexpr char kLockFewTail[] = ") ORDER BY o.order_number FOR UPDATE";
constexpr char kLockMany[] =
    " FROM " JUCHU_NUMBERS_K "STRAIGHT_JOIN orders o ON o.tenant_id = ? AND o.order_number = k.order_number FOR UPDATE";
constexpr char kSelectAnswers[] =
    "SELECT r.order_number, r.request_id, r.request_hash, r.answer FROM " JUCHU_REQUESTS_K
    "STRAIGHT_JOIN order_history r ON r.tenant_id = ? AND r.order_number = k.order_number AND "
    "r.request_id = k.request_id";
constexpr char kSelectKnown[] =
    "SELECT shop_order_number, order_number FROM orders WHERE tenant_id = ? AND shop_id = ? AND shop_order_number IN (";

// A unique key that another writer took first makes the transaction start over; more often than this is no coincidence.
constexpr int kMaxDuplicateRuns = 4;

v1::HistoryEntry* NewEntry(google::protobuf::Arena& arena, const common::v1::Actor& actor, const std::string& operation,
                           const std::string& reason, const google::protobuf::RepeatedField<int>& path, int64_t version,
                           absl::Time now) {
  auto& entry = *google::protobuf::Arena::CreateMessage<v1::HistoryEntry>(&arena);
  entry.set_version(version);
  *entry.mutable_time() = TimestampFromMicros(absl::ToUnixMicros(now));
  *entry.mutable_actor() = actor;
  entry.set_operation(operation);
  entry.set_reason(reason);
  *entry.mutable_status_path() = path;
  return &entry;
}

// What all commits of the request touch.
RowPart PartOfAll(const v1::CommitOrdersRequest& request) {
  RowPart part = RowPart::kStatus;
  for (const auto& commit : request.commits()) part = std::max(part, PartOf(CauseOf(commit, request).update_mask()));
  return part;
}

// One call of Commit: what stands, what is written, what each order is answered.
class CommitRun {
 public:
  // `again`: the transaction has been started before.
  CommitRun(mysql::Transaction& transaction, absl::string_view tenant, const v1::CommitOrdersRequest& request,
            absl::Time now, bool again)
      : transaction_(transaction),
        tenant_(tenant),
        request_(request),
        now_(now),
        again_(again),
        part_(PartOfAll(request)),
        arena_(CallArenaOptions()) {}

  absl::StatusOr<v1::CommitOrdersResponse> Run() {
    JUCHU_RETURN_IF_ERROR(Lock());
    JUCHU_RETURN_IF_ERROR(FindAnswers());
    for (const auto& commit : request_.commits()) *response_.add_outcomes() = Judge(commit);
    JUCHU_RETURN_IF_ERROR(LoadDocuments());
    for (const auto* commit : accepted_) Apply(*commit);
    JUCHU_RETURN_IF_ERROR(Write());
    return std::move(response_);
  }

  bool queued() const { return !queue_.empty(); }

 private:
  // One statement: the orders and the tenant's configuration.
  absl::Status Lock() {
    std::vector<absl::string_view> numbers;
    for (const auto& commit : request_.commits()) numbers.push_back(commit.order_number());
    std::sort(numbers.begin(), numbers.end());
    const char* columns = part_ == RowPart::kStatus   ? kLockStatus
                          : part_ == RowPart::kMoving ? kLockMoving
                                                      : kLockOrders;
    std::string sql;
    mysql::Params params = {tenant_};
    if (numbers.size() < mysql::kManyRows) {
      JUCHU_ASSIGN_OR_RETURN(sql,
                             mysql::RepeatRows(absl::StrCat(columns, kLockFew), "?", numbers.size(), kLockFewTail));
      params.emplace_back(tenant_);
      params.insert(params.end(), numbers.begin(), numbers.end());
    } else {
      sql = absl::StrCat(columns, kLockMany);
      params.insert(params.end(), {mysql::JsonList(numbers), tenant_});
    }
    JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction_.Query(sql, params));
    // Without an order nothing holds the configuration, and a tenant that is not there must be told from one that is.
    const auto configuration = static_cast<size_t>(ColumnCount(part_));
    if (rows.empty() || rows.front().IsNull(configuration)) return HoldConfiguration(transaction_, tenant_).status();
    configuration_stale_ = rows.front().Int64(configuration) != request_.configuration_version() &&
                           !fault::IsPlanted("late-fact-overwrites");
    for (const auto row : rows) {
      v1::Order& order = *NewOrder();
      ReadOrder(row, order, part_);
      before_[order.order_number()] = &order;
    }
    return absl::OkStatus();
  }

  // What of the requests has been carried out. A request that comes again finds another version, or the version that it
  // made in its way, which makes the transaction start over; so nobody else has to look.
  absl::Status FindAnswers() {
    std::vector<mysql::JsonPair> keys;
    for (const auto& commit : request_.commits()) {
      const auto before = before_.find(commit.order_number());
      const std::string& request_id = CauseOf(commit, request_).request_id();
      if (before == before_.end() || request_id.empty()) continue;
      const bool is_new = before->second->version() == commit.expected_version() && !configuration_stale_;
      if (!is_new || again_) keys.emplace_back(commit.order_number(), request_id);
    }
    if (keys.empty()) return absl::OkStatus();
    JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction_.Query(kSelectAnswers, {mysql::JsonPairs(keys), tenant_}));
    for (const auto row : rows) answered_[{row.String(0), row.String(1)}] = {row.String(2), row.String(3)};
    return absl::OkStatus();
  }

  v1::CommitOrdersResponse::Outcome Judge(const v1::CommitOrdersRequest::Commit& commit) {
    const auto before = before_.find(commit.order_number());
    if (before == before_.end()) {
      v1::CommitOrdersResponse::Outcome outcome;
      outcome.set_order_number(commit.order_number());
      *outcome.mutable_error() = OrderNotFound(commit.order_number());
      return outcome;
    }
    const auto& cause = CauseOf(commit, request_);
    const auto answered = answered_.find({commit.order_number(), cause.request_id()});
    const int64_t version =
        fault::IsPlanted("write-without-version") ? commit.expected_version() : before->second->version();
    auto outcome = JudgeCommit(commit, cause.request_hash(), version, configuration_stale_,
                               answered == answered_.end() ? nullptr : &answered->second);
    if (outcome.version() != 0) accepted_.push_back(&commit);
    return outcome;
  }

  // Only a change of what the document holds needs the whole order.
  absl::Status LoadDocuments() {
    std::vector<v1::Order*> orders;
    for (const auto* commit : accepted_) {
      if (TouchesDocument(CauseOf(*commit, request_).update_mask())) orders.push_back(before_[commit->order_number()]);
    }
    return OrderReader::AddDocuments(transaction_, tenant_, orders);
  }

  void Apply(const v1::CommitOrdersRequest::Commit& commit) {
    const auto& cause = CauseOf(commit, request_);
    const v1::Order& before = *before_[commit.order_number()];
    v1::Order& after = *after_.emplace_back(NewOrder());
    after = before;
    const absl::Time time =
        cause.has_change_time() ? absl::FromUnixMicros(MicrosFromTimestamp(cause.change_time())) : now_;
    ApplyCommitMask(cause.update_mask(), commit.order(), after);
    after.set_version(before.version() + 1);
    *after.mutable_update_time() = TimestampFromMicros(absl::ToUnixMicros(time));
    if (after.status() != before.status()) *after.mutable_status_time() = after.update_time();
    const std::set<std::string> rule_paths(commit.rule_paths().begin(), commit.rule_paths().end());
    TraceStates(before, commit.overridden_categories(), after);

    auto& row = history_.emplace_back();
    row.order_number = after.order_number();
    row.status_before = before.status();
    row.status_after = after.status();
    row.mode_before = before.mode();
    row.mode_after = after.mode();
    auto* entry =
        NewEntry(arena_, cause.actor(), cause.operation(), cause.reason(), commit.status_path(), after.version(), time);
    entry->set_mode_asked(commit.mode_asked());
    DiffOrders(before, after, cause.update_mask(), rule_paths, *entry->mutable_changes());
    row.entry = entry;
    row.request_id = cause.request_id();
    row.request_hash = cause.request_hash();
    row.answer = commit.answer();

    if (commit.unsettled()) queue_.push_back(commit.order_number());
  }

  absl::Status Write() {
    if (accepted_.empty()) return absl::OkStatus();
    std::vector<const v1::Order*> all;
    std::vector<const v1::Order*> documents;
    std::vector<const v1::Order*> deliveries;
    std::vector<const v1::Order*> tags;
    for (size_t i = 0; i < accepted_.size(); ++i) {
      const auto& mask = CauseOf(*accepted_[i], request_).update_mask();
      all.push_back(after_[i]);
      if (TouchesDocument(mask)) documents.push_back(after_[i]);
      if (TouchesDeliveries(mask)) deliveries.push_back(after_[i]);
      if (TouchesTagLinks(mask)) tags.push_back(after_[i]);
    }
    JUCHU_RETURN_IF_ERROR(UpdateOrders(transaction_, tenant_, all, part_));
    JUCHU_RETURN_IF_ERROR(PutDocuments(transaction_, tenant_, documents));
    JUCHU_RETURN_IF_ERROR(PutDeliveries(transaction_, tenant_, deliveries, /*replace=*/true));
    JUCHU_RETURN_IF_ERROR(PutTagLinks(transaction_, tenant_, tags, /*replace=*/true));
    JUCHU_RETURN_IF_ERROR(InsertHistory(transaction_, tenant_, history_));
    return QueueChanges(transaction_, tenant_, queue_, now_);
  }

  v1::Order* NewOrder() { return google::protobuf::Arena::CreateMessage<v1::Order>(&arena_); }

  mysql::Transaction& transaction_;
  const absl::string_view tenant_;
  const v1::CommitOrdersRequest& request_;
  const absl::Time now_;
  const bool again_;
  // What no commit touches is neither read nor written.
  const RowPart part_;
  google::protobuf::Arena arena_;
  v1::CommitOrdersResponse response_;
  bool configuration_stale_ = false;
  // By the orders' own numbers.
  absl::flat_hash_map<absl::string_view, v1::Order*> before_;
  // By order number and request id.
  absl::flat_hash_map<std::pair<std::string, std::string>, KeptAnswer> answered_;
  std::vector<const v1::CommitOrdersRequest::Commit*> accepted_;
  std::vector<v1::Order*> after_;  // Of accepted_, in its order.
  std::vector<HistoryRow> history_;
  std::vector<std::string> queue_;
};

// The shop order numbers of the request that are known, by shop and number.
using KnownOrders = std::map<std::pair<std::string, std::string>, std::string>;

absl::StatusOr<KnownOrders> FindKnown(mysql::Session& session, absl::string_view tenant,
                                      const v1::CreateOrdersRequest& request) {
  std::map<std::string, std::set<std::string>> by_shop;
  for (const auto& created : request.orders()) {
    by_shop[created.order().shop_id()].insert(created.order().shop_order_number());
  }
  KnownOrders known;
  for (const auto& [shop, numbers] : by_shop) {
    mysql::Params params = {tenant, shop};
    params.insert(params.end(), numbers.begin(), numbers.end());
    JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelectKnown, "?", numbers.size(), ")"));
    JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
    for (const auto row : rows) known[{shop, row.String(0)}] = row.String(1);
  }
  return known;
}

// Completes what is given to the order's first version; overwrites what it set if the transaction starts over.
void CompleteFirstVersion(absl::Time now, v1::Order& order) {
  order.set_version(1);
  *order.mutable_create_time() = TimestampFromMicros(absl::ToUnixMicros(now));
  *order.mutable_update_time() = order.create_time();
  *order.mutable_status_time() = order.create_time();
  TraceStates(v1::Order(), {}, order);
}

absl::StatusOr<v1::CreateOrdersResponse> CreateIn(mysql::Transaction& transaction, absl::string_view tenant,
                                                  v1::CreateOrdersRequest& request, absl::Time now) {
  JUCHU_ASSIGN_OR_RETURN(const int64_t configuration, HoldConfiguration(transaction, tenant));
  if (configuration != request.configuration_version()) {
    return Aborted("CONFIGURATION_STALE", "the tenant's configuration has changed meanwhile",
                   {{"current_version", absl::StrCat(configuration)}, {"remedy", "load again and decide again"}});
  }
  JUCHU_ASSIGN_OR_RETURN(KnownOrders known, FindKnown(transaction, tenant, request));
  v1::CreateOrdersResponse response;
  google::protobuf::Arena arena(CallArenaOptions());
  std::vector<const v1::Order*> orders;
  std::vector<HistoryRow> history;
  std::vector<std::string> queue;
  for (auto& created : *request.mutable_orders()) {
    auto* outcome = response.add_outcomes();
    // Numbers that come twice in one request meet here too: the second one finds the first.
    const auto [it, is_new] = known.insert(
        {{created.order().shop_id(), created.order().shop_order_number()}, created.order().order_number()});
    outcome->set_order_number(it->second);
    outcome->set_already_known(!is_new);
    if (!is_new) continue;
    CompleteFirstVersion(now, *created.mutable_order());
    const auto& order = *orders.emplace_back(&created.order());
    auto& row = history.emplace_back();
    row.order_number = order.order_number();
    row.status_after = order.status();
    row.mode_after = order.mode();
    row.entry = NewEntry(arena, created.actor(), created.operation(), created.reason(), created.status_path(), 1, now);
    if (created.unsettled()) queue.push_back(order.order_number());
  }
  JUCHU_RETURN_IF_ERROR(InsertOrders(transaction, tenant, orders));
  JUCHU_RETURN_IF_ERROR(PutDocuments(transaction, tenant, orders));
  JUCHU_RETURN_IF_ERROR(PutDeliveries(transaction, tenant, orders, /*replace=*/false));
  JUCHU_RETURN_IF_ERROR(PutTagLinks(transaction, tenant, orders, /*replace=*/false));
  JUCHU_RETURN_IF_ERROR(InsertHistory(transaction, tenant, history));
  JUCHU_RETURN_IF_ERROR(QueueChanges(transaction, tenant, queue, now));
  return response;
}

}  // namespace

absl::StatusOr<v1::CreateOrdersResponse> OrderWriter::Create(absl::string_view tenant, v1::CreateOrdersRequest& request,
                                                             absl::Time deadline) {
  auto response = mysql::RunUntilItFits(pool_, deadline, kMaxDuplicateRuns, [&](mysql::Transaction& transaction) {
    return CreateIn(transaction, tenant, request, clock_.Now());
  });
  const bool queued = std::any_of(request.orders().begin(), request.orders().end(),
                                  [](const auto& created) { return created.unsettled(); });
  if (response.ok() && queued) queued_();
  return response;
}

absl::StatusOr<v1::CommitOrdersResponse> OrderWriter::Commit(absl::string_view tenant,
                                                             const v1::CommitOrdersRequest& request,
                                                             absl::Time deadline) {
  bool queued = false;
  int runs = 0;
  auto response = mysql::RunUntilItFits(pool_, deadline, kMaxDuplicateRuns, [&](mysql::Transaction& transaction) {
    CommitRun run(transaction, tenant, request, clock_.Now(), /*again=*/runs++ > 0);
    auto result = run.Run();
    queued = run.queued();
    return result;
  });
  if (response.ok() && queued) queued_();
  return response;
}

}  // namespace juchu::order
