#ifndef TESTS_STANDIN_RCCS_TEST_BENCH_H_
#define TESTS_STANDIN_RCCS_TEST_BENCH_H_

#include <memory>
#include <string>
#include <utility>

#include "common/rpc/testing/test_certificates.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/standin/rccs_standin.h"
#include "tests/standin/rccs_test_client.h"

namespace juchu::standin {

// A stand-in in this process whose time stands still until the test moves it, and clients for it.
class RccsTestBench : public ::testing::Test {
 protected:
  static constexpr absl::Duration kDelay = absl::Seconds(30);

  static Account Shop() { return {"key", "shop", "hanako"}; }
  static Account OtherShop() { return {"other-key", "other-shop", "taro"}; }

  // One pair for all tests: making it takes longer than most of them.
  static const rpc::TlsFiles& Tls() {
    static auto* const certificates = new rpc::TestCertificates;
    static const auto* const files = new rpc::TlsFiles(certificates->For("rccs"));
    return *files;
  }

  void SetUp() override { ASSERT_NO_FATAL_FAILURE(StartStandin()); }

  RccsStandin::Options Options() const {
    RccsStandin::Options options;
    options.journal_file = JournalFile();
    options.certificate_file = Tls().cert_file;
    options.key_file = Tls().key_file;
    options.delay = kDelay;
    options.accounts = {Shop(), OtherShop()};
    options.seed = 7;
    options.clock = &clock_;
    return options;
  }
  std::string JournalFile() const { return folder_.File("journal"); }

  // On the journal of before, if there is one.
  void StartStandin() {
    JUCHU_ASSERT_OK_AND_ASSIGN(standin_, RccsStandin::Start(Options()));
    client_ = ClientFor(Shop());
  }
  void StopStandin() {
    client_.reset();
    standin_.reset();
  }
  std::unique_ptr<RccsTestClient> ClientFor(const Account& account) const {
    return std::make_unique<RccsTestClient>(standin_->port(), Tls().ca_file, account);
  }

  // Lets what has been accepted take effect.
  void PassDelay() { clock_.Advance(kDelay); }

  testing::FakeClock clock_;
  const testing::TempFolder folder_{"juchu-rccs"};
  std::unique_ptr<RccsStandin> standin_;
  std::unique_ptr<RccsTestClient> client_;
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_TEST_BENCH_H_
