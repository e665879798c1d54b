#ifndef SERVICES_GATEWAY_POSTPAY_REGISTRATION_FILE_H_
#define SERVICES_GATEWAY_POSTPAY_REGISTRATION_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "juchu/order/v1/order.pb.h"
#include "juchu/payment/v1/layout.pb.h"
#include "services/gateway/postpay/layout_file.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// NP takes no more in one go.
inline constexpr std::size_t kMaxOrdersOfNpFile = 1'000;

// Writes a file of orders to be screened (取引登録), one after the other. Confined to one thread.
class RegistrationWriter {
 public:
  // `profile` outlives it. INVALID_ARGUMENT as CheckProfileFor(LayoutUse::kRegistration).
  static absl::StatusOr<RegistrationWriter> Create(const juchu::payment::v1::LayoutProfile& profile);

  // Takes the order into the file whole. Or every reason not to, at most kMaxPostpayProblems, and then nothing of it is
  // in the file: what MakeRegistration and LayoutFile::Add say, and ORDER_TWICE (a second time),
  // DESTINATION_NOT_IN_LAYOUT (it goes elsewhere, and the layout has no column to say so) and FILE_FULL (NP,
  // kMaxOrdersOfNpFile).
  std::vector<PostpayProblem> Add(const juchu::order::v1::Order& order);

  // The file's bytes; "" when no order is in it.
  std::string Take() { return layout_.Take(); }

 private:
  explicit RegistrationWriter(const juchu::payment::v1::LayoutProfile& profile);

  const PostpayCompany company_;
  const bool tells_destination_;
  LayoutFile layout_;
  std::size_t included_ = 0;
  absl::flat_hash_set<std::string> seen_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_REGISTRATION_FILE_H_
