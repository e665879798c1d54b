#include "services/inventory/domain/allocation_plan.h"

#include <algorithm>

namespace juchu::inventory {
namespace {

// Gives back what the order holds beyond its need.
void GiveBack(ProductPlan& plan, ProductLevel& level) {
  const int64_t surplus = plan.after.allocated - plan.needed;
  if (surplus <= 0) return;
  plan.after.allocated -= surplus;
  plan.after.forced -= std::min(plan.after.forced, surplus);
  level.free += surplus;
}

void GetMissing(bool forced, ProductPlan& plan, ProductLevel& level) {
  const int64_t missing = plan.needed - plan.after.allocated;
  if (missing <= 0) return;
  if (!level.registered) {
    plan.short_reason = v1::PRODUCT_NOT_REGISTERED;
  } else if (level.inactive) {
    plan.short_reason = v1::PRODUCT_INACTIVE;
  } else {
    const int64_t from_stock = std::clamp<int64_t>(level.free, 0, missing);
    const int64_t got = forced ? missing : from_stock;
    plan.after.allocated += got;
    plan.after.forced += got - from_stock;
    level.free -= got;
    if (got < missing) plan.short_reason = v1::STOCK_SHORT;
  }
}

// All of it is given back, when some of it is missing.
void KeepWholeOnly(Plan& plan, Levels& levels) {
  const bool whole = std::all_of(plan.begin(), plan.end(), [](const auto& entry) {
    return entry.second.short_reason == v1::SHORT_REASON_UNSPECIFIED;
  });
  if (whole) return;
  for (auto& [code, product] : plan) {
    levels[code].free += product.after.allocated;
    product.after = {};
    if (product.needed > 0 && product.short_reason == v1::SHORT_REASON_UNSPECIFIED) {
      product.short_reason = v1::ORDER_NOT_WHOLE;
    }
  }
}

}  // namespace

std::map<std::string, int64_t> SumLines(const google::protobuf::RepeatedPtrField<v1::LineNeed>& lines) {
  std::map<std::string, int64_t> pieces;
  for (const auto& line : lines) pieces[line.product_code()] += line.quantity();
  return pieces;
}

Plan PlanOrder(const Need& need, const std::map<std::string, Holding>& held, Levels& levels) {
  Plan plan;
  for (const auto& [code, holding] : held) plan[code].before = plan[code].after = holding;
  for (const auto& [code, pieces] : need.pieces) plan[code].needed = pieces;
  for (auto& [code, product] : plan) {
    GiveBack(product, levels[code]);
    GetMissing(need.forced, product, levels[code]);
  }
  if (need.all_or_nothing) KeepWholeOnly(plan, levels);
  return plan;
}

v1::AllocationState StateOf(const Plan& plan) {
  int64_t needed = 0;
  int64_t allocated = 0;
  int64_t forced = 0;
  for (const auto& [code, product] : plan) {
    needed += product.needed;
    allocated += product.after.allocated;
    forced += product.after.forced;
  }
  if (allocated == 0) return v1::UNALLOCATED;
  if (allocated < needed) return v1::PARTLY_ALLOCATED;
  return forced > 0 ? v1::FORCIBLY_ALLOCATED : v1::ALLOCATED;
}

std::vector<v1::LineAllocation> LinesOf(const google::protobuf::RepeatedPtrField<v1::LineNeed>& lines,
                                        const Plan& plan) {
  // What is still to be given out, by product code: first what came from stock.
  std::map<std::string, Holding> left;
  for (const auto& [code, product] : plan) left[code] = product.after;
  std::vector<v1::LineAllocation> result;
  for (const auto& need : lines) {
    Holding& rest = left[need.product_code()];
    auto& line = result.emplace_back();
    line.set_line(need.line());
    line.set_product_code(need.product_code());
    line.set_quantity(need.quantity());
    const int64_t got = std::min(need.quantity(), rest.allocated);
    const int64_t from_stock = std::min(got, rest.allocated - rest.forced);
    line.set_allocated(got);
    line.set_forced(got - from_stock);
    rest.allocated -= got;
    rest.forced -= got - from_stock;
    if (got < need.quantity()) line.set_short_reason(plan.at(need.product_code()).short_reason);
  }
  return result;
}

}  // namespace juchu::inventory
