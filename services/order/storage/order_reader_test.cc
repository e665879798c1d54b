// What loads find: orders, and what the requests on whose behalf they are loaded have done already. Few and many are
// asked for by other statements (mysql::kManyRows).
#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

using ::juchu::testing::IsOk;

class OrderReaderTest : public OrderStorageTest, public ::testing::WithParamInterface<int> {
 protected:
  // Orders of these numbers, at version 1.
  void CreateNumbered(const std::string& tenant, const std::vector<std::string>& numbers) {
    v1::CreateOrdersRequest request;
    request.set_configuration_version(1);
    for (const auto& number : numbers) {
      auto& created = *request.add_orders();
      *created.mutable_order() = SampleOrder("of " + number);
      created.mutable_order()->set_order_number(number);
    }
    ASSERT_THAT(writer_->Create(tenant, request, Deadline()), IsOk());
  }

  // Changes the orders by one request and returns its id; by that of `id` if one is given.
  std::string ChangeAll(const std::string& tenant, const std::vector<std::string>& numbers, int64_t version,
                        std::string id = NewRequestId()) {
    std::vector<v1::CommitOrdersRequest::Commit> commits;
    for (const auto& number : numbers) {
      commits.push_back(NoteCommit(number, version, absl::StrCat(tenant, " ", number, " ", version)));
      commits.back().set_request_id(id);
    }
    const auto response = Commit(commits, tenant);
    EXPECT_THAT(response, IsOk());
    for (const auto& outcome : response->outcomes()) EXPECT_EQ(outcome.version(), version + 1);
    return id;
  }

  static void AddKey(const std::string& number, const std::string& request_id, v1::LoadOrdersRequest& load) {
    auto& key = *load.add_keys();
    key.set_order_number(number);
    if (request_id.empty()) return;
    key.set_request_id(request_id);
    key.set_request_hash(std::string(32, 'h'));
  }

  void SetUp() override {
    OrderStorageTest::SetUp();
    CreateTenant("beta");
    for (int i = 0; i < GetParam(); ++i) all_.push_back(numbers_.Next());
    done_.assign(all_.begin(), all_.begin() + GetParam() / 2);
    // Twins: what one tenant's request did is nothing of the other's, be all numbers and ids the same.
    CreateNumbered("acme", all_);
    CreateNumbered("beta", all_);
  }

  // All numbers, and the first half of them.
  std::vector<std::string> all_;
  std::vector<std::string> done_;
};

INSTANTIATE_TEST_SUITE_P(FewAndMany, OrderReaderTest, ::testing::Values(8, 31, 32, 50));

TEST_P(OrderReaderTest, OneRequestIsAnsweredWhereItWasCarriedOut) {
  const std::string id = ChangeAll("acme", done_, 1);
  ChangeAll("acme", done_, 2);
  ChangeAll("beta", all_, 1, id);
  v1::LoadOrdersRequest load;
  for (const auto& number : all_) AddKey(number, id, load);
  AddKey("000000000000NONE", id, load);
  const auto response = reader_->Load("acme", load, Deadline());
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->orders_size(), GetParam() + 1);
  for (size_t i = 0; i < all_.size(); ++i) {
    const auto& loaded = response->orders(static_cast<int>(i));
    EXPECT_EQ(loaded.order_number(), all_[i]);
    if (i < done_.size()) {
      EXPECT_EQ(loaded.answer(), absl::StrCat("answer for acme ", all_[i], " 1"));
    } else {
      EXPECT_EQ(loaded.order().version(), 1) << loaded.ShortDebugString();
      EXPECT_EQ(loaded.order().deliveries_size(), 1);
    }
  }
  EXPECT_EQ(response->orders(GetParam()).error().reason(), "ORDER_NOT_FOUND");
  load.mutable_keys(0)->set_request_hash(std::string(32, 'x'));
  EXPECT_EQ(reader_->Load("acme", load, Deadline())->orders(0).error().reason(), "REQUEST_ID_REUSED");
}

TEST_P(OrderReaderTest, EachOrderIsToldWhatItsOwnRequestDid) {
  // On the first order the second of three requests, on the second one the third, and so on.
  std::vector<std::string> ids;
  for (int64_t version = 1; version <= 3; ++version) ids.push_back(ChangeAll("acme", done_, version));
  ChangeAll("beta", all_, 1, ids[0]);
  v1::LoadOrdersRequest load;
  for (size_t i = 0; i < all_.size(); ++i) AddKey(all_[i], ids[(i + 1) % ids.size()], load);
  // Two that no request has changed, and one on whose behalf none asks.
  load.mutable_keys(0)->set_request_id(NewRequestId());
  load.mutable_keys(1)->clear_request_id();
  const auto response = reader_->Load("acme", load, Deadline());
  ASSERT_THAT(response, IsOk());
  for (size_t i = 0; i < all_.size(); ++i) {
    const auto& loaded = response->orders(static_cast<int>(i));
    const bool answered = i >= 2 && i < done_.size();
    const size_t version = (i + 1) % ids.size() + 1;
    EXPECT_EQ(loaded.answer(), answered ? absl::StrCat("answer for acme ", all_[i], " ", version) : "");
    EXPECT_EQ(loaded.order().version(), answered ? 0 : i < done_.size() ? 4 : 1) << i;
  }
}

TEST_P(OrderReaderTest, WithoutARequestOrdersAreReadAsTheyAre) {
  ChangeAll("acme", done_, 1);
  for (const auto* tenant : {"acme", "beta"}) {
    const auto response = Load(all_, v1::ORDER_VIEW_BASIC, tenant);
    ASSERT_THAT(response, IsOk());
    for (size_t i = 0; i < all_.size(); ++i) {
      const auto& order = response->orders(static_cast<int>(i)).order();
      EXPECT_EQ(order.order_number(), all_[i]);
      EXPECT_EQ(order.version(), tenant == std::string("acme") && i < done_.size() ? 2 : 1);
    }
  }
  EXPECT_EQ(Load(all_, v1::ORDER_VIEW_BASIC, "nobody").status().code(), absl::StatusCode::kNotFound);
  CreateTenant("gamma");
  const auto response = Load(all_, v1::ORDER_VIEW_BASIC, "gamma");
  ASSERT_THAT(response, IsOk());
  for (const auto& loaded : response->orders()) EXPECT_EQ(loaded.error().reason(), "ORDER_NOT_FOUND");
}

}  // namespace
}  // namespace juchu::order
