#ifndef SERVICES_GATEWAY_APP_ALLOCATION_OWNER_H_
#define SERVICES_GATEWAY_APP_ALLOCATION_OWNER_H_

#include <optional>
#include <string>
#include <vector>

#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/facts_owner.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/workflow/allocation_wish.h"

namespace juchu::gateway {

// The inventory, which owns 受注引当: what orders wish of it is workflow::WishOf.
class AllocationOwner final : public FactsOwner {
 public:
  // One order's answer.
  struct Answer {
    workflow::AllocationWish wish = workflow::AllocationWish::kNothing;
    // The inventory has been asked: it may hold stock for the order, whatever becomes of the order meanwhile.
    bool asked = false;
    // It is only asked what it holds, not to do anything.
    bool reads = false;
    absl::Status refusal;
    // Absent when it was not asked.
    std::optional<inventory::v1::AllocationFacts> facts;
    std::vector<inventory::v1::LineAllocation> lines;
  };

  // For `orders` orders; the others must outlive it.
  AllocationOwner(InventoryClient& inventory, FactsAcknowledger& acknowledger, Cause cause, size_t orders)
      : inventory_(inventory), acknowledger_(acknowledger), cause_(cause), answers_(orders) {}

  Answer& answer(size_t index) { return answers_[index]; }

  absl::string_view name() const override { return "inventory"; }
  absl::Status Judge(size_t index, const order::v1::Order& order,
                     const order::v1::Configuration& configuration) override;
  absl::Status Ask(const rpc::CallContext& context, const order::v1::Configuration& configuration,
                   const std::vector<size_t>& indexes, std::vector<SettledOrder>& orders) override;
  bool HasNews(size_t index, const order::v1::Order& order) const override;
  void WriteNews(size_t index, order::v1::Order& order, Edit& edit) const override;
  void Acknowledge(const rpc::CallContext& context, size_t index, const std::string& order_number) override;
  absl::Status Refusal(size_t index) const override { return answers_[index].refusal; }

 private:
  InventoryClient& inventory_;
  FactsAcknowledger& acknowledger_;
  const Cause cause_;
  std::vector<Answer> answers_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ALLOCATION_OWNER_H_
