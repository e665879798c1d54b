#ifndef TESTS_FUZZ_TOKEN_SAMPLES_H_
#define TESTS_FUZZ_TOKEN_SAMPLES_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace juchu::fuzz {

// Public keys, and the tokens that were ever made with their private halves, which nobody has kept: whatever else is
// accepted under them is forged. The tokens are for the issuer and audience below and valid at kTokenTime.
inline constexpr absl::string_view kTokenIssuer = "https://id.example.jp";
inline constexpr absl::string_view kTokenAudience = "juchu";
// In seconds since 1970.
inline constexpr int64_t kTokenTime = 1'800'000'000;

inline constexpr absl::string_view kTokenKeys =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"es-1\",\"x\":\"ijNeeIXmy4vD-"
    "GD0ZDEp4GzZyb9wu7N2aEvUlGhyQR0\",\"y"
    "\":\"X64W55ZqCo-Ga2h_Ne03YvrR5AHh_PzI-w0_IxD8eA8\"},{\"kty\":\"RSA\",\"kid\":\"rs-1\",\"n\":\"rJtzUvrP-LkRW_13oK9R"
    "L2SuBNs2qsItZULqC7IrOCQKqAyaCYCHVrENvSXiF-oOBGEKM8sAfmZmFaM3KF8MMHlKFRUIrDx_ZSqPsjJHEfOo1m2e17C92wda"
    "c_49S0k8xoyZ3-M1bfWaNS3jWdvGpN9wphY70dtl7NIP0ZNS47QEGVsYARYuhZPS3xS1QYO1bZpFEvBCi4aovFEnZy_aEINo91Vf"
    "pwABWs50c4gLJBlSjm7M6pv4hIMamGE0zlxs_m5FVfmjSOcpmg_cCh9T6P8n5m653DSClRWNyS2jxYDIU8ChAUSxcvJt4j-FXxXB"
    "lCFsc9WelU9v9BYV5MvzVQ\",\"e\":\"AQAB\"}]}";

inline constexpr std::array<absl::string_view, 3> kGoodTokens = {
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVzLTEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuanAiLCJhd"
    "WQiOiJqdWNodSIsInN1YiI6ImhhbmFrbyIsInRlbmFudCI6InNob3AtYSIsInJvbGUiOiJvcGVyYXRvciIsImlhdCI6MTc5OTk5O"
    "Tk0MCwiZXhwIjoxODAwMDAwNjAwfQ.rTdUElb3VC_WDUZwqARhgenaugvRyedczixp7Asad27Kpj_IMv41-oThrINPpWCGgC6nK-"
    "AyBBab858gip8gZA",
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzLTEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuanAiLCJhdWQiOlsib3RoZXIiL"
    "CJqdWNodSJdLCJzdWIiOiJoYW5ha28iLCJ0ZW5hbnQiOiJzaG9wLWEiLCJyb2xlIjoib3BlcmF0b3IiLCJpYXQiOjE3OTk5OTk5N"
    "DAsImV4cCI6MTgwMDAwMDYwMH0.Va3eyU0yPpX40TTPbWRyzXaSey1f1yCut17llEgLo7HWoo_09cGYP9Z8VmB4UDAL3DCUD7l63"
    "7uC_c3mKhrTQyLr12zXqW-VC6cTGanMkcbyYX64o2h8MWOeuy4py58TJr8d9Ggho9ugAW1gfCN9609lOEzxNaub5avyygzsSWiot"
    "7UnSMPy7VrADfofFDdtWvJsLYw2doJ5lkx6qH5nNslz4DdLcBtJblJkoWRgp5Y5UB6qgvT08oV2Ri2cHIr-rupc1p6wnP-QY4ceJ"
    "mYf1gFx1x4KqurHpJJDhZXK4ui2cWFBVhPxeMw1J-3RLVFZSD7ZaYZ8VQt35IF3wxGtVA",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVzLTEiLCJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuanAiL"
    "CJhdWQiOiJqdWNodSIsInN1YiI6ImhhbmFrbyIsInRlbmFudCI6InNob3AtYSIsInJvbGUiOiJ2aWV3ZXIiLCJpYXQiOjE3OTk5O"
    "Tk5NDAsImV4cCI6MTgwMDAwMDYwMCwibmJmIjoxNzk5OTk5OTk1fQ.ZkUPZlLa2arqDV4_U9SCkg1KOuArJITs0pZzHx4spw13IH"
    "0UbwRJv9z8ugoD6IveQ55z_UHywGqaW7WRY21YJw"};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_TOKEN_SAMPLES_H_
