#include "common/mysql/json_list.h"

#include <nlohmann/json.hpp>

namespace juchu::mysql {

std::string JsonList(absl::Span<const absl::string_view> texts) {
  return nlohmann::json(texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace juchu::mysql
