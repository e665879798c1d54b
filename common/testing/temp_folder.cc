#include "common/testing/temp_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace juchu::testing {
namespace {

namespace fs = std::filesystem;

fs::path Make(const std::string& name) {
  std::error_code error;
  std::string pattern = (fs::temp_directory_path(error) / (name + "-XXXXXX")).string();
  if (!error && mkdtemp(pattern.data()) == nullptr) error.assign(errno, std::generic_category());
  if (error) {
    std::fprintf(stderr, "the temporary folder %s cannot be made: %s\n", pattern.c_str(), error.message().c_str());
    std::abort();
  }
  return pattern;
}

}  // namespace

TempFolder::TempFolder(const std::string& name) : path_(Make(name)) {}

TempFolder::~TempFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
  if (error) std::fprintf(stderr, "%s is not removed: %s\n", path_.c_str(), error.message().c_str());
}

}  // namespace juchu::testing
