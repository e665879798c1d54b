#include "tools/ctl/session.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/rpc/status_conversion.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "tools/ctl/output.h"

namespace juchu::ctl {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> ReadFile(const std::string& path, absl::string_view what) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::InvalidArgumentError(absl::StrCat(what, ": cannot read ", path));
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

// The profile that tools/dev writes, when juchuctl is run anywhere in a checkout in which it is up.
std::string FindDevelopmentProfile() {
  std::error_code ignored;
  for (fs::path folder = fs::current_path(ignored); !folder.empty(); folder = folder.parent_path()) {
    const fs::path profile = folder / ".juchu" / "dev" / "profiles" / "operator";
    if (fs::exists(profile, ignored)) return profile.string();
    if (folder == folder.root_path()) break;
  }
  return "";
}

using Values = std::map<std::string, std::string, std::less<>>;

absl::StatusOr<Values> ReadProfile(const std::string& path) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, "--profile"));
  Values values;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits('=', 1));
    values[parts.first] = parts.second;
  }
  return values;
}

// Flag, else environment, else profile.
void Complete(std::string& value, const char* name, const Values& profile) {
  if (!value.empty()) return;
  if (const char* from_environment = std::getenv(name); from_environment != nullptr) {
    value = from_environment;
    return;
  }
  auto it = profile.find(name);
  if (it != profile.end()) value = it->second;
}

ExitCode ExitCodeFor(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return kExitNotAllowed;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kExitUnreachable;
    case absl::StatusCode::kUnknown:
      return kExitOutcomeUnknown;
    default:
      return kExitRefused;
  }
}

}  // namespace

absl::Status Session::Connect() {
  if (channel_ != nullptr) return absl::OkStatus();
  auto& o = options_;
  if (o.profile.empty()) {
    const char* from_environment = std::getenv("JUCHU_PROFILE");
    o.profile = from_environment != nullptr ? from_environment : FindDevelopmentProfile();
  }
  Values profile;
  if (!o.profile.empty()) {
    JUCHU_ASSIGN_OR_RETURN(profile, ReadProfile(o.profile));
  }
  const std::pair<std::string*, std::pair<const char*, const char*>> fields[] = {
      {&o.address, {"JUCHU_ADDRESS", "--address"}},
      {&o.ca_file, {"JUCHU_CA_FILE", "--ca-file"}},
      {&o.cert_file, {"JUCHU_CERT_FILE", "--cert-file"}},
      {&o.key_file, {"JUCHU_KEY_FILE", "--key-file"}},
      {&o.token_file, {"JUCHU_TOKEN_FILE", "--token-file"}}};
  for (const auto& [value, names] : fields) {
    Complete(*value, names.first, profile);
    if (value->empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(names.second, " is not given; give the flag, set ", names.first,
                       ", or name a profile by --profile or JUCHU_PROFILE (tools/dev up writes one)"));
    }
  }
  Complete(o.server_name, "JUCHU_SERVER_NAME", profile);

  grpc::SslCredentialsOptions tls;
  JUCHU_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(o.ca_file, "--ca-file"));
  JUCHU_ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadFile(o.cert_file, "--cert-file"));
  JUCHU_ASSIGN_OR_RETURN(tls.pem_private_key, ReadFile(o.key_file, "--key-file"));
  JUCHU_ASSIGN_OR_RETURN(token_, ReadFile(o.token_file, "--token-file"));
  token_ = std::string(absl::StripAsciiWhitespace(token_));
  grpc::ChannelArguments arguments;
  if (!o.server_name.empty()) arguments.SetSslTargetNameOverride(o.server_name);
  channel_ = grpc::CreateCustomChannel(o.address, grpc::SslCredentials(tls), arguments);
  orders_ = gateway::v1::GatewayService::NewStub(channel_);
  configuration_ = gateway::v1::ConfigurationService::NewStub(channel_);
  products_ = gateway::v1::ProductService::NewStub(channel_);
  payments_ = gateway::v1::PaymentService::NewStub(channel_);
  postpay_ = gateway::v1::PostpayService::NewStub(channel_);
  return absl::OkStatus();
}

std::unique_ptr<grpc::ClientContext> Session::NewContext(absl::Duration timeout) const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
  if (options_.timeout_seconds > 0) timeout = absl::Seconds(options_.timeout_seconds);
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return context;
}

void Session::Advise(absl::string_view text) const {
  ClearProgress();
  std::fputs(absl::StrCat(text, "\n").c_str(), stderr);
}

bool Session::Check(const grpc::Status& status) { return Check(rpc::FromGrpcStatus(status)); }

bool Session::Check(const absl::Status& status) {
  if (status.ok()) return true;
  ClearProgress();
  std::fflush(stdout);
  const auto info = GetErrorInfo(status);
  // A status without info that we did not get from a server is our own complaint about the command line.
  const bool usage = !info && status.code() == absl::StatusCode::kInvalidArgument;
  std::string text = absl::StrCat("juchuctl: ", std::string(status.message()), "\n");
  if (info) {
    absl::StrAppend(&text, "  ", info->reason, " (", absl::StatusCodeToString(status.code()), ")\n");
    for (const auto& [key, value] : info->metadata) absl::StrAppend(&text, "  ", key, ": ", value, "\n");
  } else if (!usage) {
    absl::StrAppend(&text, "  ", absl::StatusCodeToString(status.code()), " from ", options_.address, "\n");
  }
  std::fputs(text.c_str(), stderr);
  exit_code = usage ? kExitUsage : ExitCodeFor(status.code());
  return false;
}

}  // namespace juchu::ctl
