#include "common/rpc/serve_in_arena.h"

#include <grpcpp/impl/codegen/proto_utils.h>

namespace juchu::rpc {

absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request) {
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && request.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return UnreadableRequest();
}

grpc::ByteBuffer SerializeResponse(const google::protobuf::MessageLite& response) {
  grpc::ByteBuffer bytes;
  bool own = false;
  // Fails for messages beyond 2 GiB only, which no limit lets through.
  (void)grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::MessageLite>(response, &bytes, &own);
  return bytes;
}

}  // namespace juchu::rpc
