#include "tools/ctl/files.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "tools/ctl/output.h"

namespace juchu::ctl {

namespace gw = ::juchu::gateway::v1;
namespace fs = std::filesystem;

namespace {

absl::Status ThereAlready(const std::string& path) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is there already; name another file by --out, or overwrite it by --force"));
}

absl::Status NotWritten(const std::string& path, int error) {
  return absl::InvalidArgumentError(absl::StrCat("cannot write ", path, ": ", std::strerror(error)));
}

// Writes all of it and closes the stream, unless that is standard output; 0 or what went wrong.
int WriteAll(std::FILE* stream, absl::string_view content) {
  errno = 0;
  const bool written = std::fwrite(content.data(), 1, content.size(), stream) == content.size();
  const bool ended = (stream == stdout ? std::fflush(stream) : std::fclose(stream)) == 0;
  return written && ended ? 0 : (errno == 0 ? EIO : errno);
}

// A name that came over the wire must not lead out of the folder.
bool IsPlainFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

// Puts the file `part` in the place of `path`; without `force` only where nothing is, also when somebody has made
// something there since it was looked for.
absl::Status GiveName(const std::string& part, const std::string& path, bool force) {
  std::error_code error;
  if (!force) {
    fs::create_hard_link(part, path, error);
    if (!error) return absl::OkStatus();
    if (error == std::errc::file_exists) return ThereAlready(path);
    // A file system without links, of a stick or of Windows.
    std::error_code ignored;
    if (fs::exists(path, ignored)) return ThereAlready(path);
  }
  fs::rename(part, path, error);
  return error ? NotWritten(path, error.value()) : absl::OkStatus();
}

// Writes a file that has its name only when it is whole, so that no part is ever taken for it, whenever this ends; what
// was there before is there until then.
absl::Status WriteFile(const std::string& path, absl::string_view content, bool force) {
  const std::string part = absl::StrCat(path, ".part", getpid());
  std::FILE* const stream = std::fopen(part.c_str(), "wbx");
  if (stream == nullptr) return NotWritten(path, errno);
  const int error = WriteAll(stream, content);
  const absl::Status status = error == 0 ? GiveName(part, path, force) : NotWritten(path, error);
  std::error_code ignored;
  fs::remove(part, ignored);
  return status;
}

}  // namespace

absl::Status InputFile::Open(const std::string& name) {
  if (name == "-") return absl::OkStatus();
  file_.open(name, std::ios::binary);
  if (!file_) return absl::InvalidArgumentError(absl::StrCat("cannot read ", name));
  stream_ = &file_;
  return absl::OkStatus();
}

absl::Status ReadOrderNumbers(const std::string& file_name, google::protobuf::RepeatedPtrField<std::string>& numbers) {
  InputFile file;
  JUCHU_RETURN_IF_ERROR(WithContext("--orders-file", file.Open(file_name)));
  for (std::string line; std::getline(file.stream(), line);) {
    const absl::string_view number = absl::StripAsciiWhitespace(line);
    if (!number.empty()) *numbers.Add() = std::string(number);
  }
  return absl::OkStatus();
}

void OutputFile::AddTo(CLI::App& command, const std::string& help) {
  command.add_option("--out", name, help);
  command.add_flag("--force", force, "overwrite the file where it is there already");
}

absl::Status OutputFile::Check() const {
  std::error_code ignored;
  if (!given() || to_stdout() || fs::is_directory(name, ignored)) return absl::OkStatus();
  if (fs::exists(name, ignored)) return force ? absl::OkStatus() : ThereAlready(name);
  const fs::path folder = fs::path(name).parent_path();
  if (folder.empty() || fs::is_directory(folder, ignored)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("there is no folder ", folder.string()));
}

absl::StatusOr<std::string> OutputFile::Write(const std::string& own_name, absl::string_view content) const {
  if (to_stdout()) {
    ClearProgress();
    const int error = WriteAll(stdout, content);
    if (error != 0) return NotWritten("standard output", error);
    return std::string("standard output");
  }
  std::error_code ignored;
  std::string path = name;
  if (!given() || fs::is_directory(name, ignored)) {
    if (!IsPlainFileName(own_name)) {
      return absl::InvalidArgumentError("the file comes without a name that could be used; name it by --out");
    }
    path = (fs::path(name) / own_name).string();
  }
  // A device or a pipe takes the bytes themselves, a link leads to its file.
  if (force && fs::exists(path, ignored)) {
    if (!fs::is_regular_file(path, ignored)) {
      std::FILE* const stream = std::fopen(path.c_str(), "wb");
      const int error = stream == nullptr ? errno : WriteAll(stream, content);
      if (error != 0) return NotWritten(path, error);
      return path;
    }
    if (const fs::path target = fs::canonical(path, ignored); !ignored) path = target.string();
  }
  JUCHU_RETURN_IF_ERROR(WriteFile(path, content, force));
  return path;
}

absl::Status ReadJson(const std::string& file_name, google::protobuf::Message& message) {
  InputFile file;
  JUCHU_RETURN_IF_ERROR(file.Open(file_name));
  const std::string json{std::istreambuf_iterator<char>(file.stream()), {}};
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &message);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(file_name, ": not the JSON of a ", message.GetDescriptor()->name(),
                                                 ": ", std::string(parsed.message())));
}

void UploadArguments::AddTo(CLI::App& command) {
  command.add_option("file", file, "the file; - reads standard input")->required();
  command.add_option("--encoding", encoding, "auto, utf8 or cp932")
      ->check(CLI::IsMember({"auto", "utf8", "cp932"}))
      ->capture_default_str();
  command.add_flag("--dry-run", dry_run, "say what would happen and change nothing");
  command.add_flag("--quiet", quiet, "print refusals and the summary only");
}

gw::FileEncoding UploadArguments::Encoding() const {
  return encoding == "utf8" ? gw::UTF8 : encoding == "cp932" ? gw::CP932 : gw::FILE_ENCODING_UNSPECIFIED;
}

std::string ProblemText(const gw::FileProblem& problem) {
  return absl::StrCat(problem.line() > 0 ? absl::StrCat("line ", problem.line(), ": ") : "",
                      problem.column().empty() ? "" : absl::StrCat(problem.column(), ": "), problem.reason(), ": ",
                      problem.message(), problem.remedy().empty() ? "" : absl::StrCat("; ", problem.remedy()));
}

std::string IgnoredColumnsText(const google::protobuf::RepeatedPtrField<std::string>& columns) {
  return columns.empty() ? "" : absl::StrCat("columns not used: ", absl::StrJoin(columns, ", "), "\n");
}

std::string EncodingText(gw::FileEncoding encoding) { return encoding == gw::CP932 ? "CP932" : "UTF-8"; }

}  // namespace juchu::ctl
