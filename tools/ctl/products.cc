#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;

struct PutArguments {
  std::string code, name, jan;
  bool inactive = false;
};

void Put(const PutArguments& arguments, Session& session) {
  gw::PutProductsRequest request;
  auto& product = *request.add_products();
  product.set_product_code(arguments.code);
  product.set_product_name(arguments.name);
  product.set_jan(arguments.jan);
  product.set_inactive(arguments.inactive);
  gw::PutProductsResponse response;
  if (!session.Check(session.products().PutProducts(session.NewContext().get(), request, &response))) return;
  for (const auto& outcome : response.outcomes()) {
    if (session.format() == Format::kJson) {
      PrintJson(outcome);
      continue;
    }
    Print(absl::StrCat(outcome.product().product_code(),
                       outcome.registered() ? ": registered"
                       : outcome.changed()  ? ": changed"
                                            : ": nothing to change",
                       ", ", outcome.product().product_name(), ", version ", outcome.product().version(), "\n"));
  }
}

struct SearchArguments {
  std::string prefix, name, jan;
  bool out_of_stock = false;
  PageOptions pages;
};

void Search(const SearchArguments& arguments, Session& session) {
  gw::SearchProductsRequest request;
  request.set_product_code_prefix(arguments.prefix);
  request.set_product_name_part(arguments.name);
  request.set_jan(arguments.jan);
  request.set_out_of_stock(arguments.out_of_stock);
  Table table({{"商品コード"},
               {"商品名", false, 50},
               {"JAN"},
               {"在庫数", true},
               {"引当数", true},
               {"フリー在庫", true},
               {"取扱"}});
  const auto end = arguments.pages.Walk(request, "product", [&](PageOptions::Page& page) {
    gw::SearchProductsResponse response;
    if (!session.Check(session.products().SearchProducts(session.NewContext().get(), request, &response))) return false;
    for (const auto& found : response.products()) {
      if (session.format() == Format::kJson) {
        PrintJson(found);
        continue;
      }
      const auto& product = found.product();
      table.AddRow({product.product_code(), product.product_name(), product.jan(), YenText(found.stock().on_hand()),
                    YenText(found.stock().allocated()), YenText(found.stock().free()),
                    product.inactive() ? "中止" : ""});
    }
    page = {response.products_size(), response.next_page_token()};
    return true;
  });
  if (!end || session.format() == Format::kJson) return;
  Print(absl::StrCat(table.empty() ? "" : table.Render(), *end, "\n"));
}

}  // namespace

void AddProductCommands(CLI::App& parent, Session& session) {
  CLI::App* group =
      parent.add_subcommand("products", "Register, change and find products (商品管理)")->alias("product");
  group->require_subcommand(1);

  auto put = std::make_shared<PutArguments>();
  auto* command = AddCommand(*group, "put", "Register a product, or replace what is registered under its code", session,
                             [put, &session] { Put(*put, session); });
  command->add_option("code", put->code, "商品コード, as the orders have it")->required();
  command->add_option("--name", put->name, "商品名")->required();
  command->add_option("--jan", put->jan, "JAN: 8 or 13 digits. Absent: the product has none");
  command->add_flag("--inactive", put->inactive,
                    "取扱中止: keeps its stock and its allocations, takes no new ones. Absent: on sale");
  command->footer(
      "A registered product has a stock of 0; see juchuctl stock.\n"
      "Example: juchuctl products put A-100 --name 麦茶 --jan 4901234567894");

  auto search = std::make_shared<SearchArguments>();
  command = AddCommand(*group, "search", "Find products with their stock, in the order of their codes", session,
                       [search, &session] { Search(*search, session); });
  command->add_option("--prefix", search->prefix, "what the 商品コード begins with");
  command->add_option("--name", search->name, "a part of the 商品名");
  command->add_option("--jan", search->jan, "the whole JAN");
  command->add_flag("--out-of-stock", search->out_of_stock, "only products of which nothing is free (フリー在庫)");
  search->pages.AddTo(*command);
  command->footer("Example: juchuctl products search --prefix A- --out-of-stock");
}

}  // namespace juchu::ctl
