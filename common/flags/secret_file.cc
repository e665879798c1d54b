#include "common/flags/secret_file.h"

#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu {

absl::StatusOr<std::string> ReadFile(absl::string_view flag, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return InvalidField("FILE_UNREADABLE", flag, absl::StrCat("cannot read \"", path, "\""),
                        "name a file that this process may read");
  }
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (content.empty()) {
    return InvalidField("FILE_EMPTY", flag, absl::StrCat("\"", path, "\" is empty"), "name the right file");
  }
  return content;
}

absl::StatusOr<std::string> ReadSecretFile(absl::string_view flag, const std::string& path) {
  JUCHU_ASSIGN_OR_RETURN(std::string secret, ReadFile(flag, path));
  struct stat info = {};
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0) {
    return InvalidField("SECRET_FILE_OPEN", flag, absl::StrCat("everybody may read \"", path, "\""),
                        "take the right from others: chmod o-r");
  }
  if (secret.back() == '\n') secret.pop_back();
  if (secret.empty()) {
    return InvalidField("FILE_EMPTY", flag, absl::StrCat("\"", path, "\" is empty"), "name the right file");
  }
  return secret;
}

}  // namespace juchu
