#ifndef SERVICES_GATEWAY_APP_POSTPAY_LAYOUTS_H_
#define SERVICES_GATEWAY_APP_POSTPAY_LAYOUTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "services/gateway/clients/postpay_client.h"
#include "services/gateway/postpay/layout_profile.h"

namespace juchu::gateway {

// The layouts that files of NP and GMO are written and read by: the tenant's own, and juchu's. Thread-safe.
class PostpayLayouts {
 public:
  // `postpay` must outlive it.
  explicit PostpayLayouts(PostpayClient& postpay) : postpay_(postpay) {}

  // The layout of this id for the company's file; "": the tenant's under the id of juchu's default, else that.
  // NOT_FOUND LAYOUT_NOT_FOUND; INVALID_ARGUMENT LAYOUT_KIND_WRONG for one of another kind; ENUM_VALUE_INVALID
  // (company).
  absl::StatusOr<payment::v1::LayoutProfile> Find(const rpc::CallContext& context, payment::v1::PostpayCompany company,
                                                  LayoutUse use, const std::string& layout_profile_id);

  // The methods of the public PostpayService; see there.
  absl::StatusOr<v1::ListLayoutProfilesResponse> List(const rpc::CallContext& context);
  absl::StatusOr<payment::v1::LayoutProfile> Put(const rpc::CallContext& context,
                                                 const v1::PutLayoutProfileRequest& request);
  absl::StatusOr<v1::DeleteLayoutProfileResponse> Delete(const rpc::CallContext& context,
                                                         const v1::DeleteLayoutProfileRequest& request);

 private:
  PostpayClient& postpay_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_POSTPAY_LAYOUTS_H_
