#include "tools/ctl/files.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::ctl {

namespace gw = ::juchu::gateway::v1;

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
