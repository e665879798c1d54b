#include "services/gateway/auth/principal.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace juchu::gateway {
namespace {

constexpr size_t kMaxTenantSize = 32;
constexpr size_t kMaxSubjectSize = 255;

constexpr common::v1::Role kRoles[] = {common::v1::ROLE_VIEWER, common::v1::ROLE_OPERATOR, common::v1::ROLE_MANAGER,
                                       common::v1::ROLE_ADMIN};

}  // namespace

absl::string_view RoleClaim(common::v1::Role role) {
  switch (role) {
    case common::v1::ROLE_VIEWER:
      return "viewer";
    case common::v1::ROLE_OPERATOR:
      return "operator";
    case common::v1::ROLE_MANAGER:
      return "manager";
    case common::v1::ROLE_ADMIN:
      return "admin";
    default:
      return "";
  }
}

std::optional<common::v1::Role> RoleFromClaim(absl::string_view text) {
  for (common::v1::Role role : kRoles) {
    if (RoleClaim(role) == text) return role;
  }
  return std::nullopt;
}

bool IsTenantId(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxTenantSize && std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-';
  });
}

bool IsSubject(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxSubjectSize && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
}

}  // namespace juchu::gateway
