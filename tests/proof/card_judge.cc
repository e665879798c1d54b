#include "tests/proof/card_judge.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;

using Payments = gw::PaymentService::Stub;
using OrdersStub = gw::GatewayService::Stub;

// Answers that were lost are asked after by then, and a company that could not be reached is tried again: Cluster.
constexpr absl::Duration kSettled = absl::Seconds(90);
constexpr absl::Duration kCompany = absl::Seconds(20);
// What a person asks for again may be lost again.
constexpr int kMostErrands = 3;
constexpr int kMostAtOnce = 500;
constexpr int kMostStories = 3;

pb::StateValue ValueOf(const pb::Order& order, pb::StateCategory category) {
  for (const auto& tag : order.state_tags()) {
    if (tag.category() == category) return tag.value();
  }
  return pb::STATE_VALUE_UNSPECIFIED;
}

}  // namespace

void CardJudge::Find(const char* check, const KnownCard& known, const std::string& text) {
  findings_.push_back({check, absl::StrCat(known.number, " (", known.shop_order_number, ") ", text)});
}

std::string CardJudge::OfTenant(const std::string& table) const {
  return absl::StrCat(table, " WHERE tenant_id = '", client_.tenant(), "'");
}

void CardJudge::WaitUntilSettled() {
  const std::string left = WaitUntilDone(
      {{"changes of orders", &cluster_.database(), OfTenant("order_changes")},
       {"news of cards", &cluster_.payment_database(), OfTenant("payment_changes")},
       {"card requests", &cluster_.payment_database(), absl::StrCat(OfTenant("card_requests"), " AND open_mark = 1")}},
      kSettled);
  if (left.empty()) return;
  const std::string open = Must(cluster_.payment_database().RootSql(
      absl::StrCat("SELECT order_number FROM ", OfTenant("card_requests"), " AND open_mark = 1 LIMIT 5")));
  findings_.push_back({"queue", absl::StrCat(left, " of ", client_.tenant(), " are not done ",
                                             absl::FormatDuration(kSettled), " after the end: ", open)});
}

std::map<std::string, CardJudge::Card> CardJudge::Cards() {
  const std::string text = Must(cluster_.payment_database().RootSql(absl::StrCat(
      "SELECT c.order_number, c.authorized_yen, c.captured_yen, c.failed_operation, c.unclear, c.state, r.open_mark IS "
      "NOT NULL FROM cards c LEFT JOIN card_requests r ON r.tenant_id = c.tenant_id AND r.order_number = "
      "c.order_number AND r.open_mark = 1 WHERE c.tenant_id = '",
      client_.tenant(), "'")));
  std::map<std::string, Card> cards;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> columns = absl::StrSplit(line, absl::ByAnyChar("\t "), absl::SkipEmpty());
    std::vector<int64_t> numbers(columns.size());
    for (size_t i = 1; i < columns.size(); ++i) {
      if (!absl::SimpleAtoi(columns[i], &numbers[i])) std::abort();
    }
    cards[columns.at(0)] = {.authorized_yen = numbers.at(1),
                            .captured_yen = numbers.at(2),
                            .failed_operation = numbers.at(3),
                            .unclear = numbers.at(4) != 0,
                            .state = numbers.at(5),
                            .open = numbers.at(6) != 0};
  }
  return cards;
}

std::map<std::string, pb::Order> CardJudge::Orders() {
  std::map<std::string, pb::Order> orders;
  gw::SearchOrdersRequest request;
  for (int status = pb::UNCONFIRMED; status <= pb::CANCELLED; ++status) {
    request.mutable_query()->add_statuses(static_cast<pb::Status>(status));
  }
  request.set_sort(pb::ORDER_NUMBER_ASC);
  request.set_page_size(kMostAtOnce);
  gw::SearchOrdersResponse page;
  do {
    page.Clear();
    if (!client_.Insist(client_.orders(), &OrdersStub::SearchOrders, request, page, "viewer")) break;
    for (auto& order : *page.mutable_orders()) orders[order.order_number()] = std::move(order);
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  return orders;
}

bool CardJudge::SeeToErrors(bool again) {
  gw::VoidCardsRequest voids;
  voids.set_reason("確認済み");
  gw::CaptureCardsRequest captures;
  gw::AuthorizeCardsRequest authorizations;
  const auto orders = Orders();
  for (const auto& [number, card] : Cards()) {
    if (card.failed_operation == pay::CARD_OPERATION_UNSPECIFIED && !card.unclear) continue;
    const auto it = orders.find(number);
    if (it == orders.end()) continue;
    const bool is_obscure = again && card.unclear && card.failed_operation == pay::AUTHORIZE;
    auto* numbers = it->second.status() == pb::CANCELLED || is_obscure ? voids.mutable_order_numbers()
                    : card.failed_operation == pay::CAPTURE            ? captures.mutable_order_numbers()
                                                                       : authorizations.mutable_order_numbers();
    if (numbers->size() < kMostAtOnce) numbers->Add(std::string(number));
  }
  // Each order is refused or not for itself; what comes of it is judged by the book.
  gw::CardsResponse ignored;
  if (voids.order_numbers_size() > 0) {
    client_.Insist(*payments_, &Payments::VoidCards, voids, ignored, "manager");
  }
  if (captures.order_numbers_size() > 0) client_.Insist(*payments_, &Payments::CaptureCards, captures, ignored);
  if (authorizations.order_numbers_size() > 0) {
    client_.Insist(*payments_, &Payments::AuthorizeCards, authorizations, ignored);
  }
  return voids.order_numbers_size() + captures.order_numbers_size() + authorizations.order_numbers_size() > 0;
}

// Nobody but the company knows what has been done; nothing of it may have been done twice, and the payment service must
// know it.
void CardJudge::JudgeBook(const KnownCard& known, const BookedOrder& booked, const Card& card) {
  const int64_t held = booked.authorizations - booked.authorization_voids - booked.capture_voids;
  if (held < 0 || held > 1) {
    Find("card book", known,
         absl::StrCat("was authorized ", booked.authorizations, " times, and ",
                      booked.authorization_voids + booked.capture_voids, " of these were cancelled"));
  }
  if (booked.captures > booked.capture_voids + 1) {
    Find("card book", known,
         absl::StrCat("was captured ", booked.captures, " times, and ", booked.capture_voids,
                      " of these were cancelled"));
  }
  // Its end is still to come, and its queue is a finding.
  if (card.open) return;
  if (booked.authorized_yen != card.authorized_yen) {
    Find("card book", known,
         absl::StrCat("has ", booked.authorized_yen, " yen authorized, and the payment service says ",
                      card.authorized_yen));
  }
  if (booked.captured_yen != card.captured_yen) {
    Find("card book", known,
         absl::StrCat("has ", booked.captured_yen, " yen captured, and the payment service says ", card.captured_yen));
  }
}

void CardJudge::JudgeOrder(const KnownCard& known, const BookedOrder& booked, const Card& card,
                           const pb::Order& order) {
  if (known.cancelled && order.status() != pb::CANCELLED) {
    Find("card", known, absl::StrCat("was acknowledged as cancelled and is ", pb::Status_Name(order.status())));
  }
  if (booked.captures > 0 && ValueOf(order, pb::SHIPMENT) != pb::SHIPMENT_CONFIRMED) {
    Find("card", known, "was captured, and its shipment was not confirmed");
  }
  if (card.open) return;
  if (order.status() == pb::CANCELLED && booked.authorized_yen > 0) {
    Find("card", known, absl::StrCat("is cancelled and has ", booked.authorized_yen, " yen authorized"));
  }
  if (const auto shown = ValueOf(order, pb::CARD); card.state != 0 && shown != static_cast<int>(card.state)) {
    Find("card", known,
         absl::StrCat("shows ", pb::StateValue_Name(shown), ", and the payment service says ",
                      pay::CardState_Name(static_cast<pay::CardState>(card.state))));
  }
  if (!known.capture_taken || known.changed_since) return;
  if (booked.captures != 1 || booked.captured_yen != order.amounts().total_yen()) {
    Find("card", known,
         absl::StrCat("was acknowledged as being captured, its total is ", order.amounts().total_yen(),
                      " yen, and the company has captured ", booked.captured_yen, " in ", booked.captures));
  }
}

std::string CardJudge::StoryOf(const KnownCard& known) {
  std::string story = Must(cluster_.payment_database().RootSql(absl::StrCat(
      "SELECT CONCAT_WS(' ', 'wish', wish, 'of', amount_yen, 'authorized', authorized_yen, 'captured', captured_yen, "
      "'failed', failed_operation, 'unclear', unclear, 'state', state, 'order version', order_version, error_code) "
      "FROM ",
      OfTenant("cards"), " AND order_number = '", known.number,
      "'; SELECT CONCAT_WS(' ', request_id, 'operation', "
      "operation, 'of', amount_yen, 'state', state, 'as', company_request_id, 'sends', sends, 'checks', checks, "
      "'asks first', asks_first, error_code, 'created', FROM_UNIXTIME(create_time_us / 1e6), 'sent', "
      "FROM_UNIXTIME(send_time_us / 1e6), 'due', FROM_UNIXTIME(due_time_us / 1e6)) FROM ",
      OfTenant("card_requests"), " AND order_number = '", known.number, "' ORDER BY request_id")));
  gw::ListOrderHistoryRequest request;
  request.set_order_number(known.number);
  request.set_page_size(kMostAtOnce);
  gw::ListOrderHistoryResponse history;
  client_.Insist(client_.orders(), &OrdersStub::ListOrderHistory, request, history, "viewer");
  for (const auto& entry : history.entries()) absl::StrAppend(&story, entry.ShortDebugString(), "\n");
  return story;
}

void CardJudge::TellStories(const std::vector<const KnownCard*>& known) {
  int told = 0;
  for (auto& finding : findings_) {
    for (const KnownCard* one : known) {
      if (told == kMostStories || !absl::StrContains(finding.text, one->number)) continue;
      absl::StrAppend(&finding.text, "\n", StoryOf(*one));
      ++told;
    }
  }
}

std::vector<Finding> CardJudge::Judge(const std::vector<const KnownCard*>& known) {
  if (const auto status = company_.Forget(kCompany); !status.ok()) {
    findings_.push_back({"card book", absl::StrCat("the company does not listen: ", status.message())});
  }
  WaitUntilSettled();
  for (int i = 0; findings_.empty() && i < kMostErrands && SeeToErrors(/*again=*/i > 0); ++i) WaitUntilSettled();
  client_.Audit(*payments_, &Payments::AuditPayments, "card audit", findings_);
  client_.Audit(client_.orders(), &OrdersStub::AuditOrders, "order audit", findings_);
  const auto book = company_.Book(client_.tenant() + "-", kCompany);
  if (!book.ok()) {
    findings_.push_back({"card book", std::string(book.status().message())});
    return std::move(findings_);
  }
  auto cards = Cards();
  auto orders = Orders();
  for (const KnownCard* one : known) {
    const auto booked = book->find(one->shop_order_number);
    const BookedOrder of_company = booked == book->end() ? BookedOrder() : booked->second;
    JudgeBook(*one, of_company, cards[one->number]);
    JudgeOrder(*one, of_company, cards[one->number], orders[one->number]);
  }
  TellStories(known);
  return std::move(findings_);
}

}  // namespace juchu::proof
