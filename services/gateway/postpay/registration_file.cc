#include "services/gateway/postpay/registration_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
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

absl::StatusOr<RegistrationWriter> RegistrationWriter::Create(const pb::LayoutProfile& profile) {
  JUCHU_RETURN_IF_ERROR(CheckProfileFor(LayoutUse::kRegistration, profile));
  return RegistrationWriter(profile);
}

RegistrationWriter::RegistrationWriter(const pb::LayoutProfile& profile)
    : company_(CompanyOf(profile.kind())),
      tells_destination_(HasField(profile, kDestinationAddress)),
      layout_(profile) {}

std::vector<PostpayProblem> RegistrationWriter::Add(const juchu::order::v1::Order& order) {
  Registration registration = MakeRegistration(company_, order);
  std::vector<PostpayProblem>& problems = registration.problems;
  if (!seen_.insert(order.order_number()).second) problems = {OrderTwice()};
  const bool goes_elsewhere = registration.entry.values.contains(kDestinationAddress);
  if (problems.empty() && goes_elsewhere && !tells_destination_) problems.push_back(NoDestination());
  const bool is_full = company_ == PostpayCompany::kNp && included_ >= kMaxOrdersOfNpFile;
  if (problems.empty() && is_full) problems.push_back(FileFull());
  if (problems.empty()) problems = layout_.Add(registration.entry);
  if (problems.empty()) ++included_;
  if (problems.size() > kMaxPostpayProblems) problems.resize(kMaxPostpayProblems);
  return std::move(problems);
}

}  // namespace juchu::gateway
