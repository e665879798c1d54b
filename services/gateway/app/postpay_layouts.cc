#include "services/gateway/app/postpay_layouts.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/profile_check.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

pb::LayoutKind KindOf(pb::PostpayCompany company, LayoutUse use) {
  const bool is_np = company == pb::NP;
  switch (use) {
    case LayoutUse::kRegistration:
      return is_np ? pb::NP_REGISTRATION : pb::GMO_REGISTRATION;
    case LayoutUse::kResult:
      return is_np ? pb::NP_RESULT : pb::GMO_RESULT;
    case LayoutUse::kSlip:
      return is_np ? pb::NP_SLIP : pb::GMO_SLIP;
  }
  return pb::LAYOUT_KIND_UNSPECIFIED;
}

// By id: juchu's, and over them the tenant's.
std::map<std::string, pb::LayoutProfile> AllOf(const pb::ListLayoutsResponse& own) {
  std::map<std::string, pb::LayoutProfile> all;
  for (const auto& layout : DefaultProfiles()) all[layout.layout_profile_id()] = layout;
  for (const auto& layout : own.layouts()) all[layout.layout_profile_id()] = layout;
  return all;
}

}  // namespace

absl::StatusOr<pb::LayoutProfile> PostpayLayouts::Find(const rpc::CallContext& context, pb::PostpayCompany company,
                                                       LayoutUse use, const std::string& layout_profile_id) {
  if (company != pb::NP && company != pb::GMO) {
    return InvalidField("ENUM_VALUE_INVALID", "company", "is no postpay company", "send NP or GMO");
  }
  const pb::LayoutKind kind = KindOf(company, use);
  JUCHU_ASSIGN_OR_RETURN(const auto own, postpay_.ListLayouts(context, {}));
  const auto all = AllOf(own);
  const auto it = all.find(layout_profile_id.empty() ? DefaultProfile(kind).layout_profile_id() : layout_profile_id);
  if (it == all.end()) {
    return NotFound("LAYOUT_NOT_FOUND", absl::StrCat("there is no layout \"", layout_profile_id, "\""),
                    {{"field", "layout_profile_id"}, {"remedy", "name one that ListLayoutProfiles lists"}});
  }
  if (it->second.kind() == kind) return it->second;
  return InvalidField("LAYOUT_KIND_WRONG", "layout_profile_id",
                      absl::StrCat("is a layout of ", pb::LayoutKind_Name(it->second.kind())),
                      absl::StrCat("name one of ", pb::LayoutKind_Name(kind)));
}

absl::StatusOr<v1::ListLayoutProfilesResponse> PostpayLayouts::List(const rpc::CallContext& context) {
  JUCHU_ASSIGN_OR_RETURN(const auto own, postpay_.ListLayouts(context, {}));
  v1::ListLayoutProfilesResponse response;
  for (const auto& [id, layout] : AllOf(own)) *response.add_layout_profiles() = layout;
  return response;
}

absl::StatusOr<pb::LayoutProfile> PostpayLayouts::Put(const rpc::CallContext& context,
                                                      const v1::PutLayoutProfileRequest& request) {
  pb::PutLayoutRequest put;
  *put.mutable_layout() = request.layout_profile();
  MaskTexts(*put.mutable_layout());
  JUCHU_RETURN_IF_ERROR(CheckProfile(put.layout()));
  return postpay_.PutLayout(context, put);
}

absl::StatusOr<v1::DeleteLayoutProfileResponse> PostpayLayouts::Delete(const rpc::CallContext& context,
                                                                       const v1::DeleteLayoutProfileRequest& request) {
  if (request.layout_profile_id().empty() || request.layout_profile_id().size() > 64) {
    return InvalidField("ID_INVALID", "layout_profile_id", "is no id of a layout", "name one of the tenant's layouts");
  }
  pb::DeleteLayoutRequest remove;
  remove.set_layout_profile_id(request.layout_profile_id());
  JUCHU_RETURN_IF_ERROR(postpay_.DeleteLayout(context, remove).status());
  return v1::DeleteLayoutProfileResponse();
}

}  // namespace juchu::gateway
