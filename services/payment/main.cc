// juchu-payment: what is asked of the card company for orders, and what comes of it. README.md beside this file says
// more.
#include <cstdio>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "common/mysql/pool.h"
#include "common/rpc/handler.h"
#include "common/rpc/metrics.h"
#include "common/rpc/server_runner.h"
#include "common/service/database_service.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "common/time/clock_guard.h"
#include "services/payment/rccs/rccs_client.h"
#include "services/payment/rpc/payment_service.h"
#include "services/payment/rpc/postpay_service.h"
#include "services/payment/storage/card_queue.h"
#include "services/payment/storage/card_rows.h"
#include "services/payment/worker/card_accounts.h"
#include "services/payment/worker/card_worker.h"

ABSL_FLAG(std::string, card_company_url, "https://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSApiService",
          "the card company's API (R-Card Plus)");
ABSL_FLAG(std::string, card_company_ca_file, "",
          "certificates (PEM) of the only authorities that may vouch for it; empty: those of the system");
ABSL_FLAG(std::string, card_accounts_file, "",
          "the shops' accounts at the card company (JSON, README.md says how), not readable by everybody; read again "
          "when it changes; empty: no shop has one");
ABSL_FLAG(absl::Duration, card_call_timeout, absl::Seconds(60), "how long a call of the card company may take");
ABSL_FLAG(absl::Duration, card_first_check, absl::Seconds(30),
          "a result is asked for after this, then after twice as long each time");
ABSL_FLAG(absl::Duration, card_longest_check, absl::Minutes(10), "but at least as often as this");
ABSL_FLAG(absl::Duration, card_resend_after, absl::Minutes(10),
          "a request whose answer was lost and of which the company knows nothing is sent again, under the same "
          "number, after this");
ABSL_FLAG(absl::Duration, card_give_up_after, absl::Hours(24),
          "a request without a result is left to a person after this");
ABSL_FLAG(
    absl::Duration, card_lease, absl::Minutes(3),
    "a shop whose worker died is worked on again after this; longer than --card_call_timeout by more than a second");
ABSL_FLAG(int, card_workers, 2,
          "shops worked on at a time by this process, 0 to 32; 0 leaves the work to other replicas");

namespace juchu::payment {
namespace {

absl::StatusOr<CardWorker::Options> WorkerOptions() {
  CardWorker::Options options;
  options.threads = absl::GetFlag(FLAGS_card_workers);
  options.checks = {absl::GetFlag(FLAGS_card_first_check), absl::GetFlag(FLAGS_card_longest_check),
                    absl::GetFlag(FLAGS_card_resend_after), absl::GetFlag(FLAGS_card_give_up_after)};
  options.lease = absl::GetFlag(FLAGS_card_lease);
  options.last_call = absl::GetFlag(FLAGS_card_call_timeout) + absl::Seconds(1);
  if (options.threads < 0 || options.threads > 32) {
    return InvalidField("FLAG_INVALID", "--card_workers", "is out of range", "give 0 to 32");
  }
  if (options.lease <= options.last_call) {
    return InvalidField("FLAG_INVALID", "--card_lease", "is too short for a call of the company",
                        "give more than --card_call_timeout and a second");
  }
  if (options.checks.resend_after < absl::Seconds(1) || options.checks.give_up_after <= options.checks.resend_after) {
    return InvalidField("FLAG_INVALID", "--card_give_up_after", "does not fit --card_resend_after",
                        "give --card_resend_after at least 1s, and more for --card_give_up_after");
  }
  if (options.checks.first_check <= absl::ZeroDuration() || options.checks.longest_check < options.checks.first_check ||
      options.checks.longest_check > absl::Minutes(10)) {
    return InvalidField("FLAG_INVALID", "--card_longest_check", "does not fit --card_first_check",
                        "give at least --card_first_check and at most 10m");
  }
  return options;
}

absl::Status Run() {
  JUCHU_ASSIGN_OR_RETURN(const DatabaseServiceOptions options, DatabaseServiceOptionsFromFlags());
  JUCHU_ASSIGN_OR_RETURN(const CardWorker::Options worker_options, WorkerOptions());
  const SystemClock clock;
  rccs::ClientOptions company_options;
  company_options.url = absl::GetFlag(FLAGS_card_company_url);
  company_options.ca_file = absl::GetFlag(FLAGS_card_company_ca_file);
  company_options.timeout = absl::GetFlag(FLAGS_card_call_timeout);
  JUCHU_ASSIGN_OR_RETURN(const auto company, rccs::Client::Create(company_options, clock));
  JUCHU_ASSIGN_OR_RETURN(const auto accounts, CardAccounts::Open(absl::GetFlag(FLAGS_card_accounts_file), clock));
  JUCHU_ASSIGN_OR_RETURN(const auto pool, mysql::Pool::Create(options.database, clock));
  JUCHU_RETURN_IF_ERROR(VerifySchema(*pool, options, clock));
  if (options.check_config) {
    std::puts("the configuration is good");
    return absl::OkStatus();
  }
  rpc::Metrics metrics;
  if (!options.metrics_address.empty()) JUCHU_RETURN_IF_ERROR(metrics.Serve(options.metrics_address));
  ExportPool(*pool, metrics);

  ChangeQueue changes(*pool, clock, kPaymentChanges);
  const auto queued = [&changes] { changes.Notify(); };
  CardQueue requests(*pool, clock, queued);
  CardStore cards(*pool, clock, queued, [&requests] { requests.Notify(); });
  SettingsStore settings(*pool);
  ScreeningStore screenings(*pool, clock, queued);
  PaymentFileStore files(*pool);
  CardWorker worker(requests, *company, *accounts, clock, worker_options);

  const rpc::CallerAuthorizer authorizer;
  rpc::CallLimiter limiter(options.server.limits, /*waiting_methods=*/{"LeaseChanges"});
  const auto handler_for = [&](const char* service) {
    return rpc::Handler::Create(*google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service),
                                authorizer, metrics, clock, {}, &limiter);
  };
  JUCHU_ASSIGN_OR_RETURN(auto handler, handler_for(v1::PaymentService::service_full_name()));
  JUCHU_ASSIGN_OR_RETURN(auto postpay_handler, handler_for(v1::PostpayService::service_full_name()));
  PaymentService service(std::move(handler), {*pool, cards, settings, changes});
  PostpayService postpay_service(std::move(postpay_handler), {screenings, files});
  JUCHU_ASSIGN_OR_RETURN(auto runner, rpc::ServerRunner::Start(options.server, {&service, &postpay_service},
                                                               [&] { return DatabaseAnswers(*pool, clock); }));
  worker.Start();
  rpc::ServerRunner::WaitForSignal();
  runner->Shutdown([&] { changes.Stop(); });
  worker.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::payment

int main(int argc, char** argv) {
  juchu::rpc::BlockShutdownSignals();
  const juchu::ClockGuard clock_guard;
  absl::SetProgramUsageMessage(
      "juchu-payment keeps what is asked of the card company for orders and asks it. Flags come from the command line "
      "or from --flagfile=FILE; secrets from files.");
  juchu::SetFlagDefaults("payment");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = juchu::payment::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "juchu-payment: %s\n", juchu::MessageWithRemedy(status).c_str());
  return 1;
}
