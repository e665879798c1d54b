#ifndef SERVICES_GATEWAY_APP_FILE_PROBLEM_H_
#define SERVICES_GATEWAY_APP_FILE_PROBLEM_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/intake/intake_types.h"
#include "services/gateway/intake/text_decoder.h"

// What the imports of files have in common between the messages and the readers of intake/.
namespace juchu::gateway {

// An error as a place of a file: its field is the column.
v1::FileProblem ProblemOf(const absl::Status& status);
v1::FileProblem ProblemOf(const IntakeProblem& given);

// INVALID_ARGUMENT/ENUM_VALUE_INVALID for an encoding that is none.
absl::Status CheckEncoding(v1::FileEncoding encoding, absl::string_view field);
EncodingHint HintOf(v1::FileEncoding encoding);
v1::FileEncoding EncodingOf(TextEncoding encoding);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_FILE_PROBLEM_H_
