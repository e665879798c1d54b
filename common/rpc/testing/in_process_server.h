#ifndef COMMON_RPC_TESTING_IN_PROCESS_SERVER_H_
#define COMMON_RPC_TESTING_IN_PROCESS_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "common/rpc/server_runner.h"
#include "common/rpc/testing/test_certificates.h"

namespace juchu::rpc {

// A real server on a free loopback port with real mutual TLS, for tests. The services must outlive it.
class InProcessServer {
 public:
  // Serves under the certificate of `name`.
  InProcessServer(TestCertificates& certificates, const std::string& name, const std::vector<grpc::Service*>& services);

  // A new channel under the certificate of `caller`.
  std::shared_ptr<grpc::Channel> Channel(const std::string& caller);
  // "127.0.0.1:port".
  std::string address() const;
  ServerRunner& runner() { return *runner_; }

 private:
  TestCertificates& certificates_;
  std::unique_ptr<ServerRunner> runner_;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_TESTING_IN_PROCESS_SERVER_H_
