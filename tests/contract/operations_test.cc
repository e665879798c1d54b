// Every method of the public interface has a good call, and the call is good: other tests build on them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/ids/uuid.h"
#include "juchu/common/v1/method_options.pb.h"
#include "tests/contract/merchant.h"
#include "tests/contract/stack_endpoint.h"

namespace juchu::contract {
namespace {

TEST(OperationsTest, EveryMethodOfThePublicInterfaceHasOne) {
  std::set<std::string> written;
  for (const auto& operation : Operations()) written.insert(MethodOf(operation).full_name());
  for (const auto* service : AllServices()) {
    for (int m = 0; m < service->method_count(); ++m) {
      const auto& method = *service->method(m);
      if (!method.options().HasExtension(common::v1::required_role)) continue;
      EXPECT_TRUE(written.count(method.full_name()) > 0)
          << method.full_name() << " has no good call: add one to tests/contract/operations.cc";
    }
  }
}

TEST(OperationsTest, EachIsAcceptedAndItsRepeatDoesNothingTwice) {
  for (const auto& operation : Operations()) {
    const Merchant merchant(StackEndpoint(), NewMerchantId());
    const std::string request_id = NewRequestId();
    const auto first = merchant.CallOnce(operation, merchant.Fill(operation, request_id), absl::Seconds(30));
    EXPECT_TRUE(first.status.ok()) << operation.method << ": " << first.status;
    const std::string after_first = merchant.Dump();
    const auto second = merchant.CallOnce(operation, merchant.Fill(operation, request_id), absl::Seconds(30));
    EXPECT_TRUE(second.status.ok()) << operation.method << ": " << second.status;
    EXPECT_EQ(merchant.Dump(), after_first) << operation.method;
  }
}

}  // namespace
}  // namespace juchu::contract
