#include "common/rpc/large_unary.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include "common/rpc/unreadable_request.h"

namespace juchu::rpc {

absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request) {
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && request.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return UnreadableRequest();
}

grpc::ByteBuffer SerializeResponse(const google::protobuf::MessageLite& response) {
  const grpc::Slice slice(response.SerializeAsString());
  return {&slice, 1};
}

}  // namespace juchu::rpc
