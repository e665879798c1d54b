#include "services/gateway/postpay/default_profiles.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <string>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/string_view.h"
#include "services/gateway/postpay/default_profiles_json.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

// The files are part of the program; one that cannot be read is a mistake of ours, which the first test shows.
std::vector<pb::LayoutProfile> ParseDefaultProfiles() {
  std::vector<pb::LayoutProfile> profiles;
  for (const absl::string_view json : DefaultProfilesJson()) {
    const auto parsed = google::protobuf::util::JsonStringToMessage(std::string(json), &profiles.emplace_back());
    ABSL_RAW_CHECK(parsed.ok(), parsed.ToString().c_str());
  }
  return profiles;
}

}  // namespace

const std::vector<pb::LayoutProfile>& DefaultProfiles() {
  static const auto* const profiles = new std::vector<pb::LayoutProfile>(ParseDefaultProfiles());
  return *profiles;
}

const pb::LayoutProfile& DefaultProfile(pb::LayoutKind kind) {
  const std::vector<pb::LayoutProfile>& profiles = DefaultProfiles();
  const auto found = std::find_if(profiles.begin(), profiles.end(),
                                  [kind](const pb::LayoutProfile& profile) { return profile.kind() == kind; });
  ABSL_RAW_CHECK(found != profiles.end(), "there is no default profile of this kind");
  return *found;
}

}  // namespace juchu::gateway
