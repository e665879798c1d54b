#ifndef COMMON_RPC_TRACE_H_
#define COMMON_RPC_TRACE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace juchu::rpc {

// The traceparent (W3C Trace Context) of a step inside the trace that `incoming` names: same trace id, new span id. A
// new trace when `incoming` is empty or malformed.
std::string ContinueTrace(absl::string_view incoming);

// The 32 hexadecimal characters of the trace id of a traceparent made by ContinueTrace; "" for anything else.
absl::string_view TraceId(absl::string_view traceparent);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_TRACE_H_
