#ifndef SERVICES_ORDER_STORAGE_ORDER_ROWS_H_
#define SERVICES_ORDER_STORAGE_ORDER_ROWS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mysql/row.h"
#include "common/mysql/value.h"
#include "common/time/timestamps.h"
#include "juchu/order/v1/order.pb.h"
#include "services/order/domain/commit_mask.h"

// Rows of the order database <-> messages. Pure.
namespace juchu::order {

// The columns of `orders` behind tenant_id, by the parts of a row. For "SELECT " JUCHU_ORDER_COLUMNS " FROM orders o
// WHERE …": every column carries the alias o. A commit reads and writes the parts that it touches and leaves the others
// alone: most touch a few columns of forty.
#define JUCHU_STATUS_COLUMNS "o.order_number, o.version, o.status, o.mode, o.status_time_us, o.update_time_us"
#define JUCHU_MOVING_COLUMNS                                                                    \
  JUCHU_STATUS_COLUMNS                                                                          \
  ", o.customer_state, o.address_state, o.delivery_date_state, o.warning_state, o.card_state, " \
  "o.credit_screening_state, o.postpay_slip_state, o.prepayment_state, o.postpayment_state, "   \
  "o.allocation_state, o.shipment_state, o.tracking_report_state, o.overridden_categories, "    \
  "o.state_versions, o.cancel_time_us, o.paid_time_us, o.received_yen, o.forced_allocation, "   \
  "o.inventory_facts_version, o.payment_facts_version, o.shipping_facts_version"
#define JUCHU_ORDER_COLUMNS                                                                    \
  JUCHU_MOVING_COLUMNS                                                                         \
  ", o.shop_id, o.shop_order_number, o.order_time_us, o.create_time_us, o.payment_method, "    \
  "o.payment_kind, o.postpaid, o.orderer_name, o.orderer_phone, o.orderer_mail, o.total_yen, " \
  "o.management_category_id, o.order_tag_ids"
inline constexpr int kOrderColumnCount = 40;
// How many columns a part has.
constexpr int ColumnCount(RowPart part) {
  return part == RowPart::kStatus ? 6 : part == RowPart::kMoving ? 27 : kOrderColumnCount;
}

// Many orders as the one parameter of a statement, a table k to join with: their numbers (mysql::JsonList), or numbers
// each with a request's id (mysql::JsonPairs).
#define JUCHU_NUMBERS_K \
  "JSON_TABLE(?, '$[*]' COLUMNS (order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) k "
#define JUCHU_REQUESTS_K                                                      \
  "JSON_TABLE(?, '$[*]' COLUMNS ("                                            \
  "order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]', " \
  "request_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PATH '$[1]')) k "

// Fills in the BASIC view of the order in `row`, whose first columns are JUCHU_ORDER_COLUMNS, or as much of it as
// `part` holds. `order` is empty.
void ReadOrder(const mysql::Row& row, v1::Order& order, RowPart part = RowPart::kWhole);

// The values of one row of `orders`: the columns of the part.
void AppendOrderValues(const v1::Order& order, RowPart part, mysql::Params& params);

// What of the order goes into its document: everything that has no column.
std::string DocumentOf(const v1::Order& order);

// Completes a BASIC order to the FULL view by its document. INTERNAL when the document cannot be read.
absl::Status AddDocument(absl::string_view document, v1::Order& order);

// "2026-11-24", NULL for an absent date.
mysql::Value DateValue(bool present, const common::v1::Date& date);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_ROWS_H_
