#include "tools/ctl/commands.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

absl::Status FillTimes(const std::string& from, const std::string& to, const char* name,
                       std::function<common::v1::TimeRange*()> range) {
  if (!from.empty()) {
    auto time = ParseTime(from);
    if (!time.ok()) return absl::InvalidArgumentError(absl::StrCat("--", name, "-from: ", time.status().message()));
    *range()->mutable_start_time() = *time;
  }
  if (!to.empty()) {
    auto time = ParseTime(to);
    if (!time.ok()) return absl::InvalidArgumentError(absl::StrCat("--", name, "-to: ", time.status().message()));
    *range()->mutable_end_time() = *time;
  }
  return absl::OkStatus();
}

absl::Status FillDates(const std::string& from, const std::string& to, const char* name,
                       std::function<common::v1::DateRange*()> range) {
  if (!from.empty()) {
    auto date = ParseDate(from);
    if (!date.ok()) return absl::InvalidArgumentError(absl::StrCat("--", name, "-from: ", date.status().message()));
    *range()->mutable_start_date() = *date;
  }
  if (!to.empty()) {
    auto date = ParseDate(to);
    if (!date.ok()) return absl::InvalidArgumentError(absl::StrCat("--", name, "-to: ", date.status().message()));
    *range()->mutable_end_date() = *date;
  }
  return absl::OkStatus();
}

}  // namespace

CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& help, Session& session,
                     std::function<void()> run) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->callback([&session, run = std::move(run)] {
    if (session.Check(session.Connect())) run();
  });
  return command;
}

void QueryOptions::AddTo(CLI::App& command) {
  const std::string keys = "Keys (one at least; all must match)";
  auto list = [&](const char* name, std::vector<std::string>& to, const char* help, const std::string& group) {
    command.add_option(name, to, help)->delimiter(',')->group(group);
  };
  auto text = [&](const char* name, std::string& to, const char* help, const std::string& group) {
    command.add_option(name, to, help)->group(group);
  };
  list("--number", numbers_, "システム受注番号: order numbers, comma separated", keys);
  list("--shop-number", shop_numbers_, "ショップ受注番号: the mall's order numbers, comma separated", keys);
  text("--ordered-from", ordered_from_, "受注日時 from (inclusive): 2026-11-24 or \"2026-11-24 09:30\", Asia/Tokyo",
       keys);
  text("--ordered-to", ordered_to_, "受注日時 to (exclusive)", keys);
  text("--cancelled-from", cancelled_from_, "キャンセル日時 from (inclusive)", keys);
  text("--cancelled-to", cancelled_to_, "キャンセル日時 to (exclusive)", keys);
  list("--status", statuses_, "受注進捗区分: AWAITING_PAYMENT or 入金待 …, comma separated", keys);
  text("--ship-date-from", ship_from_, "出荷日 from (inclusive): 2026-11-24", keys);
  text("--ship-date-to", ship_to_, "出荷日 to (exclusive)", keys);
  text("--ship-confirmed-from", confirmed_from_, "出荷確定日 from (inclusive)", keys);
  text("--ship-confirmed-to", confirmed_to_, "出荷確定日 to (exclusive)", keys);
  text("--delivery-date-from", delivery_from_, "配送日 from (inclusive)", keys);
  text("--delivery-date-to", delivery_to_, "配送日 to (exclusive)", keys);
  list("--management-category", categories_, "管理区分, by id, comma separated", keys);
  list("--order-tag", tags_, "受注タグ, by id, comma separated", keys);
  const std::string filters = "Filters (narrow down further)";
  list("--shop", shops_, "shop ids", filters);
  list("--payment-kind", kinds_, "PREPAID, RAKUTEN_CARD, …", filters);
  list("--state", values_, "state tags: PREPAYMENT_UNPAID or 前払未入金 …", filters);
  text("--in-mode", mode_, "AUTO or MANUAL", filters);
  text("--orderer-name", name_, "a part of the orderer's name", filters);
  text("--orderer-phone", phone_, "the first digits of the orderer's phone", filters);
  text("--orderer-mail", mail_, "the orderer's whole mail address", filters);
}

bool QueryOptions::given() const {
  for (const auto* list : {&numbers_, &shop_numbers_, &statuses_, &categories_, &tags_, &shops_, &kinds_, &values_}) {
    if (!list->empty()) return true;
  }
  for (const auto* text :
       {&ordered_from_, &ordered_to_, &cancelled_from_, &cancelled_to_, &ship_from_, &ship_to_, &confirmed_from_,
        &confirmed_to_, &delivery_from_, &delivery_to_, &mode_, &name_, &phone_, &mail_}) {
    if (!text->empty()) return true;
  }
  return false;
}

absl::Status QueryOptions::Fill(order::v1::OrderQuery& query) const {
  query.mutable_order_numbers()->Assign(numbers_.begin(), numbers_.end());
  query.mutable_shop_order_numbers()->Assign(shop_numbers_.begin(), shop_numbers_.end());
  query.mutable_management_category_ids()->Assign(categories_.begin(), categories_.end());
  query.mutable_order_tag_ids()->Assign(tags_.begin(), tags_.end());
  query.mutable_shop_ids()->Assign(shops_.begin(), shops_.end());
  for (const auto& text : statuses_) {
    JUCHU_ASSIGN_OR_RETURN(const auto status, ParseStatus(text));
    query.add_statuses(status);
  }
  for (const auto& text : kinds_) {
    JUCHU_ASSIGN_OR_RETURN(const auto kind, ParsePaymentKind(text));
    query.add_payment_kinds(kind);
  }
  for (const auto& text : values_) {
    JUCHU_ASSIGN_OR_RETURN(const auto value, ParseValue(text));
    query.add_state_values(value);
  }
  JUCHU_RETURN_IF_ERROR(FillTimes(ordered_from_, ordered_to_, "ordered", [&] { return query.mutable_order_time(); }));
  JUCHU_RETURN_IF_ERROR(
      FillTimes(cancelled_from_, cancelled_to_, "cancelled", [&] { return query.mutable_cancel_time(); }));
  JUCHU_RETURN_IF_ERROR(FillDates(ship_from_, ship_to_, "ship-date", [&] { return query.mutable_ship_date(); }));
  JUCHU_RETURN_IF_ERROR(
      FillDates(confirmed_from_, confirmed_to_, "ship-confirmed", [&] { return query.mutable_ship_confirmed_date(); }));
  JUCHU_RETURN_IF_ERROR(
      FillDates(delivery_from_, delivery_to_, "delivery-date", [&] { return query.mutable_delivery_date(); }));
  if (!mode_.empty()) {
    JUCHU_ASSIGN_OR_RETURN(const auto mode, ParseMode(mode_));
    query.set_mode(mode);
  }
  query.set_orderer_name(name_);
  query.set_orderer_phone(phone_);
  query.set_orderer_mail(mail_);
  return absl::OkStatus();
}

void PageOptions::AddTo(CLI::App& command) {
  command.add_option("--limit", limit_, "show at most so many")->capture_default_str()->check(CLI::Range(1, 1'000'000));
  command.add_flag("--all", all_, "show all of them");
}

std::string PageOptions::EndText(int shown, const std::string& what, bool more) {
  return absl::StrCat(shown, " ", what, shown == 1 ? "" : "s", " shown",
                      more ? "; there are more: --limit N or --all" : "");
}

void RequestId::AddTo(CLI::App& command) {
  command.add_option("--request-id", value_,
                     "UUID of this request; give the same again to repeat a call whose outcome is not known. "
                     "Made when absent");
}

const std::string& RequestId::value() {
  if (value_.empty()) value_ = NewRequestId();
  return value_;
}

absl::Status ErrorOf(const gateway::v1::BulkError& error) {
  return MakeError(static_cast<absl::StatusCode>(error.code()), error.reason(), error.message(),
                   ErrorMetadata(error.metadata().begin(), error.metadata().end()));
}

std::string FailureText(absl::string_view what, const gateway::v1::BulkError& error) {
  return absl::StrCat(what, ": FAILED ", error.reason(), ": ", MessageWithRemedy(ErrorOf(error)), "\n");
}

std::string ConditionText(const gateway::v1::Condition& condition) {
  std::string text = condition.name_ja();
  if (condition.value() != 0) absl::StrAppend(&text, " (now ", ValueText(condition.value()), ")");
  if (!condition.remedy().empty()) absl::StrAppend(&text, ": ", condition.remedy());
  return text;
}

void PrintChange(const gateway::v1::OrderChangeResponse& change, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(change);
    return;
  }
  if (!change.changed()) {
    Print(absl::StrCat(change.order_number(), ": nothing to change (", StatusText(change.status()), ", ",
                       ModeText(change.mode()), ", version ", change.version(), ")\n"));
    return;
  }
  const std::string way = change.status_path_size() > 1 ? PathText(change.status_path()) : StatusText(change.status());
  Print(absl::StrCat(change.order_number(), ": ", way, ", ", ModeText(change.mode()), ", version ", change.version(),
                     "\n"));
  for (const auto& condition : change.stepped_over()) {
    Print(absl::StrCat("  stepped over: ", ConditionText(condition), "\n"));
  }
}

}  // namespace juchu::ctl
