#ifndef SERVICES_GATEWAY_POSTPAY_POSTPAY_RULES_H_
#define SERVICES_GATEWAY_POSTPAY_POSTPAY_RULES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// What a company takes, after its public API. Lengths are characters of the text with its marks composed; a half-width
// katakana is one.
struct CompanyLimits {
  std::size_t max_name;
  std::size_t max_kana;
  std::size_t max_address;
  std::size_t min_mail;
  std::size_t max_mail;
  int64_t max_billed_yen;
  std::size_t max_goods_name;
  // Whether rows of goods may have a negative price, and must come to the billed amount.
  bool goods_are_summed;
  int64_t max_goods_price_yen;
  int64_t max_goods_quantity;
  // Characters of a slip number (配送伝票番号).
  std::size_t min_slip_number;
  std::size_t max_slip_number;
};

const CompanyLimits& LimitsOf(PostpayCompany company);

// Whether `text` can be a transaction's number, the company's or the shop's: 1 to kMaxTransactionId letters, digits and
// hyphens, the first of them no hyphen, which a spreadsheet would run. The files that come in and those that go out ask
// this alike, so what was taken can be written.
inline constexpr std::size_t kMaxTransactionId = 40;
bool IsTransactionId(absl::string_view text);

// An order as the company is to get it, or why it cannot be.
struct Registration {
  // The fields of the README's table; without problems only.
  FileEntry entry;
  // Every reason, at most kMaxPostpayProblems. Empty: the order goes out.
  std::vector<PostpayProblem> problems;
};

// Reads what `company` must know of `order` for its screening. The order number is the shop's transaction id. The
// destination (配送先) is that of the first delivery, where it is another than the orderer's; an order that goes to
// several is a problem: the companies take one. Whether the order should be screened now, the caller knows.
//
// Reasons: PAYMENT_KIND_WRONG, ORDER_NUMBER_INVALID, VALUE_MISSING, TEXT_TOO_LONG, TEXT_TOO_SHORT, CONTROL_CHARACTER,
// CHARACTERS_LOST, POSTAL_CODE_INVALID, PREFECTURE_MISSING, PHONE_INVALID, MAIL_INVALID, AMOUNT_OUT_OF_RANGE,
// SEVERAL_DESTINATIONS, and those of MakeGoods.
Registration MakeRegistration(PostpayCompany company, const juchu::order::v1::Order& order);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_POSTPAY_RULES_H_
