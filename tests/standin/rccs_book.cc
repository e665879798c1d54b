#include "tests/standin/rccs_book.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status_macros.h"

namespace juchu::standin {
namespace {

using nlohmann::json;

json ToJson(const Verdict& verdict) { return {{"code", verdict.code}, {"message", verdict.message}}; }

std::optional<Verdict> VerdictIn(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  return Verdict{found->at("code"), found->at("message")};
}

json ToJson(const AcceptedWork& work) {
  json orders = json::array();
  for (const OrderWork& order : work.orders) {
    json& line = orders.emplace_back(json{{"order", order.order_number}});
    if (work.operation == Operation::kAuthori) line.update({{"pay_type", order.pay_type}, {"price", order.price}});
    if (order.refused) line["refused"] = ToJson(*order.refused);
  }
  json object = {{"operation", OperationName(work.operation)}, {"orders", std::move(orders)}};
  if (work.stalled) object["stalled"] = true;
  if (work.doubled) object["doubled"] = true;
  if (work.failed) object["failed"] = ToJson(*work.failed);
  return object;
}

// Throws what nlohmann::json throws.
AcceptedWork WorkFrom(const json& object) {
  AcceptedWork work;
  work.operation = OperationFromName(object.at("operation").get<std::string>()).value();
  for (const json& line : object.at("orders")) {
    work.orders.push_back({.order_number = line.at("order"),
                           .pay_type = line.value("pay_type", 0),
                           .price = line.value("price", int64_t{0}),
                           .refused = VerdictIn(line, "refused")});
  }
  work.stalled = object.value("stalled", false);
  work.doubled = object.value("doubled", false);
  work.failed = VerdictIn(object, "failed");
  return work;
}

absl::Time TimeIn(const json& event, const char* key) { return absl::FromUnixMillis(event.at(key).get<int64_t>()); }

// The journal counts milliseconds; what is told before a restart must be the same after it.
absl::Time WholeMilliseconds(absl::Time time) { return absl::FromUnixMillis(absl::ToUnixMillis(time)); }

bool Fits(const RowSearch& search, const OrderRow& row) {
  const Card card = CardOf(row.order_number);
  if (!search.brand_name.empty() && search.brand_name != card.brand_name) return false;
  if (!search.owner_name.empty() && search.owner_name != card.owner_name) return false;
  if (search.card_status != -1 && search.card_status != row.card_status) return false;
  if (search.pay_type && *search.pay_type != row.pay_type) return false;
  if (!row.registered) return true;
  const absl::CivilDay day(absl::ToCivilSecond(*row.registered, Japan()));
  return (!search.from || day >= *search.from) && (!search.to || day <= *search.to);
}

void AddTo(OrderCounts& sum, const OrderCounts& counts) {
  sum.authorizations += counts.authorizations;
  sum.captures += counts.captures;
  sum.authorization_voids += counts.authorization_voids;
  sum.capture_voids += counts.capture_voids;
  sum.captured_yen += counts.captured_yen;
  sum.authorized_yen += counts.authorized_yen;
  sum.card_status = std::max(sum.card_status, counts.card_status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RccsBook>> RccsBook::Open(const std::string& journal_file) {
  std::unique_ptr<RccsBook> book(new RccsBook);
  JUCHU_ASSIGN_OR_RETURN(book->journal_,
                         RccsJournal::Open(journal_file, [&book](const json& event) { return book->Replay(event); }));
  return book;
}

absl::Status RccsBook::Replay(const json& event) {
  absl::MutexLock lock(&mutex_);
  try {
    const std::string kind = event.at("event");
    const int id = event.at("id");
    if (kind == "given") {
      ApplyGiven(id, event.at("shop"));
      return absl::OkStatus();
    }
    if (!requests_.contains(id)) return absl::DataLossError(absl::StrCat("nobody was given the id ", id));
    if (kind == "accepted") {
      ApplyAccepted(id, WorkFrom(event.at("work")), TimeIn(event, "at"), TimeIn(event, "due"));
    } else if (kind == "released") {
      ApplyReleased(id, TimeIn(event, "at"));
    } else if (kind == "finished") {
      ApplyFinished(id);
    } else {
      return absl::DataLossError(absl::StrCat("no such event: ", kind));
    }
  } catch (const std::exception& error) {
    return absl::DataLossError(error.what());
  }
  return absl::OkStatus();
}

void RccsBook::ApplyGiven(int id, const std::string& shop) {
  requests_[id].shop = shop;
  last_id_ = std::max(last_id_, id);
}

void RccsBook::ApplyAccepted(int id, AcceptedWork work, absl::Time at, absl::Time due) {
  Request& request = requests_[id];
  request.accepted = at;
  request.due = due;
  request.acceptance = ++accepted_;
  if (work.stalled) {
    stalled_[request.acceptance] = id;
  } else {
    pending_[{due, request.acceptance}] = id;
  }
  request.work = std::move(work);
}

void RccsBook::ApplyReleased(int id, absl::Time at) {
  Request& request = requests_[id];
  request.work->stalled = false;
  stalled_.erase(request.acceptance);
  request.due = std::max(request.due, at);
  pending_[{request.due, request.acceptance}] = id;
}

void RccsBook::ApplyFinished(int id) {
  Request& request = requests_[id];
  pending_.erase({request.due, request.acceptance});
  request.finished = true;
  ++finished_;
  if (request.work->failed) return;
  RccsOrders::Origin origin = {.request_id = id, .index = 0, .at = request.due};
  for (const OrderWork& work : request.work->orders) {
    request.rows.push_back(orders_.Do(request.shop, request.work->operation, work, origin));
    ++origin.index;
  }
}

void RccsBook::Append(const json& event) { appended_ = journal_->Append(event); }

void RccsBook::AdvanceTo(absl::Time now) {
  while (!pending_.empty() && pending_.begin()->first.first <= now) {
    const int id = pending_.begin()->second;
    Append({{"event", "finished"}, {"id", id}});
    ApplyFinished(id);
  }
}

int RccsBook::GiveId(const std::string& shop, absl::Time now) {
  int id = 0;
  int64_t events = 0;
  {
    absl::MutexLock lock(&mutex_);
    id = last_id_ + 1;
    Append({{"event", "given"}, {"id", id}, {"shop", shop}, {"at", absl::ToUnixMillis(now)}});
    ApplyGiven(id, shop);
    events = appended_;
  }
  journal_->Sync(events);
  return id;
}

RccsBook::Acceptance RccsBook::CanAccept(absl::string_view shop, int id) const {
  absl::MutexLock lock(&mutex_);
  return CanAcceptLocked(shop, id);
}

RccsBook::Acceptance RccsBook::CanAcceptLocked(absl::string_view shop, int id) const {
  const auto found = requests_.find(id);
  if (found == requests_.end() || found->second.shop != shop) return Acceptance::kUnknownId;
  return found->second.work ? Acceptance::kUsedId : Acceptance::kAccepted;
}

RccsBook::Acceptance RccsBook::Accept(absl::string_view shop, int id, AcceptedWork work, absl::Time now,
                                      absl::Duration delay) {
  Acceptance acceptance;
  int64_t events = 0;
  {
    absl::MutexLock lock(&mutex_);
    acceptance = CanAcceptLocked(shop, id);
    if (acceptance == Acceptance::kAccepted) {
      const absl::Time at = WholeMilliseconds(now);
      const absl::Time due = WholeMilliseconds(now + delay);
      Append({{"event", "accepted"},
              {"id", id},
              {"at", absl::ToUnixMillis(at)},
              {"due", absl::ToUnixMillis(due)},
              {"work", ToJson(work)}});
      ApplyAccepted(id, std::move(work), at, due);
    }
    // A refusal rests on events as well: on the acceptance that used the id.
    events = appended_;
  }
  journal_->Sync(events);
  return acceptance;
}

RequestStatus RccsBook::StatusOf(int id, const Request& request, absl::Time now) const {
  RequestStatus status;
  status.id = id;
  if (!request.work) return status;
  status.operation = request.work->operation;
  status.started = request.accepted;
  status.count = static_cast<int>(request.work->orders.size());
  status.doubled = request.work->doubled;
  if (!request.finished) {
    const absl::Time half = request.accepted + (request.due - request.accepted) / 2;
    status.progress = now < half ? RequestStatus::kWaiting : RequestStatus::kProcessing;
    status.time_stamp = std::max(request.accepted, now);
    return status;
  }
  status.progress = RequestStatus::kFinished;
  status.time_stamp = request.due;
  if (request.work->failed) status.verdict = *request.work->failed;
  status.rows = request.rows;
  if (request.work->doubled) status.rows.insert(status.rows.end(), request.rows.begin(), request.rows.end());
  return status;
}

std::optional<std::vector<RequestStatus>> RccsBook::Results(absl::string_view shop, absl::Span<const int> ids,
                                                            absl::Time now) {
  std::vector<RequestStatus> results;
  int64_t events = 0;
  {
    absl::MutexLock lock(&mutex_);
    AdvanceTo(now);
    for (const int id : ids) {
      const auto found = requests_.find(id);
      if (found == requests_.end() || found->second.shop != shop) return std::nullopt;
      results.push_back(StatusOf(id, found->second, now));
    }
    events = appended_;
  }
  journal_->Sync(events);
  return results;
}

std::vector<OrderRow> RccsBook::Search(absl::string_view shop, const RowSearch& search, absl::Time now) {
  std::vector<OrderRow> rows;
  int64_t events = 0;
  {
    absl::MutexLock lock(&mutex_);
    AdvanceTo(now);
    if (search.order_number.empty()) {
      orders_.ForEach([&](const std::string& its_shop, const OrderRow& row, const OrderCounts&) {
        if (its_shop == shop && Fits(search, row)) rows.push_back(row);
      });
    } else {
      for (OrderRow& row : orders_.Current(shop, search.order_number)) {
        if (Fits(search, row)) rows.push_back(std::move(row));
      }
    }
    events = appended_;
  }
  journal_->Sync(events);
  std::sort(rows.begin(), rows.end(), [](const OrderRow& a, const OrderRow& b) {
    return std::pair(a.registered, absl::string_view(a.order_number)) <
           std::pair(b.registered, absl::string_view(b.order_number));
  });
  return rows;
}

std::vector<std::string> RccsBook::OrdersOf(absl::Span<const int> ids) const {
  std::vector<std::string> numbers;
  absl::MutexLock lock(&mutex_);
  for (const int id : ids) {
    const auto found = requests_.find(id);
    if (found == requests_.end() || !found->second.work) continue;
    for (const OrderWork& work : found->second.work->orders) numbers.push_back(work.order_number);
  }
  return numbers;
}

void RccsBook::ReleaseStalled(absl::Time now) {
  int64_t events = 0;
  {
    absl::MutexLock lock(&mutex_);
    const absl::Time at = WholeMilliseconds(now);
    while (!stalled_.empty()) {
      const int id = stalled_.begin()->second;
      Append({{"event", "released"}, {"id", id}, {"at", absl::ToUnixMillis(at)}});
      ApplyReleased(id, at);
    }
    events = appended_;
  }
  journal_->Sync(events);
}

RccsBook::Summary RccsBook::Summarize(absl::string_view orders, absl::Time now) {
  absl::string_view beginning = orders;
  const bool any_ending = orders.empty() || absl::ConsumeSuffix(&beginning, "*");
  Summary summary;
  int64_t events = 0;
  {
    absl::MutexLock lock(&mutex_);
    AdvanceTo(now);
    orders_.ForEach([&](const std::string&, const OrderRow& row, const OrderCounts& counts) {
      if (any_ending ? absl::StartsWith(row.order_number, beginning) : row.order_number == orders) {
        AddTo(summary.orders[row.order_number], counts);
      }
    });
    summary.ids_given = static_cast<int64_t>(requests_.size());
    summary.requests_accepted = accepted_;
    summary.requests_finished = finished_;
    events = appended_;
  }
  journal_->Sync(events);
  return summary;
}

}  // namespace juchu::standin
