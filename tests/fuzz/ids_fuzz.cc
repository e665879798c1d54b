// Order numbers, request ids and trace headers: what is taken has the one form that is promised.
#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/rpc/trace.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "tests/fuzz/require.h"

namespace juchu {
namespace {

using fuzz::Require;

void CheckOrderNumber(absl::string_view text) {
  const auto number = ParseOrderNumber("order_number", text);
  if (!number.ok()) {
    Require(ReasonOf(number.status()) == "ORDER_NUMBER_INVALID", "a refused number says so");
    return;
  }
  Require(number->size() == 16 && *number == absl::AsciiStrToUpper(text), "a number is 16 capitals and digits");
  Require(std::all_of(number->begin(), number->end(),
                      [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }),
          "and nothing else");
  const auto again = ParseOrderNumber("order_number", *number);
  Require(again.ok() && *again == *number, "a number read again is the same number");
}

// Later orders sort later, whatever clock and random source do.
void CheckGenerator(absl::string_view bytes) {
  testing::FakeClock clock;
  size_t used = 0;
  OrderNumberGenerator numbers(clock, [&] { return static_cast<uint64_t>(bytes[used % bytes.size()]) * 0x0101010101; });
  std::string last;
  for (used = 0; used < std::min<size_t>(bytes.size(), 32); ++used) {
    clock.Advance(absl::Milliseconds(static_cast<signed char>(bytes[used])));
    const std::string number = numbers.Next();
    Require(number > last && ParseOrderNumber("order_number", number).ok(), "numbers rise");
    last = number;
  }
}

void CheckRequestId(absl::string_view text) {
  const absl::Status status = ValidateRequestId("request_id", text);
  if (!status.ok()) {
    Require(ReasonOf(status) == "REQUEST_ID_INVALID", "a refused id says so");
    return;
  }
  Require(text.size() == 36 && std::count(text.begin(), text.end(), '-') == 4, "an id is a UUID");
}

// A caller's header goes into logs and on to the next service.
void CheckTrace(absl::string_view text) {
  const std::string trace = rpc::ContinueTrace(text);
  Require(trace.size() == 55 &&
              std::all_of(trace.begin(), trace.end(),
                          [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)) || c == '-'; }),
          "a trace is hexadecimal");
  const absl::string_view id = rpc::TraceId(trace);
  Require(id.size() == 32, "a trace has an id");
  const std::string next = rpc::ContinueTrace(trace);
  Require(rpc::TraceId(next) == id && next != trace, "the next step is of the same trace");
  rpc::TraceId(text);
}

}  // namespace
}  // namespace juchu

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = juchu::fuzz::TextOf(data, size);
  juchu::CheckOrderNumber(text);
  juchu::CheckGenerator(text);
  juchu::CheckRequestId(text);
  juchu::CheckTrace(text);
  return 0;
}
