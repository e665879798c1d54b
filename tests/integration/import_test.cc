// 汎用受注CSV over the wire: taken in once, whatever happens; what is wrong is named by line and column.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "services/gateway/intake/test_order_csv.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using ::juchu::testing::HasReason;

// Rows of plain prepaid orders with these shop order numbers, and one value replaced in the row `bad` (-1: none).
std::string File(int orders, int bad = -1, const std::string& column = "", const std::string& value = "") {
  std::vector<gateway::TestRow> rows;
  for (int i = 0; i < orders; ++i) {
    gateway::TestRow row = {
        {"店舗伝票番号", absl::StrCat("CSV-", i)}, {"支払方法", "銀行振込"}, {"発送方法", "宅配便"}};
    if (i == bad) row[column] = value;
    rows.push_back(row);
  }
  return gateway::TestCsv(rows);
}

int CountOf(const Tenant& tenant) {
  const auto counts = tenant.Call(&GatewayStub::SummarizeOrders, gw::SummarizeOrdersRequest(), "viewer");
  int64_t all = 0;
  for (const auto& count : counts->counts()) all += count.count();
  return static_cast<int>(all);
}

TEST(ImportTest, SameFileTwiceChangesNothingTheSecondTime) {
  const Tenant tenant;
  const auto first = tenant.Import(File(120));
  ASSERT_TRUE(first.status.ok()) << first.status;
  EXPECT_EQ(first.summary.created(), 120);
  EXPECT_EQ(first.orders[0].status(), pb::AWAITING_PAYMENT);
  const auto again = tenant.Import(File(120));
  ASSERT_TRUE(again.status.ok()) << again.status;
  EXPECT_EQ(again.summary.created(), 0);
  EXPECT_EQ(again.summary.already_known(), 120);
  EXPECT_EQ(again.orders[5].order_number(), first.orders[5].order_number());
  EXPECT_EQ(CountOf(tenant), 120);
  EXPECT_EQ(tenant.Get(first.orders[5].order_number()).version(), 1);
}

TEST(ImportTest, DryRunSaysTheSameAndStoresNothing) {
  const Tenant tenant;
  const auto dry = tenant.Import(File(3), "own", true);
  ASSERT_TRUE(dry.status.ok()) << dry.status;
  EXPECT_EQ(dry.summary.created(), 3);
  EXPECT_EQ(dry.orders[0].status(), pb::AWAITING_PAYMENT);
  EXPECT_EQ(CountOf(tenant), 0);
}

TEST(ImportTest, BadOrderIsNamedByLineAndColumnAndTheGoodOnesAreApplied) {
  for (const auto& [column, value, reason] :
       std::vector<std::array<std::string, 3>>{{"受注日", "2026/02/30 10:00:00", "DATE_INVALID"},
                                               {"合計金額", "千円", "NUMBER_INVALID"},
                                               {"受注名", std::string(400, 'x'), "TEXT_TOO_LONG"}}) {
    const Tenant tenant;
    const auto result = tenant.Import(File(5, 2, column, value));
    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.summary.created(), 4) << column;
    EXPECT_EQ(result.summary.refused(), 1) << column;
    ASSERT_EQ(result.orders.size(), 5u);
    ASSERT_FALSE(result.orders[2].problems().empty()) << column;
    const auto& problem = result.orders[2].problems(0);
    EXPECT_EQ(problem.line(), 4);
    EXPECT_EQ(problem.column(), column);
    EXPECT_EQ(problem.reason(), reason);
    EXPECT_FALSE(problem.remedy().empty());
    EXPECT_EQ(CountOf(tenant), 4);
  }
}

TEST(ImportTest, FileThatCannotBeReadIsRefusedWhole) {
  const Tenant tenant;
  EXPECT_THAT(tenant.Import("").status, HasReason("FILE_EMPTY"));
  EXPECT_THAT(tenant.Import(absl::StrReplaceAll(File(1), {{"店舗伝票番号", "番号"}})).status,
              HasReason("COLUMNS_MISSING"));
  EXPECT_THAT(tenant.Import(File(1), "nowhere").status, HasReason("SHOP_NOT_FOUND"));
  EXPECT_EQ(CountOf(tenant), 0);
}

TEST(ImportTest, FileThatStopsHalfWayGivesWhatIsWholeAndSaysSo) {
  const Tenant tenant;
  const std::string whole = File(5);
  const auto result = tenant.Import(whole.substr(0, whole.size() - 40));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.summary.created(), 4);
  EXPECT_FALSE(result.problems.empty() && result.summary.refused() == 0) << "the cut line is named";
  // The rest comes with the whole file.
  EXPECT_EQ(tenant.Import(whole).summary.created(), 1);
}

}  // namespace
}  // namespace juchu::integration
