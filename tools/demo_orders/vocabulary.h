#ifndef TOOLS_DEMO_ORDERS_VOCABULARY_H_
#define TOOLS_DEMO_ORDERS_VOCABULARY_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace juchu::tools {

// What sample orders are made of. Every text fits CP932 and, between them, they hold the characters that break careless
// programs: ～ － ① ㈱ 髙 﨑 and ソ 表 能, whose second byte in CP932 is a backslash. Nobody in it exists.

struct Word {
  absl::string_view text;
  absl::string_view kana;
};

struct Place {
  absl::string_view postal_code;
  absl::string_view address;
};

struct Product {
  absl::string_view code;
  absl::string_view name;
  absl::string_view option;
  // Yen, tax included.
  int64_t price;
  int tax_rate_percent;
};

const std::vector<Word>& FamilyNames();
const std::vector<Word>& GivenNames();
// Postal codes that belong to the prefecture of their address.
const std::vector<Place>& Places();
// "" among them: no building.
const std::vector<absl::string_view>& Buildings();
const std::vector<Product>& Products();
// Customers' remarks: empty, with commas, quotes and line breaks.
const std::vector<absl::string_view>& Remarks();
const std::vector<absl::string_view>& WorkerNotes();
const std::vector<absl::string_view>& TimeSlots();

// Names of payment methods, one for each payment kind; "": nothing to pay.
const std::vector<absl::string_view>& PaymentMethods();
// The payment method that no tenant has set up.
absl::string_view UnknownPaymentMethod();

}  // namespace juchu::tools

#endif  // TOOLS_DEMO_ORDERS_VOCABULARY_H_
