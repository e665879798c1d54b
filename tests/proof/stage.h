#ifndef TESTS_PROOF_STAGE_H_
#define TESTS_PROOF_STAGE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/proof/card_round.h"
#include "tests/proof/cluster.h"

namespace juchu::proof {

// A cluster, and what can be done to it. Its tenants have names of their own for each circumstance.
class Stage {
 public:
  static constexpr absl::Duration kPoll = absl::Milliseconds(5);
  static constexpr absl::Duration kLimit = absl::Seconds(60);
  static constexpr const char* kCardTenants[] = {"cards", "deaths"};

  // `defect`: the mistake that is planted; "": none.
  explicit Stage(const std::string& defect) : cluster_(testing::SharedMariaDb(), Options(defect)) {}

  Cluster& cluster() { return cluster_; }

  void Arm(const std::string& process, const std::string& point, const std::string& action, int stall_ms = 0,
           int hit = 1) {
    const std::string folder = cluster_.fault_folder(process);
    std::ofstream(folder + "/new") << ++plans_ << " " << point << " " << hit << " " << action << " " << stall_ms;
    std::filesystem::rename(folder + "/new", folder + "/plan");
  }
  // Whether the armed fault has happened.
  bool Fired(const std::string& process) const {
    return !std::filesystem::exists(cluster_.fault_folder(process) + "/plan");
  }

  std::string Sql(const std::string& sql) {
    const auto result = cluster_.database().RootSql(sql);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or("");
  }
  // How often the database has told of a deadlock in which a product's stock was waited for.
  static int DeadlocksOfStocks() {
    std::ifstream file(testing::SharedMariaDb().error_log_file());
    int count = 0;
    for (std::string line; std::getline(file, line);) {
      if (absl::StrContains(line, "`stocks` trx") && absl::StrContains(line, "waiting")) ++count;
    }
    return count;
  }
  // Until no work is queued.
  void WaitUntilSettled() {
    WaitUntil([&] { return Sql("SELECT COUNT(*) FROM order_changes") == "0\n"; });
  }
  static void WaitUntil(const std::function<bool()>& holds) {
    for (const absl::Time limit = absl::Now() + kLimit; !holds(); absl::SleepFor(kPoll)) {
      ASSERT_LT(absl::Now(), limit) << "it did not come to be";
    }
  }

 private:
  static ClusterOptions Options(const std::string& defect) {
    ClusterOptions options;
    for (const char* tenant : kCardTenants) options.card_shops.emplace_back(tenant, kCardShop);
    if (!defect.empty()) options.environment["JUCHU_DEFECTS"] = defect;
    return options;
  }

  Cluster cluster_;
  int plans_ = 0;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_STAGE_H_
