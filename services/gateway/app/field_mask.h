#ifndef SERVICES_GATEWAY_APP_FIELD_MASK_H_
#define SERVICES_GATEWAY_APP_FIELD_MASK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace juchu::gateway {

// Takes the fields that `mask` names from `source` into `target`, both of one type whose fields are all scalar. No
// paths: every field that is set in `source`. "*": every field. The field `fixed` ("" for none), which cannot be
// changed, may be named and is not taken. Errors: INVALID_ARGUMENT UPDATE_MASK_INVALID for a path that is no field.
absl::Status ApplyFieldMask(const google::protobuf::FieldMask& mask, absl::string_view fixed,
                            const google::protobuf::Message& source, google::protobuf::Message* target);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_FIELD_MASK_H_
