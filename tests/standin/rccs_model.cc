#include "tests/standin/rccs_model.h"

#include <array>
#include <utility>

#include "absl/strings/str_format.h"

namespace juchu::standin {
namespace {

constexpr std::array<std::pair<Operation, absl::string_view>, 7> kNames = {{
    {Operation::kGetRequestId, "getRCCSRequestId"},
    {Operation::kAuthori, "authori"},
    {Operation::kAuthoriCancel, "authoriCancel"},
    {Operation::kSales, "sales"},
    {Operation::kSalesCancel, "salesCancel"},
    {Operation::kGetResult, "getRCCSResult"},
    {Operation::kGetResultAll, "getRCCSResultAll"},
}};

constexpr std::array<absl::string_view, 3> kBrands = {"VISA", "JCB", "MasterCard"};

// FNV-1a: the same in every process and on every machine, which std::hash need not be.
uint32_t StableHash(absl::string_view text) {
  uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

}  // namespace

absl::string_view OperationName(Operation operation) {
  for (const auto& [known, name] : kNames) {
    if (known == operation) return name;
  }
  return "";
}

std::optional<Operation> OperationFromName(absl::string_view name) {
  for (const auto& [operation, known] : kNames) {
    if (known == name) return operation;
  }
  return std::nullopt;
}

bool IsAsynchronous(Operation operation) {
  switch (operation) {
    case Operation::kAuthori:
    case Operation::kAuthoriCancel:
    case Operation::kSales:
    case Operation::kSalesCancel:
      return true;
    case Operation::kGetRequestId:
    case Operation::kGetResult:
    case Operation::kGetResultAll:
      return false;
  }
  return false;
}

Card CardOf(absl::string_view order_number) {
  const uint32_t hash = StableHash(order_number);
  return {.brand_name = std::string(kBrands[hash % kBrands.size()]),
          .masked_number = absl::StrFormat("****-****-****-%04d", hash / kBrands.size() % 10'000),
          .company_name = "楽天カード",
          .expiry = "2030/03",
          .owner_name = "TARO RAKUTEN"};
}

absl::TimeZone Japan() { return absl::FixedTimeZone(9 * 60 * 60); }

}  // namespace juchu::standin
