// A 汎用受注CSV in any state: what comes out as an order is one that the gateway takes, without a card number in it.
#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/gateway/app/order_validation.h"
#include "services/gateway/intake/generic_order_file.h"
#include "services/gateway/intake/test_order_csv.h"
#include "tests/fuzz/card_number_oracle.h"
#include "tests/fuzz/header_mutator.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

using fuzz::Require;
using google::protobuf::util::MessageDifferencer;

order::v1::Configuration OneShop() {
  order::v1::Configuration configuration;
  configuration.add_shops()->set_shop_id("shop");
  return configuration;
}

void CheckProblem(const IntakeProblem& problem, int lines) {
  Require(problem.line >= 0 && problem.line <= lines, "a problem lies in the file");
  Require(!problem.reason.empty() && !problem.remedy.empty(), "a problem has reason and remedy");
  Require(std::all_of(problem.message.begin(), problem.message.end(), [](char c) { return c >= 0x20 && c < 0x7F; }),
          "a message holds no value");
}

void CheckOrder(const ReadResult& read, int lines) {
  static const auto* const configuration = new order::v1::Configuration(OneShop());
  Require(std::is_sorted(read.lines.begin(), read.lines.end()) && !read.lines.empty() && read.lines.front() > 1 &&
              read.lines.back() <= lines,
          "an order's lines rise");
  Require(read.problems.size() <= static_cast<size_t>(kMaxProblemsPerOrder), "problems are bounded");
  for (const IntakeProblem& problem : read.problems) CheckProblem(problem, lines);
  if (!read.problems.empty()) {
    Require(!read.order.has_amounts(), "an order is whole or not at all");
    return;
  }
  order::v1::Order order = read.order;
  order.set_shop_id("shop");
  NormalizeOrder(order);
  RenumberDeliveries({}, order);
  for (const absl::Status& problem : ValidateOrder(order, *configuration, "order")) {
    Require(problem.ok(), absl::StrCat("an order of a file is one that the gateway takes: ", problem.message()));
  }
  const std::string place = fuzz::CardNumberIn(order);
  Require(place.empty(), absl::StrCat("no card number is left in ", place));
}

GenericOrderFile CheckFile(GenericOrderFile file, absl::string_view bytes) {
  const auto breaks = std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
  const int lines = static_cast<int>(breaks) + 1;
  Require(file.problems().size() <= static_cast<size_t>(kMaxFileProblems), "problems of the file are bounded");
  for (const IntakeProblem& problem : file.problems()) CheckProblem(problem, lines);
  for (size_t i = 0; i < file.order_count(); ++i) {
    const ReadResult read = ReadOrder(file, i);
    CheckOrder(read, lines);
    const ReadResult again = ReadOrder(file, i);
    Require(again.problems.size() == read.problems.size() && MessageDifferencer::Equals(again.order, read.order),
            "an order reads the same each time");
  }
  return file;
}

void RequireSame(const GenericOrderFile& one, const GenericOrderFile& other) {
  Require(one.order_count() == other.order_count() && one.row_count() == other.row_count(), "the orders are the same");
  for (size_t i = 0; i < one.order_count(); ++i) {
    const ReadResult left = ReadOrder(one, i);
    const ReadResult right = ReadOrder(other, i);
    Require(left.lines == right.lines && left.problems.size() == right.problems.size() &&
                MessageDifferencer::Equals(left.order, right.order),
            "each order is the same");
  }
}

// The file in pieces of any size is the same file.
std::string Gathered(absl::string_view bytes) {
  IntakeFileBuffer buffer;
  const size_t step = 1 + bytes.size() % 7;
  for (size_t at = 0; at < bytes.size(); at += step) {
    Require(buffer.Append(bytes.substr(at, step)).ok(), "a small file fits");
  }
  return buffer.Take();
}

// The file written by a system that knows only CP932 holds the same orders.
void CheckInCp932(const GenericOrderFile& file, absl::string_view bytes) {
  const auto encoded = EncodeCp932(bytes);
  if (!encoded.ok()) return;
  const auto read = GenericOrderFile::Read(*encoded, EncodingHint::kCp932);
  Require(read.ok(), "a file that can be read can be read in CP932");
  // Half-width kana alone may look like UTF-8; such a row is refused.
  for (size_t i = 0; i < read->order_count(); ++i) {
    for (const IntakeProblem& problem : ReadOrder(*read, i).problems) {
      if (problem.reason == "ENCODING_MIXED") return;
    }
  }
  RequireSame(file, *read);
}

void CheckBytes(absl::string_view bytes, EncodingHint hint) {
  auto read = GenericOrderFile::Read(Gathered(bytes), hint);
  if (!read.ok()) {
    const auto info = GetErrorInfo(read.status());
    Require(info.has_value() && info->metadata.count("remedy") == 1, "a refused file has reason and remedy");
    return;
  }
  const GenericOrderFile file = CheckFile(*std::move(read), bytes);
  if (hint == EncodingHint::kUtf8 && IsStrictUtf8(bytes) && !absl::StartsWith(bytes, "\xEF\xBB\xBF")) {
    CheckInCp932(file, bytes);
  }
}

}  // namespace
}  // namespace juchu::gateway

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  return juchu::fuzz::MutateBehindHeader(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes = juchu::fuzz::TextOf(data, size);
  using juchu::gateway::EncodingHint;
  for (const EncodingHint hint : {EncodingHint::kAuto, EncodingHint::kUtf8, EncodingHint::kCp932}) {
    juchu::gateway::CheckBytes(bytes, hint);
  }
  return 0;
}
