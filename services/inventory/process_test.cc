// juchu-inventory as a process: it serves once its database is ready, refuses an older schema, and ends in order.
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

namespace juchu::inventory {
namespace {

constexpr absl::Duration kStartLimit = absl::Seconds(30);

class InventoryProcessTest : public ::testing::Test {
 protected:
  // On a schema with these migrations ("": none).
  void Make(const std::string& migrations) {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, testing::ScopedDatabase::Create(testing::SharedMariaDb(), migrations));
    folder_ = ::testing::TempDir() + "juchu-inventory-process";
    std::filesystem::create_directories(folder_);
    const std::string password = folder_ + "/password";
    std::ofstream(password) << database_->options().password;
    std::filesystem::permissions(password, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto tls = certificates_.For("inventory");
    port_ = testing::FreePort();
    process_ = std::make_unique<testing::ChildProcess>(
        std::vector<std::string>{
            absl::StrCat(JUCHU_BINARY_DIR, "/bin/juchu-inventory"), absl::StrCat("--listen=127.0.0.1:", port_),
            "--tls_ca_file=" + tls.ca_file, "--tls_cert_file=" + tls.cert_file, "--tls_key_file=" + tls.key_file,
            "--mysql_host=" + database_->options().host, absl::StrCat("--mysql_port=", database_->options().port),
            "--mysql_schema=" + database_->options().schema, "--mysql_user=" + database_->options().user,
            "--mysql_password_file=" + password, "--mysql_ca_file=" + database_->options().ca_file, "--drain_wait=0s",
            absl::StrCat("--migrations_dir=", testing::SourceRoot(), "/services/inventory/migrations")},
        std::map<std::string, std::string>(), folder_ + "/log");
    ASSERT_THAT(process_->Start(), testing::IsOk());
  }
  void TearDown() override {
    process_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  bool Serves() {
    const auto channel = rpc::CreateMtlsChannel(absl::StrCat("127.0.0.1:", port_), certificates_.For("gateway"));
    return channel.ok() && rpc::IsServing(*channel, absl::Seconds(1));
  }
  std::string LogText() const {
    std::stringstream text;
    text << std::ifstream(folder_ + "/log").rdbuf();
    return text.str();
  }

  rpc::TestCertificates certificates_;
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<testing::ChildProcess> process_;
  std::string folder_;
  int port_ = 0;
};

TEST_F(InventoryProcessTest, ServesAndEndsInOrder) {
  Make("services/inventory/migrations");
  const absl::Time limit = absl::Now() + kStartLimit;
  while (!Serves()) {
    ASSERT_TRUE(process_->Running() && absl::Now() < limit) << LogText();
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(process_->Terminate(), 0) << LogText();
}

TEST_F(InventoryProcessTest, RefusesASchemaThatIsOlderThanItsMigrations) {
  Make("");
  const absl::Time limit = absl::Now() + kStartLimit;
  while (process_->Running() && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_FALSE(process_->Running());
  EXPECT_EQ(process_->exit_code(), 1);
  EXPECT_THAT(LogText(), ::testing::HasSubstr("juchu-migrate")) << "it says what to do";
}

}  // namespace
}  // namespace juchu::inventory
