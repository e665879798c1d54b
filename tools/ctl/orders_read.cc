#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

std::string ContactText(const pb::Contact& contact) {
  return absl::StrCat(
      Block("氏名", absl::StrCat(contact.name(), contact.name_kana().empty() ? "" : " / ", contact.name_kana())),
      Block("住所", absl::StrCat("〒", contact.postal_code(), " ", contact.address1(), " ", contact.address2())),
      Block("電話", contact.phone()));
}

std::string ReceivedText(const pb::Order& order) {
  return order.has_received_yen() ? absl::StrCat(YenText(order.received_yen()), "  ", BalanceText(order)) : "";
}

std::string OrderText(const pb::Order& order) {
  std::string text = absl::StrCat(
      "受注 ", order.order_number(), "  (", order.shop_id(), " ", order.shop_order_number(), ")  version ",
      order.version(), "\n",
      Block("進捗区分", absl::StrCat(StatusText(order.status()), "  ", ModeText(order.mode()), "  since ",
                                     TimeText(order.status_time()))),
      Block("受注日時", TimeText(order.order_time())), Block("キャンセル日時", TimeText(order.cancel_time())),
      Block("支払方法", absl::StrCat(order.payment_method(), " (", PaymentKindText(order.payment_kind()), ")")),
      Block("入金日時", TimeText(order.paid_time())), Block("入金額", ReceivedText(order)),
      Block("管理区分", order.management_category_id()), Block("受注タグ", absl::StrJoin(order.order_tag_ids(), ", ")),
      Block("強制引当", order.forced_allocation() ? "する" : ""), "状態区分\n");
  for (const auto& tag : order.state_tags()) {
    absl::StrAppend(&text, Block(CategoryText(tag.category()),
                                 absl::StrCat(ValueText(tag.value()), tag.overridden() ? "  [override]" : "",
                                              "  since ", TimeText(tag.set_time()), " by ", ActorText(tag.set_by()),
                                              tag.reason().empty() ? "" : ": ", tag.reason())));
  }
  absl::StrAppend(&text, "注文者情報\n", ContactText(order.orderer()), Block("メール", order.orderer_mail()));
  for (const auto& delivery : order.deliveries()) {
    absl::StrAppend(&text, "配送情報 ", delivery.delivery_number(), "\n", ContactText(delivery.recipient()),
                    Block("配送方法", delivery.shipping_method()), Block("配送日", DateText(delivery.delivery_date())),
                    Block("時間帯", delivery.delivery_time_slot()), Block("出荷日", DateText(delivery.ship_date())),
                    Block("出荷確定日", DateText(delivery.ship_confirmed_date())),
                    Block("荷物番号", delivery.tracking_number()));
    Table items({{"行", true},
                 {"商品コード"},
                 {"商品名", false, 50},
                 {"オプション"},
                 {"単価", true},
                 {"数量", true},
                 {"税率", true}});
    for (const auto& item : delivery.items()) {
      items.AddRow({absl::StrCat(item.line_number()), item.product_code(), item.product_name(), item.product_option(),
                    YenText(item.unit_price_yen()), absl::StrCat(item.quantity()),
                    item.has_tax_rate_percent() ? absl::StrCat(item.tax_rate_percent(), "%") : ""});
    }
    absl::StrAppend(&text, items.Render());
  }
  const auto& amounts = order.amounts();
  absl::StrAppend(
      &text, "金額\n", Block("商品計", YenText(amounts.goods_yen())), Block("送料", YenText(amounts.shipping_yen())),
      Block("手数料", YenText(amounts.fee_yen())), Block("ポイント", YenText(amounts.points_yen())),
      Block("クーポン", YenText(amounts.coupon_yen())), Block("その他", YenText(amounts.other_yen())),
      Block("内税 10% / 8%", absl::StrCat(YenText(amounts.tax_10_yen()), " / ", YenText(amounts.tax_8_yen()))),
      Block("合計金額", YenText(amounts.total_yen())), Block("備考", order.customer_note()),
      Block("作業者欄", order.worker_note()));
  return text;
}

Table OrderTable() {
  return Table({{"受注番号"},
                {"ショップ"},
                {"ショップ受注番号"},
                {"受注日時"},
                {"進捗区分"},
                {"遷移"},
                {"支払"},
                {"注文者", false, 20},
                {"合計", true},
                {"入金"},
                {"版", true}});
}

void AddOrderRow(Table& table, const pb::Order& order) {
  table.AddRow({order.order_number(), order.shop_id(), order.shop_order_number(), TimeText(order.order_time()),
                StatusText(order.status()), ModeText(order.mode()), PaymentKindText(order.payment_kind()),
                order.orderer().name(), YenText(order.amounts().total_yen()), BalanceText(order),
                absl::StrCat(order.version())});
}

struct SearchArguments {
  QueryOptions query;
  std::string sort = "newest";
  PageOptions pages;
  bool total = false;
  bool full = false;
};

absl::StatusOr<pb::OrderSort> ParseSort(absl::string_view text) {
  if (text == "newest") return pb::ORDER_TIME_DESC;
  if (text == "oldest") return pb::ORDER_TIME_ASC;
  if (text == "last-in") return pb::ORDER_NUMBER_DESC;
  if (text == "first-in") return pb::ORDER_NUMBER_ASC;
  return absl::InvalidArgumentError("--sort: newest, oldest, last-in or first-in");
}

void Search(const SearchArguments& arguments, Session& session) {
  gw::SearchOrdersRequest request;
  if (!session.Check(arguments.query.Fill(*request.mutable_query()))) return;
  auto sort = ParseSort(arguments.sort);
  if (!session.Check(sort.status())) return;
  request.set_sort(*sort);
  request.set_with_total(arguments.total);
  request.set_view(arguments.full ? pb::ORDER_VIEW_FULL : pb::ORDER_VIEW_BASIC);
  Table table = OrderTable();
  std::string total;
  const auto end = arguments.pages.Walk(request, "order", [&](PageOptions::Page& page) {
    gw::SearchOrdersResponse response;
    if (!session.Check(session.orders().SearchOrders(session.NewContext().get(), request, &response))) return false;
    if (request.with_total()) {
      total = absl::StrCat(response.total_size(), response.total_size_capped() ? " or more" : "", " found; ");
    }
    request.set_with_total(false);
    for (const auto& order : response.orders()) {
      if (session.format() == Format::kJson) {
        PrintJson(order);
      } else {
        AddOrderRow(table, order);
      }
    }
    page = {response.orders_size(), response.next_page_token()};
    return true;
  });
  if (!end || session.format() == Format::kJson) return;
  Print(absl::StrCat(table.empty() ? "" : table.Render(), total, *end, "\n"));
}

void History(const std::string& number, Session& session) {
  gw::ListOrderHistoryRequest request;
  request.set_order_number(number);
  request.set_page_size(1000);
  Table table({{"版", true}, {"日時"}, {"誰が", false, 40}, {"操作", false, 24}, {"内容", false, 120}});
  do {
    gw::ListOrderHistoryResponse response;
    if (!session.Check(session.orders().ListOrderHistory(session.NewContext().get(), request, &response))) return;
    for (const auto& entry : response.entries()) {
      if (session.format() == Format::kJson) {
        PrintJson(entry);
        continue;
      }
      std::vector<std::string> lines;
      if (entry.status_path_size() > 1) lines.push_back(PathText(entry.status_path()));
      for (const auto& change : entry.changes()) {
        if (change.path() == "status" && entry.status_path_size() > 1) continue;
        lines.push_back(absl::StrCat(change.path(), ": ", change.before().empty() ? "-" : change.before(), " → ",
                                     change.after().empty() ? "-" : change.after(),
                                     change.by_rule() ? "  (rule)" : ""));
      }
      if (!entry.reason().empty()) lines.push_back(absl::StrCat("why: ", entry.reason()));
      if (lines.empty()) lines.push_back(entry.version() == 1 ? "created" : "");
      table.AddRow({absl::StrCat(entry.version()), TimeText(entry.time()), ActorText(entry.actor()), entry.operation(),
                    lines.front()});
      for (size_t i = 1; i < lines.size(); ++i) table.AddRow({"", "", "", "", lines[i]});
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (session.format() == Format::kTable) Print(table.Render());
}

void Explain(const std::string& number, Session& session) {
  gw::ExplainOrderRequest request;
  request.set_order_number(number);
  gw::ExplainOrderResponse response;
  if (!session.Check(session.orders().ExplainOrder(session.NewContext().get(), request, &response))) return;
  if (session.format() == Format::kJson) {
    PrintJson(response);
    return;
  }
  Print(absl::StrCat(response.order_number(), " is in ", StatusText(response.status()), " (", ModeText(response.mode()),
                     ") since ", TimeText(response.status_time()), "\n", response.summary(), "\n"));
  if (!response.payment().empty()) Print(absl::StrCat("入金額: ", response.payment(), "\n"));
  Table table({{""}, {"条件", false, 40}, {"現在", false, 24}, {"いつから"}, {"どうすれば", false, 100}});
  for (const auto& condition : response.conditions()) {
    table.AddRow({condition.met() ? "ok" : "--", condition.name_ja(), ValueText(condition.value()),
                  TimeText(condition.since()), condition.met() ? "" : condition.remedy()});
  }
  if (!table.empty()) Print(table.Render());
  for (const auto& condition : response.conditions()) {
    if (condition.reason().empty()) continue;
    Print(absl::StrCat("  ", CategoryText(condition.category()), " ", ValueText(condition.value()), ": ",
                       FitWidth(condition.reason(), kWholeReason), "\n"));
  }
  for (const auto& lack : response.allocation_lacks()) Print(absl::StrCat("  ", lack.message(), "\n"));
  if (response.next_status() != 0) Print(absl::StrCat("next: ", StatusText(response.next_status()), "\n"));
  if (response.permitted_operations_size() > 0) {
    Print(absl::StrCat("may be done now: ", absl::StrJoin(response.permitted_operations(), ", "), "\n"));
  }
}

void Summary(Session& session) {
  gw::SummarizeOrdersResponse response;
  if (!session.Check(session.orders().SummarizeOrders(session.NewContext().get(), {}, &response))) return;
  if (session.format() == Format::kJson) {
    PrintJson(response);
    return;
  }
  Table table({{"進捗区分"}, {"遷移"}, {"件数", true}});
  int64_t total = 0;
  for (const auto& count : response.counts()) {
    table.AddRow({StatusText(count.status()), ModeText(count.mode()), YenText(count.count())});
    total += count.count();
  }
  table.AddRow({"計", "", YenText(total)});
  Print(table.Render());
}

}  // namespace

void AddOrderReadCommands(CLI::App& parent, Session& session) {
  auto search = std::make_shared<SearchArguments>();
  auto* command = AddCommand(parent, "search", "Find orders by at least one of the ten keys", session,
                             [search, &session] { Search(*search, session); });
  search->query.AddTo(*command);
  command->add_option("--sort", search->sort, "newest, oldest (order time), last-in, first-in (order number)")
      ->capture_default_str();
  search->pages.AddTo(*command);
  command->add_flag("--total", search->total, "also count them (up to 10,000)");
  command->add_flag("--full", search->full, "with --output json: whole orders");
  command->footer("Example: juchuctl orders search --status 入金待 --ordered-from 2026-11-01 --total");

  auto number = std::make_shared<std::string>();
  command = AddCommand(parent, "get", "Show one order, whole", session, [number, &session] {
    gw::GetOrderRequest request;
    request.set_order_number(*number);
    pb::Order order;
    if (!session.Check(session.orders().GetOrder(session.NewContext().get(), request, &order))) return;
    if (session.format() == Format::kJson) {
      PrintJson(order);
    } else {
      Print(OrderText(order));
    }
  });
  command->add_option("number", *number, "the order number")->required();
  command = AddCommand(parent, "history", "Show what happened to an order, version by version", session,
                       [number, &session] { History(*number, session); });
  command->add_option("number", *number, "the order number")->required();
  command = AddCommand(parent, "explain", "Say why an order is where it is, and who can move it on", session,
                       [number, &session] { Explain(*number, session); });
  command->add_option("number", *number, "the order number")->required();
  AddCommand(parent, "summary", "Count the orders by status and mode", session, [&session] { Summary(session); });
}

}  // namespace juchu::ctl
