#ifndef SERVICES_GATEWAY_POSTPAY_REGISTRATION_FILE_H_
#define SERVICES_GATEWAY_POSTPAY_REGISTRATION_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "juchu/order/v1/order.pb.h"
#include "juchu/payment/v1/layout.pb.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// NP takes no more in one go.
inline constexpr std::size_t kMaxOrdersOfNpFile = 1'000;

// A file of orders to be screened (取引登録).
struct RegistrationFile {
  // "" when no order goes out.
  std::string bytes;
  // Order numbers of the orders in it, in the order in which they came.
  std::vector<std::string> included;
  std::vector<LeftOutOrder> left_out;
};

// Writes the orders by the profile. Each order is in the file whole or left out and named with every reason; none is
// in it twice. An order is left out for what MakeRegistration and LayoutFile::Add say, and for ORDER_TWICE (a second
// time among `orders`), DESTINATION_NOT_IN_LAYOUT (it goes elsewhere, and the layout has no column to say so) and
// FILE_FULL (NP, kMaxOrdersOfNpFile). INVALID_ARGUMENT as CheckProfileFor(LayoutUse::kRegistration).
absl::StatusOr<RegistrationFile> WriteRegistrationFile(const juchu::payment::v1::LayoutProfile& profile,
                                                       absl::Span<const juchu::order::v1::Order> orders);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_REGISTRATION_FILE_H_
