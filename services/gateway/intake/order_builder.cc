#include "services/gateway/intake/order_builder.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/csv_file.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/order_amounts.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int64_t kMaxUnitPriceYen = 999'999'999;
constexpr int64_t kMaxQuantity = 999'999;
constexpr OrderField kRecipientFields[] = {OrderField::kRecipientPostalCode, OrderField::kRecipientAddress1,
                                           OrderField::kRecipientAddress2,   OrderField::kRecipientName,
                                           OrderField::kRecipientNameKana,   OrderField::kRecipientPhone};
constexpr OrderField kRequiredRecipientFields[] = {OrderField::kRecipientPostalCode, OrderField::kRecipientAddress1,
                                                   OrderField::kRecipientName};

const Cell& At(const RowCells& row, OrderField field) { return *row[static_cast<std::size_t>(field)]; }

const Cell& EmptyCell() {
  static const auto* const empty = new Cell();
  return *empty;
}

bool HaveSame(OrderField field, const RowCells& one, const RowCells& other) {
  const Cell& cell = At(one, field);
  return &cell == &At(other, field) || cell.text == At(other, field).text;
}

bool HasRecipient(const RowCells& row) {
  return std::any_of(std::begin(kRecipientFields), std::end(kRecipientFields),
                     [&row](OrderField field) { return !At(row, field).text.empty(); });
}

absl::StatusOr<Cell> NumberCell(absl::StatusOr<int64_t> number) {
  JUCHU_RETURN_IF_ERROR(number.status());
  return Cell{absl::StrCat(*number), *number, {}};
}

absl::StatusOr<Cell> TextCell(absl::string_view text, const ColumnProfile& column) {
  JUCHU_RETURN_IF_ERROR(ValidateFieldText(text, column.type == FieldType::kLines, column.max_characters));
  if (column.type == FieldType::kMail) JUCHU_RETURN_IF_ERROR(ValidateMail(text));
  const bool free_text = column.type == FieldType::kText || column.type == FieldType::kLines;
  return Cell{free_text ? MaskCardNumbers(text) : std::string(text), 0, {}};
}

// Reads a text that is not empty.
absl::StatusOr<Cell> ParseCell(absl::string_view text, const ColumnProfile& column) {
  switch (column.type) {
    case FieldType::kShopOrderNumber:
      JUCHU_RETURN_IF_ERROR(ValidateShopOrderNumber(text));
      return Cell{std::string(text), 0, {}};
    case FieldType::kTime:
    case FieldType::kDate: {
      JUCHU_ASSIGN_OR_RETURN(const absl::CivilSecond time, ParseCivilTime(text));
      return Cell{absl::FormatCivilTime(time), 0, time};
    }
    case FieldType::kPostalCode: {
      JUCHU_ASSIGN_OR_RETURN(std::string digits, ParsePostalCode(text));
      return Cell{std::move(digits), 0, {}};
    }
    case FieldType::kPhone: {
      JUCHU_ASSIGN_OR_RETURN(std::string phone, ParsePhone(text));
      return Cell{std::move(phone), 0, {}};
    }
    case FieldType::kMail:
    case FieldType::kText:
    case FieldType::kLines:
    case FieldType::kCode:
      return TextCell(text, column);
    case FieldType::kAmount:
      return NumberCell(ParseInteger(text, 0, kMaxAmountYen));
    case FieldType::kSignedAmount:
      return NumberCell(ParseInteger(text, -kMaxAmountYen, kMaxAmountYen));
    case FieldType::kUnitPrice:
      return NumberCell(ParseInteger(text, -kMaxUnitPriceYen, kMaxUnitPriceYen));
    case FieldType::kQuantity:
      return NumberCell(ParseInteger(text, 1, kMaxQuantity));
    case FieldType::kTaxRate: {
      JUCHU_ASSIGN_OR_RETURN(const int rate, ParseTaxRate(text));
      return Cell{absl::StrCat(rate), rate, {}};
    }
    case FieldType::kFlag: {
      JUCHU_ASSIGN_OR_RETURN(const bool flag, ParseFlag(text));
      // An empty flag is 0, and so is "0": one form.
      return Cell{flag ? "1" : "", flag ? 1 : 0, {}};
    }
  }
  return absl::InternalError("a column type without a reader");
}

void SetContact(const RowCells& row, bool recipient, pb::Contact& contact) {
  using F = OrderField;
  contact.set_name(At(row, recipient ? F::kRecipientName : F::kOrdererName).text);
  contact.set_name_kana(At(row, recipient ? F::kRecipientNameKana : F::kOrdererNameKana).text);
  contact.set_postal_code(At(row, recipient ? F::kRecipientPostalCode : F::kOrdererPostalCode).text);
  contact.set_address1(At(row, recipient ? F::kRecipientAddress1 : F::kOrdererAddress1).text);
  contact.set_address2(At(row, recipient ? F::kRecipientAddress2 : F::kOrdererAddress2).text);
  contact.set_phone(At(row, recipient ? F::kRecipientPhone : F::kOrdererPhone).text);
}

// The delivery that a row's item belongs to, without items.
void SetDelivery(const RowCells& row, pb::Delivery& delivery) {
  SetContact(row, HasRecipient(row), *delivery.mutable_recipient());
  delivery.set_shipping_method(At(row, OrderField::kShippingMethod).text);
  delivery.set_delivery_time_slot(At(row, OrderField::kDeliveryTimeSlot).text);
  const Cell& date = At(row, OrderField::kDeliveryDate);
  if (!date.text.empty()) {
    delivery.mutable_delivery_date()->set_year(static_cast<int32_t>(date.time.year()));
    delivery.mutable_delivery_date()->set_month(date.time.month());
    delivery.mutable_delivery_date()->set_day(date.time.day());
  }
}

// The same for rows that go to the same place.
std::string DeliveryKey(const RowCells& row) {
  pb::Delivery delivery;
  SetDelivery(row, delivery);
  return delivery.SerializeAsString();
}

// Of two rows of one order.
bool HaveSameDelivery(const RowCells& one, const RowCells& other) {
  const auto& columns = GenericOrderColumns();
  return std::all_of(columns.begin(), columns.end(), [&](const ColumnProfile& column) {
    return column.scope != FieldScope::kDelivery || HaveSame(column.field, one, other);
  });
}

void SetItem(const RowCells& row, pb::Item& item) {
  item.set_product_code(At(row, OrderField::kProductCode).text);
  item.set_product_name(At(row, OrderField::kProductName).text);
  item.set_product_option(At(row, OrderField::kProductOption).text);
  item.set_unit_price_yen(At(row, OrderField::kUnitPrice).number);
  item.set_quantity(static_cast<int32_t>(At(row, OrderField::kQuantity).number));
  const Cell& rate = At(row, OrderField::kTaxRate);
  if (!rate.text.empty()) item.set_tax_rate_percent(static_cast<int32_t>(rate.number));
}

FileAmounts AmountsOf(const RowCells& row) {
  using F = OrderField;
  const auto amount = [&row](OrderField field) {
    const Cell& cell = At(row, field);
    return cell.text.empty() ? std::nullopt : std::optional<int64_t>(cell.number);
  };
  return FileAmounts{.goods = amount(F::kGoodsAmount),
                     .tax = amount(F::kTaxAmount),
                     .shipping = amount(F::kShippingAmount),
                     .fee = amount(F::kFeeAmount),
                     .taxable_10 = amount(F::kTaxable10Amount),
                     .tax_10 = amount(F::kTax10Amount),
                     .taxable_8 = amount(F::kTaxable8Amount),
                     .tax_8 = amount(F::kTax8Amount),
                     .points = amount(F::kPointsAmount),
                     .coupon = amount(F::kCouponAmount),
                     .other = amount(F::kOtherAmount),
                     .total = amount(F::kTotalAmount)};
}

}  // namespace

void OrderBuilder::AddProblem(IntakeProblem problem) {
  if (read_.problems.size() >= static_cast<std::size_t>(kMaxProblemsPerOrder)) return;
  read_.problems.push_back(std::move(problem));
}

std::optional<std::string> OrderBuilder::ReadText(const CsvRecord& record, const ColumnProfile& column) {
  const std::optional<std::size_t> position = header_.Find(column.field);
  std::string text;
  if (!position.has_value()) return text;
  std::optional<IntakeProblem> problem =
      ReadFieldText(file_, record, record.fields[*position], encoding_, header_.NameOf(column.field), text);
  if (!problem.has_value()) return text;
  AddProblem(*std::move(problem));
  return std::nullopt;
}

const Cell* OrderBuilder::ReadCell(const CsvRecord& record, const ColumnProfile& column) {
  const std::optional<std::string> text = ReadText(record, column);
  if (!text.has_value()) return nullptr;
  if (text->empty()) {
    if (!column.required) return &EmptyCell();
    AddProblem(MissingValue(record.line, header_.NameOf(column.field)));
    return nullptr;
  }
  absl::StatusOr<Cell> cell = ParseCell(*text, column);
  const bool free_text = column.type == FieldType::kText || column.type == FieldType::kLines;
  if (cell.ok() && !free_text) {
    // As it is kept: without the hyphens of a phone number.
    if (absl::Status refused = RefuseCardNumber(cell->text); !refused.ok()) cell = std::move(refused);
  }
  if (!cell.ok()) {
    AddProblem(ValueProblem(record.line, header_.NameOf(column.field), cell.status()));
    return nullptr;
  }
  if (free_text && cell->text != *text) card_number_masked_ = true;
  return &cells_.emplace_back(*std::move(cell));
}

bool OrderBuilder::RepeatsFirst(const CsvRecord& record, const ColumnProfile& column) const {
  if (rows_.empty()) return false;
  const std::optional<std::size_t> position = header_.Find(column.field);
  if (!position.has_value()) return true;
  const CsvField& field = record.fields[*position];
  const CsvField& first = first_.fields[*position];
  return field.quoted == first.quoted && field.bytes == first.bytes;
}

void OrderBuilder::AddRow(const CsvRecord& record) {
  std::optional<IntakeProblem> mixed = EncodingProblem(file_, record, encoding_);
  if (mixed.has_value()) {
    AddProblem(*std::move(mixed));
    return;
  }
  RowCells row;
  row.fill(&EmptyCell());
  bool whole = true;
  for (const ColumnProfile& column : GenericOrderColumns()) {
    const Cell*& value = row[static_cast<std::size_t>(column.field)];
    value = RepeatsFirst(record, column) ? &At(rows_.front(), column.field) : ReadCell(record, column);
    whole = whole && value != nullptr;
  }
  if (!whole) return;
  if (rows_.empty()) first_ = record;
  CheckRow(row, record.line);
  rows_.push_back(std::move(row));
}

void OrderBuilder::CheckRow(const RowCells& row, int line) {
  for (const ColumnProfile& column : GenericOrderColumns()) {
    if (column.scope != FieldScope::kOrder || rows_.empty()) continue;
    if (HaveSame(column.field, row, rows_.front())) continue;
    AddProblem({line, header_.NameOf(column.field), "ORDER_COLUMNS_DIFFER",
                absl::StrCat("differs from line ", first_.line, " of the same order"),
                "repeat the order's columns on each of its rows, or give the orders different numbers"});
  }
  if (!HasRecipient(row)) return;
  for (const OrderField field : kRequiredRecipientFields) {
    if (!At(row, field).text.empty()) continue;
    AddProblem({line, header_.NameOf(field), "VALUE_MISSING", "nothing in a column that a recipient needs",
                "fill it in, or leave all of the recipient's columns empty to send to the orderer"});
  }
}

void OrderBuilder::Finish() {
  if (read_.problems.empty() && !rows_.empty()) SetDocument();
}

void OrderBuilder::SetDocument() {
  const RowCells& first = rows_.front();
  document_.set_shop_order_number(read_.shop_order_number);
  document_.mutable_order_time()->set_seconds(
      absl::ToUnixSeconds(FromJapanTime(At(first, OrderField::kOrderTime).time)));
  document_.set_payment_method(At(first, OrderField::kPaymentMethod).text);
  SetContact(first, false, *document_.mutable_orderer());
  document_.set_orderer_mail(At(first, OrderField::kOrdererMail).text);
  document_.set_customer_note(At(first, OrderField::kCustomerNote).text);
  document_.set_worker_note(At(first, OrderField::kWorkerNote).text);
  document_.set_gift(At(first, OrderField::kGift).number != 0);
  document_.set_noshi(At(first, OrderField::kNoshi).text);
  document_.set_wrapping(At(first, OrderField::kWrapping).text);
  document_.set_enclosed_message(At(first, OrderField::kEnclosedMessage).text);
  document_.set_customer_code(At(first, OrderField::kCustomerCode).text);
  AddItems();
  AddNotes();
}

void OrderBuilder::AddItems() {
  // Of each delivery; most orders have one.
  std::vector<std::string> keys;
  std::vector<const pb::Item*> items;
  int index = 0;
  for (const RowCells& row : rows_) {
    // Most rows go where the row before them goes.
    if (items.empty()) {
      SetDelivery(row, *document_.add_deliveries());
    } else if (!HaveSameDelivery(*(&row - 1), row)) {
      if (keys.empty()) keys.push_back(DeliveryKey(rows_.front()));
      const std::string key = DeliveryKey(row);
      const auto found = std::find(keys.begin(), keys.end(), key);
      index = static_cast<int>(found - keys.begin());
      if (found == keys.end()) {
        keys.push_back(key);
        SetDelivery(row, *document_.add_deliveries());
      }
    }
    pb::Item& item = *document_.mutable_deliveries(index)->add_items();
    SetItem(row, item);
    items.push_back(&item);
  }
  absl::StatusOr<pb::Amounts> amounts = SettleAmounts(AmountsOf(rows_.front()), items, read_.notes);
  if (!amounts.ok()) {
    AddProblem(ValueProblem(first_.line, header_.NameOf(OrderField::kUnitPrice), amounts.status()));
    return;
  }
  *document_.mutable_amounts() = *std::move(amounts);
}

void OrderBuilder::AddNotes() {
  if (card_number_masked_) {
    read_.notes.push_back({"CARD_NUMBER_MASKED", "a card number stood in a text; only its last four digits were kept"});
  }
  if (At(rows_.front(), OrderField::kShipped).number != 0) {
    read_.notes.push_back({"SHIPPED_ALREADY", "the file marks the order as shipped; it comes in as a new order"});
  }
}

}  // namespace juchu::gateway
