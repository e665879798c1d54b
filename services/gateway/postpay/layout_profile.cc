#include "services/gateway/postpay/layout_profile.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {

namespace pb = ::juchu::payment::v1;

LayoutUse UseOf(pb::LayoutKind kind) {
  if (kind == pb::NP_RESULT || kind == pb::GMO_RESULT) return LayoutUse::kResult;
  return kind == pb::NP_SLIP || kind == pb::GMO_SLIP ? LayoutUse::kSlip : LayoutUse::kRegistration;
}

PostpayCompany CompanyOf(pb::LayoutKind kind) {
  const bool gmo = kind == pb::GMO_REGISTRATION || kind == pb::GMO_RESULT || kind == pb::GMO_SLIP;
  return gmo ? PostpayCompany::kGmo : PostpayCompany::kNp;
}

const std::vector<LayoutField>& FieldsOf(LayoutUse use) {
  static const auto* const registration = new std::vector<LayoutField>{{.name = "shop_transaction_id", .needed = true},
                                                                       {.name = "order_date"},
                                                                       {.name = "billed_amount", .needed = true},
                                                                       {.name = "customer_name"},
                                                                       {.name = "customer_name_kana"},
                                                                       {.name = "customer_zip_code"},
                                                                       {.name = "customer_address"},
                                                                       {.name = "customer_tel"},
                                                                       {.name = "customer_mail"},
                                                                       {.name = "destination_name"},
                                                                       {.name = "destination_name_kana"},
                                                                       {.name = "destination_zip_code"},
                                                                       {.name = "destination_address"},
                                                                       {.name = "destination_tel"},
                                                                       {.name = "goods_name", .of_goods = true},
                                                                       {.name = "goods_price", .of_goods = true},
                                                                       {.name = "goods_quantity", .of_goods = true}};
  static const auto* const result = new std::vector<LayoutField>{{.name = "shop_transaction_id", .needed = true},
                                                                 {.name = "transaction_id"},
                                                                 {.name = "result", .needed = true},
                                                                 {.name = "reason", .repeated = true},
                                                                 {.name = "decided_time"}};
  static const auto* const slip = new std::vector<LayoutField>{{.name = "shop_transaction_id"},
                                                               {.name = "transaction_id"},
                                                               {.name = "carrier_code", .needed = true},
                                                               {.name = "slip_number", .needed = true},
                                                               {.name = "invoice_date"}};
  return use == LayoutUse::kResult ? *result : use == LayoutUse::kSlip ? *slip : *registration;
}

const LayoutField* FindField(LayoutUse use, absl::string_view name) {
  const std::vector<LayoutField>& fields = FieldsOf(use);
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const LayoutField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::string ComparableWord(absl::string_view word) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(NormalizeWidth(TrimSpaces(word)), {{" ", ""}}));
}

}  // namespace juchu::gateway
