#include "services/order/storage/order_search.h"

#include <set>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

using ::juchu::testing::IsOk;

class OrderSearchTest : public OrderStorageTest {
 protected:
  v1::SearchOrdersResponse Search(const v1::SearchOrdersRequest& request, const std::string& tenant = "acme") {
    v1::SearchOrdersResponse response;
    EXPECT_THAT(search_->Search(tenant, request, Deadline(), response), IsOk());
    return response;
  }

  static v1::SearchOrdersRequest Request(const std::string& query, v1::OrderSort sort = v1::ORDER_TIME_DESC) {
    v1::SearchOrdersRequest request;
    *request.mutable_query() = FromText<v1::OrderQuery>(query);
    request.set_sort(sort);
    request.set_page_size(50);
    request.set_view(v1::ORDER_VIEW_BASIC);
    return request;
  }
};

TEST_F(OrderSearchTest, FindsOwnOrdersOnly) {
  CreateTenant("other");
  const std::string mine = CreateOne("A-1");
  CreateOne("A-1", "", "other");
  const auto found = Search(Request("statuses: AWAITING_PAYMENT"));
  ASSERT_EQ(found.orders_size(), 1);
  EXPECT_EQ(found.orders(0).order_number(), mine);
}

TEST_F(OrderSearchTest, PagesOfEverySortNeitherSkipNorRepeatWhileOrdersComeIn) {
  for (const std::string key : {"statuses: AWAITING_PAYMENT", "order_tag_ids: 'hold'"}) {
    for (const v1::OrderSort sort :
         {v1::ORDER_NUMBER_ASC, v1::ORDER_NUMBER_DESC, v1::ORDER_TIME_ASC, v1::ORDER_TIME_DESC}) {
      const std::string name = absl::StrCat(key, " ", v1::OrderSort_Name(sort));
      std::set<std::string> all;
      const std::string shop = absl::StrCat(key.substr(0, 6), static_cast<int>(sort));
      const std::string of_shop = absl::StrCat("order_tag_ids: 'hold' shop_id: '", shop, "' order_time { seconds: ");
      // Pairs of orders have the same time, so that the order number must decide.
      for (int i = 0; i < 11; ++i) {
        all.insert(CreateOne(absl::StrCat(shop, "-", i), absl::StrCat(of_shop, 1795480200 + i / 2, " }")));
      }
      auto request = Request(absl::StrCat(key, " shop_ids: '", shop, "'"), sort);
      request.set_page_size(3);
      std::set<std::string> seen;
      std::vector<std::string> in_order;
      while (true) {
        const auto page = Search(request);
        for (const auto& order : page.orders()) {
          if (all.count(order.order_number()) == 0) continue;  // Came in meanwhile.
          EXPECT_TRUE(seen.insert(order.order_number()).second);
          in_order.push_back(order.order_number());
        }
        if (!page.has_next()) break;
        CreateOne(absl::StrCat(shop, "-later-", seen.size()), absl::StrCat(of_shop, "1795480202 }"));
        *request.mutable_after() = page.next();
      }
      EXPECT_EQ(seen, all) << name;
      // Numbers grow with time here, so both kinds of sort read the same way.
      const bool ascending = sort == v1::ORDER_NUMBER_ASC || sort == v1::ORDER_TIME_ASC;
      EXPECT_TRUE(ascending ? std::is_sorted(in_order.begin(), in_order.end())
                            : std::is_sorted(in_order.rbegin(), in_order.rend()))
          << name;
    }
  }
}

TEST_F(OrderSearchTest, OrdersOfOneTagAreFoundByTheirTimeAlsoWhenThatIsChanged) {
  CreateTenant("other");
  CreateOne("A-1", "order_tag_ids: 'hold' order_time { seconds: 100 }", "other");
  CreateOne("A-9", "order_tag_ids: 'gift' order_time { seconds: 150 }");
  const std::string first = CreateOne("A-1", "order_tag_ids: ['gift', 'hold'] order_time { seconds: 100 }");
  const std::string second = CreateOne("A-2", "order_tag_ids: 'hold' order_time { seconds: 200 }");
  const std::string third = CreateOne("A-3", "order_tag_ids: 'hold' order_time { seconds: 300 }");
  const auto found = [&](const std::string& query) {
    std::vector<std::string> numbers;
    auto request = Request(query);
    request.set_count_up_to(100);
    const auto page = Search(request);
    for (const auto& order : page.orders()) numbers.push_back(order.order_number());
    EXPECT_EQ(page.count(), page.orders_size());
    return numbers;
  };
  EXPECT_THAT(found("order_tag_ids: 'hold'"), ::testing::ElementsAre(third, second, first));
  EXPECT_THAT(found("order_tag_ids: 'hold' order_time { start_time { seconds: 100 } end_time { seconds: 300 } }"),
              ::testing::ElementsAre(second, first));
  EXPECT_THAT(found(absl::StrCat("order_tag_ids: 'hold' order_numbers: '", second, "'")),
              ::testing::ElementsAre(second));

  auto commit = NoteCommit(first, 1, "");
  commit.mutable_order()->mutable_order_time()->set_seconds(250);
  commit.mutable_update_mask()->Clear();
  commit.mutable_update_mask()->add_paths("order_time");
  ASSERT_THAT(Commit({commit}), IsOk());
  EXPECT_THAT(found("order_tag_ids: 'hold'"), ::testing::ElementsAre(third, first, second));
  EXPECT_THAT(found("order_tag_ids: 'gift' order_time { start_time { seconds: 200 } }"), ::testing::ElementsAre(first));
}

// As an older release leaves them that tags orders after the column has come.
TEST_F(OrderSearchTest, LinksThatLackTheTimeOfTheOrderSortLastAndAreFoundOnce) {
  std::set<std::string> all;
  for (int i = 0; i < 9; ++i) {
    all.insert(
        CreateOne(absl::StrCat("A-", i), absl::StrCat("order_tag_ids: 'hold' order_time { seconds: ", 100 + i, " }")));
  }
  ASSERT_THAT(database_->RootSql("UPDATE order_tag_links SET order_time_us = 0 ORDER BY order_number DESC LIMIT 5"),
              IsOk());
  for (const v1::OrderSort sort : {v1::ORDER_TIME_ASC, v1::ORDER_TIME_DESC}) {
    auto request = Request("order_tag_ids: 'hold'", sort);
    request.set_page_size(2);
    std::vector<std::string> found;
    while (found.size() <= all.size()) {
      const auto page = Search(request);
      for (const auto& order : page.orders()) found.push_back(order.order_number());
      if (!page.has_next()) break;
      *request.mutable_after() = page.next();
    }
    EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(all)) << v1::OrderSort_Name(sort);
  }
  EXPECT_EQ(Search(Request("order_tag_ids: 'hold' order_time { start_time { seconds: 100 } }")).orders_size(), 9);
}

TEST_F(OrderSearchTest, CountStopsAtItsCap) {
  for (int i = 0; i < 7; ++i) CreateOne(absl::StrCat("A-", i));
  auto request = Request("statuses: AWAITING_PAYMENT");
  request.set_page_size(2);
  request.set_count_up_to(5);
  EXPECT_EQ(Search(request).count(), 5);
  EXPECT_TRUE(Search(request).count_capped());
  request.set_count_up_to(7);
  EXPECT_EQ(Search(request).count(), 7);
  EXPECT_FALSE(Search(request).count_capped());
}

TEST_F(OrderSearchTest, WhatTheCallerWritesIsTextAndNeverAWildcard) {
  const std::string number = CreateOne("A-1", "orderer { name: '50%引き_太郎' }");
  CreateOne("A-2", "orderer { name: '50人引き太郎' }");
  const auto found = Search(Request("statuses: AWAITING_PAYMENT orderer_name: '50%引き_'"));
  ASSERT_EQ(found.orders_size(), 1);
  EXPECT_EQ(found.orders(0).order_number(), number);
  EXPECT_EQ(Search(Request("statuses: AWAITING_PAYMENT orderer_name: \"' OR 1=1 -- \"")).orders_size(), 0);
}

TEST_F(OrderSearchTest, OrderWithTwoMatchingDeliveriesIsFoundOnce) {
  const std::string date = "delivery_date { year: 2026 month: 12 day: 24 }";
  CreateOne("A-1",
            absl::StrCat("deliveries { delivery_number: 2 ", date, " } deliveries { delivery_number: 3 ", date, " }"));
  EXPECT_EQ(Search(Request("delivery_date { start_date { year: 2026 month: 12 day: 24 } end_date { year: 2026 month: "
                           "12 day: 25 } }"))
                .orders_size(),
            1);
}

// The statement with its parameters written in, for EXPLAIN.
std::string Spelled(const SearchStatement& statement) {
  std::string sql;
  size_t next = 0;
  for (const char c : statement.sql) {
    if (c != '?') {
      sql += c;
      continue;
    }
    const auto& value = statement.params[next++];
    if (const auto* number = std::get_if<int64_t>(&value.data())) {
      absl::StrAppend(&sql, *number);
    } else {
      absl::StrAppend(&sql, "'", std::get<std::string>(value.data()), "'");
    }
  }
  return sql;
}

TEST_F(OrderSearchTest, EachOfTheTenKeysUsesItsIndex) {
  // Enough rows, and other tenants' beside them, that reading all would be the worse plan.
  CreateTenant("other");
  for (const std::string tenant : {"acme", "other"}) {
    for (int batch = 0; batch < 12; ++batch) {
      std::vector<v1::Order> orders;
      for (int i = batch * 500; i < (batch + 1) * 500; ++i) {
        const std::string day = absl::StrCat("{ year: 2026 month: ", 1 + i % 12, " day: ", 1 + i % 28, " }");
        auto order = SampleOrder(absl::StrCat("E-", i),
                                 absl::StrCat("order_tag_ids: 'tag-", i % 50, "' management_category_id: 'category-",
                                              i % 20, "' order_time { seconds: ", 1795480200 + i * 60, " }"));
        auto& delivery = *order.mutable_deliveries(0);
        *delivery.mutable_delivery_date() = FromText<common::v1::Date>(day.substr(1, day.size() - 2));
        *delivery.mutable_ship_date() = delivery.delivery_date();
        *delivery.mutable_ship_confirmed_date() = delivery.delivery_date();
        if (i % 20 == 0) {
          order.set_status(v1::CANCELLED);
          order.mutable_cancel_time()->set_seconds(1795480200 + i * 60);
        } else if (i % 5 != 0) {
          order.set_status(v1::COMPLETED);
        }
        orders.push_back(order);
      }
      ASSERT_THAT(Create(orders, tenant), IsOk());
    }
  }
  ASSERT_THAT(database_->RootSql("ANALYZE TABLE orders, order_deliveries, order_tag_links"), IsOk());

  const std::string day = "{ start_date { year: 2026 month: 3 day: 3 } end_date { year: 2026 month: 3 day: 4 } }";
  const std::string time = "{ start_time { seconds: 1795500000 } end_time { seconds: 1795510000 } }";
  const std::string number = Search(Request("shop_order_numbers: 'E-77'")).orders(0).order_number();
  const std::vector<std::pair<std::string, std::string>> keys = {
      {absl::StrCat("order_numbers: '", number, "'"), "PRIMARY"},
      {"shop_order_numbers: ['E-1', 'E-77']", "uq_orders_shop_order_number"},
      {absl::StrCat("order_time ", time), "ix_orders_order_time"},
      {absl::StrCat("cancel_time ", time), "ix_orders_cancel_time"},
      {"statuses: AWAITING_PAYMENT", "ix_orders_status_order_time"},
      {absl::StrCat("ship_date ", day), "ix_order_deliveries_ship_date"},
      {absl::StrCat("ship_confirmed_date ", day), "ix_order_deliveries_ship_confirmed_date"},
      {absl::StrCat("delivery_date ", day), "ix_order_deliveries_delivery_date"},
      {"management_category_ids: 'category-3'", "ix_orders_management_category"},
      {"order_tag_ids: 'tag-7'", "ix_order_tag_links"},
      {"order_tag_ids: ['tag-7', 'tag-8']", "ix_order_tag_links"},
  };
  for (const auto& [query, index] : keys) {
    for (const v1::OrderSort sort : {v1::ORDER_TIME_DESC, v1::ORDER_NUMBER_ASC}) {
      const auto statement = PageStatement("acme", Request(query, sort));
      ASSERT_THAT(statement, IsOk());
      const auto plan = database_->RootSql(absl::StrCat("EXPLAIN ", Spelled(*statement)));
      ASSERT_THAT(plan, IsOk());
      bool used = false;
      for (absl::string_view line : absl::StrSplit(*plan, '\n', absl::SkipEmpty())) {
        const std::vector<std::string> columns = absl::StrSplit(line, '\t');
        ASSERT_GE(columns.size(), 6u) << *plan;
        // The tenth column says how; ALL reads the whole table, index the whole index. A materialized subquery is read
        // whole by nature.
        if (absl::StartsWith(columns[2], "<subquery")) continue;
        EXPECT_NE(columns[3], "ALL") << query << "\n" << *plan;
        EXPECT_NE(columns[3], "index") << query << "\n" << *plan;
        // Sorted by order number, a key that one order in a few has is found soonest along the order numbers.
        const bool frequent = absl::StartsWith(query, "statuses") || absl::StartsWith(query, "management");
        used = used || absl::StartsWith(columns[5], index) ||
               (frequent && sort == v1::ORDER_NUMBER_ASC && columns[5] == "PRIMARY");
      }
      EXPECT_TRUE(used) << query << " by " << v1::OrderSort_Name(sort) << " does not use " << index << "\n" << *plan;
    }
  }
  // Of their indexes alone: which orders of a tag are the first, and how many orders are in each status.
  for (const v1::OrderSort sort : {v1::ORDER_TIME_DESC, v1::ORDER_NUMBER_ASC}) {
    const auto of_tag = PageStatement("acme", Request("order_tag_ids: 'tag-7'", sort));
    ASSERT_THAT(of_tag, IsOk());
    const std::string plan = database_->RootSql(absl::StrCat("EXPLAIN ", Spelled(*of_tag))).value();
    EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("filesort"))) << v1::OrderSort_Name(sort);
  }
  const std::string counts = database_->RootSql(absl::StrCat("EXPLAIN ", Spelled(SummarizeStatement("acme")))).value();
  EXPECT_THAT(counts, ::testing::HasSubstr("ix_orders_status_order_time"));
  EXPECT_THAT(counts, ::testing::HasSubstr("Using index"));
}

}  // namespace
}  // namespace juchu::order
