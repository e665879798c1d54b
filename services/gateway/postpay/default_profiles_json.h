#ifndef SERVICES_GATEWAY_POSTPAY_DEFAULT_PROFILES_JSON_H_
#define SERVICES_GATEWAY_POSTPAY_DEFAULT_PROFILES_JSON_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace juchu::gateway {

// The files of profiles/ as they were when the program was built, each a LayoutProfile in protobuf's JSON.
std::vector<absl::string_view> DefaultProfilesJson();

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_DEFAULT_PROFILES_JSON_H_
