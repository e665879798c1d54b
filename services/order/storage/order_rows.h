#ifndef SERVICES_ORDER_STORAGE_ORDER_ROWS_H_
#define SERVICES_ORDER_STORAGE_ORDER_ROWS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mysql/row.h"
#include "common/mysql/value.h"
#include "common/time/timestamps.h"
#include "juchu/order/v1/order.pb.h"

// Rows of the order database <-> messages. Pure.
namespace juchu::order {

// The columns of `orders` behind tenant_id. For "SELECT " JUCHU_ORDER_COLUMNS " FROM orders o WHERE …": every column
// carries the alias o. First those that change as an order moves on, then those that only an edit of the order changes:
// a commit that touches none of the latter leaves them alone, which is half the work.
#define JUCHU_MOVING_COLUMNS                                                               \
  "o.order_number, o.version, o.status, o.mode, o.customer_state, o.address_state, "       \
  "o.delivery_date_state, o.warning_state, o.card_state, o.credit_screening_state, "       \
  "o.postpay_slip_state, o.prepayment_state, o.postpayment_state, o.allocation_state, "    \
  "o.shipment_state, o.tracking_report_state, o.overridden_categories, o.state_versions, " \
  "o.status_time_us, o.update_time_us, o.cancel_time_us, o.paid_time_us, o.received_yen, " \
  "o.forced_allocation, o.inventory_facts_version, o.payment_facts_version, "              \
  "o.shipping_facts_version"
#define JUCHU_GIVEN_COLUMNS                                                                    \
  "o.shop_id, o.shop_order_number, o.order_time_us, o.create_time_us, o.payment_method, "      \
  "o.payment_kind, o.postpaid, o.orderer_name, o.orderer_phone, o.orderer_mail, o.total_yen, " \
  "o.management_category_id, o.order_tag_ids"
#define JUCHU_ORDER_COLUMNS JUCHU_MOVING_COLUMNS ", " JUCHU_GIVEN_COLUMNS
inline constexpr int kMovingColumnCount = 27;
inline constexpr int kOrderColumnCount = kMovingColumnCount + 13;

// The BASIC view of the order in `row`, whose first columns are JUCHU_ORDER_COLUMNS.
v1::Order OrderFromRow(const mysql::Row& row);
// What JUCHU_MOVING_COLUMNS hold of it.
v1::Order MovingFromRow(const mysql::Row& row);

// The values of one row of `orders`: tenant_id and the columns.
void AppendOrderValues(absl::string_view tenant, const v1::Order& order, mysql::Params& params);
void AppendMovingValues(absl::string_view tenant, const v1::Order& order, mysql::Params& params);

// What of the order goes into its document: everything that has no column.
std::string DocumentOf(const v1::Order& order);

// Completes a BASIC order to the FULL view by its document. INTERNAL when the document cannot be read.
absl::Status AddDocument(absl::string_view document, v1::Order& order);

// "2026-11-24", NULL for an absent date.
mysql::Value DateValue(bool present, const common::v1::Date& date);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_ROWS_H_
