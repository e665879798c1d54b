// juchu-inventory: keeps products, stock and what of it is allocated. README.md beside this file says more.
#include <cstdio>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
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
#include "services/inventory/rpc/inventory_service.h"
#include "services/inventory/storage/stock_rows.h"

namespace juchu::inventory {
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

  ChangeQueue queue(*pool, clock, kInventoryChanges);
  const auto queued = [&queue] { queue.Notify(); };
  ProductStore products(*pool, clock, queued);
  StockStore stocks(*pool, clock, queued);
  AllocationStore allocations(*pool, clock, queued);
  RequestLogPurger purger(*pool, clock, options.request_log_retention);

  const rpc::CallerAuthorizer authorizer;
  rpc::CallLimiter limiter(options.server.limits, /*waiting_methods=*/{"LeaseChanges"});
  JUCHU_ASSIGN_OR_RETURN(auto handler,
                         rpc::Handler::Create(*google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
                                                  v1::InventoryService::service_full_name()),
                                              authorizer, metrics, clock, {}, &limiter));
  InventoryService service(std::move(handler), {products, stocks, allocations, queue});
  JUCHU_ASSIGN_OR_RETURN(
      auto runner, rpc::ServerRunner::Start(options.server, {&service}, [&] { return DatabaseAnswers(*pool, clock); }));
  purger.Start();
  rpc::ServerRunner::WaitForSignal();
  runner->Shutdown([&] { queue.Stop(); });
  purger.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::inventory

int main(int argc, char** argv) {
  juchu::rpc::BlockShutdownSignals();
  const juchu::ClockGuard clock_guard;
  absl::SetProgramUsageMessage(
      "juchu-inventory keeps products, stock and what of it is allocated to orders. Flags come from the command line "
      "or "
      "from --flagfile=FILE; secrets from files.");
  juchu::SetFlagDefaults("inventory");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = juchu::inventory::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "juchu-inventory: %s\n", juchu::MessageWithRemedy(status).c_str());
  return 1;
}
