#include "tests/proof/card_round.h"

#include <atomic>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "tests/proof/card_judge.h"
#include "tests/proof/round_client.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;

using OrdersStub = gw::GatewayService::Stub;
using Payments = gw::PaymentService::Stub;

constexpr char kCardMethod[] = "楽天カード";
// A client takes in another order when so many are neither captured nor cancelled.
constexpr size_t kUnderWay = 6;
// The company needs a while for each step.
constexpr absl::Duration kBetween = absl::Milliseconds(20);
constexpr absl::Duration kTroubleAgain = absl::Milliseconds(300);
constexpr int64_t kTotals[] = {1000, 1500, 2300};

// Of a batch of one. Anything but an answer that says why not is a finding.
bool IsTaken(RoundClient& client, const char* what, const gw::CardsResponse& response) {
  if (response.outcomes_size() != 1) {
    client.Find(absl::StrCat(what, ": ", response.outcomes_size(), " outcomes"));
    return false;
  }
  const auto& outcome = response.outcomes(0);
  if (!outcome.has_error()) return true;
  const auto code = static_cast<absl::StatusCode>(outcome.error().code());
  const bool is_ours = code == absl::StatusCode::kFailedPrecondition || code == absl::StatusCode::kAborted ||
                       code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kUnknown ||
                       code == absl::StatusCode::kDeadlineExceeded;
  if (!is_ours) client.Find(absl::StrCat(what, ": ", outcome.error().ShortDebugString()));
  return false;
}

}  // namespace

struct CardRound::Client : RoundClient {
  Client(contract::Endpoint endpoint, const std::string& tenant, int client_index, uint64_t seed)
      : RoundClient(std::move(endpoint), tenant, client_index, seed, "card answers"),
        payments(gw::PaymentService::NewStub(channel())) {}

  void Step();
  void TakeIn();
  void Authorize(KnownCard& order);
  void Capture(KnownCard& order);
  void Ship(KnownCard& order);
  void Change(KnownCard& order);
  void Cancel(KnownCard& order);
  bool Override(const KnownCard& order, pb::StateValue value);
  // Every fourth is asked for twice at once. Whether the answer says that it was taken.
  template <typename Request>
  bool Ask(grpc::Status (Payments::*method)(grpc::ClientContext*, const Request&, gw::CardsResponse*),
           const KnownCard& order, gw::CardsResponse& response);

  const std::unique_ptr<Payments> payments;
  std::vector<KnownCard> known;
  std::atomic<int64_t> authorizations = 0;
  std::atomic<int64_t> captures = 0;
  std::atomic<int64_t> cancels = 0;
  std::atomic<int64_t> changes = 0;
  std::atomic<int64_t> shipments = 0;
};

CardRound::CardRound(Cluster& cluster, const std::function<contract::Endpoint()>& connect, std::string tenant,
                     int clients, uint64_t seed)
    : cluster_(cluster), company_(cluster.company_port(), cluster.ca_file()) {
  std::mt19937_64 seeds(seed);
  for (int i = 0; i < clients; ++i) clients_.push_back(std::make_unique<Client>(connect(), tenant, i, seeds()));
  SetUp(/*by_itself=*/seeds() % 2 == 0);
}

CardRound::~CardRound() { Stop(); }

// `by_itself`: AUTO orders are authorized and captured without a command too.
void CardRound::SetUp(bool by_itself) {
  using Configuration = gw::ConfigurationService::Stub;
  auto& first = *clients_.front();
  const auto configuration = gw::ConfigurationService::NewStub(first.channel());
  gw::CreatePaymentMethodRequest card;
  card.mutable_payment_method()->set_payment_method_id("card");
  card.mutable_payment_method()->set_name(kCardMethod);
  card.mutable_payment_method()->set_kind(pb::RAKUTEN_CARD);
  card.set_request_id(NewRequestId());
  gw::CreateShippingMethodRequest parcel;
  parcel.mutable_shipping_method()->set_shipping_method_id("parcel");
  parcel.mutable_shipping_method()->set_name("宅配便");
  parcel.set_request_id(NewRequestId());
  gw::UpdateSettingsRequest settings;
  settings.mutable_settings()->set_allocation(pb::ALLOCATE_NOTHING);
  settings.mutable_settings()->set_authorize_cards_automatically(by_itself);
  settings.mutable_settings()->set_capture_cards_automatically(by_itself);
  for (const char* path : {"allocation", "authorize_cards_automatically", "capture_cards_automatically"}) {
    settings.mutable_update_mask()->add_paths(path);
  }
  settings.set_request_id(NewRequestId());
  gw::PutPaymentSettingsRequest payment;
  // Nothing is gathered: what waits is sent at once.
  payment.mutable_settings()->set_card_send_interval_seconds(0);
  payment.mutable_settings()->set_authorization_valid_days(60);
  payment.mutable_settings()->set_expiry_warning_days(7);
  payment.mutable_settings()->set_stuck_after_seconds(7200);
  pb::PaymentMethod made_card;
  pb::ShippingMethod made_parcel;
  pb::Settings made_settings;
  pay::PaymentSettings made_payment;
  first.EndUnless(
      first.MakeTenant(kCardShop, "楽天", pb::RAKUTEN) &&
          first.Insist(*configuration, &Configuration::CreatePaymentMethod, card, made_card, "admin") &&
          first.Insist(*configuration, &Configuration::CreateShippingMethod, parcel, made_parcel, "admin") &&
          first.Insist(*configuration, &Configuration::UpdateSettings, settings, made_settings, "admin") &&
          first.Insist(*first.payments, &Payments::PutPaymentSettings, payment, made_payment, "manager"),
      "cards");
}

void CardRound::MakeTrouble() {
  const std::string rules = RandomTrouble();
  do {
    // It may be dead just now.
    company_.SetBehaviours(rules).IgnoreError();
  } while (!stopping_.WaitForNotificationWithTimeout(kTroubleAgain));
}

void CardRound::Start(bool trouble) {
  if (trouble) trouble_ = std::thread([this] { MakeTrouble(); });
  for (auto& client : clients_) client->Start([&client] { client->Step(); });
}

void CardRound::Stop() {
  StopAll(clients_);
  if (!stopping_.HasBeenNotified()) stopping_.Notify();
  if (trouble_.joinable()) trouble_.join();
}

CardRound::Counts CardRound::counts() const {
  Counts counts;
  for (const auto& client : clients_) {
    counts.authorizations += client->authorizations;
    counts.captures += client->captures;
    counts.cancels += client->cancels;
    counts.changes += client->changes;
    counts.shipments += client->shipments;
    counts.repeats += client->repeats();
  }
  return counts;
}

int64_t CardRound::operations_done() const {
  const Counts all = counts();
  return all.authorizations + all.captures + all.cancels + all.changes + all.shipments;
}

void CardRound::Client::Step() {
  absl::SleepFor(kBetween);
  std::vector<KnownCard*> under_way;
  for (auto& order : known) {
    if (!order.cancel_asked && !order.capture_taken) under_way.push_back(&order);
  }
  if (under_way.size() < kUnderWay) return TakeIn();
  // Now and then one that has ended: nothing more may come of it.
  KnownCard& order = Draw() % 10 == 0 ? known[Draw() % known.size()] : *under_way[Draw() % under_way.size()];
  if (const auto what = Draw() % 40; what < 12) {
    Authorize(order);
  } else if (what < 20) {
    Ship(order);
  } else if (what < 36) {
    Capture(order);
  } else if (what < 38) {
    Change(order);
  } else if (what == 38) {
    Cancel(order);
  }
}

void CardRound::Client::TakeIn() {
  KnownCard order;
  // The company knows the orders of all tenants by these.
  order.shop_order_number = absl::StrCat(tenant(), "-", index(), "-", known.size());
  gw::CreateOrdersRequest request;
  *request.add_orders() = OrderOf(tenant(), order.shop_order_number);
  request.mutable_orders(0)->set_shop_id(kCardShop);
  request.mutable_orders(0)->set_payment_method(kCardMethod);
  gw::CreateOrdersResponse response;
  if (!Insist(orders(), &OrdersStub::CreateOrders, request, response)) return;
  order.number = response.outcomes(0).order_number();
  if (order.number.empty()) return Find(response.ShortDebugString());
  known.push_back(std::move(order));
}

template <typename Request>
bool CardRound::Client::Ask(grpc::Status (Payments::*method)(grpc::ClientContext*, const Request&, gw::CardsResponse*),
                            const KnownCard& order, gw::CardsResponse& response) {
  Request request;
  request.add_order_numbers(order.number);
  std::thread twin;
  if (Draw() % 4 == 0) {
    twin = std::thread([&] {
      gw::CardsResponse ignored;
      Insist(*payments, method, request, ignored);
    });
  }
  const bool answered = Insist(*payments, method, request, response);
  if (twin.joinable()) twin.join();
  return answered && IsTaken(*this, Request::descriptor()->name().c_str(), response);
}

// Whoever asks for an authorization after a capture that failed has given the capture up.
void CardRound::Client::Authorize(KnownCard& order) {
  const bool capture_taken = std::exchange(order.capture_taken, false);
  gw::CardsResponse response;
  if (!Ask(&Payments::AuthorizeCards, order, response)) {
    const bool is_captured =
        response.outcomes_size() > 0 && response.outcomes(0).error().reason() == "CARD_ALREADY_CAPTURED";
    order.capture_taken = capture_taken && is_captured;
    return;
  }
  if (order.cancelled) Find(absl::StrCat(order.number, " is cancelled, and its authorization was taken"));
  ++authorizations;
}

// Also of what is not shipped: that must be refused.
void CardRound::Client::Capture(KnownCard& order) {
  gw::CardsResponse response;
  if (!Ask(&Payments::CaptureCards, order, response)) return;
  if (!order.shipment_asked) Find(absl::StrCat(order.number, " is not shipped, and its capture was taken"));
  const auto state = response.outcomes(0).state();
  if (state == pay::CARD_CAPTURING || state == pay::CARD_CAPTURED) order.capture_taken = true;
  ++captures;
}

bool CardRound::Client::Override(const KnownCard& order, pb::StateValue value) {
  gw::OverrideStateTagRequest request;
  request.set_order_number(order.number);
  request.set_value(value);
  request.set_reason("確認済み");
  request.set_request_id(NewRequestId());
  gw::OrderChangeResponse response;
  return Insist(orders(), &OrdersStub::OverrideStateTag, request, response, "manager");
}

// By hand to 出荷済, or AUTO, by instruction and confirmation.
void CardRound::Client::Ship(KnownCard& order) {
  if (order.shipment_asked || order.cancel_asked) return;
  if (Draw() % 2 == 0) {
    gw::ChangeOrderStatusRequest request;
    request.set_order_number(order.number);
    request.set_status(pb::SHIPPED);
    request.set_request_id(NewRequestId());
    gw::OrderChangeResponse response;
    if (!Insist(orders(), &OrdersStub::ChangeOrderStatus, request, response)) return;
  } else if (!Override(order, pb::INSTRUCTED)) {
    return;
  }
  // Without it nothing may be captured.
  if (Draw() % 4 == 0) return;
  order.shipment_asked = true;
  if (Override(order, pb::SHIPMENT_CONFIRMED)) ++shipments;
}

void CardRound::Client::Change(KnownCard& order) {
  gw::GetOrderRequest get;
  get.set_order_number(order.number);
  gw::UpdateOrderRequest request;
  if (!Insist(orders(), &OrdersStub::GetOrder, get, *request.mutable_order(), "viewer")) return;
  request.mutable_order()->mutable_amounts()->set_total_yen(kTotals[Draw() % std::size(kTotals)]);
  request.mutable_update_mask()->add_paths("amounts");
  request.set_request_id(NewRequestId());
  gw::UpdateOrderResponse response;
  // From now on it may be, whether answered or not.
  order.changed_since |= order.shipment_asked;
  const absl::Status status = Call(orders(), &OrdersStub::UpdateOrder, request, response);
  if (status.ok()) ++changes;
  // Without an answer it may be done at any time.
  if (absl::IsUnavailable(status)) order.changed_since = true;
  const bool is_expected = status.ok() || absl::IsUnavailable(status) || absl::IsAborted(status);
  if (!is_expected) Find(absl::StrCat("UpdateOrder: ", status.message()));
}

void CardRound::Client::Cancel(KnownCard& order) {
  if (order.shipment_asked) return;
  gw::CancelOrderRequest request;
  request.set_order_number(order.number);
  request.set_request_id(NewRequestId());
  gw::OrderChangeResponse response;
  order.cancel_asked = true;
  if (!Insist(orders(), &OrdersStub::CancelOrder, request, response)) return;
  order.cancelled = true;
  ++cancels;
}

std::vector<Finding> CardRound::Judge() {
  std::vector<Finding> findings;
  std::vector<const KnownCard*> known;
  for (const auto& client : clients_) {
    for (const auto& order : client->known) known.push_back(&order);
  }
  CardJudge judge(cluster_, *clients_.front(), company_);
  auto judged = judge.Judge(known);
  for (const auto& client : clients_) {
    for (auto& finding : client->findings()) findings.push_back(std::move(finding));
  }
  findings.insert(findings.end(), judged.begin(), judged.end());
  return findings;
}

}  // namespace juchu::proof
