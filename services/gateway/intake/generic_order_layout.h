#ifndef SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_LAYOUT_H_
#define SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_LAYOUT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/gateway/intake/csv_header.h"

namespace juchu::gateway {

// What a column of the 汎用受注CSV means.
enum class OrderField {
  kShopOrderNumber,
  kOrderTime,
  kOrdererPostalCode,
  kOrdererAddress1,
  kOrdererAddress2,
  kOrdererName,
  kOrdererNameKana,
  kOrdererPhone,
  kOrdererMail,
  kRecipientPostalCode,
  kRecipientAddress1,
  kRecipientAddress2,
  kRecipientName,
  kRecipientNameKana,
  kRecipientPhone,
  kPaymentMethod,
  kShippingMethod,
  kGoodsAmount,
  kTaxAmount,
  kShippingAmount,
  kFeeAmount,
  kTaxable10Amount,
  kTax10Amount,
  kTaxable8Amount,
  kTax8Amount,
  kPointsAmount,
  kCouponAmount,
  kOtherAmount,
  kTotalAmount,
  kGift,
  kDeliveryTimeSlot,
  kDeliveryDate,
  kWorkerNote,
  kCustomerNote,
  kProductName,
  kProductCode,
  kUnitPrice,
  kQuantity,
  kProductOption,
  kShipped,
  kCustomerCode,
  kTaxRate,
  kNoshi,
  kWrapping,
  kEnclosedMessage,
};
inline constexpr std::size_t kOrderFieldCount = static_cast<std::size_t>(OrderField::kEnclosedMessage) + 1;

// What a column's values belong to.
enum class FieldScope {
  // The order: the same on each of its rows.
  kOrder,
  // The delivery: rows of an order that differ here go to different places.
  kDelivery,
  // The item: the row.
  kItem,
};

// How a column's values are read.
enum class FieldType {
  kShopOrderNumber,
  kTime,
  kDate,
  kPostalCode,
  kPhone,
  kMail,
  // One line; free text in which card numbers are masked.
  kText,
  // The same with line breaks.
  kLines,
  // One line that is kept as it is: product and customer codes. Like every other type that is no free text, refused
  // when a card number stands in it.
  kCode,
  kAmount,
  kSignedAmount,
  kUnitPrice,
  kQuantity,
  kTaxRate,
  kFlag,
};

// One column of the layout profile.
struct ColumnProfile {
  OrderField field;
  FieldScope scope;
  FieldType type;
  // Whether the header must have the column and each row a value in it.
  bool required;
  // Characters at most; 0: the type says it.
  std::size_t max_characters;
  // As CsvColumn.names.
  std::vector<absl::string_view> names;
};

// The layout profile of the 汎用受注CSV: every column that is known, indexed by OrderField.
const std::vector<ColumnProfile>& GenericOrderColumns();

// Where the columns of one 汎用受注CSV stand: a CsvHeader that is asked by OrderField.
class HeaderMap {
 public:
  // As CsvHeader::Create.
  static absl::StatusOr<HeaderMap> Create(const std::vector<std::string>& names);

  // Index of the field's column in each record; nullopt: the file has no such column.
  std::optional<std::size_t> Find(OrderField field) const { return header_.Find(static_cast<std::size_t>(field)); }
  // The column's name as the file has it, or the usual one where the file has no such column.
  const std::string& NameOf(OrderField field) const { return header_.NameOf(static_cast<std::size_t>(field)); }
  // The name of the column at `position`; "" beyond the last.
  std::string NameAt(std::size_t position) const { return header_.NameAt(position); }
  std::size_t column_count() const { return header_.column_count(); }
  // Names of the columns that mean nothing to us, in the file's order; nameless ones left out.
  const std::vector<std::string>& ignored() const { return header_.ignored(); }

 private:
  explicit HeaderMap(CsvHeader header) : header_(std::move(header)) {}

  CsvHeader header_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_LAYOUT_H_
