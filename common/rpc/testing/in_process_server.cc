#include "common/rpc/testing/in_process_server.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace juchu::rpc {

InProcessServer::InProcessServer(TestCertificates& certificates, const std::string& name,
                                 const std::vector<grpc::Service*>& services)
    : certificates_(certificates) {
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.tls = certificates.For(name);
  auto runner = ServerRunner::Start(options, services, [] { return true; });
  if (!runner.ok()) {
    std::fprintf(stderr, "%s\n", runner.status().ToString().c_str());
    std::abort();
  }
  runner_ = *std::move(runner);
}

std::string InProcessServer::address() const { return absl::StrCat("127.0.0.1:", runner_->port()); }

std::shared_ptr<grpc::Channel> InProcessServer::Channel(const std::string& caller) {
  auto channel = CreateMtlsChannel(address(), certificates_.For(caller));
  if (!channel.ok()) std::abort();
  return *std::move(channel);
}

}  // namespace juchu::rpc
