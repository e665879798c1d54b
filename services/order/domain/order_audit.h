#ifndef SERVICES_ORDER_DOMAIN_ORDER_AUDIT_H_
#define SERVICES_ORDER_DOMAIN_ORDER_AUDIT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "juchu/order/v1/history.pb.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// One row of an order's history, as stored.
struct HistoryVersion {
  v1::Status status_before = v1::STATUS_UNSPECIFIED;
  v1::Status status_after = v1::STATUS_UNSPECIFIED;
  v1::TransitionMode mode_before = v1::TRANSITION_MODE_UNSPECIFIED;
  v1::TransitionMode mode_after = v1::TRANSITION_MODE_UNSPECIFIED;
  int64_t version = 0;
  v1::HistoryEntry entry;
};

// Everything that is stored about one order, read at one moment.
struct StoredOrder {
  // From its columns; FULL when has_document.
  v1::Order order;
  bool has_document = false;
  bool document_readable = true;
  std::vector<HistoryVersion> history;  // By version.
  // The order time in the search row of each order tag, in microseconds.
  std::map<std::string, int64_t> tag_links;
  // Delivery numbers that have a row for the search by dates.
  std::set<int32_t> delivery_rows;
};

// What of AuditOrdersResponse's invariants does not hold of the order. Pure.
std::vector<v1::AuditFinding> AuditOrder(const StoredOrder& stored);

// The versions in which status or mode changed. Pure.
std::vector<v1::OrderMove> MovesOf(const std::vector<HistoryVersion>& history);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_DOMAIN_ORDER_AUDIT_H_
