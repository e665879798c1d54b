#ifndef SERVICES_GATEWAY_INTAKE_ORDER_AMOUNTS_H_
#define SERVICES_GATEWAY_INTAKE_ORDER_AMOUNTS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/intake/intake_types.h"

namespace juchu::gateway {

inline constexpr int64_t kMaxAmountYen = 999'999'999'999;

// The amounts of an order as its file has them, yen; nullopt: no such column, or nothing in it.
struct FileAmounts {
  std::optional<int64_t> goods = std::nullopt;
  // Consumption tax without its rate: contained in the goods, or added to them.
  std::optional<int64_t> tax = std::nullopt;
  std::optional<int64_t> shipping = std::nullopt;
  std::optional<int64_t> fee = std::nullopt;
  // Goods, tax included, and the tax in them, per rate.
  std::optional<int64_t> taxable_10 = std::nullopt;
  std::optional<int64_t> tax_10 = std::nullopt;
  std::optional<int64_t> taxable_8 = std::nullopt;
  std::optional<int64_t> tax_8 = std::nullopt;
  std::optional<int64_t> points = std::nullopt;
  std::optional<int64_t> coupon = std::nullopt;
  std::optional<int64_t> other = std::nullopt;
  std::optional<int64_t> total = std::nullopt;
};

// Settles an order's amounts. Every amount that the file has is taken as it stands; nothing is refused for not adding
// up, because files differ in their conventions. What is missing is worked out:
// - goods: the items' sum, the total: goods + shipping + fee + other - points - coupon.
// - Tax per rate, prices taken to include it: 8/108 of the goods at 8 per cent; 10/110 of the goods at 10 per cent,
//   shipping, fee and other charges less the coupon; fractions dropped; points are a means of payment and lower no
//   tax. Where the file has one tax for both rates, the rest of it after the 8 per cent is at 10 per cent.
// Points that the file writes with a minus although they lower its total are stored with a plus.
//
// Adds the notes GOODS_DIFFER, TOTAL_DIFFERS and TAX_ADDED (the file's prices exclude the tax, which it adds). Fails
// with INVALID_ARGUMENT NUMBER_OUT_OF_RANGE when a sum is beyond kMaxAmountYen.
absl::StatusOr<juchu::order::v1::Amounts> SettleAmounts(const FileAmounts& file,
                                                        const std::vector<const juchu::order::v1::Item*>& items,
                                                        std::vector<IntakeNote>& notes);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_ORDER_AMOUNTS_H_
