#include "common/rpc/testing/test_certificates.h"

#include <stdlib.h>

#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace juchu::rpc {
namespace {

// OpenSSL's own command makes the certificates, as tools/dev does.
void RunOrAbort(const std::string& command) {
  if (std::system(absl::StrCat("{ ", command, "; } >/dev/null 2>&1").c_str()) != 0) {
    std::fprintf(stderr, "failed: %s\n", command.c_str());
    std::abort();
  }
}

}  // namespace

TestCertificates::TestCertificates() {
  RunOrAbort(
      absl::StrCat("cd ", folder_.path().string(),
                   " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test"
                   " -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.crt"));
}

TlsFiles TestCertificates::Make(const std::string& file, const std::string& common_name, const std::string& names,
                                int days) {
  const std::string base = folder_.File(file);
  if (!std::filesystem::exists(base + ".crt")) {
    RunOrAbort(absl::StrCat(
        "cd ", folder_.path().string(), " && printf 'subjectAltName=DNS:localhost,IP:127.0.0.1,", names, "' >", file,
        ".ext && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=", common_name, " -keyout ",
        file, ".key -out ", file, ".csr && chmod 600 ", file, ".key && openssl x509 -req -in ", file,
        ".csr -CA ca.crt -CAkey ca.key -CAcreateserial -days ", days, " -extfile ", file, ".ext -out ", file, ".crt"));
  }
  return {folder_.File("ca.crt"), base + ".crt", base + ".key"};
}

TlsFiles TestCertificates::For(const std::string& name, int days) {
  return Make(name, name, "URI:spiffe://juchu/" + name, days);
}

TlsFiles TestCertificates::For(const std::string& common_name, const Odd& odd) {
  return Make(absl::StrCat("odd-", ++odd_ones_), common_name, odd.names, odd.days);
}

}  // namespace juchu::rpc
