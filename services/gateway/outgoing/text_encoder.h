#ifndef SERVICES_GATEWAY_OUTGOING_TEXT_ENCODER_H_
#define SERVICES_GATEWAY_OUTGOING_TEXT_ENCODER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/gateway/intake/text_decoder.h"

namespace juchu::gateway {

// Texts of ours as the bytes of a file that goes out. Text that comes here is UTF-8.

// Puts each base character and the mark behind it together where Unicode has one character for the two: か and U+3099
// become が. Everything else stays. Not NFC: that replaces the old forms of some kanji (U+FA19 of 神) by the new ones,
// though CP932 has both.
std::string ComposeMarks(absl::string_view text);

// Encodes `text` as `encoding`; decoded again (DecodeText) it is the same text but for what is named here. In UTF-8 it
// is the same bytes. In CP932, marks are composed, and characters that are one and the same in two tables or widths are
// written as CP932 has them: U+301C ～, U+2212 －, U+2016 ∥, U+2014 ―, U+2011 ‐, ¢ £ ¬ ¥ ¦ and U+00AF in their full
// width, U+00A0 as a space. Control characters below U+0080 pass: whether a line break may stand there, the caller
// knows.
//
// INVALID_ARGUMENT, naming `field`: CHARACTER_NOT_IN_CP932 for what CP932 lacks (🍣, 𠮷, a mark that does not compose)
// and for private characters, which mean something else on each machine; the metadata "characters" has each of them as
// U+XXXX, at most five. TEXT_NOT_UTF8. Nothing is left out or replaced by something like it.
absl::StatusOr<std::string> EncodeText(absl::string_view text, TextEncoding encoding, absl::string_view field);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_OUTGOING_TEXT_ENCODER_H_
