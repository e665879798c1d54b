#ifndef SERVICES_PAYMENT_RCCS_RCCS_TYPES_H_
#define SERVICES_PAYMENT_RCCS_RCCS_TYPES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

// What passes between a shop and RCCS, Rakuten's R-Card Plus payment API, without its XML.
namespace juchu::payment::rccs {

// The shop, in every call.
struct Account {
  // A secret: in no error and no log.
  std::string auth_key;
  std::string shop_url;
  std::string user_name;
};

// What is asked of a card. All four are asynchronous: the reply says that the request was taken, its result comes
// later.
enum class Operation : uint8_t {
  kAuthorize = 1,          // authori (オーソリ)
  kVoidAuthorization = 2,  // authoriCancel
  kCapture = 3,            // sales (売上請求)
  kVoidCapture = 4,        // salesCancel
};

// One order of a request.
struct OrderRequest {
  // Rakuten's order number: "338459-20180528-00000804".
  std::string shop_order_number;
  // For kAuthorize only: at least 1. The others have the amount of the authorization.
  int64_t amount_yen = 0;
};

// What became of one operation on one order. The card number, its holder, its brand and its expiry are in the answers
// too and are deliberately not kept: there is no card data here to protect. Texts are as CleanText and MaskedText
// (rccs_text.h) leave them.
struct OrderResult {
  std::string shop_order_number;
  // "RCCS_N00-000": 正常終了.
  std::string error_code;
  std::string message;
  // Of the card company; "000000" or "": none.
  std::string ccs_error_code;
  // 7 digits; "0000000" where nothing was approved.
  std::string approval_number;
  std::string transaction_id;
  std::string company_name;
  // See the table in rccs_judgement.cc.
  std::optional<int> card_status;
  std::optional<int64_t> price_yen;
  // When RCCS wrote it; InfinitePast where it does not say so, or not readably.
  absl::Time reg_time = absl::InfinitePast();
};

// How far one request is.
struct RequestResult {
  int64_t request_id = 0;
  // 3: finished. Only then do the orders say anything.
  std::optional<int> status;
  // Of the request as a whole: it says 正常終了 also where its orders failed.
  std::string error_code;
  std::string message;
  std::vector<OrderResult> orders;
};

// Which results are looked for.
struct ResultSearch {
  // The first and the last day, both included, in Japan.
  absl::CivilDay from;
  absl::CivilDay to;
  // "": of every order.
  std::string shop_order_number;
};

// The code of success at every level.
inline constexpr char kCodeOk[] = "RCCS_N00-000";

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_RCCS_TYPES_H_
