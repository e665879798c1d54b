// juchu-payment as a process: it serves once its database is ready, refuses an older schema and what it is told wrong,
// and ends in order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/health.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/child_process.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"

namespace juchu::payment {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kStartLimit = absl::Seconds(30);
constexpr char kMigrations[] = "services/payment/migrations";
constexpr char kKey[] = "s3cr3t-k3y";

class PaymentProcessTest : public ::testing::Test {
 protected:
  // On a schema with these migrations ("": none), with these flags besides the usual ones.
  void Make(const std::string& migrations, const std::vector<std::string>& flags = {}) {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, testing::ScopedDatabase::Create(testing::SharedMariaDb(), migrations));
    Start(flags);
  }
  // The same on the schema that is there.
  void Start(const std::vector<std::string>& flags) {
    fs::remove(LogFile());
    const auto tls = certificates_.For("payment");
    port_ = testing::FreePort();
    std::vector<std::string> command = {
        absl::StrCat(JUCHU_BINARY_DIR, "/bin/juchu-payment"),
        absl::StrCat("--listen=127.0.0.1:", port_),
        "--tls_ca_file=" + tls.ca_file,
        "--tls_cert_file=" + tls.cert_file,
        "--tls_key_file=" + tls.key_file,
        "--mysql_host=" + database_->options().host,
        absl::StrCat("--mysql_port=", database_->options().port),
        "--mysql_schema=" + database_->options().schema,
        "--mysql_user=" + database_->options().user,
        "--mysql_password_file=" + WriteFile("password", database_->options().password, fs::perms::owner_read),
        "--mysql_ca_file=" + database_->options().ca_file,
        "--drain_wait=0s",
        absl::StrCat("--migrations_dir=", testing::SourceRoot(), "/", kMigrations)};
    command.insert(command.end(), flags.begin(), flags.end());
    process_ = std::make_unique<testing::ChildProcess>(command, std::map<std::string, std::string>(), LogFile());
    ASSERT_THAT(process_->Start(), testing::IsOk());
  }

  // Returns its path.
  std::string WriteFile(const std::string& name, const std::string& text, fs::perms perms) {
    const fs::path path = folder_.File(name);
    fs::remove(path);
    std::ofstream(path) << text;
    fs::permissions(path, perms);
    return path.string();
  }
  std::string AccountsFile(fs::perms perms = fs::perms::owner_read) {
    return WriteFile("accounts.json",
                     absl::StrCat(R"({"accounts": [{"tenant_id": "acme", "shop_id": "rakuten", "auth_key": ")", kKey,
                                  R"(", "shop_url": "shop", "user_name": "hanako"}]})"),
                     perms);
  }

  bool Serves() {
    const auto channel = rpc::CreateMtlsChannel(absl::StrCat("127.0.0.1:", port_), certificates_.For("gateway"));
    return channel.ok() && rpc::IsServing(*channel, absl::Seconds(1));
  }
  void AwaitServing() {
    const absl::Time limit = absl::Now() + kStartLimit;
    while (!Serves()) {
      ASSERT_TRUE(process_->Running() && absl::Now() < limit) << LogText();
      absl::SleepFor(absl::Milliseconds(10));
    }
  }
  // Its exit code, when it ends by itself.
  int AwaitEnd() {
    const absl::Time limit = absl::Now() + kStartLimit;
    while (process_->Running() && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(10));
    EXPECT_FALSE(process_->Running()) << LogText();
    return process_->exit_code();
  }
  std::string LogFile() const { return folder_.File("log"); }
  std::string LogText() const {
    std::stringstream text;
    text << std::ifstream(LogFile()).rdbuf();
    return text.str();
  }

  const testing::TempFolder folder_{"juchu-payment-process"};
  rpc::TestCertificates certificates_;
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<testing::ChildProcess> process_;
  int port_ = 0;
};

TEST_F(PaymentProcessTest, ServesAndEndsInOrder) {
  Make(kMigrations, {"--card_accounts_file=" + AccountsFile()});
  AwaitServing();
  EXPECT_EQ(process_->Terminate(), 0) << LogText();
  EXPECT_THAT(LogText(), Not(HasSubstr(kKey)));
}

TEST_F(PaymentProcessTest, ServesWithoutAnyAccount) {
  Make(kMigrations, {"--card_workers=0"});
  AwaitServing();
  EXPECT_EQ(process_->Terminate(), 0) << LogText();
}

TEST_F(PaymentProcessTest, RefusesASchemaThatIsOlderThanItsMigrations) {
  Make("");
  EXPECT_EQ(AwaitEnd(), 1);
  EXPECT_THAT(LogText(), HasSubstr("juchu-migrate")) << "it says what to do";
}

TEST_F(PaymentProcessTest, AFlagThatIsWrongIsNamedWithWhatToDo) {
  Make(kMigrations, {"--check_config"});
  EXPECT_EQ(AwaitEnd(), 0);
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--card_workers=-1"}, "--card_workers"},
      {{"--card_workers=33"}, "--card_workers"},
      {{"--card_lease=61s"}, "--card_lease"},
      {{"--card_lease=2s", "--card_call_timeout=1s"}, "--card_lease"},
      {{"--card_first_check=0s"}, "--card_first_check"},
      {{"--card_first_check=2m", "--card_longest_check=1m"}, "--card_longest_check"},
      {{"--card_longest_check=11m"}, "--card_longest_check"},
      {{"--card_company_url=http://127.0.0.1/"}, "url"},
      {{"--card_company_ca_file=/nowhere"}, "ca_file"},
      {{"--card_accounts_file=/nowhere"}, "card_accounts_file"},
  };
  for (const auto& [flags, named] : cases) {
    std::vector<std::string> all = flags;
    all.emplace_back("--check_config");
    Start(all);
    EXPECT_EQ(AwaitEnd(), 1) << flags.front();
    EXPECT_THAT(LogText(), AllOf(HasSubstr("juchu-payment: "), HasSubstr(named), HasSubstr("; "))) << flags.front();
  }
}

TEST_F(PaymentProcessTest, CheckConfigLooksAtAllOfItAndDoesNotServe) {
  Make(kMigrations, {"--check_config", "--card_accounts_file=" + AccountsFile()});
  EXPECT_EQ(AwaitEnd(), 0);
  EXPECT_THAT(LogText(), HasSubstr("the configuration is good"));
  Make("", {"--check_config"});
  EXPECT_EQ(AwaitEnd(), 1);
  EXPECT_THAT(LogText(), HasSubstr("juchu-migrate")) << "an older schema, too";
}

TEST_F(PaymentProcessTest, AnAccountsFileThatEverybodyMayReadIsRefused) {
  const auto open = fs::perms::owner_read | fs::perms::others_read;
  Make(kMigrations, {"--card_accounts_file=" + AccountsFile(open)});
  EXPECT_EQ(AwaitEnd(), 1);
  EXPECT_THAT(LogText(), AllOf(HasSubstr("card_accounts_file"), HasSubstr("everybody may read"), HasSubstr("chmod"),
                               Not(HasSubstr(kKey))));
  Start({"--card_accounts_file=" +
         WriteFile("broken.json", absl::StrCat("{\"accounts\": [\"", kKey, "\"]}"), fs::perms::owner_read)});
  EXPECT_EQ(AwaitEnd(), 1);
  EXPECT_THAT(LogText(), AllOf(HasSubstr("card_accounts_file"), HasSubstr("account 1"), Not(HasSubstr(kKey))));
}

}  // namespace
}  // namespace juchu::payment
