#ifndef TOOLS_CTL_POSTPAY_H_
#define TOOLS_CTL_POSTPAY_H_

#include <google/protobuf/repeated_field.h>

#include <CLI/App.hpp>
#include <istream>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "juchu/payment/v1/postpay.pb.h"
#include "tools/ctl/files.h"
#include "tools/ctl/session.h"

// What the commands below juchuctl postpay share.
namespace juchu::ctl {

// register, slips.
void AddPostpayExportCommands(CLI::App& group, Session& session);
// files, download.
void AddPostpayFileCommands(CLI::App& group, Session& session);
// layouts, with show, put and delete.
void AddPostpayLayoutCommands(CLI::App& group, Session& session);

// The option --layout of the commands that read or write a file; `use` is "registration", "result" or "slip".
void AddLayoutOption(CLI::App& command, std::string& layout, absl::string_view use);

// "06A1B2C3D4E5F6G7=YAMATO:4500-1234-5678".
absl::StatusOr<gateway::v1::ExportSlipsRequest::Slip> ParseSlip(absl::string_view text);
// Adds the slips of lines "order,carrier,number" or "order,carrier,number,day of the invoice". Cells may stand between
// quotes; a byte order mark, empty lines and a first line without any digit (the header) are passed over. Errors name
// the line.
absl::Status ReadSlips(std::istream& input,
                       google::protobuf::RepeatedPtrField<gateway::v1::ExportSlipsRequest::Slip>& slips);

// DATA_LOSS when `content` has not the size and the SHA-256 that `file` names.
absl::Status CheckContent(const payment::v1::PaymentFile& file, absl::string_view content);

// INVALID_ARGUMENT when nothing could be written to `out`, or when it would run into the JSON of the answers.
absl::Status CheckOut(const OutputFile& out, const Session& session);

// Prints `text` where it does not run into a file that goes to standard output.
void PrintBeside(const OutputFile& out, absl::string_view text, Session& session);

// Fetches the file, checks it, writes it to `out` and says so. Nothing when that failed; the error is printed then.
std::optional<payment::v1::PaymentFile> Download(const std::string& file_id, const OutputFile& out, Session& session);

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_POSTPAY_H_
