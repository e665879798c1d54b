#include "services/gateway/postpay/slip_file.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/postpay/layout_file.h"
#include "services/gateway/postpay/postpay_rules.h"
#include "services/gateway/postpay/profile_check.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

bool IsAlphanumeric(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); });
}

constexpr char kOfTwoOrders[] =
    "correct the slip number that is wrong; report orders of one parcel on the company's screen";

// Reads the rows of one file. `profile` and `rows` outlive it.
class SlipReader {
 public:
  SlipReader(const pb::LayoutProfile& profile, absl::Span<const SlipRow> rows)
      : profile_(profile), limits_(LimitsOf(CompanyOf(profile.kind()))) {
    for (const SlipRow& row : rows) orders_of_slip_[PlainSlipNumber(row.slip_number)].insert(row.order_number);
  }

  FileEntry Read(const SlipRow& row, std::vector<PostpayProblem>& problems) {
    FileEntry entry;
    entry.values["shop_transaction_id"] = ReadId(row.shop_transaction_id, "shop_transaction_id", problems);
    entry.values["transaction_id"] = ReadId(row.transaction_id, "transaction_id", problems);
    entry.values["carrier_code"] = ReadCarrier(row.carrier, problems);
    entry.values["slip_number"] = ReadSlipNumber(row, problems);
    if (row.invoice_date.has_value()) {
      entry.values["invoice_date"] = absl::StrFormat("%04d/%02d/%02d", row.invoice_date->year(),
                                                     row.invoice_date->month(), row.invoice_date->day());
    }
    if (!orders_.insert(row.order_number).second) {
      problems.push_back({"", "ORDER_TWICE",
                          "the order came a second time, and the company takes one slip number of it",
                          "report one of its parcels"});
    }
    return entry;
  }

 private:
  static std::string ReadId(const std::string& id, const std::string& field, std::vector<PostpayProblem>& problems) {
    if (!id.empty() && !IsTransactionId(id)) {
      problems.push_back({field, "TRANSACTION_ID_INVALID",
                          absl::StrCat("not at most ", kMaxTransactionId, " letters, digits and hyphens"),
                          "take in the company's screening result again"});
    }
    return id;
  }

  std::string ReadCarrier(const std::string& carrier, std::vector<PostpayProblem>& problems) const {
    for (const pb::CarrierCode& known : profile_.carrier_codes()) {
      if (carrier == known.carrier() || carrier == known.code()) return known.code();
    }
    problems.push_back({"carrier_code", "CARRIER_UNKNOWN", "the layout has no code for the carrier",
                        "add the company's code for it to the layout, or correct the carrier"});
    return "";
  }

  std::string ReadSlipNumber(const SlipRow& row, std::vector<PostpayProblem>& problems) const {
    std::string number = PlainSlipNumber(row.slip_number);
    if (number.size() < limits_.min_slip_number || number.size() > limits_.max_slip_number || !IsAlphanumeric(number)) {
      problems.push_back(
          {"slip_number", "SLIP_NUMBER_INVALID",
           absl::StrCat("not ", limits_.min_slip_number, " to ", limits_.max_slip_number, " letters and digits"),
           "correct the slip number"});
      return number;
    }
    if (const absl::Status refused = RefuseCardNumber(number); !refused.ok()) {
      problems.push_back({"slip_number", ReasonOf(refused), std::string(refused.message()), "correct the slip number"});
      return number;
    }
    for (const std::string& other : orders_of_slip_.at(number)) {
      if (other == row.order_number) continue;
      problems.push_back({"slip_number", "SLIP_NUMBER_TWICE",
                          absl::StrCat("the order ", other, " of the file has the same slip number"), kOfTwoOrders});
      break;
    }
    if (!row.reported_before.empty()) {
      problems.push_back({"slip_number", "SLIP_NUMBER_REPORTED",
                          absl::StrCat("the order ", row.reported_before,
                                       " was reported with the same slip number within the last month"),
                          kOfTwoOrders});
    }
    return number;
  }

  const pb::LayoutProfile& profile_;
  const CompanyLimits& limits_;
  // The first of them is named, the same one each time.
  absl::flat_hash_map<std::string, std::set<std::string>> orders_of_slip_;
  // Orders read so far.
  absl::flat_hash_set<std::string> orders_;
};

}  // namespace

std::string PlainSlipNumber(absl::string_view text) {
  return absl::StrReplaceAll(NormalizeWidth(TrimSpaces(text)), {{"-", ""}, {" ", ""}, {"\u2010", ""}, {"\u2212", ""}});
}

absl::StatusOr<SlipFile> WriteSlipFile(const pb::LayoutProfile& profile, absl::Span<const SlipRow> rows) {
  JUCHU_RETURN_IF_ERROR(CheckProfileFor(LayoutUse::kSlip, profile));
  SlipFile file;
  LayoutFile layout(profile);
  SlipReader reader(profile, rows);
  for (const SlipRow& row : rows) {
    std::vector<PostpayProblem> problems;
    const FileEntry entry = reader.Read(row, problems);
    if (problems.empty()) problems = layout.Add(entry);
    if (problems.empty()) {
      file.included.push_back(row.order_number);
    } else {
      file.left_out.push_back({row.order_number, std::move(problems)});
    }
  }
  file.bytes = layout.Take();
  return file;
}

}  // namespace juchu::gateway
