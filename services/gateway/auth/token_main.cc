// juchu-token: keys and tokens for development and tests. In operation an identity provider does this; the gateway
// only needs the provider's JWKS file.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
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
#include "common/time/clock.h"
#include "nlohmann/json.hpp"
#include "services/gateway/auth/principal.h"
#include "services/gateway/auth/token_minter.h"

ABSL_FLAG(std::string, key, "", "File with the private key in PEM: written by keygen, read by mint.");
ABSL_FLAG(std::string, jwks, "", "keygen: file for the public key; the gateway's --jwks_file.");
ABSL_FLAG(std::string, key_id, "development", "The key's id: 1 to 64 letters, digits, - or _.");
ABSL_FLAG(std::string, tenant, "", "Claim \"tenant\": 1 to 32 lower-case letters, digits, hyphens.");
ABSL_FLAG(std::string, subject, "", "Claim \"sub\": who the token speaks for, 1 to 255 visible ASCII characters.");
ABSL_FLAG(std::string, role, "", "Claim \"role\": viewer, operator, manager or admin.");
ABSL_FLAG(std::string, issuer, "juchu-development", "Claim \"iss\"; the gateway's --token_issuer.");
ABSL_FLAG(std::string, audience, "juchu", "Claim \"aud\"; the gateway's --token_audience.");
ABSL_FLAG(absl::Duration, lifetime, absl::Hours(12), "How long the token is valid from now on, such as 30m or 12h.");

namespace juchu::gateway {
namespace {

constexpr char kUsage[] =
    "Keys and tokens for development. Not for operation: there an identity provider signs.\n\n"
    "  juchu-token keygen --key=token.pem --jwks=jwks.json\n"
    "  juchu-token mint --key=token.pem --tenant=shop-a --subject=hanako --role=operator\n\n"
    "keygen makes a new key pair and writes the secret half with mode 0600. mint writes a token to standard output.";

absl::Status FlagError(absl::string_view flag, absl::string_view problem) {
  return InvalidField("FLAG_INVALID", absl::StrCat("--", flag), problem, "see juchu-token --help");
}

absl::Status WriteFile(const std::string& path, const std::string& content, mode_t mode) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
  // A file that was there before keeps its old mode without this.
  const bool written =
      fchmod(file, mode) == 0 && write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const bool closed = close(file) == 0;
  if (!written || !closed) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

absl::Status MakeKey() {
  const std::string key_file = absl::GetFlag(FLAGS_key);
  const std::string jwks_file = absl::GetFlag(FLAGS_jwks);
  if (key_file.empty()) return FlagError("key", "missing");
  if (jwks_file.empty()) return FlagError("jwks", "missing");
  JUCHU_ASSIGN_OR_RETURN(const SigningKey key, GenerateSigningKey(absl::GetFlag(FLAGS_key_id)));
  JUCHU_ASSIGN_OR_RETURN(const std::string jwks, PublicJwks(key));
  JUCHU_RETURN_IF_ERROR(WriteFile(key_file, key.private_key_pem, 0600));
  return WriteFile(jwks_file, jwks + "\n", 0644);
}

absl::Status PrintToken() {
  const std::string tenant = absl::GetFlag(FLAGS_tenant);
  const std::string subject = absl::GetFlag(FLAGS_subject);
  const std::string role = absl::GetFlag(FLAGS_role);
  const absl::Duration lifetime = absl::GetFlag(FLAGS_lifetime);
  if (!IsTenantId(tenant)) return FlagError("tenant", "not 1 to 32 lower-case letters, digits or hyphens");
  if (!IsSubject(subject)) return FlagError("subject", "not 1 to 255 visible ASCII characters");
  if (!RoleFromClaim(role)) return FlagError("role", "not viewer, operator, manager or admin");
  if (lifetime < absl::Seconds(1)) return FlagError("lifetime", "shorter than a second");
  std::ifstream file(absl::GetFlag(FLAGS_key), std::ios::binary);
  if (!file) return FlagError("key", "not a file that can be read");
  const std::string pem((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  JUCHU_ASSIGN_OR_RETURN(const SigningKey key, ParseSigningKey(absl::GetFlag(FLAGS_key_id), pem));
  const absl::Time now = SystemClock().Now();
  const nlohmann::json claims = {{"iss", absl::GetFlag(FLAGS_issuer)},
                                 {"aud", absl::GetFlag(FLAGS_audience)},
                                 {"sub", subject},
                                 {"tenant", tenant},
                                 {"role", role},
                                 {"iat", absl::ToUnixSeconds(now)},
                                 {"exp", absl::ToUnixSeconds(now + lifetime)}};
  JUCHU_ASSIGN_OR_RETURN(const std::string token, MintToken(key, claims));
  std::cout << token << "\n";
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::gateway

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(juchu::gateway::kUsage);
  const std::vector<char*> words = absl::ParseCommandLine(argc, argv);
  const std::string command = words.size() == 2 ? words[1] : "";
  if (command != "keygen" && command != "mint") {
    std::cerr << "juchu-token: say keygen or mint; see juchu-token --help\n";
    return 2;
  }
  const absl::Status status = command == "keygen" ? juchu::gateway::MakeKey() : juchu::gateway::PrintToken();
  if (!status.ok()) {
    std::cerr << "juchu-token: " << std::string(status.message()) << "\n";
    return 2;
  }
  return 0;
}
