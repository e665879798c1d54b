#include "services/inventory/storage/product_store.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/mysql/row_writer.h"
#include "common/mysql/run_until_it_fits.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/inventory/storage/stock_rows.h"

namespace juchu::inventory {
namespace {

#define JUCHU_PRODUCT_COLUMNS \
  "p.product_code, p.product_name, p.jan, p.inactive, p.version, p.create_time_us, p.update_time_us"
constexpr char kLockProducts[] =
    "SELECT " JUCHU_PRODUCT_COLUMNS " FROM products p WHERE p.tenant_id = ? AND p.product_code IN (";
constexpr char kPutProducts[] =
    "INSERT INTO products (tenant_id, product_code, product_name, jan, inactive, version, create_time_us, "
    "update_time_us) VALUES ";
constexpr char kUpdateProducts[] =
    " ON DUPLICATE KEY UPDATE product_name = VALUES(product_name), jan = VALUES(jan), inactive = VALUES(inactive), "
    "version = VALUES(version), update_time_us = VALUES(update_time_us)";
constexpr char kInsertStocks[] = "INSERT INTO stocks (tenant_id, product_code, on_hand, allocated, overdraft) VALUES ";
// A parameter of '' or 0 asks for nothing.
constexpr char kSearch[] =
    "SELECT " JUCHU_PRODUCT_COLUMNS
    ", s.on_hand, s.allocated FROM products p JOIN stocks s ON s.tenant_id = p.tenant_id AND s.product_code = "
    "p.product_code WHERE p.tenant_id = ? AND p.product_code > ? AND p.product_code >= ? AND p.product_code <= ? AND "
    "(? = '' OR INSTR(p.product_name, ?) > 0) AND (? = 0 OR s.on_hand - s.allocated <= 0) ORDER BY p.product_code "
    "LIMIT "
    "?";
constexpr char kSearchByJan[] =
    "SELECT " JUCHU_PRODUCT_COLUMNS
    ", s.on_hand, s.allocated FROM products p JOIN stocks s ON s.tenant_id = p.tenant_id AND s.product_code = "
    "p.product_code WHERE p.tenant_id = ? AND p.jan = ? AND p.product_code > ? AND p.product_code >= ? AND "
    "p.product_code <= ? AND (? = '' OR INSTR(p.product_name, ?) > 0) AND (? = 0 OR s.on_hand - s.allocated <= 0) "
    "ORDER "
    "BY p.product_code LIMIT ?";
#undef JUCHU_PRODUCT_COLUMNS
constexpr int kProductColumns = 7;
// Another writer registers the same product at the same time; more often than this is no coincidence.
constexpr int kMostRuns = 4;
// Behind every text.
constexpr absl::string_view kLast = "\xF4\x8F\xBF\xBF";

v1::Product ProductFromRow(const mysql::Row& row) {
  v1::Product product;
  product.set_product_code(row.String(0));
  product.set_product_name(row.String(1));
  product.set_jan(row.String(2));
  product.set_inactive(row.Bool(3));
  product.set_version(row.Int64(4));
  *product.mutable_create_time() = TimestampFromMicros(row.Int64(5));
  *product.mutable_update_time() = TimestampFromMicros(row.Int64(6));
  return product;
}

bool Same(const v1::Product& one, const v1::Product& other) {
  return one.product_name() == other.product_name() && one.jan() == other.jan() && one.inactive() == other.inactive();
}

absl::Status Add(mysql::RowWriter& writer, absl::string_view tenant, const v1::Product& product, absl::Time now) {
  return writer.Add(tenant, product.product_code(), product.product_name(), product.jan(), product.inactive(),
                    product.version(), now, now);
}

absl::StatusOr<v1::PutProductsResponse> PutIn(mysql::Transaction& transaction, absl::string_view tenant,
                                              const v1::PutProductsRequest& request, absl::Time now) {
  std::set<std::string> codes;
  for (const auto& product : request.products()) codes.insert(product.product_code());
  mysql::Params params = {tenant};
  params.insert(params.end(), codes.begin(), codes.end());
  JUCHU_ASSIGN_OR_RETURN(const std::string sql,
                         mysql::RepeatRows(kLockProducts, "?", codes.size(), ") ORDER BY p.product_code FOR UPDATE"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(sql, params));
  std::map<std::string, v1::Product> known;
  for (const auto row : rows) known[row.String(0)] = ProductFromRow(row);

  v1::PutProductsResponse response;
  // What is new must not be there: its stock is made with it.
  mysql::RowWriter made(transaction, kPutProducts, mysql::RowPlaceholders(8));
  mysql::RowWriter changed(transaction, kPutProducts, mysql::RowPlaceholders(8), kUpdateProducts);
  std::vector<QueuedChange> news;
  mysql::RowWriter stocks(transaction, kInsertStocks, mysql::RowPlaceholders(5));
  for (const auto& given : request.products()) {
    auto& outcome = *response.add_outcomes();
    const auto it = known.find(given.product_code());
    outcome.set_registered(it == known.end());
    auto& product = *outcome.mutable_product();
    product = given;
    if (request.names_only() && it != known.end()) {
      product.set_jan(it->second.jan());
      product.set_inactive(it->second.inactive());
    }
    outcome.set_changed(it == known.end() || !Same(it->second, product));
    product.set_version((it == known.end() ? 0 : it->second.version()) + (outcome.changed() ? 1 : 0));
    *product.mutable_update_time() = outcome.changed() ? TimestampFromTime(now) : it->second.update_time();
    *product.mutable_create_time() = it == known.end() ? product.update_time() : it->second.create_time();
    if (!outcome.changed()) continue;
    JUCHU_RETURN_IF_ERROR(Add(it == known.end() ? made : changed, tenant, product, now));
    const bool was_sold = it != known.end() && !it->second.inactive();
    if (!was_sold && !product.inactive()) news.push_back({"", product.product_code(), now, 0});
    if (it != known.end()) continue;
    JUCHU_RETURN_IF_ERROR(stocks.Add(tenant, product.product_code(), int64_t{0}, int64_t{0}, int64_t{0}));
  }
  JUCHU_RETURN_IF_ERROR(made.Flush());
  JUCHU_RETURN_IF_ERROR(changed.Flush());
  JUCHU_RETURN_IF_ERROR(QueueChanges(transaction, kInventoryChanges, tenant, news, now));
  JUCHU_RETURN_IF_ERROR(stocks.Flush());
  return response;
}

}  // namespace

absl::StatusOr<v1::PutProductsResponse> ProductStore::Put(absl::string_view tenant,
                                                          const v1::PutProductsRequest& request, absl::Time deadline) {
  auto response = mysql::RunUntilItFits(pool_, deadline, kMostRuns, [&](mysql::Transaction& transaction) {
    return PutIn(transaction, tenant, request, clock_.Now());
  });
  if (response.ok()) queued_();
  return response;
}

absl::StatusOr<v1::SearchProductsResponse> ProductStore::Search(absl::string_view tenant,
                                                                const v1::SearchProductsRequest& request,
                                                                absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  mysql::Params params = {tenant};
  if (!request.jan().empty()) params.emplace_back(request.jan());
  params.insert(params.end(), {request.after_product_code(), request.product_code_prefix(),
                               absl::StrCat(request.product_code_prefix(), kLast), request.product_name_part(),
                               request.product_name_part(), request.out_of_stock(), request.page_size() + 1});
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(request.jan().empty() ? kSearch : kSearchByJan, params));
  v1::SearchProductsResponse response;
  for (const auto row : rows) {
    if (response.products_size() == request.page_size()) {
      response.set_more(true);
      break;
    }
    auto& found = *response.add_products();
    *found.mutable_product() = ProductFromRow(row);
    *found.mutable_stock() = StockOf(row.String(0), row.Int64(kProductColumns), row.Int64(kProductColumns + 1));
  }
  return response;
}

}  // namespace juchu::inventory
