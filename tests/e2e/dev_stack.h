#ifndef TESTS_E2E_DEV_STACK_H_
#define TESTS_E2E_DEV_STACK_H_

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"

namespace juchu::e2e {

// A whole juchu of real processes, brought up by tools/dev in a folder of its own, the way a user brings it up. One for
// a test process; taken down at the end. Not thread-safe; the stubs are.
class DevStack {
 public:
  // The one of this process; made at the first call. Aborts with the log when it does not come up.
  static DevStack& Get();

  // kill -9 of "order", "gateway" or "mariadb".
  void Kill(const std::string& process);
  // Starts whatever is not running and waits until the gateway serves.
  void Up();

  // New stubs on a new channel.
  std::unique_ptr<gateway::v1::GatewayService::Stub> Orders();
  std::unique_ptr<gateway::v1::ConfigurationService::Stub> Configuration();

  // A context with the token of `role` and a deadline.
  std::unique_ptr<grpc::ClientContext> Context(const std::string& role = "operator",
                                               absl::Duration timeout = absl::Seconds(30));

  const std::filesystem::path& folder() const { return folder_; }

 private:
  DevStack();
  ~DevStack();
  void Run(const std::string& command);
  std::shared_ptr<grpc::Channel> NewChannel();

  std::filesystem::path folder_;
};

}  // namespace juchu::e2e

#endif  // TESTS_E2E_DEV_STACK_H_
