#ifndef SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_LAYOUT_H_
#define SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_LAYOUT_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

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
  // One line that is kept as it is: product and customer codes.
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
  // Spellings of its name, the usual one first. They are compared in NFKC, without spaces and in lower case, so full-
  // and half-width digits, letters and signs are the same.
  std::vector<absl::string_view> names;
};

// The layout profile of the 汎用受注CSV: every column that is known, indexed by OrderField.
const std::vector<ColumnProfile>& GenericOrderColumns();

// Where the columns of one file stand.
class HeaderMap {
 public:
  // Reads the header's names. INVALID_ARGUMENT: COLUMNS_MISSING (metadata "columns" names them all) and COLUMN_DOUBLED
  // when two columns mean the same.
  static absl::StatusOr<HeaderMap> Create(std::vector<std::string> names);

  // Index of the field's column in each record; nullopt: the file has no such column.
  std::optional<std::size_t> Find(OrderField field) const { return positions_[static_cast<std::size_t>(field)]; }
  // The column's name as the file has it, or the usual one where the file has no such column.
  std::string NameOf(OrderField field) const;
  // The name of the column at `position`; "" beyond the last.
  std::string NameAt(std::size_t position) const;
  std::size_t column_count() const { return names_.size(); }
  // Names of the columns that mean nothing to us, in the file's order; nameless ones left out.
  const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  explicit HeaderMap(std::vector<std::string> names) : names_(std::move(names)) {}

  std::vector<std::string> names_;
  std::array<std::optional<std::size_t>, kOrderFieldCount> positions_;
  std::vector<std::string> ignored_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_LAYOUT_H_
