#include "services/gateway/auth/key_store.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::gateway {
namespace {

constexpr size_t kMaxFileSize = 256 * 1024;

// The file's bytes, at most one more than allowed; nullopt when it cannot be read.
std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string content(kMaxFileSize + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad()) return std::nullopt;
  content.resize(static_cast<size_t>(file.gcount()));
  return content;
}

absl::StatusOr<KeySet> ParseFile(const std::string& path, const std::optional<std::string>& content) {
  if (!content) {
    return NotFound("JWKS_UNREADABLE", absl::StrCat("cannot read ", path),
                    {{"remedy", "name a file that the gateway may read"}});
  }
  if (content->size() > kMaxFileSize) {
    return MakeError(absl::StatusCode::kInvalidArgument, "JWKS_INVALID", absl::StrCat(path, " is larger than 256 KiB"),
                     {{"remedy", "leave only the keys that are in use"}});
  }
  absl::StatusOr<KeySet> keys = KeySet::Parse(*content);
  if (!keys.ok()) return WithContext(path, keys.status());
  return keys;
}

}  // namespace

KeyStore::KeyStore(absl::string_view path, absl::Duration check_interval, const Clock& clock, ChangeListener on_change)
    : path_(path), check_interval_(check_interval), clock_(clock), on_change_(std::move(on_change)) {}

absl::StatusOr<std::unique_ptr<KeyStore>> KeyStore::Open(absl::string_view path, absl::Duration check_interval,
                                                         const Clock& clock, ChangeListener on_change) {
  auto store = std::unique_ptr<KeyStore>(new KeyStore(path, check_interval, clock, std::move(on_change)));
  {
    absl::MutexLock lock(&store->mutex_);
    JUCHU_RETURN_IF_ERROR(store->Refresh());
    store->next_check_ = clock.Now() + check_interval;
  }
  return store;
}

KeyStore::Snapshot KeyStore::Keys() {
  absl::MutexLock lock(&mutex_);
  const absl::Time now = clock_.Now();
  if (now >= next_check_) {
    next_check_ = now + check_interval_;
    const std::optional<std::string> content_before = content_;
    const absl::Status status = Refresh();
    if (on_change_ && content_ != content_before) on_change_(status);
  }
  return current_;
}

absl::Status KeyStore::Refresh() {
  std::optional<std::string> content = ReadFile(path_);
  // The content and not the file's time: a file written twice within a second has changed, too.
  if (current_.keys != nullptr && content == content_) return absl::OkStatus();
  content_ = std::move(content);
  JUCHU_ASSIGN_OR_RETURN(KeySet keys, ParseFile(path_, content_));
  current_.keys = std::make_shared<const KeySet>(std::move(keys));
  ++current_.generation;
  return absl::OkStatus();
}

}  // namespace juchu::gateway
