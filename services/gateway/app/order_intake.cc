#include "services/gateway/app/order_intake.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/call_parts.h"
#include "services/gateway/app/file_problem.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/app/order_validation.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/workflow/allocation_wish.h"
#include "services/gateway/workflow/card_wish.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using Outcome = v1::OrderIntakeOutcome;

constexpr int kMaxCreated = 500;
// A number of orders that few statements hold (RowWriter).
constexpr size_t kBatch = 256;
// The database writes one batch while the order service prepares another. More would take connections from others.
constexpr int kUnderWay = 2;
// A configuration that changes all the time is somebody's mistake.
constexpr int kMaxTries = 5;
// Bytes of what the history shows of a file's name and lines.
constexpr size_t kMaxDetail = 255;

// `detail` cut between two characters: half of one is no text that can be sent.
std::string Shortened(std::string detail) {
  size_t end = std::min(kMaxDetail, detail.size());
  while (end > 0 && end < detail.size() && (static_cast<unsigned char>(detail[end]) & 0xC0) == 0x80) --end;
  detail.resize(end);
  return detail;
}

// Only the service writes these; an order that comes in does not bring them.
void ClearOutputOnly(pb::Order& order) {
  order.clear_order_number();
  order.clear_version();
  order.clear_status();
  order.clear_mode();
  order.clear_state_tags();
  order.clear_status_time();
  order.clear_create_time();
  order.clear_update_time();
  order.clear_cancel_time();
  order.clear_fact_versions();
  order.clear_payment_balance();
}

// The order as the workflow sends it on its way, and the statuses that it goes through at once.
std::vector<int> Start(const pb::Configuration& configuration, pb::Order& order, std::vector<std::string>& notes) {
  const PaymentMeaning meaning = MeaningOf(order.payment_method(), configuration);
  order.set_payment_kind(meaning.kind);
  order.set_postpaid(meaning.postpaid);
  order.clear_state_tags();
  SetTag(JudgeAddresses(order), order);
  order.set_status(pb::AWAITING_CONFIRMATION);
  const bool shipping_known = KnowsShippingMethods(order, configuration);
  auto facts = FactsOf(order, configuration);
  const auto settings = SettingsOf(configuration);
  facts = workflow::InitialState(std::move(facts), settings, shipping_known);
  // Nobody asks for anything, so nothing can be refused.
  const auto decision = *workflow::Decide(facts, settings, {});
  ApplyDecision(decision, order);
  if (meaning.kind == pb::UNKNOWN_PAYMENT) {
    notes.push_back(absl::StrCat(
        "支払方法変換エラー: the payment method is not set up, so the order is MANUAL; set it up, then save "
        "the order with it"));
  }
  if (!shipping_known) notes.emplace_back("配送方法変換エラー: a shipping method is not set up");
  if (facts.tags.Has(workflow::StateValue::kAddressError)) {
    notes.emplace_back("住所エラー: a postal code and its prefecture disagree");
  }
  std::vector<int> path;
  for (const workflow::Status status : decision.path) path.push_back(static_cast<int>(status));
  return path;
}

absl::Status OthersAreFirst() {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "IMPORTS_UNDER_WAY", "other imports took the time",
                   {{"remedy", "import the file again: orders that are known stay as they are"}});
}

}  // namespace

OrderIntake::Incoming& OrderIntake::Batch::Add() {
  return orders.emplace_back(Incoming{google::protobuf::Arena::CreateMessage<pb::CreateOrdersRequest::NewOrder>(&arena),
                                      google::protobuf::Arena::CreateMessage<Outcome>(&arena)});
}

// Sends the order on its way under the configuration, also once more under a newer one.
void OrderIntake::SendOff(const pb::Configuration& configuration, pb::CreateOrdersRequest::NewOrder& created,
                          std::vector<std::string>& notes) {
  pb::Order& order = *created.mutable_order();
  ClearOutputOnly(order);
  const auto path = Start(configuration, order, notes);
  created.mutable_status_path()->Assign(path.begin(), path.end());
  const auto facts = FactsOf(order, configuration);
  const auto settings = SettingsOf(configuration);
  created.set_unsettled(workflow::WishOf(facts, settings) != workflow::AllocationWish::kNothing ||
                        workflow::CardWishOf(facts, settings) != workflow::CardWish::kNothing);
  order.set_order_number(numbers_.Next());
}

absl::StatusOr<ConfigurationSnapshot> OrderIntake::LoadConfiguration(const rpc::CallContext& context) {
  const ConfigurationSnapshot held = configurations_.Find(context.tenant);
  pb::LoadOrdersRequest request;
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  JUCHU_ASSIGN_OR_RETURN(const auto response, orders_.LoadOrders(context, request));
  return configurations_.Resolve(context.tenant, held, response);
}

// Says of a dry run which orders are known already; else storing them says it.
absl::Status OrderIntake::MarkKnown(const rpc::CallContext& context, Batch& batch) {
  std::map<std::string, std::vector<Incoming*>> by_shop;
  for (auto& incoming : batch.orders) {
    if (incoming.IsOpen()) by_shop[incoming.created->order().shop_id()].push_back(&incoming);
  }
  for (const auto& [shop, orders] : by_shop) {
    pb::FindOrdersRequest request;
    request.set_shop_id(shop);
    for (const auto* incoming : orders) request.add_shop_order_numbers(incoming->created->order().shop_order_number());
    JUCHU_ASSIGN_OR_RETURN(const auto response, orders_.FindOrders(context, request));
    for (auto* incoming : orders) {
      const auto it = response.order_numbers().find(incoming->created->order().shop_order_number());
      if (it == response.order_numbers().end()) continue;
      incoming->outcome->set_result(Outcome::ALREADY_KNOWN);
      incoming->outcome->set_order_number(it->second);
    }
  }
  return absl::OkStatus();
}

absl::Status OrderIntake::Store(const rpc::CallContext& context, const std::string& operation,
                                ConfigurationSnapshot configuration, Batch& batch) {
  auto& request = *google::protobuf::Arena::CreateMessage<pb::CreateOrdersRequest>(&batch.arena);
  std::vector<Incoming*> sent;
  for (auto& incoming : batch.orders) {
    if (!incoming.IsOpen()) continue;
    incoming.created->set_operation(operation);
    request.mutable_orders()->UnsafeArenaAddAllocated(incoming.created);
    sent.push_back(&incoming);
  }
  if (sent.empty()) return absl::OkStatus();
  for (int tries = 1;; ++tries) {
    std::vector<std::vector<std::string>> notes;
    request.set_configuration_version(configuration->version());
    for (auto& created : *request.mutable_orders()) SendOff(*configuration, created, notes.emplace_back());
    const auto response = orders_.CreateOrders(context, request);
    if (ReasonOf(response.status()) == "CONFIGURATION_STALE" && tries < kMaxTries) {
      JUCHU_ASSIGN_OR_RETURN(configuration, LoadConfiguration(context));
      continue;
    }
    JUCHU_RETURN_IF_ERROR(response.status());
    for (size_t i = 0; i < sent.size(); ++i) {
      const auto& stored = response->outcomes(static_cast<int>(i));
      auto& outcome = *sent[i]->outcome;
      if (stored.has_error()) {
        outcome.set_result(Outcome::REFUSED);
        *outcome.add_problems() = ProblemOf(ToStatus(stored.error()));
        continue;
      }
      outcome.set_order_number(stored.order_number());
      outcome.set_result(stored.already_known() ? Outcome::ALREADY_KNOWN : Outcome::CREATED);
      if (stored.already_known()) continue;
      outcome.set_status(sent[i]->created->order().status());
      outcome.set_mode(sent[i]->created->order().mode());
      for (auto& note : notes[i]) outcome.add_notes(std::move(note));
    }
    return absl::OkStatus();
  }
}

absl::Status OrderIntake::TakeIn(const rpc::CallContext& context, const std::string& operation, bool dry_run,
                                 Batch& batch) {
  JUCHU_ASSIGN_OR_RETURN(const auto configuration, LoadConfiguration(context));
  for (size_t i = 0; i < batch.orders.size(); ++i) {
    const Incoming& incoming = batch.orders[i];
    pb::Order& order = *incoming.created->mutable_order();
    Outcome& outcome = *incoming.outcome;
    outcome.set_shop_order_number(order.shop_order_number());
    if (!incoming.IsOpen()) continue;
    NormalizeOrder(order);
    RenumberDeliveries({}, order);
    for (const auto& status : ValidateNewOrder(order, *configuration, absl::StrCat("orders[", i, "]"))) {
      outcome.set_result(Outcome::REFUSED);
      *outcome.add_problems() = ProblemOf(status);
    }
  }
  if (!dry_run) return Store(context, operation, configuration, batch);
  JUCHU_RETURN_IF_ERROR(MarkKnown(context, batch));
  for (auto& incoming : batch.orders) {
    if (!incoming.IsOpen()) continue;
    std::vector<std::string> notes;
    pb::Order& order = *incoming.created->mutable_order();
    Start(*configuration, order, notes);
    incoming.outcome->set_result(Outcome::CREATED);
    incoming.outcome->set_status(order.status());
    incoming.outcome->set_mode(order.mode());
    for (auto& note : notes) incoming.outcome->add_notes(std::move(note));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CreateOrdersResponse> OrderIntake::Create(const rpc::CallContext& context,
                                                             const v1::CreateOrdersRequest& request) {
  if (request.orders().empty() || request.orders_size() > kMaxCreated) {
    return InvalidField("BATCH_SIZE_INVALID", "orders", absl::StrCat("has ", request.orders_size(), " entries"),
                        absl::StrCat("send 1 to ", kMaxCreated));
  }
  Batch batch;
  for (const auto& order : request.orders()) {
    auto& created = *batch.Add().created;
    *created.mutable_order() = order;
    *created.mutable_actor() = PersonOf(context);
    ClearOutputOnly(*created.mutable_order());
  }
  JUCHU_RETURN_IF_ERROR(TakeIn(context, "CreateOrders", request.dry_run(), batch));
  v1::CreateOrdersResponse response;
  for (const auto& incoming : batch.orders) *response.add_outcomes() = *incoming.outcome;
  return response;
}

std::unique_ptr<OrderIntake::Batch> OrderIntake::ReadBatch(const rpc::CallContext& context,
                                                           const v1::ImportOrdersRequest::Header& header,
                                                           const GenericOrderFile& file, size_t first) {
  auto batch = std::make_unique<Batch>();
  const std::string file_name = MaskCardNumbers(header.file_name());
  for (size_t i = first; i < std::min(first + kBatch, file.order_count()); ++i) {
    const auto& [created, outcome] = batch->Add();
    pb::Order& order = *created->mutable_order();
    const IntakeOrder read = file.ReadOrder(i, order);
    order.set_shop_id(header.shop_id());
    order.set_shop_order_number(read.shop_order_number);
    auto& actor = *created->mutable_actor();
    actor.set_kind(common::v1::Actor::IMPORT);
    actor.set_id(context.actor);
    actor.set_detail(Shortened(absl::StrCat(file_name, ":", absl::StrJoin(read.lines, ","))));
    outcome->mutable_lines()->Assign(read.lines.begin(), read.lines.end());
    for (const auto& note : read.notes) outcome->add_notes(absl::StrCat(note.reason, ": ", note.message));
    for (const auto& problem : read.problems) {
      outcome->set_result(Outcome::REFUSED);
      *outcome->add_problems() = ProblemOf(problem);
    }
  }
  return batch;
}

bool OrderIntake::SendOutcomes(Batch& batch, const Sink& sink, v1::ImportSummary& summary) {
  for (const auto& incoming : batch.orders) {
    const auto result = incoming.outcome->result();
    summary.set_created(summary.created() + (result == Outcome::CREATED ? 1 : 0));
    summary.set_already_known(summary.already_known() + (result == Outcome::ALREADY_KNOWN ? 1 : 0));
    summary.set_refused(summary.refused() + (result == Outcome::REFUSED ? 1 : 0));
    auto& message = *google::protobuf::Arena::CreateMessage<v1::ImportOrdersResponse>(&batch.arena);
    message.unsafe_arena_set_allocated_order(incoming.outcome);
    if (!sink(message)) return false;
  }
  return true;
}

absl::Status OrderIntake::ImportFile(const rpc::CallContext& context, const v1::ImportOrdersRequest::Header& header,
                                     const GenericOrderFile& file, const Sink& sink) {
  v1::ImportOrdersResponse last;
  auto& summary = *last.mutable_summary();
  summary.set_lines(file.row_count());
  summary.set_dry_run(header.dry_run());
  summary.set_encoding(EncodingOf(file.encoding()));
  summary.mutable_ignored_columns()->Assign(file.ignored_columns().begin(), file.ignored_columns().end());
  for (const auto& problem : file.problems()) {
    v1::ImportOrdersResponse message;
    *message.mutable_problem() = ProblemOf(problem);
    if (!sink(message)) return CallerIsGone();
  }
  // While batches are stored, the next is read. The parts end first: they work on what is under way.
  std::deque<Stored> under_way;
  CallParts parts(slots_, context, kUnderWay, OthersAreFirst());
  size_t begun = 0;
  for (size_t done = 0; done < file.order_count();) {
    for (; std::ssize(under_way) < kUnderWay && begun < file.order_count(); begun += kBatch) {
      Stored& stored = under_way.emplace_back();
      stored.batch = ReadBatch(context, header, file, begun);
      stored.status = parts.Run([this, &context, &header, batch = stored.batch.get()] {
        return TakeIn(context, "ImportOrders", header.dry_run(), *batch);
      });
    }
    Stored stored = std::move(under_way.front());
    under_way.pop_front();
    JUCHU_RETURN_IF_ERROR(stored.status.get());
    if (!SendOutcomes(*stored.batch, sink, summary)) return CallerIsGone();
    done += stored.batch->orders.size();
    v1::ImportOrdersResponse progress;
    progress.mutable_progress()->set_orders_done(static_cast<int32_t>(done));
    progress.mutable_progress()->set_orders_total(static_cast<int32_t>(file.order_count()));
    if (!sink(progress)) return CallerIsGone();
  }
  sink(last);
  return absl::OkStatus();
}

absl::Status OrderIntake::Import(const rpc::CallContext& caller, const Source& source, const Sink& sink) {
  rpc::CallContext context = caller;
  // Half an import is worse than a slow one.
  context.awaits_room = true;
  const auto first = source();
  if (!first.has_value() || !first->has_header()) {
    return InvalidField("FIELD_REQUIRED", "header", "is missing", "send the header as the first message of the stream");
  }
  const auto& header = first->header();
  JUCHU_RETURN_IF_ERROR(CheckId(header.shop_id(), "header.shop_id"));
  JUCHU_RETURN_IF_ERROR(CheckLine(header.file_name(), 0, 200, "header.file_name"));
  JUCHU_RETURN_IF_ERROR(CheckEncoding(header.encoding(), "header.encoding"));
  JUCHU_ASSIGN_OR_RETURN(const auto configuration, LoadConfiguration(context));
  const auto& shops = configuration->shops();
  if (std::none_of(shops.begin(), shops.end(), [&](const auto& shop) { return shop.shop_id() == header.shop_id(); })) {
    return NotFound("SHOP_NOT_FOUND", "header.shop_id: there is no such shop",
                    {{"field", "header.shop_id"}, {"remedy", "list the shops to see their ids, or create the shop"}});
  }
  IntakeFileBuffer buffer;
  while (auto message = source()) {
    if (message->has_header()) {
      return InvalidField("HEADER_TWICE", "header", "came a second time", "send the header once, then data only");
    }
    JUCHU_RETURN_IF_ERROR(buffer.Append(message->data()));
  }
  JUCHU_ASSIGN_OR_RETURN(const auto file, GenericOrderFile::Read(buffer.Take(), HintOf(header.encoding())));
  return ImportFile(context, header, file, sink);
}

}  // namespace juchu::gateway
