#ifndef TESTS_FUZZ_LAYOUT_REQUESTS_H_
#define TESTS_FUZZ_LAYOUT_REQUESTS_H_

#include "common/rpc/call_context.h"
#include "request_sequence.pb.h"
#include "services/gateway/app/postpay_layouts.h"
#include "tests/fuzz/postpay_service_double.h"

namespace juchu::fuzz {

// The part of the fuzz target "request" that is about the layouts of files: serves such requests and checks what comes
// of them.
class LayoutRequests {
 public:
  // Both must outlive it.
  LayoutRequests(gateway::PostpayLayouts& layouts, const PostpayServiceDouble& postpay)
      : layouts_(layouts), postpay_(postpay) {}

  // False when the request is about something else.
  bool Serve(const rpc::CallContext& context, const AnyRequest& request);

  // What must hold of all that is stored.
  void CheckStored();

 private:
  void List(const rpc::CallContext& context);
  void Put(const rpc::CallContext& context, const gateway::v1::PutLayoutProfileRequest& request);
  void Delete(const rpc::CallContext& context, const gateway::v1::DeleteLayoutProfileRequest& request);

  gateway::PostpayLayouts& layouts_;
  const PostpayServiceDouble& postpay_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_LAYOUT_REQUESTS_H_
