#include "tools/demo_orders/order_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "common/status/error.h"
#include "services/gateway/intake/generic_order_file.h"
#include "services/gateway/intake/postal_prefecture.h"
#include "tools/demo_orders/vocabulary.h"

namespace juchu::tools {
namespace {

using ::testing::IsEmpty;
namespace pb = ::juchu::order::v1;

// Reads the sample back the way that the gateway does. Every order must be whole and add up.
std::vector<pb::Order> ReadBack(const SampleOptions& options) {
  absl::StatusOr<std::string> csv = GenerateOrders(options);
  EXPECT_TRUE(csv.ok()) << csv.status();
  const auto file = gateway::GenericOrderFile::Read(*csv, gateway::EncodingHint::kAuto);
  EXPECT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->problems(), IsEmpty());
  EXPECT_EQ(file->encoding(),
            options.encoding == SampleEncoding::kCp932 ? gateway::TextEncoding::kCp932 : gateway::TextEncoding::kUtf8);
  std::vector<pb::Order> orders;
  for (std::size_t i = 0; i < file->order_count(); ++i) {
    const gateway::IntakeOrder read = file->ReadOrder(i, orders.emplace_back());
    EXPECT_THAT(read.problems, IsEmpty());
    EXPECT_THAT(read.notes, IsEmpty()) << read.notes.front().reason << read.notes.front().message;
  }
  EXPECT_EQ(orders.size(), static_cast<std::size_t>(options.orders));
  return orders;
}

TEST(GenerateOrders, EveryLayoutAndEncodingIsReadWithoutAComplaint) {
  for (const int columns : {35, 37, 38, 41, 45}) {
    for (const SampleEncoding encoding :
         {SampleEncoding::kCp932, SampleEncoding::kUtf8, SampleEncoding::kUtf8WithBom}) {
      ReadBack({.orders = 60, .encoding = encoding, .columns = columns});
    }
  }
}

TEST(GenerateOrders, HoldsWhatTheDemoShows) {
  const std::vector<pb::Order> orders = ReadBack({});
  std::map<std::string, int> methods;
  int address_errors = 0;
  int several_deliveries = 0;
  int several_items = 0;
  int line_breaks = 0;
  std::string all_texts;
  for (const pb::Order& order : orders) {
    ++methods[order.payment_method()];
    if (!gateway::PostalCodeMatchesPrefecture(order.orderer().postal_code(), order.orderer().address1())) {
      ++address_errors;
    }
    for (const pb::Delivery& delivery : order.deliveries()) {
      several_items += delivery.items_size() > 1 ? 1 : 0;
      all_texts += delivery.DebugString();
    }
    several_deliveries += order.deliveries_size() > 1 ? 1 : 0;
    line_breaks += absl::StrContains(order.customer_note(), "\n") && absl::StrContains(order.customer_note(), ",");
    all_texts += order.SerializeAsString();
    EXPECT_EQ(order.amounts().total_yen() == 0, order.payment_method().empty());
  }
  for (const absl::string_view method : PaymentMethods()) EXPECT_GE(methods[std::string(method)], 7) << method;
  EXPECT_EQ(methods[std::string(UnknownPaymentMethod())], 1);
  EXPECT_EQ(address_errors, 1);
  EXPECT_EQ(several_deliveries, 8);
  EXPECT_GE(several_items, 10);
  EXPECT_GE(line_breaks, 1);
  for (const std::string character : {"～", "－", "①", "㈱", "髙", "﨑", "ソ", "表", "能"}) {
    EXPECT_TRUE(absl::StrContains(all_texts, character)) << character;
  }
}

TEST(GenerateOrders, SameSeedMakesTheSameBytes) {
  EXPECT_EQ(*GenerateOrders({.seed = 5}), *GenerateOrders({.seed = 5}));
  EXPECT_NE(*GenerateOrders({.seed = 5}), *GenerateOrders({.seed = 6}));
}

TEST(GenerateOrders, FixedItemsForBenches) {
  const std::vector<pb::Order> orders = ReadBack({.orders = 300, .items = 3, .shop_prefix = "BENCH"});
  std::set<std::string> numbers;
  for (const pb::Order& order : orders) {
    int items = 0;
    for (const pb::Delivery& delivery : order.deliveries()) items += delivery.items_size();
    EXPECT_EQ(items, 3);
    numbers.insert(order.shop_order_number());
  }
  EXPECT_EQ(numbers.size(), 300U);
  EXPECT_EQ(*numbers.begin(), "BENCH-20260708-000001");
}

TEST(GenerateOrders, OptionsOutOfRangeAreRefused) {
  EXPECT_EQ(ReasonOf(GenerateOrders({.orders = 0}).status()), "ORDERS_OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(GenerateOrders({.orders = 2000, .items = 100}).status()), "ORDERS_OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(GenerateOrders({.items = 101}).status()), "ITEMS_OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(GenerateOrders({.columns = 40}).status()), "COLUMNS_UNKNOWN");
  EXPECT_EQ(ReasonOf(GenerateOrders({.shop_prefix = "a b"}).status()), "SHOP_PREFIX_INVALID");
}

}  // namespace
}  // namespace juchu::tools
