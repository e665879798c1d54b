#ifndef TESTS_FUZZ_CONFIGURATION_REQUESTS_H_
#define TESTS_FUZZ_CONFIGURATION_REQUESTS_H_

#include <string>

#include "common/rpc/call_context.h"
#include "request_sequence.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/configuration_editor.h"
#include "tests/fuzz/order_service_double.h"

namespace juchu::fuzz {

// The part of the fuzz target "request" that is about what a tenant sets up: serves such requests and checks what comes
// of them.
class ConfigurationRequests {
 public:
  // Both must outlive it.
  ConfigurationRequests(OrderServiceDouble& orders, gateway::ConfigurationCache& cache)
      : orders_(orders), editor_(orders, cache) {}

  // False when the request is about something else.
  bool Serve(const rpc::CallContext& context, const AnyRequest& request);

 private:
  bool ServePut(const rpc::CallContext& context, const AnyRequest& request);
  bool ServeDelete(const rpc::CallContext& context, const AnyRequest& request);
  bool ServeRead(const rpc::CallContext& context, const AnyRequest& request);
  template <typename Request, typename Resource>
  void Create(const rpc::CallContext& context, const Request& request, const Resource& resource);
  template <typename Request, typename Resource>
  void Update(const rpc::CallContext& context, const Request& request, const Resource& resource);
  template <typename Resource, typename Request>
  void Delete(const rpc::CallContext& context, const Request& request, const std::string& id);
  void CreateTenant(const rpc::CallContext& context);
  void Read(const rpc::CallContext& context);

  const OrderServiceDouble& orders_;
  gateway::ConfigurationEditor editor_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_CONFIGURATION_REQUESTS_H_
