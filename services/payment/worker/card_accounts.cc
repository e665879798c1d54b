#include "services/payment/worker/card_accounts.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/flags/secret_file.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::payment {
namespace {

constexpr absl::Duration kLookInterval = absl::Seconds(5);

// When the file was changed last; 0 where it cannot be told.
int64_t ChangedNs(const std::string& path) {
  struct stat file = {};
  if (stat(path.c_str(), &file) != 0) return 0;
  return int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec;
}

absl::Status Unreadable(absl::string_view problem) {
  return InvalidField("CARD_ACCOUNTS_UNREADABLE", "card_accounts_file", problem,
                      R"(write {"accounts": [{"tenant_id", "shop_id", "auth_key", "shop_url", "user_name"}, …]})");
}

}  // namespace

absl::StatusOr<CardAccounts::Accounts> CardAccounts::Read(const std::string& path) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, ReadSecretFile("card_accounts_file", path));
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("accounts") || !json["accounts"].is_array()) {
    return Unreadable("is no JSON object with the list \"accounts\"");
  }
  Accounts accounts;
  for (size_t i = 0; i < json["accounts"].size(); ++i) {
    const auto& entry = json["accounts"][i];
    for (const char* key : {"tenant_id", "shop_id", "auth_key", "shop_url", "user_name"}) {
      if (!entry.is_object() || !entry.contains(key) || !entry[key].is_string() ||
          entry[key].get_ref<const std::string&>().empty()) {
        return Unreadable(absl::StrCat("has no text \"", key, "\" in account ", i + 1));
      }
    }
    const auto text_of = [&](const char* key) { return entry[key].get<std::string>(); };
    const bool is_new = accounts
                            .try_emplace({text_of("tenant_id"), text_of("shop_id")},
                                         rccs::Account{text_of("auth_key"), text_of("shop_url"), text_of("user_name")})
                            .second;
    if (!is_new) return Unreadable(absl::StrCat("has the shop of account ", i + 1, " twice"));
  }
  return accounts;
}

absl::StatusOr<std::unique_ptr<CardAccounts>> CardAccounts::Open(const std::string& path, const Clock& clock) {
  std::unique_ptr<CardAccounts> accounts(new CardAccounts(path, clock));
  if (path.empty()) return accounts;
  absl::MutexLock lock(&accounts->mutex_);
  accounts->changed_ns_ = ChangedNs(path);
  JUCHU_ASSIGN_OR_RETURN(accounts->accounts_, Read(path));
  return accounts;
}

void CardAccounts::ReadAgainIfChanged() {
  const absl::Time now = clock_.Now();
  if (path_.empty() || (now < next_look_ && next_look_ - now <= kLookInterval)) return;
  next_look_ = now + kLookInterval;
  const int64_t changed_ns = ChangedNs(path_);
  if (changed_ns == changed_ns_) return;
  changed_ns_ = changed_ns;
  auto accounts = Read(path_);
  if (!accounts.ok()) {
    Log(LogLevel::kError, "card_accounts_unusable", {{"problem", std::string(accounts.status().message())}});
    return;
  }
  accounts_ = *std::move(accounts);
  Log(LogLevel::kInfo, "card_accounts_changed", {{"accounts", static_cast<int64_t>(accounts_.size())}});
}

std::optional<rccs::Account> CardAccounts::Find(absl::string_view tenant, absl::string_view shop_id) {
  absl::MutexLock lock(&mutex_);
  ReadAgainIfChanged();
  const auto it = accounts_.find({std::string(tenant), std::string(shop_id)});
  if (it == accounts_.end()) return std::nullopt;
  return it->second;
}

}  // namespace juchu::payment
