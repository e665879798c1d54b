#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tools/ctl/postpay.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

using Slip = gateway::v1::ExportSlipsRequest::Slip;

// Without what spreadsheets put around it. No value of a slip has a comma or a quote, so there is nothing to unescape.
absl::string_view Bare(absl::string_view cell) {
  cell = absl::StripAsciiWhitespace(cell);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
  return absl::StripAsciiWhitespace(cell);
}

absl::Status BadLine(int number) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", number,
                   ": write order,carrier,number and, where the invoice lies in the parcel, the day on which it was "
                   "issued: 06A1B2C3D4E5F6G7,YAMATO,4500-1234-5678,2026-11-24"));
}

}  // namespace

absl::StatusOr<Slip> ParseSlip(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> order = absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::pair<absl::string_view, absl::string_view> carrier = absl::StrSplit(order.second, absl::MaxSplits(':', 1));
  Slip slip;
  slip.set_order_number(std::string(Bare(order.first)));
  slip.set_carrier(std::string(Bare(carrier.first)));
  slip.set_slip_number(std::string(Bare(carrier.second)));
  if (!slip.order_number().empty() && !slip.carrier().empty() && !slip.slip_number().empty()) return slip;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is not ORDER=CARRIER:NUMBER; write 06A1B2C3D4E5F6G7=YAMATO:4500-1234-5678"));
}

absl::Status ReadSlips(std::istream& input, google::protobuf::RepeatedPtrField<Slip>& slips) {
  int number = 0;
  for (std::string line; std::getline(input, line);) {
    ++number;
    absl::string_view text = line;
    if (number == 1) absl::ConsumePrefix(&text, "\xef\xbb\xbf");
    text = absl::StripAsciiWhitespace(text);
    // A slip has digits in its number, so a mistyped one is never taken for a header. CP932 has no digits in kanji.
    const bool is_header = number == 1 && std::none_of(text.begin(), text.end(), absl::ascii_isdigit);
    if (text.empty() || is_header) continue;
    const std::vector<absl::string_view> cells = absl::StrSplit(text, ',');
    const bool is_whole = (cells.size() == 3 || cells.size() == 4) &&
                          std::none_of(cells.begin(), cells.begin() + 3, [](auto cell) { return Bare(cell).empty(); });
    if (!is_whole) return BadLine(number);
    auto& slip = *slips.Add();
    slip.set_order_number(std::string(Bare(cells[0])));
    slip.set_carrier(std::string(Bare(cells[1])));
    slip.set_slip_number(std::string(Bare(cells[2])));
    if (cells.size() == 3 || Bare(cells[3]).empty()) continue;
    // Spreadsheets write 2026/11/24.
    const auto day = ParseDate(absl::StrReplaceAll(Bare(cells[3]), {{"/", "-"}}));
    if (!day.ok()) return BadLine(number);
    *slip.mutable_invoice_date() = *day;
  }
  return absl::OkStatus();
}

}  // namespace juchu::ctl
