#include "tests/standin/rccs_behaviours.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace juchu::standin {
namespace {

using nlohmann::json;
using What = Behaviour::What;

constexpr std::array<std::pair<What, const char*>, 11> kKinds = {{
    {What::kRefuse, "refuse"},
    {What::kStall, "stall"},
    {What::kDropBefore, "drop_before"},
    {What::kDropAfter, "drop_after"},
    {What::kTwice, "twice"},
    {What::kGarbage, "garbage"},
    {What::kError500, "error_500"},
    {What::kHang, "hang"},
    {What::kRequestError, "request_error"},
    {What::kLieReply, "lie_reply"},
    {What::kTalk, "talk"},
}};

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

// Throws what nlohmann::json throws.
absl::Status SetField(const std::string& key, const json& value, Behaviour& behaviour) {
  if (key == "what") {
    const auto kind =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& known) { return value == known.second; });
    if (kind == kKinds.end()) return Wrong(absl::StrCat("no such behaviour: ", value.dump()));
    behaviour.what = kind->first;
  } else if (key == "operation") {
    if (value == "*") return absl::OkStatus();
    behaviour.operation = OperationFromName(value.get<std::string>());
    if (!behaviour.operation) return Wrong(absl::StrCat("no such operation: ", value.dump()));
  } else if (key == "order") {
    behaviour.order = value;
  } else if (key == "times") {
    behaviour.times = value.get<int>();
  } else if (key == "probability") {
    behaviour.probability = value;
  } else if (key == "seconds") {
    behaviour.wait = absl::Seconds(value.get<double>());
  } else if (key == "code") {
    behaviour.code = value;
  } else if (key == "message") {
    behaviour.message = value;
  } else {
    return Wrong(absl::StrCat("no such field: ", key));
  }
  return absl::OkStatus();
}

bool Matches(const Behaviour& behaviour, Operation operation, absl::Span<const std::string> orders) {
  if (behaviour.operation && *behaviour.operation != operation) return false;
  if (behaviour.order.empty()) return true;
  absl::string_view beginning = behaviour.order;
  const bool any_ending = absl::ConsumeSuffix(&beginning, "*");
  return std::any_of(orders.begin(), orders.end(), [&](const std::string& order) {
    return any_ending ? absl::StartsWith(order, beginning) : order == behaviour.order;
  });
}

}  // namespace

absl::StatusOr<std::vector<Behaviour>> BehavioursFromJson(const std::string& text) {
  const json list = json::parse(text, nullptr, false);
  if (!list.is_array()) return Wrong("not a JSON array of behaviours");
  std::vector<Behaviour> behaviours;
  for (const json& object : list) {
    if (!object.is_object() || !object.contains("what")) return Wrong("a behaviour is an object with a \"what\"");
    Behaviour& behaviour = behaviours.emplace_back();
    for (const auto& [key, value] : object.items()) {
      try {
        if (const absl::Status status = SetField(key, value, behaviour); !status.ok()) return status;
      } catch (const std::exception&) {
        return Wrong(absl::StrCat(key, " cannot be ", value.dump()));
      }
    }
  }
  return behaviours;
}

json ToJson(const std::vector<Behaviour>& behaviours) {
  json list = json::array();
  for (const Behaviour& behaviour : behaviours) {
    const auto kind =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& known) { return known.first == behaviour.what; });
    json object = {{"what", kind->second},
                   {"operation", behaviour.operation ? OperationName(*behaviour.operation) : "*"},
                   {"probability", behaviour.probability}};
    if (!behaviour.order.empty()) object["order"] = behaviour.order;
    if (behaviour.times) object["times"] = *behaviour.times;
    if (behaviour.wait != absl::ZeroDuration()) object["seconds"] = absl::ToDoubleSeconds(behaviour.wait);
    if (!behaviour.code.empty()) object["code"] = behaviour.code;
    if (!behaviour.message.empty()) object["message"] = behaviour.message;
    list.push_back(std::move(object));
  }
  return list;
}

void Behaviours::Set(std::vector<Behaviour> behaviours) {
  absl::MutexLock lock(&mutex_);
  behaviours_ = std::move(behaviours);
}

std::vector<Behaviour> Behaviours::Get() const {
  absl::MutexLock lock(&mutex_);
  return behaviours_;
}

std::optional<Behaviour> Behaviours::Take(std::initializer_list<What> kinds, Operation operation,
                                          absl::Span<const std::string> orders) {
  absl::MutexLock lock(&mutex_);
  for (Behaviour& behaviour : behaviours_) {
    if (std::find(kinds.begin(), kinds.end(), behaviour.what) == kinds.end()) continue;
    if (behaviour.times && *behaviour.times <= 0) continue;
    if (!Matches(behaviour, operation, orders)) continue;
    if (behaviour.probability < 1 && std::uniform_real_distribution<>(0, 1)(random_) >= behaviour.probability) continue;
    if (behaviour.times) --*behaviour.times;
    return behaviour;
  }
  return std::nullopt;
}

}  // namespace juchu::standin
