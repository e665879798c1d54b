#include "tests/contract/generic_call.h"

#include <google/protobuf/text_format.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/rpc/status_conversion.h"
#include "common/status/error.h"
#include "common/testing/scoped_database.h"
#include "juchu/gateway/v1/configuration_service.pb.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/gateway/v1/payment_service.pb.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "juchu/gateway/v1/product_service.pb.h"
#include "juchu/inventory/v1/inventory_service.pb.h"
#include "juchu/order/v1/order_service.pb.h"
#include "juchu/payment/v1/payment_service.pb.h"
#include "juchu/payment/v1/postpay_service.pb.h"

namespace juchu::contract {
namespace {

std::string Read(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return "";
  std::string bytes;
  for (const auto& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& descriptor) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&descriptor)->New());
}

// The next event of the queue; false when what was asked for did not happen.
bool Next(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

}  // namespace

std::string Answer::Text() const {
  std::string text = absl::StrCat(absl::StatusCodeToString(status.code()), " ", status.message(), "\n");
  if (const auto info = GetErrorInfo(status)) {
    absl::StrAppend(&text, info->reason, "\n");
    for (const auto& [key, value] : info->metadata) absl::StrAppend(&text, key, "=", value, "\n");
  }
  for (const auto& message : messages) absl::StrAppend(&text, message->DebugString());
  return text;
}

Answer Call(const std::shared_ptr<grpc::Channel>& channel, const google::protobuf::MethodDescriptor& method,
            const Messages& requests, grpc::ClientContext& context) {
  Answer answer;
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareCall(&context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
  call->StartCall(nullptr);
  bool open = Next(queue);
  for (size_t i = 0; open && i < requests.size(); ++i) {
    grpc::Slice slice(requests[i]->SerializeAsString());
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    open = Next(queue);
  }
  if (open) {
    call->WritesDone(nullptr);
    Next(queue);
  }
  grpc::ByteBuffer buffer;
  while (true) {
    call->Read(&buffer, nullptr);
    if (!Next(queue)) break;
    auto message = NewMessage(*method.output_type());
    message->ParseFromString(Read(buffer));
    answer.messages.push_back(std::move(message));
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  Next(queue);
  answer.status = rpc::FromGrpcStatus(status);
  return answer;
}

std::unique_ptr<google::protobuf::Message> Parse(const google::protobuf::Descriptor& descriptor,
                                                 const std::string& text) {
  auto message = NewMessage(descriptor);
  if (!google::protobuf::TextFormat::ParseFromString(text, message.get())) {
    std::fprintf(stderr, "not a %s: %s\n", descriptor.full_name().c_str(), text.c_str());
    std::abort();
  }
  return message;
}

namespace {

// A contract that no code names would not be linked in.
void LinkContracts() {
  gateway::v1::CreateTenantRequest::descriptor();
  gateway::v1::GetCardRequest::descriptor();
  gateway::v1::GetOrderRequest::descriptor();
  gateway::v1::GetScreeningRequest::descriptor();
  gateway::v1::GetStockRequest::descriptor();
  order::v1::LoadOrdersRequest::descriptor();
  inventory::v1::PutProductsRequest::descriptor();
  payment::v1::ReadScreeningsRequest::descriptor();
  payment::v1::SettleCardsRequest::descriptor();
}

std::vector<const google::protobuf::ServiceDescriptor*> FindServices() {
  LinkContracts();
  static const std::regex kPackage("^package ([a-z0-9_.]+);");
  static const std::regex kService("^service ([A-Za-z0-9]+) \\{");
  std::set<std::string> names;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(absl::StrCat(testing::SourceRoot(), "/proto"))) {
    if (entry.path().extension() != ".proto") continue;
    std::ifstream file(entry.path());
    std::string package;
    std::smatch match;
    for (std::string line; std::getline(file, line);) {
      if (std::regex_search(line, match, kPackage)) package = match[1];
      if (std::regex_search(line, match, kService)) names.insert(absl::StrCat(package, ".", match[1].str()));
    }
  }
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const auto& name : names) {
    const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service == nullptr) {
      std::fprintf(stderr, "%s is not linked in: name a message of its file in LinkContracts\n", name.c_str());
      std::abort();
    }
    services.push_back(service);
  }
  return services;
}

}  // namespace

const std::vector<const google::protobuf::ServiceDescriptor*>& AllServices() {
  static const auto* const services = new auto(FindServices());
  return *services;
}

std::string ServerOf(const google::protobuf::ServiceDescriptor& service) {
  const std::vector<std::string> names = absl::StrSplit(service.full_name(), '.');
  return names[1];
}

}  // namespace juchu::contract
