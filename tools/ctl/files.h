#ifndef TOOLS_CTL_FILES_H_
#define TOOLS_CTL_FILES_H_

#include <google/protobuf/message.h>
#include <google/protobuf/repeated_field.h>
#include <grpcpp/grpcpp.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "juchu/gateway/v1/gateway_service.pb.h"

// Files that are named on the command line, and how they go up to the gateway.
namespace juchu::ctl {

// A file to read; "-" is standard input.
class InputFile {
 public:
  absl::Status Open(const std::string& name);
  std::istream& stream() { return *stream_; }

 private:
  std::ifstream file_;
  std::istream* stream_ = &std::cin;
};

// A file to write.
struct OutputFile {
  // "-" is standard output; in a folder the file gets the name that it comes with.
  std::string name;
  bool force = false;

  void AddTo(CLI::App& command, const std::string& help);
  bool given() const { return !name.empty(); }
  bool to_stdout() const { return name == "-"; }
  // What is wrong before there is anything to write: INVALID_ARGUMENT when the file is there and --force is not given,
  // or when its folder is not.
  absl::Status Check() const;
  // Writes `content`; without a name, as `own_name` into the current folder. Answers where it is. INVALID_ARGUMENT as
  // of Check, when `own_name` is needed and is no plain file name, and when it cannot be written whole: then what was
  // there before is there still, and else nothing. A part never has the file's name.
  absl::StatusOr<std::string> Write(const std::string& own_name, absl::string_view content) const;
};

// Reads the JSON of a message; unknown fields are refused.
absl::Status ReadJson(const std::string& file_name, google::protobuf::Message& message);

// Adds the order numbers that the file has, one a line, to `numbers`. Errors name --orders-file.
absl::Status ReadOrderNumbers(const std::string& file_name, google::protobuf::RepeatedPtrField<std::string>& numbers);

// What every import takes.
struct UploadArguments {
  std::string file;
  std::string encoding = "auto";
  bool dry_run = false;
  bool quiet = false;

  void AddTo(CLI::App& command);
  gateway::v1::FileEncoding Encoding() const;

  // Fills what the headers of all imports have.
  template <typename Header>
  void Fill(Header& header) const {
    header.set_encoding(Encoding());
    header.set_dry_run(dry_run);
    header.set_file_name(file.substr(file.find_last_of('/') + 1));
  }
};

// "line 3: 在庫数: QUANTITY_INVALID: … ; remedy".
std::string ProblemText(const gateway::v1::FileProblem& problem);
// "columns not used: …", a line; "" when all were.
std::string IgnoredColumnsText(const google::protobuf::RepeatedPtrField<std::string>& columns);
std::string EncodingText(gateway::v1::FileEncoding encoding);

// Sends `first`, then the bytes of `input`, and hands every answer to `take`; returns how the call ended.
template <typename Request, typename Response, typename Take>
grpc::Status Upload(grpc::ClientReaderWriter<Request, Response>& stream, const Request& first, std::istream& input,
                    Take take) {
  // The contract's limit for one message of the stream.
  constexpr size_t kChunkBytes = 256 * 1024;
  // The gateway may answer (a refusal, say) before it has the whole file, so the two directions run side by side.
  std::thread sender([&] {
    bool open = stream.Write(first);
    Request request;
    std::string chunk(kChunkBytes, '\0');
    while (open && input.good()) {
      input.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      if (input.gcount() <= 0) break;
      request.set_data(chunk.substr(0, static_cast<size_t>(input.gcount())));
      open = stream.Write(request);
    }
    stream.WritesDone();
  });
  Response response;
  while (stream.Read(&response)) take(response);
  sender.join();
  return stream.Finish();
}

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_FILES_H_
