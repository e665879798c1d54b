#ifndef TOOLS_LOAD_MEASURE_SEARCH_H_
#define TOOLS_LOAD_MEASURE_SEARCH_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/mysql/pool.h"
#include "tools/ctl/session.h"

namespace juchu::load {

// Prints, for each of the ten search keys, the median time of a page of 50 in three ways that take turns: the very
// statement sent by hand, the order service's search in this process, and the gateway over the network (`session` may
// be null: left out). The tenant has the `orders` sample orders.
absl::Status MeasureSearch(mysql::Pool& pool, const std::string& tenant, int64_t orders, int repeat,
                           ctl::Session* session);

}  // namespace juchu::load

#endif  // TOOLS_LOAD_MEASURE_SEARCH_H_
