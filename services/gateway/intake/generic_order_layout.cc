#include "services/gateway/intake/generic_order_layout.h"

#include "common/status/status_macros.h"

namespace juchu::gateway {

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

absl::StatusOr<HeaderMap> HeaderMap::Create(const std::vector<std::string>& names) {
  static const auto* const columns = [] {
    auto* const made = new std::vector<CsvColumn>();
    for (const ColumnProfile& column : GenericOrderColumns()) made->push_back({column.names, column.required});
    return made;
  }();
  JUCHU_ASSIGN_OR_RETURN(CsvHeader header, CsvHeader::Create(names, *columns));
  return HeaderMap(std::move(header));
}

}  // namespace juchu::gateway
