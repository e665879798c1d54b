#ifndef SERVICES_GATEWAY_POSTPAY_LAYOUT_PROFILE_H_
#define SERVICES_GATEWAY_POSTPAY_LAYOUT_PROFILE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "juchu/payment/v1/layout.pb.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// What a kind of file is for.
enum class LayoutUse {
  // Orders to be screened; goes out.
  kRegistration,
  // The company's decisions; comes in.
  kResult,
  // Shipments; goes out.
  kSlip,
};

// Both of a kind other than LAYOUT_KIND_UNSPECIFIED.
LayoutUse UseOf(juchu::payment::v1::LayoutKind kind);
PostpayCompany CompanyOf(juchu::payment::v1::LayoutKind kind);

// What a column can hold.
struct LayoutField {
  absl::string_view name;
  // Of a row of goods, not of the order.
  bool of_goods = false;
  // Whether a profile without it is of no use.
  bool needed = false;
  // Whether several columns may hold it.
  bool repeated = false;
};

// The fields that a use has, in the order of README.md.
const std::vector<LayoutField>& FieldsOf(LayoutUse use);

// The field of that name, or null.
const LayoutField* FindField(LayoutUse use, absl::string_view name);

// A word in the form in which words and headers are compared: NFKC, without spaces, in lower case.
std::string ComparableWord(absl::string_view word);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_LAYOUT_PROFILE_H_
