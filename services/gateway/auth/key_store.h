#ifndef SERVICES_GATEWAY_AUTH_KEY_STORE_H_
#define SERVICES_GATEWAY_AUTH_KEY_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "services/gateway/auth/key_set.h"

namespace juchu::gateway {

// The keys that tokens are checked against, from a JWKS file that may change while we run: keys are rotated by writing
// the file anew. The file is looked at again at most every `check_interval`, by the call that needs a key. A file that
// has become unreadable or invalid leaves the keys as they are and is reported once. Thread-safe.
class KeyStore {
 public:
  // The keys at one moment. `generation` grows with each change of the keys.
  struct Snapshot {
    std::shared_ptr<const KeySet> keys;
    int64_t generation = 0;
  };

  // Told when the file's content has changed: OK when its keys are in use now, else what is wrong with it. Called with
  // the store's lock held: it must not call back.
  using ChangeListener = std::function<void(const absl::Status&)>;

  // Reads `path`, a file of at most 256 KiB. `clock` must outlive the store. Errors: INVALID_ARGUMENT JWKS_INVALID;
  // NOT_FOUND JWKS_UNREADABLE.
  static absl::StatusOr<std::unique_ptr<KeyStore>> Open(absl::string_view path, absl::Duration check_interval,
                                                        const Clock& clock, ChangeListener on_change);

  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;

  Snapshot Keys() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  KeyStore(absl::string_view path, absl::Duration check_interval, const Clock& clock, ChangeListener on_change);

  // Reads the file and takes its keys when it has changed.
  absl::Status Refresh() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const absl::Duration check_interval_;
  const Clock& clock_;
  const ChangeListener on_change_;
  absl::Mutex mutex_;
  Snapshot current_ ABSL_GUARDED_BY(mutex_);
  // What the file held when it was last looked at, good or bad; nullopt: it could not be read.
  std::optional<std::string> content_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_check_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_KEY_STORE_H_
