#ifndef COMMON_TESTING_TEMP_FOLDER_H_
#define COMMON_TESTING_TEMP_FOLDER_H_

#include <filesystem>
#include <string>

namespace juchu::testing {

// A new folder in the temporary directory, removed at the end with all that is in it. A member of this type stands
// before those that use the folder, so that they end first.
class TempFolder {
 public:
  // Its name begins with `name`. Ends the program with a message when it cannot be made.
  explicit TempFolder(const std::string& name);
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // The path of a file in it, which need not exist.
  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  const std::filesystem::path path_;
};

}  // namespace juchu::testing

#endif  // COMMON_TESTING_TEMP_FOLDER_H_
