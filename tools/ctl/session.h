#ifndef TOOLS_CTL_SESSION_H_
#define TOOLS_CTL_SESSION_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "juchu/gateway/v1/payment_service.grpc.pb.h"
#include "juchu/gateway/v1/postpay_service.grpc.pb.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"

namespace juchu::ctl {

// How an answer is printed.
enum class Format { kTable, kJson };

// Process exit codes; the help text of juchuctl lists them.
enum ExitCode {
  kExitOk = 0,
  kExitRefused = 1,
  kExitUsage = 2,
  kExitPartly = 3,
  kExitNotAllowed = 4,
  kExitUnreachable = 5,
  kExitOutcomeUnknown = 6,
};

// Where and as whom to call. Each value comes from its flag, else from its environment variable, else from the
// profile (a file of KEY=VALUE lines with the environment's names).
struct SessionOptions {
  std::string profile;
  std::string address;
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  std::string token_file;
  std::string server_name;
  double timeout_seconds = 0;
  std::string format = "table";
};

// The connection to one gateway and how its answers are shown. Confined to one thread.
class Session {
 public:
  SessionOptions& options() { return options_; }

  // Completes the options from environment and profile, reads the files and makes the channel. Errors name the flag.
  absl::Status Connect();

  gateway::v1::GatewayService::Stub& orders() { return *orders_; }
  gateway::v1::ConfigurationService::Stub& configuration() { return *configuration_; }
  gateway::v1::ProductService::Stub& products() { return *products_; }
  gateway::v1::PaymentService::Stub& payments() { return *payments_; }
  gateway::v1::PostpayService::Stub& postpay() { return *postpay_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // A fresh context with token and deadline; `timeout` is used unless --timeout was given.
  std::unique_ptr<grpc::ClientContext> NewContext(absl::Duration timeout = absl::Seconds(30)) const;

  Format format() const { return options_.format == "json" ? Format::kJson : Format::kTable; }

  // What the process returns; commands set it.
  int exit_code = kExitOk;

  // A call failed so that it may have been carried out nevertheless.
  bool outcome_unknown() const { return exit_code == kExitUnreachable || exit_code == kExitOutcomeUnknown; }

  // Prints the error for a person (and what to do) to standard error and sets the exit code. True when `status` is OK.
  bool Check(const grpc::Status& status);
  bool Check(const absl::Status& status);

  // Prints what to do next to standard error, where it is in the way of no program that reads the answers.
  void Advise(absl::string_view text) const;

 private:
  SessionOptions options_;
  std::string token_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<gateway::v1::GatewayService::Stub> orders_;
  std::unique_ptr<gateway::v1::ConfigurationService::Stub> configuration_;
  std::unique_ptr<gateway::v1::ProductService::Stub> products_;
  std::unique_ptr<gateway::v1::PaymentService::Stub> payments_;
  std::unique_ptr<gateway::v1::PostpayService::Stub> postpay_;
};

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_SESSION_H_
