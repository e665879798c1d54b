#include "tests/e2e/dev_stack.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace juchu::e2e {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::abort();
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

// False for a zombie, which is dead but not yet asked for by its parent.
bool IsAlive(pid_t pid) {
  std::ifstream stat(absl::StrCat("/proc/", pid, "/stat"));
  const std::string line{std::istreambuf_iterator<char>(stat), {}};
  const size_t name_end = line.rfind(')');
  return name_end != std::string::npos && line.substr(name_end, 4) != ") Z ";
}

}  // namespace

DevStack& DevStack::Get() {
  static DevStack stack;
  return stack;
}

DevStack::DevStack() {
  // Short, because a socket's path may have 107 characters at most.
  std::string pattern = "/tmp/juchu-e2e-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
  Up();
}

DevStack::~DevStack() {
  Run("down");
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void DevStack::Run(const std::string& command) {
  const std::string log = (folder_ / "dev-output").string();
  const std::string line =
      absl::StrCat("JUCHU_SKIP_BUILD=1 JUCHU_PRESET=", JUCHU_PRESET, " JUCHU_DEV_DIR=", folder_.string(), " ",
                   JUCHU_SOURCE_DIR, "/tools/dev ", command, " >", log, " 2>&1");
  if (std::system(line.c_str()) != 0) {
    std::fprintf(stderr, "%s failed:\n%s\n", line.c_str(), ReadFile(log).c_str());
    std::abort();
  }
}

void DevStack::Up() { Run("up"); }

void DevStack::Kill(const std::string& process) {
  const auto file = folder_ / "run" / (process + ".pid");
  const auto pid = static_cast<pid_t>(std::stol(ReadFile(file)));
  kill(pid, SIGKILL);
  // Its ports and files are free only when it is gone.
  while (IsAlive(pid)) absl::SleepFor(absl::Milliseconds(5));
}

std::shared_ptr<grpc::Channel> DevStack::NewChannel() {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadFile(folder_ / "certs" / "ca.crt");
  tls.pem_cert_chain = ReadFile(folder_ / "certs" / "frontend.crt");
  tls.pem_private_key = ReadFile(folder_ / "certs" / "frontend.key");
  for (absl::string_view line : absl::StrSplit(ReadFile(folder_ / "profiles" / "operator"), '\n')) {
    if (absl::ConsumePrefix(&line, "JUCHU_ADDRESS=")) {
      grpc::ChannelArguments arguments;
      // A test that kills the gateway does not want to wait for the usual back-off.
      arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      return grpc::CreateCustomChannel(std::string(line), grpc::SslCredentials(tls), arguments);
    }
  }
  std::abort();
}

std::unique_ptr<gateway::v1::GatewayService::Stub> DevStack::Orders() {
  return gateway::v1::GatewayService::NewStub(NewChannel());
}

std::unique_ptr<gateway::v1::ConfigurationService::Stub> DevStack::Configuration() {
  return gateway::v1::ConfigurationService::NewStub(NewChannel());
}

std::unique_ptr<grpc::ClientContext> DevStack::Context(const std::string& role, absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  const std::string token = ReadFile(folder_ / "tokens" / role);
  context->AddMetadata("authorization", absl::StrCat("Bearer ", absl::StripAsciiWhitespace(token)));
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  context->set_wait_for_ready(true);
  return context;
}

}  // namespace juchu::e2e
