#include "common/time/timestamps.h"

namespace juchu {

google::protobuf::Timestamp TimestampFromMicros(int64_t micros) {
  google::protobuf::Timestamp time;
  int64_t seconds = micros / 1'000'000;
  int64_t rest = micros % 1'000'000;
  if (rest < 0) {
    --seconds;
    rest += 1'000'000;
  }
  time.set_seconds(seconds);
  time.set_nanos(static_cast<int32_t>(rest * 1000));
  return time;
}

google::protobuf::Timestamp TimestampFromTime(absl::Time time) { return TimestampFromMicros(absl::ToUnixMicros(time)); }

int64_t MicrosFromTimestamp(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1000;
}

}  // namespace juchu
