#ifndef TESTS_CONTRACT_GENERIC_CALL_H_
#define TESTS_CONTRACT_GENERIC_CALL_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

// Calls of any method of any contract by its descriptor, so that a test can go through all of them.
namespace juchu::contract {

using Messages = std::vector<std::unique_ptr<google::protobuf::Message>>;

struct Answer {
  absl::Status status;
  // One for a unary method, all that came for a stream.
  Messages messages;

  // Status, error details and messages as text; for comparing answers.
  std::string Text() const;
};

// Calls the method with these requests (one, unless the client streams) and reads its answer to the end.
Answer Call(const std::shared_ptr<grpc::Channel>& channel, const google::protobuf::MethodDescriptor& method,
            const Messages& requests, grpc::ClientContext& context);

// A message of the type that `descriptor` names, from text format; aborts when the text is none.
std::unique_ptr<google::protobuf::Message> Parse(const google::protobuf::Descriptor& descriptor,
                                                 const std::string& text);

// Every service that the files below proto/ define, those of public interfaces and those inside.
const std::vector<const google::protobuf::ServiceDescriptor*>& AllServices();

// The server of juchu.<server>.v1: "order".
std::string ServerOf(const google::protobuf::ServiceDescriptor& service);

}  // namespace juchu::contract

#endif  // TESTS_CONTRACT_GENERIC_CALL_H_
