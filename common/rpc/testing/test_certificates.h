#ifndef COMMON_RPC_TESTING_TEST_CERTIFICATES_H_
#define COMMON_RPC_TESTING_TEST_CERTIFICATES_H_

#include <string>

#include "common/rpc/channel_factory.h"
#include "common/testing/temp_folder.h"

namespace juchu::rpc {

// A certificate authority for a test, in a temporary folder that goes with it.
class TestCertificates {
 public:
  TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  // A certificate for the process called `name`, valid for localhost and 127.0.0.1, signed by this authority.
  TlsFiles For(const std::string& name, int days = 2);

  // One that differs: the names in it besides localhost, in OpenSSL's notation, and the days for which it is valid
  // (-1: it has expired).
  struct Odd {
    std::string names;
    int days = 2;
  };
  TlsFiles For(const std::string& common_name, const Odd& odd);

 private:
  TlsFiles Make(const std::string& file, const std::string& common_name, const std::string& names, int days);

  const testing::TempFolder folder_{"juchu-certificates"};
  int odd_ones_ = 0;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_TESTING_TEST_CERTIFICATES_H_
