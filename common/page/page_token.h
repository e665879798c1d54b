#ifndef COMMON_PAGE_PAGE_TOKEN_H_
#define COMMON_PAGE_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace juchu {

// Makes and reads page tokens: where a page ended, bound to a tenant and a query, sealed with HMAC-SHA-256. A token
// authorizes nothing; the seal only keeps callers from depending on its inside and from reading another query's place.
// Thread-safe.
class PageTokenCodec {
 public:
  // `key`: at least 32 bytes, the same on every replica.
  explicit PageTokenCodec(std::string key) : key_(std::move(key)) {}

  // A token for going on behind `position` (any bytes). `query`: a hash of tenant-independent arguments.
  std::string Encode(absl::string_view tenant, absl::string_view query, absl::string_view position,
                     absl::Time now) const;

  // The position. INVALID_ARGUMENT/PAGE_TOKEN_INVALID (field page_token) when it is not one of ours, of another tenant
  // or query, or was changed; PAGE_TOKEN_EXPIRED a day after it was made.
  absl::StatusOr<std::string> Decode(absl::string_view tenant, absl::string_view query, absl::string_view token,
                                     absl::Time now) const;

 private:
  std::string Seal(absl::string_view tenant, absl::string_view query, absl::string_view payload) const;

  const std::string key_;
};

}  // namespace juchu

#endif  // COMMON_PAGE_PAGE_TOKEN_H_
