// The mask: it changes digits only, leaves no card number, and finds one however it is written.
#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/text_decoder.h"
#include "tests/fuzz/card_number_oracle.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

using fuzz::Require;

void CheckText(absl::string_view text) {
  const std::string masked = MaskCardNumbers(text);
  Require(IsStrictUtf8(masked), "masked text is UTF-8");
  Require(CountCharacters(masked) == CountCharacters(text), "a mask takes a digit's place");
  Require(!fuzz::HoldsCardNumber(masked), "no card number is left");
}

struct Writing {
  absl::string_view prefix;
  size_t digits;
  std::vector<size_t> groups;
};

// A card number of a brand that we know, grouped, parted and as wide as the input says, between texts that do not touch
// it.
void CheckCard(FuzzedDataProvider& input) {
  static const auto* const writings = new std::vector<Writing>{{"4", 16, {16}},
                                                               {"4", 16, {4, 4, 4, 4}},
                                                               {"4", 16, {8, 8}},
                                                               {"52", 16, {4, 4, 4, 4}},
                                                               {"2300", 16, {16}},
                                                               {"34", 15, {4, 6, 5}},
                                                               {"37", 15, {15}},
                                                               {"3530", 16, {4, 4, 4, 4}},
                                                               {"36", 14, {4, 6, 4}},
                                                               {"6011", 16, {4, 4, 4, 4}},
                                                               {"62", 19, {4, 4, 4, 4, 3}},
                                                               {"65", 16, {16}},
                                                               {"4", 19, {4, 4, 4, 4, 3}}};
  constexpr std::array<absl::string_view, 7> kSeparators = {" ", "-", "\u3000", "\u2212", "\u30FC", "\uFF0D", "\u2010"};
  const Writing& writing = (*writings)[input.ConsumeIntegralInRange<size_t>(0, writings->size() - 1)];
  const absl::string_view separator = kSeparators[input.ConsumeIntegralInRange<size_t>(0, kSeparators.size() - 1)];
  const bool wide = input.ConsumeBool();
  std::string digits(writing.prefix);
  while (digits.size() + 1 < writing.digits) digits.push_back(input.ConsumeIntegralInRange<char>('0', '9'));
  digits.push_back(fuzz::LuhnDigit(digits));

  std::string number;
  std::string masked;
  size_t at = 0;
  for (size_t group = 0; group < writing.groups.size(); ++group) {
    for (size_t i = 0; i < writing.groups[group]; ++i, ++at) {
      const std::string digit =
          wide ? absl::StrCat("\xEF\xBC", std::string(1, static_cast<char>(0x90 + digits[at] - '0')))
               : std::string(1, digits[at]);
      absl::StrAppend(&number, digit);
      absl::StrAppend(&masked, at + 4 < digits.size() ? "*" : digit);
    }
    if (group + 1 < writing.groups.size()) {
      absl::StrAppend(&number, separator);
      absl::StrAppend(&masked, separator);
    }
  }
  Require(MaskCardNumbers(absl::StrCat("カード", number, "です")) == absl::StrCat("カード", masked, "です"),
          "a card number keeps its last four digits only");
}

}  // namespace
}  // namespace juchu::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The provider takes numbers from the end: the text in front stays readable.
  FuzzedDataProvider input(data, size);
  juchu::gateway::CheckCard(input);
  const std::string text = input.ConsumeRemainingBytesAsString();
  juchu::gateway::CheckText(juchu::gateway::DecodeText(text, juchu::gateway::TextEncoding::kUtf8).text);
  return 0;
}
