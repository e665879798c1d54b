#ifndef SERVICES_ORDER_STORAGE_ORDER_STORAGE_FIXTURE_H_
#define SERVICES_ORDER_STORAGE_ORDER_STORAGE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/queue/change_queue.h"
#include "common/testing/linted_mariadb.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/order/storage/configuration_store.h"
#include "services/order/storage/order_reader.h"
#include "services/order/storage/order_search.h"
#include "services/order/storage/order_tables.h"
#include "services/order/storage/order_writer.h"

namespace juchu::order {

template <typename T>
T FromText(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The order service's storage on a schema of its own, with the tenant "acme" at configuration version 1.
class OrderStorageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_,
                               testing::ScopedDatabase::Create(testing::LintedMariaDb(), "services/order/migrations"));
    mysql::Options options = database_->options();
    options.pool_size = 16;
    JUCHU_ASSERT_OK_AND_ASSIGN(pool_, mysql::Pool::Create(options, clock_));
    writer_ = std::make_unique<OrderWriter>(*pool_, clock_, [this] { queue_->Notify(); });
    reader_ = std::make_unique<OrderReader>(*pool_);
    search_ = std::make_unique<OrderSearch>(*pool_);
    queue_ = std::make_unique<ChangeQueue>(*pool_, clock_, kOrderChanges);
    configuration_ = std::make_unique<ConfigurationStore>(*pool_, clock_, [this] { queue_->Notify(); });
    CreateTenant("acme");
  }

  absl::Time Deadline() const { return clock_.Now() + absl::Seconds(60); }

  void CreateTenant(const std::string& tenant) {
    v1::ChangeConfigurationRequest request;
    request.set_create_tenant(true);
    request.mutable_actor()->set_id("test");
    ASSERT_THAT(configuration_->Change(tenant, request, Deadline()), testing::IsOk());
  }

  // A prepaid order in 入金待 with one delivery; `text` is merged over it.
  static v1::Order SampleOrder(const std::string& shop_order_number, const std::string& text = "") {
    auto order = FromText<v1::Order>(
        "shop_id: 'own' status: AWAITING_PAYMENT mode: AUTO order_time { seconds: 1795480200 }"
        " payment_method: '銀行振込' payment_kind: PREPAID"
        " state_tags { category: CUSTOMER value: REGULAR_CUSTOMER } state_tags { category: PREPAYMENT value: "
        "PREPAYMENT_UNPAID }"
        " orderer { name: '髙橋 太郎' postal_code: '1000001' address1: '千代田' phone: '0312345678' }"
        " orderer_mail: 'taro@example.jp' amounts { goods_yen: 1000 total_yen: 1000 }"
        " deliveries { delivery_number: 1 recipient { name: '髙橋 花子' postal_code: '1000001' address1: '千代田' }"
        "   items { line_number: 1 product_code: 'SKU-1' product_name: '商品' unit_price_yen: 1000 quantity: 1 } }");
    order.set_shop_order_number(shop_order_number);
    order.MergeFrom(FromText<v1::Order>(text));
    return order;
  }

  absl::StatusOr<v1::CreateOrdersResponse> Create(const std::vector<v1::Order>& orders,
                                                  const std::string& tenant = "acme", int64_t configuration = 1) {
    v1::CreateOrdersRequest request;
    request.set_configuration_version(configuration);
    for (const v1::Order& order : orders) {
      auto& created = *request.add_orders();
      *created.mutable_order() = order;
      created.mutable_order()->set_order_number(numbers_.Next());
      created.mutable_actor()->set_kind(common::v1::Actor::PERSON);
      created.mutable_actor()->set_id("hanako");
      created.set_operation("CreateOrders");
    }
    return writer_->Create(tenant, request, Deadline());
  }

  // Stores one order and returns its number.
  std::string CreateOne(const std::string& shop_order_number, const std::string& text = "",
                        const std::string& tenant = "acme") {
    const auto response = Create({SampleOrder(shop_order_number, text)}, tenant);
    EXPECT_THAT(response, testing::IsOk());
    if (!response.ok()) return "";
    EXPECT_FALSE(response->outcomes(0).has_error()) << response->ShortDebugString();
    return response->outcomes(0).order_number();
  }

  // A change of the note from `version` on, with a request id of its own.
  static v1::CommitOrdersRequest::Commit NoteCommit(const std::string& number, int64_t version,
                                                    const std::string& note) {
    v1::CommitOrdersRequest::Commit commit;
    commit.set_order_number(number);
    commit.set_expected_version(version);
    commit.mutable_order()->set_worker_note(note);
    commit.mutable_update_mask()->add_paths("worker_note");
    commit.mutable_actor()->set_kind(common::v1::Actor::PERSON);
    commit.mutable_actor()->set_id("hanako");
    commit.set_operation("UpdateOrder");
    commit.set_request_id(NewRequestId());
    commit.set_request_hash(std::string(32, 'h'));
    commit.set_answer(absl::StrCat("answer for ", note));
    return commit;
  }

  // As the workflow commits: status, mode and state tags.
  static v1::CommitOrdersRequest::Commit StatusCommit(const std::string& number, int64_t version, v1::Status status) {
    v1::CommitOrdersRequest::Commit commit = NoteCommit(number, version, "");
    commit.mutable_order()->Clear();
    commit.mutable_order()->set_status(status);
    auto& tag = *commit.mutable_order()->add_state_tags();
    tag.set_category(v1::PREPAYMENT);
    tag.set_value(v1::PREPAYMENT_PAID);
    commit.mutable_update_mask()->Clear();
    commit.mutable_update_mask()->add_paths("status");
    commit.mutable_update_mask()->add_paths("state_tags");
    commit.set_operation("BulkUpdateOrders");
    return commit;
  }

  absl::StatusOr<v1::CommitOrdersResponse> Commit(const std::vector<v1::CommitOrdersRequest::Commit>& commits,
                                                  const std::string& tenant = "acme", int64_t configuration = 1) {
    v1::CommitOrdersRequest request;
    request.set_configuration_version(configuration);
    for (const auto& commit : commits) *request.add_commits() = commit;
    return writer_->Commit(tenant, request, Deadline());
  }

  absl::StatusOr<v1::LoadOrdersResponse> Load(const std::vector<std::string>& numbers,
                                              v1::OrderView view = v1::ORDER_VIEW_FULL,
                                              const std::string& tenant = "acme") {
    v1::LoadOrdersRequest request;
    request.set_view(view);
    for (const std::string& number : numbers) request.add_keys()->set_order_number(number);
    return reader_->Load(tenant, request, Deadline());
  }

  v1::Order Get(const std::string& number, const std::string& tenant = "acme") {
    const auto response = Load({number}, v1::ORDER_VIEW_FULL, tenant);
    EXPECT_THAT(response, testing::IsOk());
    if (!response.ok()) return {};
    EXPECT_FALSE(response->orders(0).has_error()) << response->orders(0).ShortDebugString();
    return response->orders(0).order();
  }

  std::vector<v1::HistoryEntry> History(const std::string& number, const std::string& tenant = "acme") {
    v1::ListOrderHistoryRequest request;
    request.set_order_number(number);
    request.set_page_size(1000);
    const auto response = reader_->History(tenant, request, Deadline());
    EXPECT_THAT(response, testing::IsOk());
    if (!response.ok()) return {};
    return {response->entries().begin(), response->entries().end()};
  }

  SystemClock clock_;
  OrderNumberGenerator numbers_{clock_};
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<mysql::Pool> pool_;
  std::unique_ptr<OrderWriter> writer_;
  std::unique_ptr<OrderReader> reader_;
  std::unique_ptr<OrderSearch> search_;
  std::unique_ptr<ConfigurationStore> configuration_;
  std::unique_ptr<ChangeQueue> queue_;
};

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_STORAGE_FIXTURE_H_
