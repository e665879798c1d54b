#include "services/gateway/app/field_mask.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "google/protobuf/descriptor.h"

namespace juchu::gateway {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status ApplyFieldMask(const google::protobuf::FieldMask& mask, absl::string_view fixed, const Message& source,
                            Message* target) {
  const Descriptor* type = source.GetDescriptor();
  // A set: swapping a field twice would undo it.
  std::set<const FieldDescriptor*> fields;
  if (mask.paths().empty()) {
    std::vector<const FieldDescriptor*> present;
    source.GetReflection()->ListFields(source, &present);
    fields.insert(present.begin(), present.end());
  }
  for (int i = 0; i < mask.paths_size(); ++i) {
    const std::string& path = mask.paths(i);
    if (path == "*") {
      for (int f = 0; f < type->field_count(); ++f) fields.insert(type->field(f));
      continue;
    }
    const FieldDescriptor* field = type->FindFieldByName(path);
    if (field == nullptr) {
      return InvalidField("UPDATE_MASK_INVALID", absl::StrCat("update_mask.paths[", i, "]"),
                          absl::StrCat(type->name(), " has no field of this name"),
                          "name fields of the resource, or * for all");
    }
    fields.insert(field);
  }
  if (!fixed.empty()) fields.erase(type->FindFieldByName(std::string(fixed)));
  std::unique_ptr<Message> copy(source.New());
  copy->CopyFrom(source);
  target->GetReflection()->SwapFields(target, copy.get(), {fields.begin(), fields.end()});
  return absl::OkStatus();
}

}  // namespace juchu::gateway
