#include "common/mysql/pool.h"

#include <sys/stat.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/mysql/counters.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::mysql {
namespace {

absl::Status Refuse(absl::string_view field, absl::string_view problem, absl::string_view remedy) {
  return InvalidField("DATABASE_OPTIONS", field, problem, remedy);
}

// No one checks a certificate on a socket; that others cannot put one of theirs in its place is what is left.
absl::Status CheckSocket(const Options& options) {
  const std::filesystem::path path = options.socket_file;
  if (!path.is_absolute()) return Refuse("socket_file", "is not an absolute path", "give the whole path");
  if (!options.ca_file.empty() || !options.cert_file.empty()) {
    return Refuse("ca_file", "has no use on a socket", "give either socket_file or ca_file");
  }
  struct stat folder;
  if (stat(path.parent_path().c_str(), &folder) != 0) {
    return Refuse("socket_file", "is in a folder that cannot be read", "mount the folder of the server's socket");
  }
  if ((folder.st_mode & S_IWOTH) != 0) {
    return Refuse("socket_file", "is in a folder that everybody may write", "put the socket into a folder of its own");
  }
  return absl::OkStatus();
}

absl::Status CheckOptions(const Options& options) {
  if (!options.socket_file.empty()) {
    JUCHU_RETURN_IF_ERROR(CheckSocket(options));
  } else if (options.ca_file.empty()) {
    return Refuse("ca_file", "is empty", "give the PEM file of the authority that signed the server's certificate");
  }
  if (options.host.empty()) return Refuse("host", "is empty", "name the database server");
  if (options.port < 1 || options.port > 65535) return Refuse("port", "is not a TCP port", "give 1..65535");
  if (options.schema.empty()) return Refuse("schema", "is empty", "name the service's schema");
  if (options.user.empty()) return Refuse("user", "is empty", "name the service's account");
  if (options.cert_file.empty() != options.key_file.empty()) {
    return Refuse("cert_file", "and key_file go together", "give both or neither");
  }
  if (options.pool_size < 1 || options.pool_size > 1000) return Refuse("pool_size", "is out of range", "give 1..1000");
  if (options.statement_cache_size < 1) return Refuse("statement_cache_size", "is too small", "give at least 1");
  const std::pair<absl::string_view, absl::Duration> positive[] = {
      {"connect_timeout", options.connect_timeout},
      {"read_timeout", options.read_timeout},
      {"write_timeout", options.write_timeout},
      {"lock_wait_timeout", options.lock_wait_timeout},
  };
  for (const auto& [field, duration] : positive) {
    if (duration < absl::Seconds(1)) return Refuse(field, "is too short", "give at least one second");
  }
  if (options.statement_timeout < absl::ZeroDuration() || options.idle_transaction_timeout < absl::ZeroDuration() ||
      options.acquire_timeout < absl::ZeroDuration()) {
    return Refuse("statement_timeout", "or another limit is negative", "give zero or more");
  }
  return absl::OkStatus();
}

}  // namespace

Lease::Lease(Pool* pool, std::unique_ptr<Connection> connection, absl::Time created)
    : pool_(pool), connection_(std::move(connection)), created_(created) {}

Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_), connection_(std::move(other.connection_)), created_(other.created_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    Return();
    pool_ = other.pool_;
    connection_ = std::move(other.connection_);
    created_ = other.created_;
  }
  return *this;
}

Lease::~Lease() { Return(); }

void Lease::Return() {
  if (connection_ != nullptr) pool_->Return(std::move(connection_), created_);
}

Pool::Pool(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), counters_(std::make_unique<Counters>()) {}

Pool::~Pool() {
  absl::MutexLock lock(&mutex_);
  assert(lent_ == 0 && "a lease outlives its pool");
}

absl::StatusOr<std::unique_ptr<Pool>> Pool::Create(Options options, const Clock& clock) {
  JUCHU_RETURN_IF_ERROR(CheckOptions(options));
  std::unique_ptr<Pool> pool(new Pool(std::move(options), clock));
  absl::StatusOr<Lease> first = pool->Acquire(absl::InfiniteFuture());
  if (!first.ok()) return std::move(first).status();
  return pool;
}

absl::StatusOr<Lease> Pool::Acquire(absl::Time deadline, bool for_transaction) {
  JUCHU_RETURN_IF_ERROR(TakeSlot(deadline));
  while (std::optional<Idle> idle = TakeIdle(for_transaction)) {
    if (Healthy(*idle)) return Lease(this, std::move(idle->connection), idle->created);
    ++counters_->discarded;
  }
  const absl::Time created = clock_.Now();
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options_, *counters_);
  if (!connection.ok()) {
    ReleaseSlot();
    return std::move(connection).status();
  }
  return Lease(this, *std::move(connection), created);
}

absl::Status Pool::TakeSlot(absl::Time deadline) {
  const absl::Time start = clock_.Now();
  if (deadline <= start) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED", "the deadline passed before the database");
  }
  auto slot_is_free = [](Pool* pool) ABSL_EXCLUSIVE_LOCKS_REQUIRED(pool->mutex_) {
    return pool->lent_ < pool->options_.pool_size;
  };
  absl::MutexLock lock(&mutex_);
  if (!slot_is_free(this)) {
    ++waiting_;
    const bool free = mutex_.AwaitWithTimeout(absl::Condition(+slot_is_free, this),
                                              std::min(deadline - start, options_.acquire_timeout));
    --waiting_;
    counters_->wait_time_us += absl::ToInt64Microseconds(clock_.Now() - start);
    if (!free) {
      ++counters_->exhausted;
      return ResourceExhausted("POOL_EXHAUSTED",
                               absl::StrCat("all ", options_.pool_size, " database connections are in use"),
                               {{"remedy", "try again later"}});
    }
  }
  ++lent_;
  return absl::OkStatus();
}

void Pool::ReleaseSlot() {
  absl::MutexLock lock(&mutex_);
  --lent_;
}

std::optional<Pool::Idle> Pool::TakeIdle(bool for_transaction) {
  absl::MutexLock lock(&mutex_);
  if (idle_.empty()) return std::nullopt;
  const auto fits = [&](const Idle& idle) { return idle.connection->awaits_transaction() == for_transaction; };
  const auto last = std::find_if(idle_.rbegin(), idle_.rend(), fits);
  const auto taken = last == idle_.rend() ? std::prev(idle_.end()) : std::prev(last.base());
  Idle idle = std::move(*taken);
  idle_.erase(taken);
  return idle;
}

bool Pool::Healthy(const Idle& idle) const {
  const absl::Time now = clock_.Now();
  if (now - idle.created >= options_.max_lifetime) return false;
  return now - idle.returned < options_.idle_check_after || idle.connection->Ping();
}

void Pool::Return(std::unique_ptr<Connection> connection, absl::Time created) {
  // A failed rollback leaves the connection broken, which is all that matters here.
  if (connection->in_transaction()) connection->Rollback().IgnoreError();
  const bool broken = connection->broken();
  if (broken) {
    ++counters_->discarded;
    connection.reset();
  }
  absl::MutexLock lock(&mutex_);
  --lent_;
  if (broken) {
    // What broke one line, a restart of the server say, probably broke the others at rest.
    for (Idle& idle : idle_) idle.returned = absl::InfinitePast();
  } else {
    idle_.push_back({std::move(connection), created, clock_.Now()});
  }
}

PoolStats Pool::stats() const {
  PoolStats stats;
  {
    absl::MutexLock lock(&mutex_);
    stats.in_use = lent_;
    stats.idle = static_cast<int64_t>(idle_.size());
    stats.waiting = waiting_;
  }
  stats.created = counters_->created;
  stats.discarded = counters_->discarded;
  stats.connect_failures = counters_->connect_failures;
  stats.exhausted = counters_->exhausted;
  stats.wait_time = absl::Microseconds(counters_->wait_time_us.load());
  stats.statements = counters_->statements;
  stats.prepares = counters_->prepares;
  stats.transactions = counters_->transactions;
  stats.commits = counters_->commits;
  stats.rollbacks = counters_->rollbacks;
  stats.rollback_failures = counters_->rollback_failures;
  stats.reruns = counters_->reruns;
  stats.unknown_commits = counters_->unknown_commits;
  return stats;
}

}  // namespace juchu::mysql
