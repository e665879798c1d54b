#ifndef COMMON_ARENA_CALL_ARENA_H_
#define COMMON_ARENA_CALL_ARENA_H_

#include <google/protobuf/arena.h>

namespace juchu {

// For the messages of one call or one batch: an order has some sixty parts, and to free them together costs a fraction
// of freeing each.
inline google::protobuf::ArenaOptions CallArenaOptions() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = 4 << 10;
  options.max_block_size = 256 << 10;
  return options;
}

}  // namespace juchu

#endif  // COMMON_ARENA_CALL_ARENA_H_
