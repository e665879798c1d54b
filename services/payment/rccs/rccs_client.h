#ifndef SERVICES_PAYMENT_RCCS_RCCS_CLIENT_H_
#define SERVICES_PAYMENT_RCCS_RCCS_CLIENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/time/clock.h"
#include "services/payment/rccs/rccs_types.h"

namespace juchu::payment::rccs {

struct ClientOptions {
  // "https://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSApiService". https only; no user or password in it.
  std::string url;
  // PEM file of the only authorities that may vouch for the server; "": those of the system.
  std::string ca_file;
  // Until the connection stands, TLS included.
  absl::Duration connect_timeout = absl::Seconds(10);
  // Of a whole call.
  absl::Duration timeout = absl::Seconds(60);
};

// Calls RCCS over HTTPS, TLS 1.2 or newer, the server's certificate and name verified always. Each call has a
// connection of its own, goes straight to the host (no proxy, also where the environment names one), follows no
// redirect and is sent at most once: nothing here repeats anything. Answers are read up to kMaxAnswerBytes.
//
// Thread-safe; calls run side by side. A call ends at its deadline or after options.timeout, whichever is earlier.
//
// Errors, of every method:
//
//   INVALID_ARGUMENT                           see rccs_messages.h. Nothing was sent.
//   UNAVAILABLE RCCS_UNREACHABLE               no connection: name, TCP, TLS, or the deadline was over. Nothing was
//                                              sent: certainly not done.
//   FAILED_PRECONDITION RCCS_HTTP_REFUSED      HTTP 4xx, with http_status: certainly not done.
//   FAILED_PRECONDITION RCCS_REFUSED           the reply has an error code, with rccs_error_code and rccs_message.
//
// of Request besides:
//
//   UNKNOWN RCCS_OUTCOME_UNKNOWN               the request may have left, and no readable reply came: timeout,
//                                              connection lost, HTTP 5xx or 3xx, an answer too large or unreadable, a
//                                              SOAP fault, a code that is no error (RCCS_E…). With cause and, where
//                                              there were such, http_status, rccs_error_code and rccs_message.
//
// of the others, all of which may be repeated after any error:
//
//   UNAVAILABLE RCCS_NO_ANSWER                 the same, up to HTTP 3xx
//   DATA_LOSS RCCS_ANSWER_UNREADABLE, UNKNOWN RCCS_FAULT    see rccs_messages.h
//
// No error carries the auth key, the request or the answer; where RCCS's own texts repeat the key, they lose it.
class Client {
 public:
  // INVALID_ARGUMENT: URL_INVALID, FILE_UNREADABLE, VALUE_OUT_OF_RANGE. `clock` outlives the client.
  static absl::StatusOr<std::unique_ptr<Client>> Create(ClientOptions options, const Clock& clock);

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // An id for one later Request.
  absl::StatusOr<int64_t> GetRequestId(const Account& account, absl::Time deadline) const;

  // Asks for the operation. OK: RCCS took it; GetResults says what became of it. After RCCS_OUTCOME_UNKNOWN ask
  // GetResults or GetResultAll before anything else. An id serves once: a second Request with it may be refused because
  // the first arrived, and then RCCS_REFUSED does not say that nothing was done.
  absl::Status Request(const Account& account, Operation operation, int64_t request_id,
                       absl::Span<const OrderRequest> orders, absl::Time deadline) const;

  // How far these requests are. One that RCCS does not name is missing.
  absl::StatusOr<std::vector<RequestResult>> GetResults(const Account& account, absl::Span<const int64_t> request_ids,
                                                        absl::Time deadline) const;

  // The results of a period.
  absl::StatusOr<std::vector<OrderResult>> GetResultAll(const Account& account, const ResultSearch& search,
                                                        absl::Time deadline) const;

 private:
  Client(ClientOptions options, const Clock& clock);

  // Sends `body` and returns the answer of a reading call, without the auth key where it repeats that.
  absl::StatusOr<std::string> Read(const Account& account, const std::string& body, absl::Time deadline) const;

  const ClientOptions options_;
  const Clock& clock_;
};

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_RCCS_CLIENT_H_
