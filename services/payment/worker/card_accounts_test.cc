// The file of the shops' accounts: who has one, what is wrong with it, and what happens when it changes.
#include "services/payment/worker/card_accounts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kKey[] = "s3cr3t-k3y";

// An account as it stands in the file.
std::string Account(const std::string& tenant, const std::string& shop, const std::string& key = kKey) {
  return R"({"tenant_id": ")" + tenant + R"(", "shop_id": ")" + shop + R"(", "auth_key": ")" + key +
         R"(", "shop_url": "url-of-)" + shop + R"(", "user_name": "hanako"})";
}
std::string File(const std::string& accounts) { return R"({"accounts": [)" + accounts + "]}"; }

class CardAccountsTest : public ::testing::Test {
 protected:
  // As a mounted secret is replaced: a new file takes the place of the old one.
  void Write(const std::string& text, mode_t mode = 0600) {
    const std::string fresh = path_ + ".new";
    std::ofstream(fresh) << text;
    ASSERT_EQ(chmod(fresh.c_str(), mode), 0);
    // Also where two writes come within the file system's grain of time.
    const timespec times[] = {{0, UTIME_NOW}, {1'700'000'000 + ++writes_, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, fresh.c_str(), times, 0), 0);
    std::filesystem::rename(fresh, path_);
  }
  absl::StatusOr<std::unique_ptr<CardAccounts>> Open() { return CardAccounts::Open(path_, clock_); }
  // The key of the shop's account; "none".
  static std::string KeyOf(CardAccounts& accounts, const std::string& tenant, const std::string& shop) {
    const auto account = accounts.Find(tenant, shop);
    return account.has_value() ? account->auth_key : "none";
  }
  void LetItLookAgain() { clock_.Advance(absl::Seconds(10)); }

  testing::FakeClock clock_;
  const testing::TempFolder folder_{"juchu-card-accounts"};
  const std::string path_ = folder_.File("accounts.json");
  int writes_ = 0;
};

TEST_F(CardAccountsTest, FindsTheAccountOfATenantsShop) {
  Write(File(Account("acme", "rakuten", "k1") + "," + Account("acme", "second", "k2") + "," +
             Account("other", "rakuten", "k3")) +
        "\n");
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto accounts, Open());
  const auto account = accounts->Find("acme", "rakuten");
  ASSERT_TRUE(account.has_value());
  EXPECT_EQ(account->auth_key, "k1");
  EXPECT_EQ(account->shop_url, "url-of-rakuten");
  EXPECT_EQ(account->user_name, "hanako");
  EXPECT_EQ(KeyOf(*accounts, "acme", "second"), "k2");
  EXPECT_EQ(KeyOf(*accounts, "other", "rakuten"), "k3") << "another tenant's shop of the same name";
  EXPECT_EQ(KeyOf(*accounts, "other", "second"), "none");
  EXPECT_EQ(KeyOf(*accounts, "acme", "RAKUTEN"), "none");
  EXPECT_EQ(KeyOf(*accounts, "", ""), "none");
}

TEST_F(CardAccountsTest, WithoutAFileNobodyHasAnAccount) {
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto accounts, CardAccounts::Open("", clock_));
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "none");
  Write(File(""));
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto empty, Open());
  EXPECT_EQ(KeyOf(*empty, "acme", "rakuten"), "none");
}

TEST_F(CardAccountsTest, ABadFileIsNamedAndNothingOfItIsShown) {
  const std::string good = Account("acme", "rakuten");
  const std::pair<std::string, std::string> files[] = {
      {std::string("{\"accounts\": [") + kKey, "no JSON object"},
      {std::string("\"") + kKey + "\"", "no JSON object"},
      {"[" + good + "]", "no JSON object"},
      {"{}", "no JSON object"},
      {R"({"accounts": )" + good + "}", "no JSON object"},
      {R"({"accounts": null})", "no JSON object"},
      {File(std::string("\"") + kKey + "\""), "account 1"},
      {File(good + ",7"), "account 2"},
      {File(good + "," + Account("acme", "")), "\"shop_id\" in account 2"},
      {File(Account("", "rakuten")), "\"tenant_id\" in account 1"},
      {File(Account("acme", "rakuten", "")), "\"auth_key\" in account 1"},
      {File(R"({"tenant_id": "acme", "shop_id": "s", "auth_key": ")" + std::string(kKey) + R"(", "shop_url": "u"})"),
       "\"user_name\" in account 1"},
      {File(R"({"tenant_id": "acme", "shop_id": "s", "auth_key": [")" + std::string(kKey) +
            R"("], "shop_url": "u", "user_name": "n"})"),
       "\"auth_key\" in account 1"},
      {File(R"({"tenant_id": "acme", "shop_id": "s", "auth_key": ")" + std::string(kKey) +
            R"(", "shop_url": 7, "user_name": "n"})"),
       "\"shop_url\" in account 1"},
      {File(good + "," + Account("acme", "second") + "," + Account("acme", "rakuten", "another")), "account 3 twice"},
  };
  for (const auto& [text, problem] : files) {
    Write(text);
    const auto accounts = Open();
    ASSERT_THAT(accounts,
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasReason("CARD_ACCOUNTS_UNREADABLE"), HasMetadata("field", "card_accounts_file"))))
        << text;
    const std::string told = MessageWithRemedy(accounts.status()) + accounts.status().ToString();
    EXPECT_THAT(told, AllOf(HasSubstr(problem), Not(HasSubstr(kKey)), Not(HasSubstr("hanako")))) << text;
  }
}

TEST_F(CardAccountsTest, OnlyTheProcessMayReadTheFile) {
  Write(File(Account("acme", "rakuten")), 0644);
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kInvalidArgument, HasReason("SECRET_FILE_OPEN")));
  std::filesystem::remove(path_);
  EXPECT_THAT(Open(), HasReason("FILE_UNREADABLE"));
  Write("");
  EXPECT_THAT(Open(), HasReason("FILE_EMPTY"));
}

TEST_F(CardAccountsTest, AChangedFileIsReadAgain) {
  Write(File(Account("acme", "rakuten", "old")));
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto accounts, Open());
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "old");
  Write(File(Account("acme", "rakuten", "new") + "," + Account("acme", "second", "more")));
  LetItLookAgain();
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "new");
  EXPECT_EQ(KeyOf(*accounts, "acme", "second"), "more");
  Write(File(Account("acme", "second", "more")));
  LetItLookAgain();
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "none") << "one that is gone";
}

TEST_F(CardAccountsTest, IsLookedAtAgainAlsoWhenTheClockWentBack) {
  clock_.Advance(absl::Hours(1));
  Write(File(Account("acme", "rakuten", "old")));
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto accounts, Open());
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "old");
  clock_.Advance(-absl::Hours(1));
  Write(File(Account("acme", "rakuten", "new")));
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "new") << "not only in an hour";
}

TEST_F(CardAccountsTest, AFileThatHasGoneBadLeavesWhatWasKnown) {
  Write(File(Account("acme", "rakuten", "old")));
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto accounts, Open());
  Write(R"({"accounts": [{"tenant_id": "acme", )");
  LetItLookAgain();
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "old") << "half of it";
  Write(File(Account("acme", "rakuten", "open to all")), 0644);
  LetItLookAgain();
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "old");
  std::filesystem::remove(path_);
  LetItLookAgain();
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "old") << "gone";
  Write(File(Account("acme", "rakuten", "new")));
  LetItLookAgain();
  EXPECT_EQ(KeyOf(*accounts, "acme", "rakuten"), "new") << "good again";
}

}  // namespace
}  // namespace juchu::payment
