#ifndef TESTS_FUZZ_CARD_NUMBER_ORACLE_H_
#define TESTS_FUZZ_CARD_NUMBER_ORACLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace juchu::fuzz {

// Whether a run of 14 to 19 half-width digits in `text`, with no digit beside it, is a payment card's number: brand and
// Luhn. Written apart from the mask that it checks, and simpler: it knows no separators, no full-width digits and no
// numbers of 13 digits.
bool HoldsCardNumber(absl::string_view text);

// The Luhn check digit that makes `digits` followed by it pass.
char LuhnDigit(absl::string_view digits);

// The path of a text in `message` that holds a card number; "" when there is none. What is kept as it is by contract
// (numbers and codes: order, product, customer, tracking, slip, carrier, phone, postal code, ids; what a layout says of
// the cells of a file) is passed over.
std::string CardNumberIn(const google::protobuf::Message& message);

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_CARD_NUMBER_ORACLE_H_
