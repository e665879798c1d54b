#include "tools/load/load_orders.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/ids/order_number.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/storage/configuration_store.h"
#include "services/order/storage/order_writer.h"

namespace juchu::load {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int64_t kBatch = 500;
constexpr absl::Duration kLimit = absl::Seconds(60);

// The first error of many threads.
class FirstError {
 public:
  void Set(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = status;
  }
  absl::Status Get() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<int64_t> MakeTenant(mysql::Pool& pool, const std::string& tenant) {
  order::ConfigurationStore store(pool, pool.clock(), [] {});
  pb::ChangeConfigurationRequest request;
  request.set_create_tenant(true);
  request.mutable_actor()->set_kind(common::v1::Actor::IMPORT);
  request.mutable_actor()->set_id("juchu-load");
  JUCHU_ASSIGN_OR_RETURN(const auto response, store.Change(tenant, request, pool.clock().Now() + kLimit));
  return response.configuration().version();
}

absl::Status StoreBatch(order::OrderWriter& writer, OrderNumberGenerator& numbers, const Clock& clock,
                        const std::string& tenant, int64_t version, const std::function<pb::Order(int64_t)>& make,
                        int64_t first, int64_t end) {
  pb::CreateOrdersRequest request;
  request.set_configuration_version(version);
  for (int64_t index = first; index < end; ++index) {
    auto& created = *request.add_orders();
    *created.mutable_order() = make(index);
    created.mutable_order()->set_order_number(numbers.Next());
    created.mutable_actor()->set_kind(common::v1::Actor::IMPORT);
    created.mutable_actor()->set_id("juchu-load");
    created.set_operation("CreateOrders");
  }
  JUCHU_ASSIGN_OR_RETURN(const auto response, writer.Create(tenant, request, clock.Now() + kLimit));
  for (const auto& outcome : response.outcomes()) {
    if (outcome.has_error()) return absl::InternalError(outcome.error().message());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadOrders(mysql::Pool& pool, const std::string& tenant, int64_t orders,
                        const std::function<pb::Order(int64_t)>& make) {
  JUCHU_ASSIGN_OR_RETURN(const int64_t version, MakeTenant(pool, tenant));
  const Clock& clock = pool.clock();
  OrderNumberGenerator numbers(clock);
  order::OrderWriter writer(pool, clock, [] {});
  FirstError error;
  std::atomic<int64_t> next = 0;
  std::atomic<int64_t> done = 0;
  const absl::Time start = clock.Now();
  std::vector<std::thread> threads;
  for (int i = 0; i < pool.options().pool_size; ++i) {
    threads.emplace_back([&] {
      for (int64_t first = next.fetch_add(kBatch); first < orders && error.Get().ok(); first = next.fetch_add(kBatch)) {
        const int64_t end = std::min(first + kBatch, orders);
        const absl::Status status = StoreBatch(writer, numbers, clock, tenant, version, make, first, end);
        if (!status.ok()) error.Set(status);
        const int64_t stored = done.fetch_add(end - first) + end - first;
        if (stored % 10'000 < kBatch) {
          const double seconds = absl::ToDoubleSeconds(clock.Now() - start);
          std::fprintf(stderr, "\r%lld of %lld orders, %.0f a second ", static_cast<long long>(stored),
                       static_cast<long long>(orders), static_cast<double>(stored) / seconds);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  JUCHU_RETURN_IF_ERROR(error.Get());
  std::fprintf(stderr, "\r%lld orders stored in %.1f s      \n", static_cast<long long>(orders),
               absl::ToDoubleSeconds(clock.Now() - start));
  return absl::OkStatus();
}

}  // namespace juchu::load
