// juchu-demo-orders: writes a 汎用受注CSV of sample orders.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/time/civil_time.h"
#include "tools/demo_orders/order_generator.h"

ABSL_FLAG(int, orders, 60, "orders to write, 1 to 30000");
ABSL_FLAG(int, items, 0, "items of each order, 1 to 100; 0: one to four");
ABSL_FLAG(std::string, encoding, "cp932", "cp932, utf8 or utf8bom");
ABSL_FLAG(int, columns, 41, "layout: 35, 37, 38 or 41 columns, or 45 with the amounts per tax rate");
ABSL_FLAG(uint64_t, seed, 1, "the same seed and flags write the same bytes");
ABSL_FLAG(std::string, base_date, "2026-07-08", "day of the first order, YYYY-MM-DD");
ABSL_FLAG(std::string, shop_prefix, "DEMO", "how every shop order number begins");
ABSL_FLAG(std::string, output, "-", "file to write; -: standard output");

namespace {

constexpr int kExitUsage = 2;
constexpr int kExitFailed = 1;

int Run() {
  juchu::tools::SampleOptions options;
  options.orders = absl::GetFlag(FLAGS_orders);
  options.items = absl::GetFlag(FLAGS_items);
  options.columns = absl::GetFlag(FLAGS_columns);
  options.seed = absl::GetFlag(FLAGS_seed);
  options.shop_prefix = absl::GetFlag(FLAGS_shop_prefix);
  const std::string encoding = absl::GetFlag(FLAGS_encoding);
  if (encoding == "cp932") {
    options.encoding = juchu::tools::SampleEncoding::kCp932;
  } else if (encoding == "utf8") {
    options.encoding = juchu::tools::SampleEncoding::kUtf8;
  } else if (encoding == "utf8bom") {
    options.encoding = juchu::tools::SampleEncoding::kUtf8WithBom;
  } else {
    std::cerr << "--encoding: not one of cp932, utf8, utf8bom\n";
    return kExitUsage;
  }
  if (!absl::ParseCivilTime(absl::GetFlag(FLAGS_base_date), &options.base_date)) {
    std::cerr << "--base_date: not a day; write it as YYYY-MM-DD\n";
    return kExitUsage;
  }
  const absl::StatusOr<std::string> csv = juchu::tools::GenerateOrders(options);
  if (!csv.ok()) {
    std::cerr << "--" << csv.status().message() << "\n";
    return kExitUsage;
  }
  const std::string output = absl::GetFlag(FLAGS_output);
  if (output == "-") {
    std::cout << *csv << std::flush;
    return std::cout ? 0 : kExitFailed;
  }
  std::ofstream file(output, std::ios::binary | std::ios::trunc);
  file << *csv;
  file.close();
  if (file) return 0;
  std::cerr << "--output: cannot write " << output << "\n";
  return kExitFailed;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "writes a 汎用受注CSV of sample orders\n"
      "  juchu-demo-orders --orders=60 --output=orders.csv\n"
      "  juchu-demo-orders --orders=10000 --items=3 --encoding=utf8 --output=-");
  if (absl::ParseCommandLine(argc, argv).size() > 1) {
    std::cerr << "only flags are taken; see --help\n";
    return kExitUsage;
  }
  return Run();
}
