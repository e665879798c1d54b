#ifndef SERVICES_GATEWAY_AUTH_PRINCIPAL_H_
#define SERVICES_GATEWAY_AUTH_PRINCIPAL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "juchu/common/v1/method_options.pb.h"

namespace juchu::gateway {

// Who calls, as a verified token says it.
struct Principal {
  // 1 to 32 lower-case letters, digits, hyphens.
  std::string tenant;
  // 1 to 255 visible ASCII characters.
  std::string subject;
  common::v1::Role role = common::v1::ROLE_UNSPECIFIED;
};

// The role of a token's claim: "viewer", "operator", "manager", "admin"; nullopt for any other text.
std::optional<common::v1::Role> RoleFromClaim(absl::string_view text);

// The claim's text for `role`; "" for ROLE_UNSPECIFIED.
absl::string_view RoleClaim(common::v1::Role role);

// Whether `text` is a tenant's id: 1 to 32 lower-case letters, digits, hyphens.
bool IsTenantId(absl::string_view text);

// Whether `text` can be a subject: 1 to 255 visible ASCII characters. OpenID Connect Core section 2 limits it to 255
// ASCII characters; visible ones only, because it travels as metadata and stands in logs and history.
bool IsSubject(absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_PRINCIPAL_H_
