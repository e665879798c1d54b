#ifndef COMMON_TIME_TIMESTAMPS_H_
#define COMMON_TIME_TIMESTAMPS_H_

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>

#include "absl/time/time.h"

// Between messages and the whole microseconds that the databases keep.
namespace juchu {

google::protobuf::Timestamp TimestampFromMicros(int64_t micros);
google::protobuf::Timestamp TimestampFromTime(absl::Time time);
// What is less than a microsecond is dropped.
int64_t MicrosFromTimestamp(const google::protobuf::Timestamp& time);

}  // namespace juchu

#endif  // COMMON_TIME_TIMESTAMPS_H_
