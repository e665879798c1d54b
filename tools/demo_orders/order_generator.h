#ifndef TOOLS_DEMO_ORDERS_ORDER_GENERATOR_H_
#define TOOLS_DEMO_ORDERS_ORDER_GENERATOR_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace juchu::tools {

enum class SampleEncoding { kCp932, kUtf8, kUtf8WithBom };

struct SampleOptions {
  // 1 to 30,000: a file holds at most 100,000 rows.
  int orders = 60;
  // Items of each order, 1 to 100; 0: one to four, as it falls.
  int items = 0;
  SampleEncoding encoding = SampleEncoding::kCp932;
  // 35, 37, 38 or 41 columns, or 45: those and the amounts per tax rate.
  int columns = 41;
  // The same options and seed make the same bytes.
  uint64_t seed = 1;
  // The day of the first order; one follows every seven minutes.
  absl::CivilDay base_date = absl::CivilDay(2026, 7, 8);
  // Begins every shop order number, which is "<prefix>-<yyyymmdd>-<000001>": at most 14 letters, digits and hyphens.
  std::string shop_prefix = "DEMO";
};

// Writes a 汎用受注CSV of orders that look like a shop's. The payment methods take turns, so that every payment kind
// occurs from eight orders on. The 11th order has a payment method that nobody has set up; the 21st an address that
// does not match its postal code; every seventh goes to two places. All amounts add up. INVALID_ARGUMENT for options
// out of range.
absl::StatusOr<std::string> GenerateOrders(const SampleOptions& options);

}  // namespace juchu::tools

#endif  // TOOLS_DEMO_ORDERS_ORDER_GENERATOR_H_
