#include "services/gateway/app/configuration_cache.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "gtest/gtest.h"

namespace juchu::gateway {
namespace {

order::v1::Configuration WithVersion(int64_t version) {
  order::v1::Configuration configuration;
  configuration.set_version(version);
  return configuration;
}

TEST(ConfigurationCacheTest, TenantsDoNotSeeEachOther) {
  ConfigurationCache cache(10);
  cache.Put("a", WithVersion(7));
  EXPECT_EQ(cache.KnownVersion("a"), 7);
  EXPECT_EQ(cache.KnownVersion("b"), 0);
  EXPECT_EQ(cache.Find("b"), nullptr);
}

TEST(ConfigurationCacheTest, OlderAnswerDoesNotReplaceNewerCopy) {
  ConfigurationCache cache(10);
  cache.Put("a", WithVersion(7));
  EXPECT_EQ(cache.Put("a", WithVersion(6))->version(), 6) << "the caller goes on with what it was told";
  EXPECT_EQ(cache.KnownVersion("a"), 7);
}

TEST(ConfigurationCacheTest, LeastRecentlyUsedTenantGoesFirst) {
  ConfigurationCache cache(2);
  cache.Put("a", WithVersion(1));
  cache.Put("b", WithVersion(1));
  ASSERT_NE(cache.Find("a"), nullptr);
  cache.Put("c", WithVersion(1));
  EXPECT_NE(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.Find("b"), nullptr);
  EXPECT_NE(cache.Find("c"), nullptr);
}

TEST(ConfigurationCacheTest, ResolveTakesTheCarriedOneElseTheHeldOne) {
  ConfigurationCache cache(10);
  order::v1::LoadOrdersResponse response;
  response.set_configuration_version(3);
  *response.mutable_configuration() = WithVersion(3);
  auto carried = cache.Resolve("a", nullptr, response);
  ASSERT_TRUE(carried.ok()) << carried.status();
  EXPECT_EQ((*carried)->version(), 3);

  response.clear_configuration();
  const ConfigurationSnapshot held = cache.Find("a");
  cache.Put("a", WithVersion(4));
  auto unchanged = cache.Resolve("a", held, response);
  ASSERT_TRUE(unchanged.ok()) << unchanged.status();
  EXPECT_EQ((*unchanged)->version(), 3) << "another thread's newer copy is not what this answer speaks of";
}

TEST(ConfigurationCacheTest, ResolveRefusesUnknownTenantAndMissingCopy) {
  ConfigurationCache cache(10);
  order::v1::LoadOrdersResponse response;
  auto unknown = cache.Resolve("a", nullptr, response);
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(unknown.status()), "TENANT_NOT_FOUND");
  response.set_configuration_version(9);
  EXPECT_EQ(cache.Resolve("a", nullptr, response).status().code(), absl::StatusCode::kInternal);
}

TEST(ConfigurationCacheTest, ManyThreadsKeepTheNewest) {
  ConfigurationCache cache(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&cache, t] {
      for (int64_t version = 1; version <= 200; ++version) {
        cache.Put("shared", WithVersion(version));
        cache.Put(absl::StrCat("other-", t), WithVersion(version));
        cache.Find("shared");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  cache.Put("shared", WithVersion(200));
  EXPECT_EQ(cache.KnownVersion("shared"), 200);
}

}  // namespace
}  // namespace juchu::gateway
