// juchu-order: keeps orders, their history and what tenants have set up. README.md beside this file says more.
#include <cstdio>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "common/log/log.h"
#include "common/mysql/pool.h"
#include "common/rpc/handler.h"
#include "common/rpc/metrics.h"
#include "common/rpc/server_runner.h"
#include "common/service/database_service.h"
#include "common/service/request_log_purger.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "common/time/clock_guard.h"
#include "services/order/rpc/order_service.h"
#include "services/order/storage/order_tables.h"

namespace juchu::order {
namespace {

absl::Status Run() {
  JUCHU_ASSIGN_OR_RETURN(const DatabaseServiceOptions options, DatabaseServiceOptionsFromFlags());
  const SystemClock clock;
  JUCHU_ASSIGN_OR_RETURN(const auto pool, mysql::Pool::Create(options.database, clock));
  JUCHU_RETURN_IF_ERROR(VerifySchema(*pool, options, clock));
  if (options.check_config) {
    std::puts("the configuration is good");
    return absl::OkStatus();
  }
  rpc::Metrics metrics;
  if (!options.metrics_address.empty()) JUCHU_RETURN_IF_ERROR(metrics.Serve(options.metrics_address));
  ExportPool(*pool, metrics);

  ChangeQueue queue(*pool, clock, kOrderChanges);
  const auto queued = [&queue] { queue.Notify(); };
  OrderReader reader(*pool);
  OrderWriter writer(*pool, clock, queued);
  OrderSearch search(*pool);
  OrderAuditor auditor(*pool);
  ConfigurationStore configuration(*pool, clock, queued);
  RequestLogPurger purger(*pool, clock, options.request_log_retention);

  const rpc::CallerAuthorizer authorizer;
  rpc::CallLimiter limiter(options.server.limits, /*waiting_methods=*/{"LeaseChanges"});
  JUCHU_ASSIGN_OR_RETURN(auto handler,
                         rpc::Handler::Create(*google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
                                                  v1::OrderService::service_full_name()),
                                              authorizer, metrics, clock, {}, &limiter));
  OrderService service(std::move(handler), {reader, writer, search, auditor, configuration, queue});
  JUCHU_ASSIGN_OR_RETURN(
      auto runner, rpc::ServerRunner::Start(options.server, {&service}, [&] { return DatabaseAnswers(*pool, clock); }));
  purger.Start();
  rpc::ServerRunner::WaitForSignal();
  runner->Shutdown([&] { queue.Stop(); });
  purger.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::order

int main(int argc, char** argv) {
  juchu::rpc::BlockShutdownSignals();
  const juchu::ClockGuard clock_guard;
  absl::SetProgramUsageMessage(
      "juchu-order keeps orders, their history and what tenants have set up. Flags come from the command line or from "
      "--flagfile=FILE; secrets from files.");
  juchu::SetFlagDefaults("order");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = juchu::order::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "juchu-order: %s\n", juchu::MessageWithRemedy(status).c_str());
  return 1;
}
