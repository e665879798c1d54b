#include "services/gateway/postpay/default_profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "common/testing/status_matchers.h"
#include "services/gateway/postpay/layout_profile.h"
#include "services/gateway/postpay/profile_check.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;
using ::juchu::testing::IsOk;
using ::testing::HasSubstr;

TEST(DefaultProfiles, ThereIsOneOfEachKind) {
  std::set<pb::LayoutKind> kinds;
  std::set<std::string> ids;
  for (const pb::LayoutProfile& profile : DefaultProfiles()) {
    kinds.insert(profile.kind());
    ids.insert(profile.layout_profile_id());
    EXPECT_EQ(&DefaultProfile(profile.kind()), &profile);
  }
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(pb::LayoutKind_ARRAYSIZE - 1));
  EXPECT_EQ(ids.size(), DefaultProfiles().size());
}

TEST(DefaultProfiles, EachPassesTheCheckOfTheTenants) {
  for (const pb::LayoutProfile& profile : DefaultProfiles()) {
    EXPECT_THAT(CheckProfile(profile), IsOk()) << profile.layout_profile_id();
  }
}

TEST(DefaultProfiles, EachFieldIsKnownAndEachKnownFieldHasAColumn) {
  for (const pb::LayoutProfile& profile : DefaultProfiles()) {
    std::set<std::string> fields;
    for (const pb::LayoutColumn& column : profile.columns()) {
      if (column.has_constant()) continue;
      EXPECT_NE(FindField(UseOf(profile.kind()), column.field()), nullptr) << column.field();
      fields.insert(column.field());
    }
    for (const LayoutField& field : FieldsOf(UseOf(profile.kind()))) {
      EXPECT_TRUE(fields.contains(std::string(field.name))) << profile.layout_profile_id() << " " << field.name;
    }
  }
}

TEST(DefaultProfiles, EachSaysThatItIsOurs) {
  for (const pb::LayoutProfile& profile : DefaultProfiles()) {
    const std::string company = CompanyOf(profile.kind()) == PostpayCompany::kNp ? "NP's" : "GMO's";
    EXPECT_THAT(profile.note(), HasSubstr("juchu's own layout, not " + company));
    EXPECT_THAT(profile.note(), HasSubstr("publishes no layout"));
  }
}

}  // namespace
}  // namespace juchu::gateway
