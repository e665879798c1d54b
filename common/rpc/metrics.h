#ifndef COMMON_RPC_METRICS_H_
#define COMMON_RPC_METRICS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace juchu::rpc {

// The process's metrics, in Prometheus' text form. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Serves http://<address>/metrics ("127.0.0.1:9100"; port 0 takes a free one). INVALID_ARGUMENT when it cannot
  // listen.
  absl::Status Serve(const std::string& address);

  // A call has ended: counted by method and code, its time by method.
  void RecordCall(absl::string_view method, absl::StatusCode code, absl::Duration duration);
  void AddCallInFlight(int change);

  // Reads `value` whenever the metrics are read. `name` in snake_case with its unit or "_total" last.
  void AddReader(const std::string& name, const std::string& help, bool counter, std::function<double()> value);

  // All metrics as text.
  std::string Render() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_METRICS_H_
