#ifndef SERVICES_GATEWAY_POSTPAY_ORDER_TEXTS_H_
#define SERVICES_GATEWAY_POSTPAY_ORDER_TEXTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// Readers of an order's texts for a file that goes out. Each adds to `problems`, naming `field`, why the text cannot go
// out, and returns it as it goes out: one line, marks composed, no spaces around it.

struct TextRule {
  bool required = false;
  // Characters. A text that is not required may be empty all the same.
  std::size_t min = 0;
  std::size_t max = 0;
};

// VALUE_MISSING, TEXT_TOO_SHORT, TEXT_TOO_LONG, CONTROL_CHARACTER, CHARACTERS_LOST.
std::string ReadOrderText(absl::string_view text, const std::string& field, const TextRule& rule,
                          std::vector<PostpayProblem>& problems);

// The seven digits of a postal code. VALUE_MISSING, POSTAL_CODE_INVALID.
std::string ReadOrderPostalCode(absl::string_view text, const std::string& field,
                                std::vector<PostpayProblem>& problems);

// A telephone number in Japan, digits only; +81 becomes 0. VALUE_MISSING; PHONE_INVALID where NP or GMO would refuse
// it. NP: 11 digits after 020, 050, 060, 070, 080 and 090, else 10, always from 0. GMO: 8 to 17 digits.
std::string ReadOrderPhone(PostpayCompany company, absl::string_view text, const std::string& field,
                           std::vector<PostpayProblem>& problems);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_ORDER_TEXTS_H_
