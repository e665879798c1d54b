#include "services/gateway/postpay/registration_file.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "services/gateway/postpay/layout_file.h"
#include "services/gateway/postpay/postpay_rules.h"
#include "services/gateway/postpay/profile_check.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

constexpr char kDestinationAddress[] = "destination_address";

bool HasField(const pb::LayoutProfile& profile, absl::string_view field) {
  return std::any_of(profile.columns().begin(), profile.columns().end(),
                     [field](const pb::LayoutColumn& column) { return column.field() == field; });
}

PostpayProblem FileFull() {
  return {"", "FILE_FULL", absl::StrCat("the file has ", kMaxOrdersOfNpFile, " orders, and NP takes no more in one"),
          "write the file again with the orders that are left"};
}

PostpayProblem OrderTwice() { return {"", "ORDER_TWICE", "the order came a second time", "name each order once"}; }

PostpayProblem NoDestination() {
  return {kDestinationAddress, "DESTINATION_NOT_IN_LAYOUT",
          "the goods go to somebody else, and the layout has no column to say so",
          "add the columns of the destination to the layout, or register the order on the company's screen"};
}

}  // namespace

absl::StatusOr<RegistrationFile> WriteRegistrationFile(const pb::LayoutProfile& profile,
                                                       absl::Span<const juchu::order::v1::Order> orders) {
  JUCHU_RETURN_IF_ERROR(CheckProfileFor(LayoutUse::kRegistration, profile));
  const PostpayCompany company = CompanyOf(profile.kind());
  const std::size_t max_orders =
      company == PostpayCompany::kNp ? kMaxOrdersOfNpFile : std::numeric_limits<std::size_t>::max();
  const bool tells_destination = HasField(profile, kDestinationAddress);
  RegistrationFile file;
  LayoutFile layout(profile);
  absl::flat_hash_set<std::string> seen;
  for (const juchu::order::v1::Order& order : orders) {
    Registration registration = MakeRegistration(company, order);
    std::vector<PostpayProblem>& problems = registration.problems;
    if (!seen.insert(order.order_number()).second) problems = {OrderTwice()};
    const bool goes_elsewhere = registration.entry.values.contains(kDestinationAddress);
    if (problems.empty() && goes_elsewhere && !tells_destination) problems.push_back(NoDestination());
    if (problems.empty() && file.included.size() >= max_orders) problems.push_back(FileFull());
    if (problems.empty()) problems = layout.Add(registration.entry);
    if (problems.empty()) {
      file.included.push_back(order.order_number());
    } else {
      if (problems.size() > kMaxPostpayProblems) problems.resize(kMaxPostpayProblems);
      file.left_out.push_back({order.order_number(), std::move(problems)});
    }
  }
  file.bytes = layout.Take();
  return file;
}

}  // namespace juchu::gateway
