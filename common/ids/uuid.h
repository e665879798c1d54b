#ifndef COMMON_IDS_UUID_H_
#define COMMON_IDS_UUID_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace juchu {

// A new random UUID (version 4) in lower case, from OpenSSL's generator.
std::string NewRequestId();

// The UUID (version 8) that `content` always gives: the same request for the same content.
std::string RequestIdOf(absl::string_view content);

// OK when `text` is a UUID in its 36-character form; else INVALID_ARGUMENT/REQUEST_ID_INVALID that names `field`.
absl::Status ValidateRequestId(absl::string_view field, absl::string_view text);

}  // namespace juchu

#endif  // COMMON_IDS_UUID_H_
