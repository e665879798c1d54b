#ifndef SERVICES_PAYMENT_RCCS_HTTPS_POST_H_
#define SERVICES_PAYMENT_RCCS_HTTPS_POST_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

// One SOAP request over HTTPS. libcurl ends here.
namespace juchu::payment::rccs {

struct HttpsPost {
  std::string url;
  // "": the system's authorities.
  std::string ca_file;
  // Sent as text/xml; charset=utf-8.
  const std::string& body;
  absl::Duration connect_timeout;
  absl::Duration timeout;
  std::size_t max_answer_bytes = 0;
};

struct HttpsAnswer {
  // False: certainly not a byte of the request has left, for the connection never stood. True: it may have arrived.
  bool may_have_left = false;
  // Whether the answer is there from its beginning to its end.
  bool complete = false;
  // 0: there was no status line.
  int http_status = 0;
  // The answer's, where it is complete.
  std::string body;
  // Where it is not complete: why, in words of ours or libcurl's, which name neither side's content.
  std::string cause;
};

// Sends it once and waits for the answer. Thread-safe.
HttpsAnswer SendHttpsPost(const HttpsPost& post);

// INVALID_ARGUMENT/URL_INVALID, with `url` as the field, unless `url` can be sent to: https, a host, no user, no
// password, no fragment.
absl::Status CheckHttpsUrl(const std::string& url);

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_HTTPS_POST_H_
