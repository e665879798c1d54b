// Every status × mode × value of every category (and its absence) × setting × payment kind × mall × order tag, against
// a second statement of the rules, written out here as plain tables that share no code with rules.cc.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/random/random.h"
#include "services/gateway/workflow/decide.h"

namespace juchu::gateway::workflow {
namespace {

// The values that let an order leave a status, by status and category; a category that is not listed does not matter
// there, and one that does not apply to the order (no value) never keeps it.
const std::map<int, std::map<int, std::set<int>>>& LeavingValues() {
  static const auto* const table = new std::map<int, std::map<int, std::set<int>>>{
      {2, {{1, {101}}, {2, {201}}, {3, {301}}, {4, {401}}, {5, {503, 505, 506, 507}}, {6, {603}}}},
      {3, {{8, {802}}}},
      {4, {{10, {1003, 1004, 1005}}}},
      {5, {{11, {1102, 1103}}}},
      {6, {{11, {1103}}}},
      {7, {{12, {1201, 1204}}, {5, {506}}, {7, {702}}}},
      {8, {{9, {902}}}},
  };
  return *table;
}

// Who passes through a status.
bool OraclePasses(int status, const OrderFacts& facts, const Settings& settings) {
  switch (status) {
    case 3:
      return facts.payment_kind == PaymentKind::kPrepaid;
    case 4:
      return settings.allocation != AllocationSetting::kNothing;
    case 8:
      return facts.postpaid;
    default:
      return status != 1;
  }
}

bool OracleLeaves(int status, const OrderFacts& facts, const Settings& settings) {
  if (status == 1 || status >= 9) return false;
  for (const auto& tag : facts.order_tags) {
    if (tag.stop_status.has_value() && static_cast<int>(*tag.stop_status) == status) return false;
    if (status == 5 && tag.shipping_hold) return false;
  }
  if (!OraclePasses(status, facts, settings)) return true;
  for (const auto& [category, values] : LeavingValues().at(status)) {
    const auto value = facts.tags.Get(static_cast<StateCategory>(category));
    if (value.has_value() && values.count(static_cast<int>(*value)) == 0) return false;
  }
  return true;
}

int OracleFixpoint(const OrderFacts& facts, const Settings& settings) {
  int status = static_cast<int>(facts.status);
  if (facts.mode == Mode::kManual) return status;
  while (OracleLeaves(status, facts, settings)) {
    do {
      ++status;
    } while (status < 9 && !OraclePasses(status, facts, settings));
  }
  return status;
}

// Tags as an order of this kind carries them, all of them letting it go on, or none.
StateTags Tags(const OrderFacts& facts, bool satisfied) {
  StateTags tags;
  tags.Set(satisfied ? StateValue::kRegularCustomer : StateValue::kCautionCustomer);
  tags.Set(satisfied ? StateValue::kAddressOk : StateValue::kAddressError);
  tags.Set(satisfied ? StateValue::kDeliveryDateConfirmed : StateValue::kDeliveryDateError);
  tags.Set(satisfied ? StateValue::kNoWarning : StateValue::kShippingMethodUnknown);
  if (facts.payment_kind == PaymentKind::kRakutenCard) {
    tags.Set(satisfied ? StateValue::kCaptured : StateValue::kUnauthorized);
  }
  if (facts.payment_kind == PaymentKind::kNpPostpay || facts.payment_kind == PaymentKind::kGmoPostpay) {
    tags.Set(satisfied ? StateValue::kScreeningApproved : StateValue::kScreeningPending);
    tags.Set(satisfied ? StateValue::kSlipReported : StateValue::kSlipUnreported);
  }
  if (facts.payment_kind == PaymentKind::kPrepaid) {
    tags.Set(satisfied ? StateValue::kPrepaymentPaid : StateValue::kPrepaymentUnpaid);
  }
  if (facts.postpaid) tags.Set(satisfied ? StateValue::kPostpaymentPaid : StateValue::kPostpaymentUnpaid);
  tags.Set(satisfied ? StateValue::kAllocated : StateValue::kPartlyAllocated);
  tags.Set(satisfied ? StateValue::kShipmentConfirmed : StateValue::kUnshipped);
  tags.Set(satisfied ? StateValue::kTrackingReported : StateValue::kTrackingError);
  return tags;
}

class MatrixTest : public testing::Test {
 protected:
  void Check(const OrderFacts& facts, const Settings& settings) {
    ++cases_;
    const auto decision = Decide(facts, settings, {});
    ASSERT_TRUE(decision.ok()) << decision.status();
    // The oracle looks at the tags that apply, as the decision leaves them.
    OrderFacts derived = facts;
    derived.tags = decision->tags;
    ASSERT_EQ(static_cast<int>(decision->status), OracleFixpoint(derived, settings))
        << "status " << static_cast<int>(facts.status) << " mode " << static_cast<int>(facts.mode) << " kind "
        << static_cast<int>(facts.payment_kind) << " allocation " << static_cast<int>(settings.allocation);
    ASSERT_EQ(decision->mode, facts.mode);
    // At rest: deciding again changes nothing.
    derived.status = decision->status;
    const auto again = Decide(derived, settings, {});
    ASSERT_EQ(again->status, decision->status);
    ASSERT_EQ(again->tags, decision->tags);
  }

  int64_t cases_ = 0;
};

TEST_F(MatrixTest, EveryStatusCategoryValueSettingKindMallAndTag) {
  std::vector<std::vector<OrderTagRule>> tag_sets = {{}, {{"hold", std::nullopt, true}}};
  for (const Status status : kAllStatuses) tag_sets.push_back({{"stop", status, false}});
  for (const PaymentKind kind : kAllPaymentKinds) {
    for (const bool postpaid : {false, true}) {
      for (const MallKind mall : kAllMallKinds) {
        for (const AllocationSetting allocation : kAllAllocationSettings) {
          for (const Mode mode : {Mode::kAuto, Mode::kManual}) {
            for (const bool satisfied : {true, false}) {
              const Settings settings{Mode::kAuto, allocation};
              OrderFacts facts;
              facts.payment_kind = kind;
              facts.postpaid = postpaid;
              facts.mall = mall;
              facts.mode = mode;
              const StateTags tags = Tags(facts, satisfied);
              for (const Status status : kAllStatuses) {
                facts.status = status;
                facts.tags = tags;
                for (const auto& tag_set : tag_sets) {
                  facts.order_tags = tag_set;
                  Check(facts, settings);
                }
                facts.order_tags.clear();
                for (const StateValue value : kAllValues) {
                  facts.tags = tags;
                  facts.tags.Set(value);
                  Check(facts, settings);
                }
                for (const StateCategory category : kAllCategories) {
                  facts.tags = tags;
                  facts.tags.Clear(category);
                  Check(facts, settings);
                }
                if (HasFatalFailure()) return;
              }
            }
          }
        }
      }
    }
  }
  RecordProperty("cases", std::to_string(cases_));
  // 8 kinds × 2 × 5 malls × 3 settings × 2 modes × 2 × 10 statuses × (12 tag sets + 41 values + 12 absences).
  EXPECT_EQ(cases_, 8 * 2 * 5 * 3 * 2 * 2 * 10 * (12 + 41 + 12));
}

// Two categories at a time, for every AUTO order of every kind: conditions do not hide one another.
TEST_F(MatrixTest, EveryPairOfValues) {
  for (const PaymentKind kind : kAllPaymentKinds) {
    OrderFacts facts;
    facts.payment_kind = kind;
    facts.postpaid = kind == PaymentKind::kNpPostpay || kind == PaymentKind::kCashOnDelivery;
    facts.mall = MallKind::kRakuten;
    const StateTags tags = Tags(facts, true);
    for (const Status status : kAllStatuses) {
      facts.status = status;
      for (const StateValue one : kAllValues) {
        for (const StateValue other : kAllValues) {
          facts.tags = tags;
          facts.tags.Set(one);
          facts.tags.Set(other);
          Check(facts, {});
        }
        if (HasFatalFailure()) return;
      }
    }
  }
  EXPECT_EQ(cases_, 8 * 10 * 41 * 41);
}

// Random histories of what people and owners do. Whatever comes: an AUTO order rests at its fixpoint, a MANUAL order
// moves only when a person moves it, and no step leaves the table.
TEST(RandomHistoryTest, InvariantsHold) {
  absl::BitGen random;
  for (int history = 0; history < 300; ++history) {
    Settings settings{absl::Bernoulli(random, 0.5) ? Mode::kAuto : Mode::kManual,
                      kAllAllocationSettings[absl::Uniform<size_t>(random, 0, kAllAllocationSettings.size())]};
    OrderFacts facts;
    facts.payment_kind = kAllPaymentKinds[absl::Uniform<size_t>(random, 0, kAllPaymentKinds.size())];
    facts.postpaid = facts.payment_kind == PaymentKind::kNpPostpay;
    facts.mall = kAllMallKinds[absl::Uniform<size_t>(random, 0, kAllMallKinds.size())];
    facts = InitialState(facts, settings, true);
    for (int step = 0; step < 60; ++step) {
      Intent intent;
      intent.role = Role::kManager;
      intent.has_reason = true;
      const Status target = kAllStatuses[absl::Uniform<size_t>(random, 0, kAllStatuses.size())];
      const StateValue value = kAllValues[absl::Uniform<size_t>(random, 0, kAllValues.size())];
      const int what = absl::Uniform(random, 0, 6);
      if (what == 0) intent.status = target;
      if (what == 1) intent.mode = absl::Bernoulli(random, 0.5) ? Mode::kAuto : Mode::kManual;
      if (what == 2) intent.cancel = absl::Bernoulli(random, 0.1);
      if (what == 3) intent.overrides = {value};
      if (what == 4) intent.set_values = {value};
      if (what == 5) settings.allocation = kAllAllocationSettings[absl::Uniform<size_t>(random, 0, 3)];
      const auto decision = Decide(facts, settings, intent);
      if (!decision.ok()) continue;  // Refused: nothing changes.
      ASSERT_EQ(decision->path.front(), facts.status);
      ASSERT_EQ(decision->path.back(), decision->status);
      // Asking for the status that the order has already is no move; a new order may still go on by itself then.
      const bool asked_to_move = (intent.status.has_value() && *intent.status != facts.status) || intent.cancel;
      if (facts.mode == Mode::kManual && !asked_to_move && intent.mode != Mode::kAuto) {
        ASSERT_EQ(decision->path.size(), 1u);
      }
      if (facts.mode == Mode::kAuto && asked_to_move && decision->path.size() > 1 && !intent.mode.has_value()) {
        ASSERT_EQ(decision->mode, Mode::kManual);
      }
      facts.status = decision->status;
      facts.mode = decision->mode;
      facts.tags = decision->tags;
      // As the order service keeps it: an override stands until the category is set anew or no longer applies.
      for (const StateValue set : intent.overrides) facts.overridden |= BitOf(CategoryOf(set));
      for (const StateValue set : intent.set_values) facts.overridden &= static_cast<uint16_t>(~BitOf(CategoryOf(set)));
      for (const StateCategory category : kAllCategories) {
        if (!facts.tags.Get(category)) facts.overridden &= static_cast<uint16_t>(~BitOf(category));
      }
      const auto rest = Decide(facts, settings, {});
      ASSERT_TRUE(rest.ok());
      ASSERT_EQ(rest->status, facts.status);
      ASSERT_EQ(rest->tags, facts.tags);
    }
  }
}

}  // namespace
}  // namespace juchu::gateway::workflow
