#ifndef COMMON_FLAGS_SECRET_FILE_H_
#define COMMON_FLAGS_SECRET_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace juchu {

// What the file at `path` holds, without one newline at its end. INVALID_ARGUMENT that names `flag` when the file
// cannot be read, is empty, or can be read by everybody on the machine. The message never shows the content.
absl::StatusOr<std::string> ReadSecretFile(absl::string_view flag, const std::string& path);

// The same for a file that is no secret (a certificate): others may read it.
absl::StatusOr<std::string> ReadFile(absl::string_view flag, const std::string& path);

}  // namespace juchu

#endif  // COMMON_FLAGS_SECRET_FILE_H_
