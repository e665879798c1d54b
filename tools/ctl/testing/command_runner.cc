#include "tools/ctl/testing/command_runner.h"

#include <gtest/gtest.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fstream>
#include <utility>

namespace juchu::ctl {

CommandRunner::CommandRunner(void (*add)(CLI::App& parent, Session& session),
                             const std::vector<grpc::Service*>& services)
    : add_(add), server_(certificates_, "gateway", services) {
  std::ofstream(folder_.File("token")) << "token";
}

CommandRunner::Ran CommandRunner::Run(std::vector<std::string> words, const std::string& format) {
  Session session;
  auto& options = session.options();
  const rpc::TlsFiles files = certificates_.For("juchuctl");
  options.address = server_.address();
  options.ca_file = files.ca_file;
  options.cert_file = files.cert_file;
  options.key_file = files.key_file;
  options.token_file = folder_.File("token");
  options.format = format;
  CLI::App app("juchuctl");
  add_(app, session);
  std::reverse(words.begin(), words.end());
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  app.parse(words);
  Ran ran;
  ran.out = ::testing::internal::GetCapturedStdout();
  ran.err = ::testing::internal::GetCapturedStderr();
  ran.exit_code = session.exit_code;
  return ran;
}

}  // namespace juchu::ctl
