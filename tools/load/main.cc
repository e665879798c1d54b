// juchu-load: fills a database with sample orders and measures searches on them.
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/match.h"
#include "common/mysql/flags.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "tools/ctl/session.h"
#include "tools/load/load_orders.h"
#include "tools/load/measure_search.h"

ABSL_FLAG(std::string, tenant, "load", "The tenant that gets, or has, the sample orders; never one with real orders.");
ABSL_FLAG(int64_t, orders, 1'000'000, "How many sample orders, 50 at least.");
ABSL_FLAG(int, repeat, 50, "search: how often each search is measured.");
ABSL_FLAG(std::string, profile, "",
          "search: a profile of juchuctl; measures over its gateway too. Its token must be "
          "the tenant's.");

namespace juchu::load {
namespace {

constexpr char kUsage[] =
    R"(fills a database with sample orders and measures searches on them.

  juchu-load [flags] orders   store the sample orders; what is there already stays
  juchu-load [flags] search   time a page of 50 for each of the ten search keys

It works on the order service's database, beside the service, which may be running: see the --mysql flags. The orders
are stored as they are, without the workflow.

Example, on what tools/dev has started
  . .juchu/dev/ports
  juchu-load --mysql_port=$MARIADB_PORT --mysql_schema=juchu_order --mysql_user=juchu_order \
    --mysql_password_file=.juchu/dev/keys/mysql-order --mysql_ca_file=.juchu/dev/certs/ca.crt orders)";

absl::Status Run(const std::string& command) {
  const int64_t orders = absl::GetFlag(FLAGS_orders);
  if (orders < 50) return absl::InvalidArgumentError("--orders: give 50 at least");
  if (absl::GetFlag(FLAGS_repeat) < 1) return absl::InvalidArgumentError("--repeat: give 1 at least");
  JUCHU_ASSIGN_OR_RETURN(auto options, mysql::OptionsFromFlags());
  const SystemClock clock;
  JUCHU_ASSIGN_OR_RETURN(const auto pool, mysql::Pool::Create(std::move(options), clock));
  const std::string tenant = absl::GetFlag(FLAGS_tenant);
  if (command == "orders") return LoadOrders(*pool, tenant, orders);
  ctl::Session session;
  SearchCalls calls;
  if (const std::string profile = absl::GetFlag(FLAGS_profile); !profile.empty()) {
    session.options().profile = profile;
    JUCHU_RETURN_IF_ERROR(session.Connect());
    calls.over_gateway = [&session](const gateway::v1::SearchOrdersRequest& request) {
      gateway::v1::SearchOrdersResponse response;
      return rpc::FromGrpcStatus(session.orders().SearchOrders(session.NewContext().get(), request, &response));
    };
  }
  const int repeat = absl::GetFlag(FLAGS_repeat);
  JUCHU_ASSIGN_OR_RETURN(const auto times, MeasureSearch(*pool, tenant, orders, repeat, calls));
  PrintSearchTimes(times, orders, repeat);
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::load

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(juchu::load::kUsage);
  absl::FlagsUsageConfig usage;
  usage.contains_help_flags = [](absl::string_view file) {
    return absl::StrContains(file, "tools/load/") || absl::StrContains(file, "common/mysql/");
  };
  absl::SetFlagsUsageConfig(usage);
  const std::vector<char*> words = absl::ParseCommandLine(argc, argv);
  const std::string command = words.size() == 2 ? words[1] : "";
  if (command != "orders" && command != "search") {
    std::cerr << "juchu-load: say orders or search; see juchu-load --help\n";
    return 2;
  }
  const absl::Status status = juchu::load::Run(command);
  if (status.ok()) return 0;
  std::cerr << "juchu-load: " << std::string(status.message()) << "\n";
  return 1;
}
