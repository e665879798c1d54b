// A card company that loses answers, lies and refuses, at volume: thousands of orders are authorized and captured
// through it, and its own book must show each of them once. JUCHU_CARDS says how many orders; 100000 is the long form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/fake_clock.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "nlohmann/json.hpp"
#include "services/payment/rccs/rccs_client.h"
#include "services/payment/storage/card_auditor.h"
#include "services/payment/storage/card_store.h"
#include "services/payment/storage/settings_store.h"
#include "services/payment/worker/card_worker.h"
#include "tests/standin/rccs_standin.h"

namespace juchu::payment {
namespace {

using What = standin::Behaviour::What;
using standin::Operation;

constexpr int kTenants = 3;
constexpr int kShopsEach = 2;
constexpr int kThreads = 4;
constexpr int kMostRetries = 30;
// As large as the contract allows.
constexpr int kBatch = 500;
constexpr int kMostRounds = 20'000;

int Orders() {
  const char* orders = std::getenv("JUCHU_CARDS");
  return orders == nullptr ? 2'000 : std::atoi(orders);
}

// As many as in operation; fewer where there would be only some requests that may meet a lie each.
int OrdersOfOneRequest() { return std::clamp(Orders() / 500, 10, 100); }

standin::Behaviour Sometimes(What what, Operation operation, double probability) {
  standin::Behaviour behaviour;
  behaviour.what = what;
  behaviour.operation = operation;
  behaviour.probability = probability;
  return behaviour;
}

// About a third of the requests, and of the questions after their results, meet one of these.
std::vector<standin::Behaviour> Lies() {
  std::vector<standin::Behaviour> lies;
  for (const Operation operation : {Operation::kAuthori, Operation::kSales}) {
    lies.push_back(Sometimes(What::kDropAfter, operation, 0.07));
    lies.push_back(Sometimes(What::kDropBefore, operation, 0.07));
    lies.push_back(Sometimes(What::kGarbage, operation, 0.05));
    lies.push_back(Sometimes(What::kError500, operation, 0.05));
    lies.push_back(Sometimes(What::kLieReply, operation, 0.07));
    lies.push_back(Sometimes(What::kTwice, operation, 0.1));
    lies.push_back(Sometimes(What::kRequestError, operation, 0.02));
    // Of each order.
    lies.push_back(Sometimes(What::kRefuse, operation, 0.01));
  }
  lies.push_back(Sometimes(What::kDropBefore, Operation::kGetResult, 0.05));
  lies.push_back(Sometimes(What::kGarbage, Operation::kGetResult, 0.05));
  lies.push_back(Sometimes(What::kError500, Operation::kGetResult, 0.05));
  lies.push_back(Sometimes(What::kLieReply, Operation::kGetResult, 0.05));
  lies.push_back(Sometimes(What::kTwice, Operation::kGetResult, 0.2));
  lies.push_back(Sometimes(What::kRequestError, Operation::kGetResult, 0.02));
  lies.push_back(Sometimes(What::kDropAfter, Operation::kGetRequestId, 0.05));
  lies.push_back(Sometimes(What::kError500, Operation::kGetRequestId, 0.05));
  // One order each: at the rate of the others a shop would be paused more than it works.
  lies.push_back(Sometimes(What::kDropBefore, Operation::kGetResultAll, 0.003));
  lies.push_back(Sometimes(What::kGarbage, Operation::kGetResultAll, 0.003));
  lies.push_back(Sometimes(What::kTwice, Operation::kGetResultAll, 0.2));
  return lies;
}

class CardVolumeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(
        database_, testing::ScopedDatabase::Create(testing::SharedMariaDb(), "services/payment/migrations"));
    mysql::Options options = database_->options();
    options.pool_size = 2 * kThreads;
    JUCHU_ASSERT_OK_AND_ASSIGN(pool_, mysql::Pool::Create(options, clock_));
    StartCompany();
    queue_ = std::make_unique<CardQueue>(*pool_, clock_, [] {});
    cards_ = std::make_unique<CardStore>(
        *pool_, clock_, [] {}, [] {});
    CardWorker::Options worker;
    worker.most_orders = OrdersOfOneRequest();
    worker_ = std::make_unique<CardWorker>(*queue_, *client_, *accounts_, clock_, worker);
    SettingsStore settings(*pool_);
    v1::PaymentSettings at_once = DefaultSettings();
    at_once.set_card_send_interval_seconds(0);
    for (int i = 0; i < kTenants; ++i) ASSERT_THAT(settings.Put(Tenant(i), at_once, Deadline()), testing::IsOk());
  }

  void StartCompany() {
    const rpc::TlsFiles tls = certificates_.For("company");
    standin::RccsStandin::Options options;
    options.journal_file = folder_.File("journal");
    options.certificate_file = tls.cert_file;
    options.key_file = tls.key_file;
    options.clock = &clock_;
    options.seed = 20'260'101;
    nlohmann::json file = {{"accounts", nlohmann::json::array()}};
    for (int i = 0; i < kTenants * kShopsEach; ++i) {
      options.accounts.push_back({absl::StrCat("key", i), absl::StrCat("shop", i), "hanako"});
      file["accounts"].push_back({{"tenant_id", Tenant(i)},
                                  {"shop_id", Shop(i)},
                                  {"auth_key", options.accounts.back().auth_key},
                                  {"shop_url", options.accounts.back().shop_url},
                                  {"user_name", options.accounts.back().user_name}});
    }
    JUCHU_ASSERT_OK_AND_ASSIGN(company_, standin::RccsStandin::Start(options));
    const std::string accounts_file = folder_.File("accounts.json");
    std::ofstream(accounts_file) << file.dump();
    std::filesystem::permissions(accounts_file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    JUCHU_ASSERT_OK_AND_ASSIGN(accounts_, CardAccounts::Open(accounts_file, clock_));
    rccs::ClientOptions client;
    client.url = company_->url() + standin::RccsStandin::kPath;
    client.ca_file = tls.ca_file;
    JUCHU_ASSERT_OK_AND_ASSIGN(client_, rccs::Client::Create(client, clock_));
  }

  // The i-th order, in turn of all shops.
  static std::string Number(int i) { return absl::StrFormat("06A1B2C3%08d", i); }
  static std::string Tenant(int i) { return absl::StrCat("tenant-", i % kTenants); }
  static std::string Shop(int i) { return absl::StrCat("shop-", i / kTenants % kShopsEach); }
  static int64_t Yen(int i) { return 1'000 + i; }
  absl::Time Deadline() const { return clock_.Now() + absl::Minutes(5); }

  // Calls `call(i)` for 0 to count - 1, some at a time.
  static void InThreads(int count, const std::function<void(int)>& call) {
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        for (int i = taken++; i < count; i = taken++) call(i);
      });
    }
    for (auto& thread : threads) thread.join();
  }

  // Names the wish of these orders.
  void Wish(const std::vector<int>& orders, v1::CardWish wish, int64_t version, bool asked) {
    std::vector<std::vector<int>> by_tenant(kTenants);
    for (const int i : orders) by_tenant[static_cast<size_t>(i % kTenants)].push_back(i);
    std::vector<std::pair<std::string, v1::SettleCardsRequest>> calls;
    for (const auto& own : by_tenant) {
      for (size_t k = 0; k < own.size(); ++k) {
        if (k % kBatch == 0) calls.emplace_back(Tenant(own[k]), v1::SettleCardsRequest());
        auto& need = *calls.back().second.add_needs();
        need.set_order_number(Number(own[k]));
        need.set_order_version(version);
        need.set_shop_id(Shop(own[k]));
        need.set_shop_order_number(Number(own[k]));
        need.set_wish(wish);
        need.set_amount_yen(Yen(own[k]));
        need.set_asked(asked);
      }
    }
    InThreads(static_cast<int>(calls.size()), [&](int i) {
      const auto& [tenant, request] = calls[static_cast<size_t>(i)];
      EXPECT_THAT(cards_->Settle(tenant, request, Deadline()), testing::IsOk());
    });
  }

  // Lets time pass until nothing is under way.
  void Work() {
    for (int round = 0; round < kMostRounds && !HasFailure(); ++round) {
      InThreads(kThreads, [&](int) {
        while (true) {
          const auto worked = worker_->RunTurn();
          ASSERT_THAT(worked, testing::IsOk());
          if (!*worked) return;
        }
      });
      // Given a number and sent just now, and the company has not said that it has them.
      ambiguous_ += CountOf("SELECT COUNT(*) FROM card_requests WHERE open_mark = 1 AND state = 2 AND send_time_us = " +
                            absl::StrCat(absl::ToUnixMicros(clock_.Now())));
      if (CountOf("SELECT COUNT(*) FROM card_requests WHERE open_mark = 1") == 0) return;
      const absl::Time next = absl::FromUnixMicros(CountOf("SELECT MIN(due_time_us) FROM card_shops"));
      clock_.Set(std::max(next, clock_.Now() + absl::Milliseconds(1)));
    }
    ADD_FAILURE() << "something is under way for ever";
  }

  int64_t CountOf(const std::string& sql) {
    auto connection = pool_->Acquire(Deadline());
    EXPECT_THAT(connection, testing::IsOk());
    const auto rows = (*connection)->Query(sql);
    EXPECT_THAT(rows, testing::IsOk());
    return rows->front().Int64(0);
  }

  // Every order's state, by its place.
  std::vector<v1::CardState> States() {
    std::vector<v1::CardState> states(static_cast<size_t>(Orders()), v1::CARD_STATE_UNSPECIFIED);
    for (int tenant = 0; tenant < kTenants; ++tenant) {
      v1::SearchCardsRequest request;
      request.set_page_size(1000);
      for (bool more = true; more;) {
        const auto page = cards_->Search(Tenant(tenant), request, Deadline());
        EXPECT_THAT(page, testing::IsOk());
        if (!page.ok()) break;
        for (const auto& payment : page->payments()) {
          states.at(std::stoul(payment.order_number().substr(8))) = payment.state();
          request.set_after_order_number(payment.order_number());
        }
        more = page->more();
      }
    }
    return states;
  }
  std::vector<int> In(v1::CardState state) {
    std::vector<int> orders;
    const auto states = States();
    for (size_t i = 0; i < states.size(); ++i) {
      if (states[i] == state) orders.push_back(static_cast<int>(i));
    }
    return orders;
  }

  // Brings all to `goal`; what ended in `error` is asked for again by a person.
  void Reach(v1::CardWish wish, int64_t version, v1::CardState goal, v1::CardState error) {
    std::vector<int> orders(static_cast<size_t>(Orders()));
    for (size_t i = 0; i < orders.size(); ++i) orders[i] = static_cast<int>(i);
    for (int retry = 0; retry <= kMostRetries && !orders.empty() && !HasFailure(); ++retry) {
      Wish(orders, wish, version, /*asked=*/retry > 0);
      Work();
      orders = In(error);
      retried_ += static_cast<int64_t>(orders.size());
    }
    EXPECT_EQ(In(goal).size() + orders.size(), static_cast<size_t>(Orders()));
  }

  // What the company's own book says of each order, beside what is believed here.
  void CompareWithTheBook() {
    const auto book = company_->Book().orders;
    const auto states = States();
    for (int i = 0; i < Orders(); ++i) {
      const auto it = book.find(Number(i));
      ASSERT_TRUE(it != book.end()) << Number(i) << " was never asked for";
      const standin::OrderCounts& counts = it->second;
      ASSERT_LE(counts.authorizations, 1) << Number(i);
      ASSERT_LE(counts.captures, 1) << Number(i);
      ASSERT_EQ(counts.authorization_voids + counts.capture_voids, 0) << Number(i);
      const v1::CardState state = states[static_cast<size_t>(i)];
      if (state == v1::CARD_CAPTURED) {
        ASSERT_EQ(counts.captures, 1) << Number(i);
        ASSERT_EQ(counts.captured_yen, Yen(i)) << Number(i);
        ++captured_;
      } else if (state == v1::CARD_CAPTURE_ERROR) {
        ASSERT_EQ(counts.captures, 0) << Number(i);
        ASSERT_EQ(counts.authorized_yen, Yen(i)) << Number(i);
      } else {
        ASSERT_EQ(state, v1::CARD_AUTHORIZATION_ERROR) << Number(i);
        ASSERT_EQ(counts.authorized_yen, 0) << Number(i);
      }
    }
  }

  void ExpectTheAuditFindsNothing() {
    int64_t audited = 0;
    for (int tenant = 0; tenant < kTenants; ++tenant) {
      v1::AuditPaymentsRequest request;
      request.set_page_size(500);
      for (bool more = true; more;) {
        const auto page = AuditPayments(*pool_, Tenant(tenant), request, Deadline());
        ASSERT_THAT(page, testing::IsOk());
        ASSERT_EQ(page->findings_size(), 0) << page->DebugString();
        audited += page->payments();
        more = page->has_next();
        request.set_after_order_number(page->next());
      }
    }
    EXPECT_EQ(audited, Orders());
  }

  testing::FakeClock clock_;
  rpc::TestCertificates certificates_;
  const testing::TempFolder folder_{"juchu-card-volume"};
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<mysql::Pool> pool_;
  std::unique_ptr<standin::RccsStandin> company_;
  std::unique_ptr<rccs::Client> client_;
  std::unique_ptr<CardAccounts> accounts_;
  std::unique_ptr<CardQueue> queue_;
  std::unique_ptr<CardStore> cards_;
  std::unique_ptr<CardWorker> worker_;
  int64_t ambiguous_ = 0;
  int64_t retried_ = 0;
  int64_t captured_ = 0;
};

TEST_F(CardVolumeTest, ACompanyThatLiesIsPaidOnceForEachOrder) {
  // Thousands of lines about a company out of reach.
  SetLogLevel(LogLevel::kError);
  const absl::Time begin = absl::Now();
  const absl::Time begin_there = clock_.Now();
  company_->SetBehaviours(Lies());
  Reach(v1::CARD_HOLD, 1, v1::CARD_AUTHORIZED, v1::CARD_AUTHORIZATION_ERROR);
  if (!HasFailure()) Reach(v1::CARD_CAPTURE, 2, v1::CARD_CAPTURED, v1::CARD_CAPTURE_ERROR);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM card_requests WHERE open_mark = 1"), 0);
  EXPECT_EQ(CountOf("SELECT COUNT(*) FROM card_requests WHERE state = 7"), 0) << "given up without having been settled";
  EXPECT_GT(ambiguous_, 0) << "the company did not lie";
  CompareWithTheBook();
  ExpectTheAuditFindsNothing();
  auto book = company_->Book("none");
  std::printf(
      "card volume: %d orders, %d captured; %d requests, %d sendings without a clear answer, %d ended in an error and "
      "asked again; %d batches and %d questions to the company over %.0f h of its time; %.0f s\n",
      Orders(), static_cast<int>(captured_), static_cast<int>(CountOf("SELECT COUNT(*) FROM card_requests")),
      static_cast<int>(ambiguous_), static_cast<int>(retried_), static_cast<int>(book.requests_accepted),
      static_cast<int>(book.calls["getRCCSResult"] + book.calls["getRCCSResultAll"]),
      absl::ToDoubleHours(clock_.Now() - begin_there), seconds);
}

}  // namespace
}  // namespace juchu::payment
