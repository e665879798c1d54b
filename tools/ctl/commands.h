#ifndef TOOLS_CTL_COMMANDS_H_
#define TOOLS_CTL_COMMANDS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/order/v1/query.pb.h"
#include "tools/ctl/output.h"
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
// allocate.
void AddAllocateCommand(CLI::App& parent, Session& session);
// products put, search.
void AddProductCommands(CLI::App& parent, Session& session);
// stock show, count, receive, take, ledger, import.
void AddStockCommands(CLI::App& parent, Session& session);
// cards authorize, capture, void, show, list.
void AddCardCommands(CLI::App& parent, Session& session);
// payments settings, audit.
void AddPaymentCommands(CLI::App& parent, Session& session);
// postpay register, import, slips, show, files, download, layouts.
void AddPostpayCommands(CLI::App& parent, Session& session);
// settings show, update.
void AddSettingsCommands(CLI::App& parent, Session& session);
// shops, payment-methods, shipping-methods, order-tags, management-categories, tenant, configuration.
void AddConfigurationCommands(CLI::App& parent, Session& session);
// audit, inventory audit.
void AddAuditCommands(CLI::App& parent, Session& session);
// The audit of the group payments.
void AddPaymentAuditCommand(CLI::App& group, Session& session);
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

// The options --limit and --all of a list, and its walk from page to page.
class PageOptions {
 public:
  // How many rows a page had and where the next begins ("": nowhere).
  struct Page {
    int rows = 0;
    std::string next_token;
  };

  void AddTo(CLI::App& command);

  // Has `fetch` call with `request` and show the answer, page after page; it fills the page, false: the call failed.
  // Returns what to print below the list: "50 orders shown; there are more: …" for the `what` "order".
  template <typename Request>
  std::optional<std::string> Walk(Request& request, const std::string& what,
                                  const std::function<bool(Page&)>& fetch) const {
    int shown = 0;
    while (true) {
      request.set_page_size(all_ ? kMostRows : std::min(kMostRows, limit_ - shown));
      Page page;
      if (!fetch(page)) return std::nullopt;
      shown += page.rows;
      if (page.next_token.empty() || (!all_ && shown >= limit_)) {
        return EndText(shown, what, !page.next_token.empty());
      }
      request.set_page_token(page.next_token);
      ShowProgress(EndText(shown, what, false));
    }
  }

 private:
  // The contract's limit for one page.
  static constexpr int kMostRows = 1000;
  static std::string EndText(int shown, const std::string& what, bool more);

  int limit_ = 50;
  bool all_ = false;
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

// The status that a call for this one alone would have had.
absl::Status ErrorOf(const gateway::v1::BulkError& error);

// One line for what failed of many: "06A1…: FAILED ORDER_NOT_FOUND: …; remedy".
std::string FailureText(absl::string_view what, const gateway::v1::BulkError& error);

// One line for a condition: "クレジット オーソリ済: 未オーソリ — the payment service …".
std::string ConditionText(const gateway::v1::Condition& condition);

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_COMMANDS_H_
