#include "services/order/domain/order_audit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/time/timestamps.h"
#include "services/order/domain/state_origin.h"

namespace juchu::order {
namespace {

// Gathers the findings of one order.
class Findings {
 public:
  explicit Findings(const std::string& order_number) : order_number_(order_number) {}

  template <typename... Parts>
  void Add(const char* invariant, const Parts&... parts) {
    auto& finding = found_.emplace_back();
    finding.set_order_number(order_number_);
    finding.set_invariant(invariant);
    finding.set_message(absl::StrCat(parts...));
  }

  std::vector<v1::AuditFinding> Take() { return std::move(found_); }

 private:
  const std::string& order_number_;
  std::vector<v1::AuditFinding> found_;
};

void AuditHistory(const StoredOrder& stored, Findings& findings) {
  const auto& history = stored.history;
  int64_t expected = 1;
  for (size_t i = 0; i < history.size(); ++i) {
    const auto& version = history[i];
    if (version.version != expected) {
      findings.Add("HISTORY_GAP", "version ", version.version, " stands where version ", expected, " should");
      expected = version.version;
    }
    ++expected;
    if (version.entry.version() != version.version) {
      findings.Add("HISTORY_BROKEN", "the entry of version ", version.version, " says version ",
                   version.entry.version());
    }
    const bool first = i == 0;
    const auto status_before = first ? v1::STATUS_UNSPECIFIED : history[i - 1].status_after;
    const auto mode_before = first ? v1::TRANSITION_MODE_UNSPECIFIED : history[i - 1].mode_after;
    if (version.status_before != status_before || version.mode_before != mode_before) {
      findings.Add("HISTORY_BROKEN", "version ", version.version, " began at ", v1::Status_Name(version.status_before),
                   " ", v1::TransitionMode_Name(version.mode_before), ", the version before it ended at ",
                   v1::Status_Name(status_before), " ", v1::TransitionMode_Name(mode_before));
    }
  }
  if (history.empty()) {
    findings.Add("HISTORY_GAP", "the order is at version ", stored.order.version(), " and has no history");
    return;
  }
  const auto& last = history.back();
  if (last.version != stored.order.version() || last.status_after != stored.order.status() ||
      last.mode_after != stored.order.mode()) {
    findings.Add("HISTORY_ENDS_ELSEWHERE", "the history ends at version ", last.version, " ",
                 v1::Status_Name(last.status_after), " ", v1::TransitionMode_Name(last.mode_after),
                 ", the order is at version ", stored.order.version(), " ", v1::Status_Name(stored.order.status()), " ",
                 v1::TransitionMode_Name(stored.order.mode()));
  }
}

}  // namespace

std::vector<v1::AuditFinding> AuditOrder(const StoredOrder& stored) {
  Findings findings(stored.order.order_number());
  AuditHistory(stored, findings);
  if (!stored.has_document) {
    findings.Add("DOCUMENT_MISSING", "the order has no document: addresses, items and notes are lost");
  } else if (!stored.document_readable) {
    findings.Add("DOCUMENT_UNREADABLE", "the order's document cannot be read");
  } else {
    std::set<int32_t> deliveries;
    for (const auto& delivery : stored.order.deliveries()) deliveries.insert(delivery.delivery_number());
    if (deliveries != stored.delivery_rows) {
      findings.Add("DELIVERIES_DIFFER", "the document has ", deliveries.size(), " deliveries, the search rows ",
                   stored.delivery_rows.size());
    }
  }
  std::map<std::string, int64_t> tags;
  for (const auto& id : stored.order.order_tag_ids()) tags[id] = MicrosFromTimestamp(stored.order.order_time());
  if (tags != stored.tag_links) {
    findings.Add("ORDER_TAGS_DIFFER", "the order has ", tags.size(), " order tags, the search rows ",
                 stored.tag_links.size(), "; a tag or the order time is another one there");
  }
  for (const auto& tag : stored.order.state_tags()) {
    const bool told = std::any_of(stored.history.begin(), stored.history.end(),
                                  [&tag](const auto& version) { return CanHaveSet(version.entry, tag); });
    if (!told) {
      findings.Add("STATE_ORIGIN_MISSING", "version ", tag.set_version(), " is said to have set ",
                   v1::StateCategory_Name(tag.category()), ", and its history does not say so");
    }
  }
  return findings.Take();
}

std::vector<v1::OrderMove> MovesOf(const std::vector<HistoryVersion>& history) {
  std::vector<v1::OrderMove> moves;
  for (const auto& version : history) {
    if (version.status_before == version.status_after && version.mode_before == version.mode_after) continue;
    auto& move = moves.emplace_back();
    move.set_version(version.version);
    move.set_status_before(version.status_before);
    move.set_status_after(version.status_after);
    move.set_mode_before(version.mode_before);
    move.set_mode_after(version.mode_after);
    const bool person = version.entry.actor().kind() == common::v1::Actor::PERSON;
    const auto by_rule = [&](const char* path) {
      return std::any_of(version.entry.changes().begin(), version.entry.changes().end(),
                         [path](const auto& change) { return change.path() == path && change.by_rule(); });
    };
    move.set_status_by_rule(!person || by_rule("status"));
    const bool turned_by_person = version.mode_before != version.mode_after && !by_rule("mode");
    move.set_mode_by_person(person && (version.entry.mode_asked() || turned_by_person));
    *move.mutable_status_path() = version.entry.status_path();
  }
  return moves;
}

}  // namespace juchu::order
