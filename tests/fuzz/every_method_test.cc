// The fuzz target "request" leaves no public method out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/scoped_database.h"
#include "google/protobuf/descriptor.h"
#include "request_sequence.pb.h"

namespace juchu::fuzz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

constexpr char kPublic[] = "juchu/gateway/v1/";

// The public contract's files as they are in the checkout: one that the sequence does not import is none of its own.
std::vector<std::string> PublicFiles() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(absl::StrCat(testing::SourceRoot(), "/proto/", kPublic))) {
    if (entry.path().extension() == ".proto") names.push_back(absl::StrCat(kPublic, entry.path().filename().string()));
  }
  return names;
}

// What a sequence can hold: the requests of the oneof, and those that its streams are made of.
std::set<const Descriptor*> Served() {
  const Descriptor* const any = AnyRequest::descriptor();
  const auto* const requests = any->FindOneofByName("request");
  std::set<const Descriptor*> served;
  for (int i = 0; i < requests->field_count(); ++i) {
    const Descriptor* const type = requests->field(i)->message_type();
    served.insert(type);
    if (type->file() != any->file()) continue;
    for (int j = 0; j < type->field_count(); ++j) {
      if (type->field(j)->message_type() != nullptr) served.insert(type->field(j)->message_type());
    }
  }
  return served;
}

TEST(EveryMethodTest, IsARequestOfTheSequence) {
  const std::set<const Descriptor*> served = Served();
  std::vector<std::string> left_out;
  int methods = 0;
  for (const std::string& name : PublicFiles()) {
    const FileDescriptor* const file = DescriptorPool::generated_pool()->FindFileByName(name);
    ASSERT_NE(file, nullptr) << name << " is not linked in: import it in request_sequence.proto, and use it there";
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        const auto* const method = file->service(i)->method(j);
        ++methods;
        if (served.count(method->input_type()) == 0) left_out.push_back(method->full_name());
      }
    }
  }
  EXPECT_THAT(left_out, ::testing::IsEmpty()) << "add their requests to AnyRequest, and serve them in request_fuzz.cc";
  // Where nothing is found nothing is left out.
  EXPECT_GE(methods, 50);
}

}  // namespace
}  // namespace juchu::fuzz
