#ifndef SERVICES_PAYMENT_RCCS_RCCS_TEXT_H_
#define SERVICES_PAYMENT_RCCS_RCCS_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// Text on its way into XML and out of it. Pure.
namespace juchu::payment::rccs {

// Longest code, number or name that is kept of an answer, and longest message, in characters.
inline constexpr std::size_t kMaxNameCharacters = 200;
inline constexpr std::size_t kMaxMessageCharacters = 500;

// `text` as the content of an XML element; nullopt where it is not UTF-8, or has a character that XML 1.0 does not know
// or that no name or number contains: control characters, line breaks among them.
std::optional<std::string> EscapeForXml(absl::string_view text);

// `text` as one line of valid UTF-8 that can be printed: at most `max_characters`, without blanks at its ends; what
// cannot be printed becomes a blank, bytes that are no UTF-8 become '?'.
std::string CleanText(absl::string_view text, std::size_t max_characters = kMaxNameCharacters);

// CleanText of a message for people, at most kMaxMessageCharacters, in which every run of 13 to 19 digits, half- or
// full-width, together or parted by single blanks or hyphens, is masked whole. It may be a card number, and no other
// number of that length is missed in a message.
std::string MaskedText(absl::string_view text);

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_RCCS_TEXT_H_
