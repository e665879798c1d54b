#include "services/gateway/app/order_lacks.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/gateway/app/order_need.h"

namespace juchu::gateway {
namespace {

namespace inventory_pb = ::juchu::inventory::v1;

// Why, and what to do.
std::string MessageOf(const v1::AllocationLack& lack) {
  const std::string lines =
      absl::StrCat(lack.lines_size() == 1 ? "line " : "lines ", absl::StrJoin(lack.lines(), ", "));
  const std::string head = absl::StrCat(lack.product_code(), " (", lines, "): ");
  switch (lack.short_reason()) {
    case inventory_pb::PRODUCT_NOT_REGISTERED:
      return absl::StrCat(head, "the product is not registered (商品管理); register it, then add its stock (在庫管理)");
    case inventory_pb::PRODUCT_INACTIVE:
      return absl::StrCat(head, "the product is inactive; make it active, or edit the order");
    case inventory_pb::ORDER_NOT_WHOLE:
      return absl::StrCat(head,
                          "its stock is there, but orders are allocated all or nothing and another line is short");
    default:
      return absl::StrCat(head, "stock is short by ", lack.needed() - lack.allocated(), " of ", lack.needed(), ", ",
                          lack.orders_before(), " orders wait before it; add stock (在庫管理), or set 強制引当する");
  }
}

}  // namespace

std::vector<v1::AllocationLack> LacksOf(const order::v1::Order& order,
                                        const inventory_pb::ReadAllocationsResponse::Read& read) {
  std::map<std::string, std::vector<std::string>> lines;
  const auto need = NeedOf(order, order::v1::Configuration());
  for (const auto& line : need.lines()) {
    lines[line.product_code()].push_back(line.line());
  }
  std::vector<v1::AllocationLack> lacks;
  for (const auto& known : read.lacks()) {
    const auto it = lines.find(known.product_code());
    if (it == lines.end()) continue;
    auto& lack = lacks.emplace_back();
    lack.set_product_code(known.product_code());
    lack.mutable_lines()->Assign(it->second.begin(), it->second.end());
    lack.set_needed(known.needed());
    lack.set_allocated(known.allocated());
    lack.set_short_reason(known.short_reason());
    lack.set_orders_before(known.orders_before());
    lack.set_message(MessageOf(lack));
  }
  return lacks;
}

}  // namespace juchu::gateway
