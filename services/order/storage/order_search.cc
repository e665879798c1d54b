#include "services/order/storage/order_search.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/mysql/statement.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/storage/order_reader.h"
#include "services/order/storage/order_rows.h"

namespace juchu::order {
namespace {

constexpr int kMaxListed = 1000;
constexpr int kMaxPage = 1000;

constexpr char kSelectPage[] = "SELECT " JUCHU_ORDER_COLUMNS;
constexpr char kCountHead[] = "SELECT COUNT(1) FROM (SELECT 1 AS one";
constexpr char kFromOrders[] = " FROM orders o";
constexpr char kOfTenant[] = " WHERE o.tenant_id = ?";
// The links of one tag lie by number and by time, as they are asked for: they are walked until the page is full.
constexpr char kFromTagLinksByNumber[] = " FROM order_tag_links l FORCE INDEX (ix_order_tag_links_tag)";
constexpr char kFromTagLinksByTime[] = " FROM order_tag_links l FORCE INDEX (ix_order_tag_links_order_time)";
constexpr char kOrdersOfTag[] =
    " STRAIGHT_JOIN orders o ON o.tenant_id = l.tenant_id AND o.order_number = l.order_number WHERE l.tenant_id = ? "
    "AND l.order_tag_id = ?";
// Left to itself, the optimizer would read the whole rows of a tenant that has most of the orders.
constexpr char kSummarize[] =
    "SELECT status, mode, COUNT(1) FROM orders FORCE INDEX (ix_orders_status_order_time) WHERE tenant_id = ? "
    "GROUP BY status, mode ORDER BY status, mode";
// A semi-join on a covering key: an order with several matching deliveries is found once.
constexpr char kDeliveriesHead[] =
    " AND o.order_number IN (SELECT d.order_number FROM order_deliveries d WHERE d.tenant_id = ?";
constexpr char kTagsHead[] =
    " AND o.order_number IN (SELECT l.order_number FROM order_tag_links l WHERE l.tenant_id = ? AND l.order_tag_id IN "
    "(";

// In the order of the categories; the columns of their values.
constexpr const char* kStateColumns[] = {"o.customer_state",     "o.address_state",    "o.delivery_date_state",
                                         "o.warning_state",      "o.card_state",       "o.credit_screening_state",
                                         "o.postpay_slip_state", "o.prepayment_state", "o.postpayment_state",
                                         "o.allocation_state",   "o.shipment_state",   "o.tracking_report_state"};

// What LIKE would take for a wildcard stands for itself.
std::string EscapeLike(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

bool SortsByNumber(v1::OrderSort sort) { return sort == v1::ORDER_NUMBER_ASC || sort == v1::ORDER_NUMBER_DESC; }

// Whether the orders are found along the links of the one tag that is asked for. Not beside another key, which may have
// far fewer orders.
bool TagLeads(const v1::SearchOrdersRequest& request) {
  const auto& query = request.query();
  return query.order_tag_ids_size() == 1 && query.order_numbers().empty() && query.shop_order_numbers().empty() &&
         !query.has_order_time() && !query.has_cancel_time() && query.statuses().empty() && !query.has_ship_date() &&
         !query.has_ship_confirmed_date() && !query.has_delivery_date() && query.management_category_ids().empty();
}

// Sorting by something else than the key, the optimizer likes to walk along the sort and stop at the limit. It takes
// the matches for evenly spread; those of a time range are not, and it would walk over years of orders to reach them.
absl::string_view IndexHint(const v1::OrderQuery& query) {
  const bool other_key_leads = !query.order_numbers().empty() || !query.shop_order_numbers().empty() ||
                               query.has_ship_date() || query.has_ship_confirmed_date() || query.has_delivery_date() ||
                               !query.order_tag_ids().empty();
  if (other_key_leads) return "";
  if (query.has_cancel_time()) return " FORCE INDEX (ix_orders_cancel_time)";
  if (query.has_order_time()) {
    return " FORCE INDEX (ix_orders_order_time, ix_orders_status_order_time, ix_orders_management_category)";
  }
  return "";
}

// Builds the conditions of a query from constant texts; what the caller sent goes into parameters only.
class Conditions {
 public:
  Conditions(absl::string_view tenant, const v1::SearchOrdersRequest& request)
      : tenant_(tenant), request_(request), tag_leads_(TagLeads(request)) {
    params_.emplace_back(tenant);
    if (tag_leads_) params_.emplace_back(request.query().order_tag_ids(0));
  }

  absl::Status AddQuery() {
    const v1::OrderQuery& query = request_.query();
    JUCHU_RETURN_IF_ERROR(In(" AND o.order_number IN (", query.order_numbers()));
    JUCHU_RETURN_IF_ERROR(In(" AND o.shop_order_number IN (", query.shop_order_numbers()));
    Range(query.has_order_time(), query.order_time(), " AND o.order_time_us >= ?", " AND o.order_time_us < ?");
    Range(query.has_cancel_time(), query.cancel_time(), " AND o.cancel_time_us >= ?", " AND o.cancel_time_us < ?");
    // A range with no lower end would also find what has no such time.
    if (query.has_cancel_time()) sql_ += " AND o.cancel_time_us IS NOT NULL";
    JUCHU_RETURN_IF_ERROR(In(" AND o.status IN (", query.statuses()));
    Dates(query.has_ship_date(), query.ship_date(), " AND d.ship_date >= ?", " AND d.ship_date < ?");
    Dates(query.has_ship_confirmed_date(), query.ship_confirmed_date(), " AND d.ship_confirmed_date >= ?",
          " AND d.ship_confirmed_date < ?");
    Dates(query.has_delivery_date(), query.delivery_date(), " AND d.delivery_date >= ?", " AND d.delivery_date < ?");
    JUCHU_RETURN_IF_ERROR(In(" AND o.management_category_id IN (", query.management_category_ids()));
    if (!query.order_tag_ids().empty() && !tag_leads_) {
      params_.emplace_back(tenant_);
      JUCHU_RETURN_IF_ERROR(In(kTagsHead, query.order_tag_ids()));
      sql_ += ")";
    }
    return AddFilters(query);
  }

  // Where the page begins, its order and its end.
  void AddPage() {
    const v1::OrderSort sort = request_.sort();
    const bool ascending = sort == v1::ORDER_NUMBER_ASC || sort == v1::ORDER_TIME_ASC;
    const absl::string_view beyond = ascending ? ">" : "<";
    const absl::string_view direction = ascending ? "" : " DESC";
    const auto& after = request_.after();
    const std::string number = absl::StrCat(Leading(), ".order_number");
    if (SortsByNumber(sort)) {
      if (request_.has_after()) Add(absl::StrCat(" AND ", number, " ", beyond, " ?"), {after.order_number()});
      Add(absl::StrCat(" ORDER BY ", number, direction, " LIMIT ?"), {request_.page_size() + 1});
      return;
    }
    const std::string time = OrderTime();
    if (request_.has_after()) {
      Add(absl::StrCat(" AND ", time, " ", beyond, "= ? AND (", time, " ", beyond, " ? OR ", number, " ", beyond,
                       " ?)"),
          {after.order_time_us(), after.order_time_us(), after.order_number()});
    }
    Add(absl::StrCat(" ORDER BY ", time, direction, ", ", number, direction, " LIMIT ?"), {request_.page_size() + 1});
  }

  void Add(absl::string_view text, mysql::Params params) {
    absl::StrAppend(&sql_, text);
    params_.insert(params_.end(), params.begin(), params.end());
  }

  // The time that pages are sorted by. A link's is a copy of the order's.
  std::string OrderTime() const { return absl::StrCat(Leading(), ".order_time_us"); }

  SearchStatement Take(absl::string_view head) {
    if (tag_leads_) {
      const bool by_number = SortsByNumber(request_.sort());
      return {absl::StrCat(head, by_number ? kFromTagLinksByNumber : kFromTagLinksByTime, kOrdersOfTag, sql_),
              std::move(params_)};
    }
    return {absl::StrCat(head, kFromOrders, IndexHint(request_.query()), kOfTenant, sql_), std::move(params_)};
  }

 private:
  absl::string_view Leading() const { return tag_leads_ ? "l" : "o"; }

  template <typename List>
  absl::Status In(absl::string_view head, const List& values) {
    if (values.empty()) return absl::OkStatus();
    JUCHU_ASSIGN_OR_RETURN(const std::string text,
                           mysql::RepeatRows(head, "?", static_cast<size_t>(values.size()), ")"));
    sql_ += text;
    for (const auto& value : values) params_.emplace_back(value);
    return absl::OkStatus();
  }

  void Range(bool present, const common::v1::TimeRange& range, const char* from, const char* to) {
    if (!present) return;
    if (range.has_start_time()) Add(from, {MicrosFromTimestamp(range.start_time())});
    if (range.has_end_time()) Add(to, {MicrosFromTimestamp(range.end_time())});
  }

  void Dates(bool present, const common::v1::DateRange& range, const char* from, const char* to) {
    if (!present) return;
    Add(kDeliveriesHead, {tenant_});
    if (range.has_start_date()) Add(from, {DateValue(true, range.start_date())});
    if (range.has_end_date()) Add(to, {DateValue(true, range.end_date())});
    sql_ += ")";
  }

  absl::Status AddFilters(const v1::OrderQuery& query) {
    JUCHU_RETURN_IF_ERROR(In(" AND o.shop_id IN (", query.shop_ids()));
    JUCHU_RETURN_IF_ERROR(In(" AND o.payment_kind IN (", query.payment_kinds()));
    std::map<int, std::vector<int>> values;
    for (const int value : query.state_values()) values[value / 100].push_back(value);
    for (const auto& [category, listed] : values) {
      JUCHU_RETURN_IF_ERROR(In(absl::StrCat(" AND ", kStateColumns[category - 1], " IN ("), listed));
    }
    if (query.mode() != v1::TRANSITION_MODE_UNSPECIFIED) Add(" AND o.mode = ?", {static_cast<int64_t>(query.mode())});
    if (!query.orderer_name().empty()) {
      Add(" AND o.orderer_name LIKE ?", {absl::StrCat("%", EscapeLike(query.orderer_name()), "%")});
    }
    if (!query.orderer_phone().empty()) {
      Add(" AND o.orderer_phone LIKE ?", {absl::StrCat(EscapeLike(query.orderer_phone()), "%")});
    }
    if (!query.orderer_mail().empty()) {
      Add(" AND LOWER(o.orderer_mail) = LOWER(?)", {query.orderer_mail()});
    }
    return absl::OkStatus();
  }

  const std::string tenant_;
  const v1::SearchOrdersRequest& request_;
  const bool tag_leads_;
  std::string sql_;
  mysql::Params params_;
};

bool HasKey(const v1::OrderQuery& query) {
  return !query.order_numbers().empty() || !query.shop_order_numbers().empty() || query.has_order_time() ||
         query.has_cancel_time() || !query.statuses().empty() || query.has_ship_date() ||
         query.has_ship_confirmed_date() || query.has_delivery_date() || !query.management_category_ids().empty() ||
         !query.order_tag_ids().empty();
}

absl::Status Count(mysql::Session& session, absl::string_view tenant, const v1::SearchOrdersRequest& request,
                   v1::SearchOrdersResponse& response) {
  Conditions conditions(tenant, request);
  JUCHU_RETURN_IF_ERROR(conditions.AddQuery());
  conditions.Add(" LIMIT ?) AS found", {request.count_up_to() + 1});
  const SearchStatement count = conditions.Take(kCountHead);
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(count.sql, count.params));
  const int64_t found = rows.front().Int64(0);
  response.set_count_capped(found > request.count_up_to());
  response.set_count(static_cast<int32_t>(std::min<int64_t>(found, request.count_up_to())));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSearch(const v1::SearchOrdersRequest& request) {
  const auto& query = request.query();
  if (!HasKey(query)) {
    return InvalidField(
        "SEARCH_KEY_REQUIRED", "query", "has none of the ten search keys",
        "set one at least: order_numbers (システム受注番号), shop_order_numbers (ショップ受注番号), "
        "order_time (受注日時), cancel_time (キャンセル日時), statuses (受注進捗区分), ship_date (出荷日), "
        "ship_confirmed_date (出荷確定日), delivery_date (配送日), management_category_ids (管理区分), "
        "order_tag_ids (受注タグ)");
  }
  const std::pair<const char*, int> lists[] = {{"query.order_numbers", query.order_numbers_size()},
                                               {"query.shop_order_numbers", query.shop_order_numbers_size()},
                                               {"query.statuses", query.statuses_size()},
                                               {"query.management_category_ids", query.management_category_ids_size()},
                                               {"query.order_tag_ids", query.order_tag_ids_size()},
                                               {"query.shop_ids", query.shop_ids_size()},
                                               {"query.payment_kinds", query.payment_kinds_size()},
                                               {"query.state_values", query.state_values_size()}};
  for (const auto& [field, size] : lists) {
    if (size > kMaxListed) {
      return InvalidField("LIST_TOO_LONG", field, absl::StrCat("has ", size, " entries"),
                          absl::StrCat("send at most ", kMaxListed));
    }
  }
  for (const int value : query.state_values()) {
    if (value < 100 || value / 100 > static_cast<int>(std::size(kStateColumns))) {
      return InvalidField("ENUM_UNKNOWN", "query.state_values", "holds an unknown value", "use values of the contract");
    }
  }
  if (request.page_size() < 1 || request.page_size() > kMaxPage) {
    return InvalidField("PAGE_SIZE_INVALID", "page_size", absl::StrCat("is ", request.page_size()),
                        absl::StrCat("send 1 to ", kMaxPage));
  }
  return absl::OkStatus();
}

absl::StatusOr<SearchStatement> PageStatement(absl::string_view tenant, const v1::SearchOrdersRequest& request) {
  Conditions conditions(tenant, request);
  JUCHU_RETURN_IF_ERROR(conditions.AddQuery());
  conditions.AddPage();
  return conditions.Take(absl::StrCat(kSelectPage, ", ", conditions.OrderTime()));
}

SearchStatement SummarizeStatement(absl::string_view tenant) { return {kSummarize, {tenant}}; }

absl::Status OrderSearch::Search(absl::string_view tenant, const v1::SearchOrdersRequest& request, absl::Time deadline,
                                 v1::SearchOrdersResponse& response) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const SearchStatement page, PageStatement(tenant, request));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(page.sql, page.params));
  int64_t sort_time_us = 0;
  for (const auto row : rows) {
    if (response.orders_size() == request.page_size()) {
      response.mutable_next()->set_order_number(response.orders(response.orders_size() - 1).order_number());
      if (!SortsByNumber(request.sort())) response.mutable_next()->set_order_time_us(sort_time_us);
      break;
    }
    ReadOrder(row, *response.add_orders());
    sort_time_us = row.Int64(kOrderColumnCount);
  }
  if (request.view() == v1::ORDER_VIEW_FULL) {
    std::vector<v1::Order*> orders;
    for (auto& order : *response.mutable_orders()) orders.push_back(&order);
    JUCHU_RETURN_IF_ERROR(OrderReader::Complete(*connection, tenant, orders));
  }
  if (request.count_up_to() > 0) JUCHU_RETURN_IF_ERROR(Count(*connection, tenant, request, response));
  return absl::OkStatus();
}

absl::StatusOr<v1::SummarizeOrdersResponse> OrderSearch::Summarize(absl::string_view tenant, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  const SearchStatement summarize = SummarizeStatement(tenant);
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(summarize.sql, summarize.params));
  v1::SummarizeOrdersResponse response;
  for (const auto row : rows) {
    auto* count = response.add_counts();
    count->set_status(static_cast<v1::Status>(row.Int64(0)));
    count->set_mode(static_cast<v1::TransitionMode>(row.Int64(1)));
    count->set_count(row.Int64(2));
  }
  return response;
}

}  // namespace juchu::order
