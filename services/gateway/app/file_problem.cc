#include "services/gateway/app/file_problem.h"

#include <string>

#include "common/status/error.h"

namespace juchu::gateway {

v1::FileProblem ProblemOf(const absl::Status& status) {
  v1::FileProblem problem;
  problem.set_message(std::string(status.message()));
  if (auto info = GetErrorInfo(status)) {
    problem.set_reason(info->reason);
    problem.set_column(info->metadata["field"]);
    problem.set_remedy(info->metadata["remedy"]);
  }
  return problem;
}

v1::FileProblem ProblemOf(const IntakeProblem& given) {
  v1::FileProblem problem;
  problem.set_line(given.line);
  problem.set_column(given.column);
  problem.set_reason(given.reason);
  problem.set_message(given.message);
  problem.set_remedy(given.remedy);
  return problem;
}

absl::Status CheckEncoding(v1::FileEncoding encoding, absl::string_view field) {
  if (v1::FileEncoding_IsValid(encoding)) return absl::OkStatus();
  return InvalidField("ENUM_VALUE_INVALID", field, "is no encoding", "send UTF8, CP932 or nothing");
}

EncodingHint HintOf(v1::FileEncoding encoding) {
  return encoding == v1::UTF8    ? EncodingHint::kUtf8
         : encoding == v1::CP932 ? EncodingHint::kCp932
                                 : EncodingHint::kAuto;
}

v1::FileEncoding EncodingOf(TextEncoding encoding) { return encoding == TextEncoding::kCp932 ? v1::CP932 : v1::UTF8; }

}  // namespace juchu::gateway
