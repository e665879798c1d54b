#ifndef TOOLS_CTL_COMMANDS_H_
#define TOOLS_CTL_COMMANDS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/order/v1/query.pb.h"
#include "tools/ctl/session.h"

// The commands of juchuctl. Each Add… function hangs its commands below `parent`; a command's callback connects, calls,
// prints, and leaves the exit code in the session.
namespace juchu::ctl {

// search, get, history, explain, summary.
void AddOrderReadCommands(CLI::App& parent, Session& session);
// save, status, mode, cancel, override.
void AddOrderWriteCommands(CLI::App& parent, Session& session);
// bulk.
void AddBulkCommand(CLI::App& parent, Session& session);
// import, create.
void AddIntakeCommands(CLI::App& parent, Session& session);
// settings, shops, payment-methods, shipping-methods, order-tags, management-categories, tenant, configuration.
void AddConfigurationCommands(CLI::App& parent, Session& session);
// audit.
void AddAuditCommand(CLI::App& parent, Session& session);
// health.
void AddHealthCommand(CLI::App& parent, Session& session);

// Makes a command whose work is `run`; it is called after the connection stands.
CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& help, Session& session,
                     std::function<void()> run);

// The search keys and filters as options; Fill reads them into a query. Kept alive by the command that adds it.
class QueryOptions {
 public:
  void AddTo(CLI::App& command);
  absl::Status Fill(order::v1::OrderQuery& query) const;
  // Whether any key or filter was given.
  bool given() const;

 private:
  std::vector<std::string> numbers_, shop_numbers_, statuses_, categories_, tags_, shops_, kinds_, values_;
  std::string ordered_from_, ordered_to_, cancelled_from_, cancelled_to_, ship_from_, ship_to_, confirmed_from_,
      confirmed_to_, delivery_from_, delivery_to_, mode_, name_, phone_, mail_;
};

// The option --request-id, made when it is not given; shown when the outcome of a call is unknown.
class RequestId {
 public:
  void AddTo(CLI::App& command);
  const std::string& value();

 private:
  std::string value_;
};

// Prints what a change of one order did.
void PrintChange(const gateway::v1::OrderChangeResponse& change, Session& session);

// One line for a condition: "クレジット オーソリ済: 未オーソリ — the payment service …".
std::string ConditionText(const gateway::v1::Condition& condition);

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_COMMANDS_H_
