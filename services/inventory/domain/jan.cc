#include "services/inventory/domain/jan.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace juchu::inventory {

bool IsJan(absl::string_view text) {
  if (text.size() != 8 && text.size() != 13) return false;
  if (!std::all_of(text.begin(), text.end(),
                   [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); })) {
    return false;
  }
  // From the right, where the check digit has weight 1.
  int sum = 0;
  for (size_t i = 0; i < text.size(); ++i) sum += (text[text.size() - 1 - i] - '0') * (i % 2 == 0 ? 1 : 3);
  return sum % 10 == 0;
}

}  // namespace juchu::inventory
