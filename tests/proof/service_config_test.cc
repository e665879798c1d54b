// The service config that clients are given says of every method of the public contracts what the contract says: those
// marked repeatable are repeated when a gateway was not reached, and no other is.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/support/validate_service_config.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/client_call.h"
#include "common/rpc/health.h"
#include "common/testing/scoped_database.h"
#include "nlohmann/json.hpp"
#include "tests/contract/generic_call.h"

namespace juchu::proof {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAreArray;

class ServiceConfigTest : public ::testing::Test {
 protected:
  ServiceConfigTest() {
    std::stringstream text;
    text << std::ifstream(testing::SourceRoot() + "/deploy/client/service_config.json").rdbuf();
    text_ = text.str();
    config_ = nlohmann::json::parse(text_);
  }

  static std::vector<const google::protobuf::MethodDescriptor*> PublicMethods() {
    std::vector<const google::protobuf::MethodDescriptor*> methods;
    for (const auto* service : contract::AllServices()) {
      if (service->file()->package() != "juchu.gateway.v1") continue;
      for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
    }
    return methods;
  }

  std::string text_;
  nlohmann::json config_;
};

TEST_F(ServiceConfigTest, GrpcTakesItWhole) { EXPECT_EQ(grpc::experimental::ValidateServiceConfigJSON(text_), ""); }

TEST_F(ServiceConfigTest, RepeatsWhatTheContractsMarkRepeatableAndNothingElse) {
  std::vector<std::string> repeatable;
  for (const auto* method : PublicMethods()) {
    if (rpc::IsRepeatable(*method)) {
      repeatable.push_back(absl::StrCat(method->service()->full_name(), "/", method->name()));
    }
  }
  EXPECT_FALSE(repeatable.empty());
  std::vector<std::string> repeated;
  for (const auto& entry : config_["methodConfig"]) {
    for (const auto& name : entry["name"]) {
      if (!entry.contains("retryPolicy")) continue;
      repeated.push_back(name.value("service", "*") + "/" + name.value("method", "*"));
    }
  }
  EXPECT_THAT(repeated, UnorderedElementsAreArray(repeatable)) << "each once, by its own name";
}

TEST_F(ServiceConfigTest, EveryPolicyIsTheStandardOne) {
  for (const auto& entry : config_["methodConfig"]) {
    // What must not be repeated has its timeout only.
    if (!entry.contains("retryPolicy")) continue;
    const auto& policy = entry["retryPolicy"];
    EXPECT_THAT(policy["retryableStatusCodes"], ElementsAre("UNAVAILABLE"));
    EXPECT_GE(policy["maxAttempts"], 2);
    EXPECT_LE(policy["maxAttempts"], 5) << "gRPC makes no more";
  }
  EXPECT_TRUE(config_["loadBalancingConfig"][0].contains("round_robin"));
  EXPECT_EQ(config_["healthCheckConfig"]["serviceName"], rpc::kAcceptingCalls);
  EXPECT_TRUE(config_.contains("retryThrottling")) << "clients must not multiply an outage";
}

TEST_F(ServiceConfigTest, StreamsMayTakeLongerThanCallsAndAllHaveATimeout) {
  std::map<std::string, std::string> timeouts;
  for (const auto& entry : config_["methodConfig"]) {
    for (const auto& name : entry["name"]) {
      timeouts[std::string(name["service"]) + "/" + std::string(name["method"])] = entry["timeout"];
    }
  }
  for (const auto* method : PublicMethods()) {
    const std::string name = absl::StrCat(method->service()->full_name(), "/", method->name());
    const bool stream = method->client_streaming() || method->server_streaming();
    ASSERT_TRUE(absl::EndsWith(timeouts[name], "s")) << name;
    // As the gateway's own limits for calls without a deadline.
    const int seconds = std::stoi(timeouts[name]);
    EXPECT_TRUE(stream ? seconds == 900 : seconds <= 30) << name << ": " << seconds;
  }
}

}  // namespace
}  // namespace juchu::proof
