#ifndef TESTS_PAYMENT_KILL_LANE_H_
#define TESTS_PAYMENT_KILL_LANE_H_

#include <grpcpp/grpcpp.h>
#include <httplib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/mysql/pool.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/health.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/child_process.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "juchu/payment/v1/payment_service.grpc.pb.h"
#include "nlohmann/json.hpp"

// juchu-payment and the card company's stand-in as processes that a test kills.
namespace juchu::payment {

inline constexpr absl::Duration kStartLimit = absl::Seconds(60);
inline constexpr absl::Duration kOrderLimit = absl::Seconds(120);
inline constexpr absl::Duration kPoll = absl::Milliseconds(10);
inline constexpr int64_t kYen = 12'345;

// A point that an undisturbed order passes, for the hit-th time, and what happens there: crash, error, stall.
struct Spot {
  std::string point;
  int hit = 1;
  std::string action;
  std::string Name() const { return absl::StrCat(action, " at ", point, " the ", hit, ". time"); }
};

// What all lanes share: certificates, the accounts, the company. Made and destroyed by the main thread.
class Company {
 public:
  explicit Company(const std::filesystem::path& folder) : folder_(folder), port_(testing::FreePort()) {
    for (const char* name : {"payment", "gateway", "company"}) tls_[name] = certificates_.For(name);
    nlohmann::json ours = {{"accounts", nlohmann::json::array()}};
    nlohmann::json theirs = nlohmann::json::array();
    theirs.push_back({{"auth_key", "key"}, {"shop_url", "shop"}, {"user_name", "hanako"}});
    ours["accounts"].push_back(theirs[0]);
    ours["accounts"][0]["tenant_id"] = "acme";
    ours["accounts"][0]["shop_id"] = "rakuten";
    accounts_file_ = WriteSecret("accounts.json", ours.dump());
    process_ = std::make_unique<testing::ChildProcess>(
        std::vector<std::string>{absl::StrCat(JUCHU_BINARY_DIR, "/bin/juchu-rccs-standin"),
                                 absl::StrCat("--port=", port_), "--journal=" + (folder_ / "journal").string(),
                                 "--certificate=" + tls_["company"].cert_file, "--key=" + tls_["company"].key_file,
                                 "--delay=0s", "--accounts=" + WriteSecret("theirs.json", theirs.dump())},
        std::map<std::string, std::string>(), (folder_ / "company.log").string());
  }

  void Start() {
    ASSERT_THAT(process_->Start(), testing::IsOk());
    const absl::Time limit = absl::Now() + kStartLimit;
    while (Book("none").is_null()) {
      ASSERT_LT(absl::Now(), limit) << "the stand-in does not listen";
      absl::SleepFor(kPoll);
    }
  }
  void KillAndStart() {
    process_->Kill();
    Start();
  }
  // The company's book of these orders; null when it does not answer.
  nlohmann::json Book(const std::string& orders) const {
    httplib::SSLClient client("127.0.0.1", port_);
    client.set_ca_cert_path(tls_.at("company").ca_file.c_str());
    const auto answer = client.Get("/control/book?order=" + orders);
    return answer && answer->status == 200 ? nlohmann::json::parse(answer->body) : nlohmann::json();
  }
  std::string WriteSecret(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ / name;
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path.string();
  }
  const rpc::TlsFiles& tls(const std::string& name) const { return tls_.at(name); }
  const std::string& accounts_file() const { return accounts_file_; }
  std::string url() const { return absl::StrCat("https://127.0.0.1:", port_, "/rccsapi-services/RCCSApiService"); }

 private:
  const std::filesystem::path folder_;
  const int port_;
  rpc::TestCertificates certificates_;
  std::map<std::string, rpc::TlsFiles> tls_;
  std::string accounts_file_;
  std::unique_ptr<testing::ChildProcess> process_;
};

// One payment service and its gateway, played by the test. Used by one thread, which the process ends with.
class Lane {
 public:
  Lane(const Company& company, testing::ScopedDatabase& database, std::filesystem::path folder)
      : company_(company), folder_(std::move(folder)), port_(testing::FreePort()) {
    std::filesystem::create_directories(folder_);
    const auto& mysql = database.options();
    const auto& tls = company.tls("payment");
    const std::string password = (folder_ / "password").string();
    std::ofstream(password) << mysql.password;
    std::filesystem::permissions(password, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    // What operation does within minutes is done within seconds. One worker, so that few passings are only looks for
    // work.
    process_ = std::make_unique<testing::ChildProcess>(
        std::vector<std::string>{
            absl::StrCat(JUCHU_BINARY_DIR, "/bin/juchu-payment"),
            absl::StrCat("--listen=127.0.0.1:", port_),
            "--tls_ca_file=" + tls.ca_file,
            "--tls_cert_file=" + tls.cert_file,
            "--tls_key_file=" + tls.key_file,
            "--mysql_host=" + mysql.host,
            absl::StrCat("--mysql_port=", mysql.port),
            "--mysql_schema=" + mysql.schema,
            "--mysql_user=" + mysql.user,
            "--mysql_password_file=" + password,
            "--mysql_ca_file=" + mysql.ca_file,
            "--drain_wait=0s",
            absl::StrCat("--migrations_dir=", testing::SourceRoot(), "/services/payment/migrations"),
            "--card_company_url=" + company.url(),
            "--card_company_ca_file=" + tls.ca_file,
            "--card_accounts_file=" + company.accounts_file(),
            "--card_workers=1",
            "--card_first_check=50ms",
            "--card_longest_check=200ms",
            "--card_resend_after=1s",
            "--card_call_timeout=1s",
            "--card_lease=2500ms"},
        std::map<std::string, std::string>{{"JUCHU_FAULT_DIR", folder_.string()}}, (folder_ / "log").string());
    auto pool = mysql::Pool::Create(mysql, clock_);
    EXPECT_THAT(pool, testing::IsOk());
    pool_ = *std::move(pool);
  }

  // Requests of a shop are sent without being gathered.
  void SendAtOnce() {
    v1::PutPaymentSettingsRequest request;
    request.mutable_settings()->set_authorization_valid_days(60);
    request.mutable_settings()->set_expiry_warning_days(7);
    request.mutable_settings()->set_stuck_after_seconds(7200);
    UntilAnswered(&v1::PaymentService::Stub::PutPaymentSettings, request);
  }

  // Brings the order from nothing to a captured card, whatever dies meanwhile.
  void Capture(const std::string& order) {
    Settle(order, v1::CARD_HOLD, 1);
    Await(order, v1::CARD_AUTHORIZED);
    Settle(order, v1::CARD_CAPTURE, 2);
    Await(order, v1::CARD_CAPTURED);
  }

  // Until the turn that ended the last request has ended, too.
  void AwaitQuiet() {
    const absl::Time limit = absl::Now() + kOrderLimit;
    while (CountOf("SELECT COUNT(*) FROM card_shops WHERE due_time_us IS NOT NULL OR lease_token <> ''") > 0) {
      ASSERT_LT(absl::Now(), limit) << LogTail();
      absl::SleepFor(kPoll);
    }
  }

  // The points passed since the last call, and how often.
  std::map<std::string, int> TakePassed() {
    std::map<std::string, int> passed;
    std::ifstream file(folder_ / "passed");
    for (std::string line; std::getline(file, line);) ++passed[line];
    std::filesystem::remove(folder_ / "passed");
    return passed;
  }
  void Arm(const Spot& spot) {
    // A stall is longer than a call to the company may take.
    std::ofstream(folder_ / "new") << ++plans_ << " " << spot.point << " " << spot.hit << " " << spot.action << " 1500";
    std::filesystem::rename(folder_ / "new", folder_ / "plan");
  }
  // Whether it has happened there. What an order passes last, it passes when it is captured already.
  bool HasCome() {
    const absl::Time limit = absl::Now() + absl::Seconds(10);
    while (std::filesystem::exists(folder_ / "plan") && absl::Now() < limit) absl::SleepFor(kPoll);
    return !std::filesystem::exists(folder_ / "plan");
  }
  void Disarm() { std::filesystem::remove(folder_ / "plan"); }

  v1::AuditPaymentsResponse Audit() {
    v1::AuditPaymentsRequest request;
    request.set_page_size(500);
    return UntilAnswered(&v1::PaymentService::Stub::AuditPayments, request);
  }
  int64_t CountOf(const std::string& sql) {
    auto connection = pool_->Acquire(clock_.Now() + kStartLimit);
    EXPECT_THAT(connection, testing::IsOk());
    const auto rows = (*connection)->Query(sql);
    EXPECT_THAT(rows, testing::IsOk());
    return rows->front().Int64(0);
  }
  int starts() const { return starts_; }
  std::string LogTail() const {
    std::stringstream text;
    text << std::ifstream(folder_ / "log").rdbuf();
    const std::string log = text.str();
    return log.size() > 3000 ? log.substr(log.size() - 3000) : log;
  }

 private:
  using Stub = v1::PaymentService::Stub;

  // As Kubernetes does: what has died is started again.
  void Heal() {
    if (process_->Running()) return;
    ++starts_;
    ASSERT_THAT(process_->Start(), testing::IsOk());
    const absl::Time limit = absl::Now() + kStartLimit;
    while (true) {
      auto channel = rpc::CreateMtlsChannel(absl::StrCat("127.0.0.1:", port_), company_.tls("gateway"));
      ASSERT_THAT(channel, testing::IsOk());
      channel_ = *std::move(channel);
      if (rpc::IsServing(channel_, absl::Seconds(1)) || !process_->Running()) return;
      ASSERT_LT(absl::Now(), limit) << LogTail();
      absl::SleepFor(kPoll);
    }
  }

  template <typename Request, typename Response>
  Response UntilAnswered(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                         const Request& request) {
    const absl::Time limit = absl::Now() + kOrderLimit;
    while (true) {
      Heal();
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
      context.AddMetadata("x-juchu-tenant", "acme");
      context.AddMetadata("x-juchu-actor", "hanako");
      Response response;
      Stub stub(channel_);
      const auto status = rpc::FromGrpcStatus((stub.*method)(&context, request, &response));
      if (status.ok()) return response;
      if (absl::Now() > limit || absl::IsInvalidArgument(status)) {
        ADD_FAILURE() << status << LogTail();
        return response;
      }
      absl::SleepFor(kPoll);
    }
  }

  void Settle(const std::string& order, v1::CardWish wish, int64_t version) {
    v1::SettleCardsRequest request;
    auto& need = *request.add_needs();
    need.set_order_number(order);
    need.set_order_version(version);
    need.set_shop_id("rakuten");
    need.set_shop_order_number(order);
    need.set_wish(wish);
    need.set_amount_yen(kYen);
    UntilAnswered(&v1::PaymentService::Stub::SettleCards, request);
  }

  // Past the service: a call would pass fault points itself.
  void Await(const std::string& order, v1::CardState state) {
    const absl::Time limit = absl::Now() + kOrderLimit;
    while (true) {
      Heal();
      auto connection = pool_->Acquire(clock_.Now() + kStartLimit);
      ASSERT_THAT(connection, testing::IsOk());
      const auto rows =
          (*connection)
              ->Query("SELECT state, error_code FROM cards WHERE tenant_id = 'acme' AND order_number = ?", {order});
      ASSERT_THAT(rows, testing::IsOk());
      ASSERT_EQ(rows->size(), 1) << order;
      const int now = rows->front().Int32(0);
      if (now == state) return;
      ASSERT_TRUE(now != v1::CARD_AUTHORIZATION_ERROR && now != v1::CARD_CAPTURE_ERROR) << rows->front().String(1);
      ASSERT_LT(absl::Now(), limit) << v1::CardState_Name(static_cast<v1::CardState>(now)) << LogTail();
      absl::SleepFor(kPoll);
    }
  }

  const Company& company_;
  const std::filesystem::path folder_;
  const int port_;
  const SystemClock clock_;
  std::unique_ptr<mysql::Pool> pool_;
  std::unique_ptr<testing::ChildProcess> process_;
  std::shared_ptr<grpc::Channel> channel_;
  int plans_ = 0;
  int starts_ = 0;
};

}  // namespace juchu::payment

#endif  // TESTS_PAYMENT_KILL_LANE_H_
