#ifndef SERVICES_INVENTORY_DOMAIN_JAN_H_
#define SERVICES_INVENTORY_DOMAIN_JAN_H_

#include "absl/strings/string_view.h"

namespace juchu::inventory {

// Whether it is a JAN: 8 or 13 digits of which the last is the check digit (modulus 10, weights 1 and 3 from the left
// of thirteen). Pure.
bool IsJan(absl::string_view text);

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_DOMAIN_JAN_H_
