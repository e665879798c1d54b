#ifndef TOOLS_CTL_TESTING_COMMAND_RUNNER_H_
#define TOOLS_CTL_TESTING_COMMAND_RUNNER_H_

#include <grpcpp/grpcpp.h>

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "common/rpc/testing/in_process_server.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/temp_folder.h"
#include "tools/ctl/session.h"

namespace juchu::ctl {

// Runs commands of juchuctl as they are typed, over real TLS, against services in this process.
class CommandRunner {
 public:
  // Of a command: its exit code, and what it wrote.
  struct Ran {
    int exit_code = 0;
    std::string out;
    std::string err;
  };

  // `add` is what adds the commands; the services must outlive the runner.
  CommandRunner(void (*add)(CLI::App& parent, Session& session), const std::vector<grpc::Service*>& services);

  // `format` as --output takes it.
  Ran Run(std::vector<std::string> words, const std::string& format = "table");

 private:
  void (*const add_)(CLI::App& parent, Session& session);
  const testing::TempFolder folder_{"juchuctl"};
  rpc::TestCertificates certificates_;
  rpc::InProcessServer server_;
};

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_TESTING_COMMAND_RUNNER_H_
