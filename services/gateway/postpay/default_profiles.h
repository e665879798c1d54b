#ifndef SERVICES_GATEWAY_POSTPAY_DEFAULT_PROFILES_H_
#define SERVICES_GATEWAY_POSTPAY_DEFAULT_PROFILES_H_

#include <vector>

#include "juchu/payment/v1/layout.pb.h"

namespace juchu::gateway {

// The profiles that juchu brings, one of each kind. They are ours and not the companies', as their notes say.
const std::vector<juchu::payment::v1::LayoutProfile>& DefaultProfiles();

// That of `kind`, which is not LAYOUT_KIND_UNSPECIFIED.
const juchu::payment::v1::LayoutProfile& DefaultProfile(juchu::payment::v1::LayoutKind kind);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_DEFAULT_PROFILES_H_
