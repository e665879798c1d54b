#include "services/payment/rccs/https_post.h"

#include <curl/curl.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <new>

#include "common/status/error.h"

namespace juchu::payment::rccs {
namespace {

// What the callbacks of one transfer see.
struct Transfer {
  HttpsAnswer answer;
  std::size_t max_answer_bytes = 0;
  bool too_large = false;
};

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, CurlDeleter>;
using Headers = std::unique_ptr<curl_slist, CurlDeleter>;

// libcurl calls it when the connection stands, TLS verified, and the request is to be sent next.
int BeforeRequest(void* transfer, char* /*remote*/, char* /*local*/, int /*remote_port*/, int /*local_port*/) {
  static_cast<Transfer*>(transfer)->answer.may_have_left = true;
  return CURL_PREREQFUNC_OK;
}

// Anything but the size given ends the transfer.
std::size_t TakeBody(char* data, std::size_t /*one*/, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  std::string& body = transfer.answer.body;
  if (size > transfer.max_answer_bytes - body.size()) {
    transfer.too_large = true;
    return 0;
  }
  try {
    body.append(data, size);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size;
}

// libcurl takes 0 for "without limit".
long Milliseconds(absl::Duration duration) {
  return static_cast<long>(
      std::clamp<int64_t>(absl::ToInt64Milliseconds(duration), 1, absl::ToInt64Milliseconds(absl::Hours(24))));
}

Headers MakeHeaders() {
  Headers headers;
  // Without "Expect:" libcurl would wait for a 100 before a larger body.
  for (const char* const line : {"Content-Type: text/xml; charset=utf-8", "SOAPAction: \"\"", "Expect:"}) {
    curl_slist* const longer = curl_slist_append(headers.get(), line);
    if (longer == nullptr) return nullptr;
    static_cast<void>(headers.release());
    headers.reset(longer);
  }
  return headers;
}

// False: an option was not taken, and the request is not to be sent without it.
bool SetTlsOptions(CURL* handle, const HttpsPost& post) {
  bool ok = true;
  const auto set = [&ok](CURLcode code) { ok &= code == CURLE_OK; };
  set(curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L));
  set(curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L));
  set(curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2)));
  if (!post.ca_file.empty()) {
    set(curl_easy_setopt(handle, CURLOPT_CAINFO, post.ca_file.c_str()));
    // Else the system's folder of authorities would count beside the file.
    set(curl_easy_setopt(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr)));
  }
  return ok;
}

bool SetOptions(CURL* handle, const HttpsPost& post, curl_slist* headers, Transfer& transfer) {
  bool ok = SetTlsOptions(handle, post);
  const auto set = [&ok](CURLcode code) { ok &= code == CURLE_OK; };
  set(curl_easy_setopt(handle, CURLOPT_URL, post.url.c_str()));
  set(curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https"));
  set(curl_easy_setopt(handle, CURLOPT_PROXY, ""));
  set(curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L));
  // HTTP/1.1, and a connection of its own: on one that was used before, or on a stream that is refused, libcurl sends
  // a request again by itself.
  set(curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)));
  set(curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L));
  set(curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L));
  set(curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L));
  set(curl_easy_setopt(handle, CURLOPT_USERAGENT, "juchu"));
  set(curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers));
  set(curl_easy_setopt(handle, CURLOPT_POST, 1L));
  set(curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size())));
  set(curl_easy_setopt(handle, CURLOPT_POSTFIELDS, post.body.data()));
  set(curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(post.connect_timeout)));
  set(curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, Milliseconds(post.timeout)));
  set(curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &BeforeRequest));
  set(curl_easy_setopt(handle, CURLOPT_PREREQDATA, &transfer));
  set(curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &TakeBody));
  set(curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer));
  return ok;
}

void InitializeCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

HttpsAnswer SendHttpsPost(const HttpsPost& post) {
  InitializeCurl();
  Transfer transfer;
  transfer.max_answer_bytes = post.max_answer_bytes;
  const Headers headers = MakeHeaders();
  const Handle handle(curl_easy_init());
  if (handle == nullptr || headers == nullptr || !SetOptions(handle.get(), post, headers.get(), transfer)) {
    transfer.answer.cause = "the connection cannot be prepared";
    return std::move(transfer.answer);
  }
  const CURLcode code = curl_easy_perform(handle.get());
  long http_status = 0;
  if (curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &http_status) == CURLE_OK) {
    transfer.answer.http_status = static_cast<int>(http_status);
  }
  transfer.answer.complete = code == CURLE_OK;
  if (code != CURLE_OK) {
    transfer.answer.body.clear();
    // Of libcurl its fixed text for the code, not its buffer of details.
    transfer.answer.cause = transfer.too_large ? "the answer is too large" : curl_easy_strerror(code);
  }
  return std::move(transfer.answer);
}

absl::Status CheckHttpsUrl(const std::string& url) {
  InitializeCurl();
  const std::unique_ptr<CURLU, CurlDeleter> parsed(curl_url());
  const auto part = [&parsed](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK || text == nullptr) return std::string();
    std::string copy = text;
    curl_free(text);
    return copy;
  };
  const bool readable = parsed != nullptr && curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  if (!readable || url.find('\0') != std::string::npos || part(CURLUPART_SCHEME) != "https" ||
      part(CURLUPART_HOST).empty()) {
    return InvalidField("URL_INVALID", "url", "it is not an https address", "give https://host/path");
  }
  for (const CURLUPart which : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT}) {
    if (part(which).empty()) continue;
    return InvalidField("URL_INVALID", "url", "it has a user, a password or a fragment", "give https://host/path");
  }
  return absl::OkStatus();
}

}  // namespace juchu::payment::rccs
