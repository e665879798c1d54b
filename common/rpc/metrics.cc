#include "common/rpc/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/status/error.h"

namespace juchu::rpc {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                                       0.2,   0.5,   1,     2,    5,    10,   60};

// Values that stand elsewhere and are read when they are asked for.
class Readers final : public prometheus::Collectable {
 public:
  void Add(const std::string& name, const std::string& help, bool counter, std::function<double()> value) {
    absl::MutexLock lock(&mutex_);
    readers_.push_back({name, help, counter, std::move(value)});
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    absl::MutexLock lock(&mutex_);
    std::vector<prometheus::MetricFamily> families;
    for (const auto& reader : readers_) {
      prometheus::ClientMetric metric;
      (reader.counter ? metric.counter.value : metric.gauge.value) = reader.value();
      prometheus::MetricFamily family;
      family.name = reader.name;
      family.help = reader.help;
      family.type = reader.counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
      family.metric.push_back(std::move(metric));
      families.push_back(std::move(family));
    }
    return families;
  }

 private:
  struct Reader {
    std::string name, help;
    bool counter;
    std::function<double()> value;
  };
  mutable absl::Mutex mutex_;
  std::vector<Reader> readers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

class Metrics::Impl {
 public:
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::shared_ptr<Readers> readers = std::make_shared<Readers>();
  prometheus::Family<prometheus::Counter>& calls =
      prometheus::BuildCounter().Name("juchu_rpc_calls_total").Help("Calls by method and code").Register(*registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram().Name("juchu_rpc_seconds").Help("Time of a call by method").Register(*registry);
  prometheus::Gauge& in_flight =
      prometheus::BuildGauge().Name("juchu_rpc_calls_in_flight").Help("Calls being served").Register(*registry).Add({});
  std::unique_ptr<prometheus::Exposer> exposer;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

absl::Status Metrics::Serve(const std::string& address) {
  try {
    impl_->exposer = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception& error) {
    return InvalidField("ADDRESS_UNUSABLE", "--metrics_address", absl::StrCat("cannot listen on ", address),
                        "name a free address and port, or none to serve no metrics");
  }
  impl_->exposer->RegisterCollectable(impl_->registry);
  impl_->exposer->RegisterCollectable(impl_->readers);
  return absl::OkStatus();
}

void Metrics::RecordCall(absl::string_view method, absl::StatusCode code, absl::Duration duration) {
  impl_->calls.Add({{"method", std::string(method)}, {"code", absl::StatusCodeToString(code)}}).Increment();
  impl_->seconds.Add({{"method", std::string(method)}}, kSeconds).Observe(absl::ToDoubleSeconds(duration));
}

void Metrics::AddCallInFlight(int change) { impl_->in_flight.Increment(change); }

void Metrics::AddReader(const std::string& name, const std::string& help, bool counter, std::function<double()> value) {
  impl_->readers->Add(name, help, counter, std::move(value));
}

std::string Metrics::Render() const {
  auto families = impl_->registry->Collect();
  for (auto& family : impl_->readers->Collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace juchu::rpc
