// juchu-rccs-standin: the card payment API of the mall, played on this machine. For tests, demonstrations and
// development; no card is ever asked.

#include <csignal>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "nlohmann/json.hpp"
#include "tests/standin/rccs_standin.h"

ABSL_FLAG(std::string, journal, "", "File that keeps what has happened; made when it is not there.");
ABSL_FLAG(std::string, certificate, "", "PEM file with the server's certificate chain.");
ABSL_FLAG(std::string, key, "", "PEM file with its private key.");
ABSL_FLAG(int, port, 0, "Port of 127.0.0.1; 0 takes one that is free.");
ABSL_FLAG(absl::Duration, delay, absl::Seconds(1), "From the acceptance of a request to its effect.");
ABSL_FLAG(std::string, accounts, "", "JSON file: [{\"auth_key\": ..., \"shop_url\": ..., \"user_name\": ...}, ...].");
ABSL_FLAG(uint32_t, seed, 0, "Of the draws for behaviours that have a probability.");

namespace juchu::standin {
namespace {

constexpr char kUsage[] =
    "Plays the card payment API of the mall (RCCS, SOAP over TLS) on this machine. Not for operation: it authorizes\n"
    "and captures whatever it is asked to, and keeps book of it.\n\n"
    "  juchu-rccs-standin --journal=rccs.journal --certificate=rccs.crt --key=rccs.key --accounts=accounts.json\n\n"
    "Writes its URL to standard output when it listens and ends on SIGTERM or SIGINT. Commands under /control/ make "
    "it\n"
    "misbehave and tell its book; see tests/standin/README.md.";

absl::Status FlagError(absl::string_view flag, absl::string_view problem) {
  return InvalidField("FLAG_INVALID", absl::StrCat("--", flag), problem, "see juchu-rccs-standin --help");
}

absl::StatusOr<std::vector<Account>> ReadAccounts(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return FlagError("accounts", "not a file that can be read");
  std::vector<Account> accounts;
  try {
    for (const nlohmann::json& account : nlohmann::json::parse(file)) {
      accounts.push_back({.auth_key = account.at("auth_key"),
                          .shop_url = account.at("shop_url"),
                          .user_name = account.at("user_name")});
    }
  } catch (const std::exception&) {
    return FlagError("accounts", "not a JSON array of objects with auth_key, shop_url and user_name");
  }
  if (accounts.empty()) return FlagError("accounts", "has no account");
  return accounts;
}

absl::StatusOr<RccsStandin::Options> OptionsFromFlags() {
  RccsStandin::Options options;
  options.journal_file = absl::GetFlag(FLAGS_journal);
  options.certificate_file = absl::GetFlag(FLAGS_certificate);
  options.key_file = absl::GetFlag(FLAGS_key);
  options.port = absl::GetFlag(FLAGS_port);
  options.delay = absl::GetFlag(FLAGS_delay);
  options.seed = absl::GetFlag(FLAGS_seed);
  if (options.journal_file.empty()) return FlagError("journal", "missing");
  if (options.certificate_file.empty()) return FlagError("certificate", "missing");
  if (options.key_file.empty()) return FlagError("key", "missing");
  if (options.port < 0 || options.port > 65535) return FlagError("port", "not 0 to 65535");
  if (options.delay < absl::ZeroDuration()) return FlagError("delay", "negative");
  JUCHU_ASSIGN_OR_RETURN(options.accounts, ReadAccounts(absl::GetFlag(FLAGS_accounts)));
  return options;
}

absl::Status RunUntilSignal() {
  JUCHU_ASSIGN_OR_RETURN(RccsStandin::Options options, OptionsFromFlags());
  // Blocked before there are threads, so that all of them leave the signals to sigwait.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  JUCHU_ASSIGN_OR_RETURN(const std::unique_ptr<RccsStandin> standin, RccsStandin::Start(std::move(options)));
  std::cout << standin->url() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::standin

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(juchu::standin::kUsage);
  if (absl::ParseCommandLine(argc, argv).size() != 1) {
    std::cerr << "juchu-rccs-standin: takes flags only; see juchu-rccs-standin --help\n";
    return 2;
  }
  const absl::Status status = juchu::standin::RunUntilSignal();
  if (!status.ok()) {
    std::cerr << "juchu-rccs-standin: " << std::string(status.message()) << "\n";
    return 2;
  }
  return 0;
}
