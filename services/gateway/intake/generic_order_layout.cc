#include "services/gateway/intake/generic_order_layout.h"

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {
namespace {

std::string ComparableName(absl::string_view name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(NormalizeWidth(TrimSpaces(name)), {{" ", ""}}));
}

// A column's name as reports show it: a damaged file may have a whole page there.
std::string ShownName(absl::string_view name) {
  constexpr std::size_t kMaxBytes = 300;
  if (name.size() <= kMaxBytes) return std::string(name);
  std::size_t end = kMaxBytes;
  while ((static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(name.substr(0, end), "…");
}

const std::map<std::string, OrderField>& FieldsByName() {
  static const auto* const fields = [] {
    auto* const map = new std::map<std::string, OrderField>();
    for (const ColumnProfile& column : GenericOrderColumns()) {
      for (const absl::string_view name : column.names) map->emplace(ComparableName(name), column.field);
    }
    return map;
  }();
  return *fields;
}

}  // namespace

const std::vector<ColumnProfile>& GenericOrderColumns() {
  using F = OrderField;
  using S = FieldScope;
  using T = FieldType;
  static const auto* const columns = new std::vector<ColumnProfile>{
      {F::kShopOrderNumber, S::kOrder, T::kShopOrderNumber, true, 0, {"店舗伝票番号"}},
      {F::kOrderTime, S::kOrder, T::kTime, true, 0, {"受注日", "受注日時"}},
      {F::kOrdererPostalCode, S::kOrder, T::kPostalCode, true, 0, {"受注郵便番号"}},
      {F::kOrdererAddress1, S::kOrder, T::kText, true, 255, {"受注住所１"}},
      {F::kOrdererAddress2, S::kOrder, T::kText, false, 255, {"受注住所２"}},
      {F::kOrdererName, S::kOrder, T::kText, true, 100, {"受注名"}},
      {F::kOrdererNameKana, S::kOrder, T::kText, false, 100, {"受注名カナ"}},
      {F::kOrdererPhone, S::kOrder, T::kPhone, false, 0, {"受注電話番号"}},
      {F::kOrdererMail, S::kOrder, T::kMail, true, 100, {"受注メールアドレス"}},
      {F::kRecipientPostalCode, S::kDelivery, T::kPostalCode, false, 0, {"発送郵便番号", "発送先郵便番号"}},
      {F::kRecipientAddress1, S::kDelivery, T::kText, false, 255, {"発送先住所１"}},
      {F::kRecipientAddress2, S::kDelivery, T::kText, false, 255, {"発送先住所２"}},
      {F::kRecipientName, S::kDelivery, T::kText, false, 100, {"発送先名"}},
      {F::kRecipientNameKana, S::kDelivery, T::kText, false, 100, {"発送先カナ", "発送先名カナ"}},
      {F::kRecipientPhone, S::kDelivery, T::kPhone, false, 0, {"発送電話番号", "発送先電話番号"}},
      {F::kPaymentMethod, S::kOrder, T::kText, false, 100, {"支払方法"}},
      {F::kShippingMethod, S::kDelivery, T::kText, false, 100, {"発送方法"}},
      {F::kGoodsAmount, S::kOrder, T::kAmount, false, 0, {"商品計"}},
      {F::kTaxAmount, S::kOrder, T::kAmount, false, 0, {"税金"}},
      {F::kShippingAmount, S::kOrder, T::kAmount, false, 0, {"発送料"}},
      {F::kFeeAmount, S::kOrder, T::kAmount, false, 0, {"手数料"}},
      // Wider files: amounts per tax rate, tax included, and the tax in them.
      {F::kTaxable10Amount,
       S::kOrder,
       T::kSignedAmount,
       false,
       0,
       {"10％対象額", "10％対象金額", "10％対象合計", "対象額（10％）", "対象金額（10％）"}},
      {F::kTax10Amount,
       S::kOrder,
       T::kSignedAmount,
       false,
       0,
       {"10％消費税", "10％消費税額", "消費税（10％）", "消費税額（10％）", "税金（10％）"}},
      {F::kTaxable8Amount,
       S::kOrder,
       T::kSignedAmount,
       false,
       0,
       {"8％対象額", "8％対象金額", "8％対象合計", "対象額（8％）", "対象金額（8％）"}},
      {F::kTax8Amount,
       S::kOrder,
       T::kSignedAmount,
       false,
       0,
       {"8％消費税", "8％消費税額", "消費税（8％）", "消費税額（8％）", "税金（8％）"}},
      {F::kPointsAmount, S::kOrder, T::kSignedAmount, false, 0, {"ポイント"}},
      {F::kCouponAmount, S::kOrder, T::kSignedAmount, false, 0, {"クーポン", "クーポン利用額", "クーポン値引額"}},
      {F::kOtherAmount, S::kOrder, T::kSignedAmount, false, 0, {"その他費用"}},
      {F::kTotalAmount, S::kOrder, T::kAmount, false, 0, {"合計金額"}},
      {F::kGift, S::kOrder, T::kFlag, false, 0, {"ギフトフラグ"}},
      {F::kDeliveryTimeSlot, S::kDelivery, T::kText, false, 50, {"時間帯指定"}},
      {F::kDeliveryDate, S::kDelivery, T::kDate, false, 0, {"日付指定"}},
      {F::kWorkerNote, S::kOrder, T::kLines, false, 4000, {"作業者欄"}},
      {F::kCustomerNote, S::kOrder, T::kLines, false, 4000, {"備考"}},
      {F::kProductName, S::kItem, T::kText, true, 255, {"商品名"}},
      {F::kProductCode, S::kItem, T::kCode, true, 100, {"商品コード"}},
      {F::kUnitPrice, S::kItem, T::kUnitPrice, true, 0, {"商品価格"}},
      {F::kQuantity, S::kItem, T::kQuantity, true, 0, {"受注数量"}},
      {F::kProductOption, S::kItem, T::kText, false, 255, {"商品オプション"}},
      {F::kShipped, S::kOrder, T::kFlag, false, 0, {"出荷済フラグ"}},
      {F::kCustomerCode, S::kOrder, T::kCode, false, 50, {"顧客コード"}},
      {F::kTaxRate, S::kItem, T::kTaxRate, false, 0, {"消費税率（%）", "消費税率"}},
      {F::kNoshi, S::kOrder, T::kText, false, 255, {"のし"}},
      {F::kWrapping, S::kOrder, T::kText, false, 255, {"ラッピング"}},
      {F::kEnclosedMessage, S::kOrder, T::kLines, false, 1000, {"メッセージ"}},
  };
  return *columns;
}

absl::StatusOr<HeaderMap> HeaderMap::Create(std::vector<std::string> names) {
  HeaderMap header(std::move(names));
  for (std::size_t i = 0; i < header.names_.size(); ++i) {
    header.names_[i] = std::string(TrimSpaces(header.names_[i]));
    const std::string& name = header.names_[i];
    const auto found = FieldsByName().find(ComparableName(name));
    if (found == FieldsByName().end()) {
      if (!name.empty()) header.ignored_.push_back(ShownName(name));
      continue;
    }
    std::optional<std::size_t>& position = header.positions_[static_cast<std::size_t>(found->second)];
    if (position.has_value()) {
      return MakeError(
          absl::StatusCode::kInvalidArgument, "COLUMN_DOUBLED",
          absl::StrCat("the header's columns ", *position + 1, " and ", i + 1, " have the same name ", name),
          {{"column", name}, {"remedy", "remove or rename one of the two columns"}});
    }
    position = i;
  }
  std::vector<absl::string_view> missing;
  for (const ColumnProfile& column : GenericOrderColumns()) {
    if (column.required && !header.Find(column.field).has_value()) missing.push_back(column.names.front());
  }
  if (missing.empty()) return header;
  return MakeError(
      absl::StatusCode::kInvalidArgument, "COLUMNS_MISSING",
      absl::StrCat("the header lacks ", absl::StrJoin(missing, ", ")),
      {{"columns", absl::StrJoin(missing, ",")},
       {"remedy", "write the header line with these columns; where it has them, name the file's encoding"}});
}

std::string HeaderMap::NameOf(OrderField field) const {
  const std::optional<std::size_t> position = Find(field);
  if (position.has_value()) return names_[*position];
  return std::string(GenericOrderColumns()[static_cast<std::size_t>(field)].names.front());
}

std::string HeaderMap::NameAt(std::size_t position) const {
  return position < names_.size() ? names_[position] : std::string();
}

}  // namespace juchu::gateway
