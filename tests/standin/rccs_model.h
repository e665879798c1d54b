#ifndef TESTS_STANDIN_RCCS_MODEL_H_
#define TESTS_STANDIN_RCCS_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

// The words of the card payment API (RCCS) as the stand-in knows them. Shares nothing with the code under test, so that
// a misreading on either side shows.
namespace juchu::standin {

enum class Operation { kGetRequestId, kAuthori, kAuthoriCancel, kSales, kSalesCancel, kGetResult, kGetResultAll };

// As on the wire: "getRCCSRequestId", "authori", ...
absl::string_view OperationName(Operation operation);
std::optional<Operation> OperationFromName(absl::string_view name);
// The four that are accepted first and carried out later.
bool IsAsynchronous(Operation operation);

// Who may call. All three must be those of one account; accounts of one shop share its orders and request ids.
struct Account {
  std::string auth_key;
  std::string shop_url;
  std::string user_name;
};

// What an errorCode and the message beside it say.
struct Verdict {
  std::string code = "RCCS_N00-000";
  std::string message = "正常終了";
};

// Where an order stands with its card.
enum CardStatus {
  kUntouched = 1,
  kAuthorized = 12,
  kAuthorizationFailed = 13,
  kCaptured = 22,
  kCaptureFailed = 23,
  kAuthorizationVoided = 42,
  kCaptureVoided = 52,
};

// One order of an asynchronous request.
struct OrderWork {
  std::string order_number;
  // Only authori has these two.
  int pay_type = 0;
  int64_t price = 0;
  // The card company will say no with these words.
  std::optional<Verdict> refused;
};

// What became of one order: UiRCCSResultModel. The card itself follows from the order number; see CardOf.
struct OrderRow {
  std::string order_number;
  std::string approval_number;
  int card_status = kUntouched;
  // Of the card company.
  std::string ccs_error_code;
  Verdict verdict;
  int pay_type = 0;
  int64_t price = 0;
  // Absent as long as nothing has happened.
  std::optional<absl::Time> registered;
  std::string transaction_id;
};

// How far a request is: UiRCCSRequestStatusModel.
struct RequestStatus {
  enum Progress { kNothingReceived = 0, kWaiting = 1, kProcessing = 2, kFinished = 3 };

  int id = 0;
  Progress progress = kNothingReceived;
  // These three are absent while nothing has been received.
  std::optional<Operation> operation;
  std::optional<absl::Time> started;
  std::optional<absl::Time> time_stamp;
  int count = 0;
  Verdict verdict;
  // Empty until it is finished, and when the request as a whole has failed.
  std::vector<OrderRow> rows;
  // The rows already stand there twice.
  bool doubled = false;
};

// UiRCCSResultSearchModel. An absent or empty member does not narrow the search.
struct RowSearch {
  std::string brand_name;
  // -1: any.
  int card_status = -1;
  // Days in Japan, both included.
  std::optional<absl::CivilDay> from;
  std::optional<absl::CivilDay> to;
  std::string order_number;
  std::string owner_name;
  std::optional<int> pay_type;
};

// The card with which an order is paid: made up, and the same for an order number at all times.
struct Card {
  std::string brand_name;
  // "****-****-****-1234".
  std::string masked_number;
  std::string company_name;
  // "2030/03".
  std::string expiry;
  std::string owner_name;
};
Card CardOf(absl::string_view order_number);

// The API speaks of Japanese time.
absl::TimeZone Japan();

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_MODEL_H_
