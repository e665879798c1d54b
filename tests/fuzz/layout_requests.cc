#include "tests/fuzz/layout_requests.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/profile_check.h"
#include "tests/fuzz/card_number_oracle.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/require.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::gateway::v1;
namespace payment_pb = ::juchu::payment::v1;
using gateway::HashRequest;

// Null: there is none of this id.
const payment_pb::LayoutProfile* LayoutIn(const pb::ListLayoutProfilesResponse& all,
                                          const std::string& layout_profile_id) {
  const auto& layouts = all.layout_profiles();
  const auto it = std::find_if(layouts.begin(), layouts.end(),
                               [&](const auto& layout) { return layout.layout_profile_id() == layout_profile_id; });
  return it == layouts.end() ? nullptr : &*it;
}

}  // namespace

bool LayoutRequests::Serve(const rpc::CallContext& context, const AnyRequest& request) {
  switch (request.request_case()) {
    case AnyRequest::kListLayoutProfiles:
      List(context);
      return true;
    case AnyRequest::kPutLayoutProfile:
      Put(context, request.put_layout_profile());
      return true;
    case AnyRequest::kDeleteLayoutProfile:
      Delete(context, request.delete_layout_profile());
      return true;
    default:
      return false;
  }
}

// The tenant's own, and juchu's where it has none of the same id; by id.
void LayoutRequests::List(const rpc::CallContext& context) {
  const auto all = layouts_.List(context);
  Require(all.ok(), "layouts can always be listed");
  std::string last;
  for (const auto& layout : all->layout_profiles()) {
    Require(layout.layout_profile_id() > last, "layouts come in the order of their ids, each once");
    last = layout.layout_profile_id();
  }
  for (const auto& [id, own] : postpay_.layouts()) {
    const auto* const listed = LayoutIn(*all, id);
    Require(listed != nullptr && HashRequest(*listed) == HashRequest(own), "the tenant's layouts are listed");
  }
  size_t more = 0;
  for (const auto& layout : gateway::DefaultProfiles()) {
    if (postpay_.layouts().count(layout.layout_profile_id()) == 1) continue;
    ++more;
    const auto* const listed = LayoutIn(*all, layout.layout_profile_id());
    Require(listed != nullptr && HashRequest(*listed) == HashRequest(layout), "and juchu's beside them");
  }
  Require(static_cast<size_t>(all->layout_profiles_size()) == postpay_.layouts().size() + more, "and no others");
}

// Put again it stays as it is.
void LayoutRequests::Put(const rpc::CallContext& context, const pb::PutLayoutProfileRequest& request) {
  const std::string before = postpay_.Snapshot();
  const auto first = layouts_.Put(context, request);
  if (!first.ok()) {
    Require(postpay_.Snapshot() == before, "a refused layout changes nothing");
    return CheckRefusal(first.status());
  }
  const auto all = layouts_.List(context);
  Require(all.ok(), "layouts can always be listed");
  const auto* const listed = LayoutIn(*all, request.layout_profile().layout_profile_id());
  Require(listed != nullptr && HashRequest(*listed) == HashRequest(*first), "a layout that is put is listed");
  const std::string after = postpay_.Snapshot();
  const auto again = layouts_.Put(context, request);
  Require(again.ok() && postpay_.Snapshot() == after, "a layout that is put again stays as it is");
  List(context);
}

// What is not there is removed.
void LayoutRequests::Delete(const rpc::CallContext& context, const pb::DeleteLayoutProfileRequest& request) {
  const std::string before = postpay_.Snapshot();
  const auto first = layouts_.Delete(context, request);
  if (!first.ok()) {
    Require(postpay_.Snapshot() == before, "a refused removal changes nothing");
    return CheckRefusal(first.status());
  }
  Require(postpay_.layouts().count(request.layout_profile_id()) == 0, "what is removed is gone");
  const std::string after = postpay_.Snapshot();
  Require(layouts_.Delete(context, request).ok() && postpay_.Snapshot() == after, "a repeat removes nothing more");
  List(context);
}

void LayoutRequests::CheckStored() {
  for (const auto& [id, layout] : postpay_.layouts()) {
    Require(gateway::CheckProfile(layout).ok(), "files can be read and written by a layout that is stored");
    const std::string place = CardNumberIn(layout);
    Require(place.empty(), absl::StrCat("no card number is stored in a layout's ", place));
  }
}

}  // namespace juchu::fuzz
