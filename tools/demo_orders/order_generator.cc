#include "tools/demo_orders/order_generator.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/text_decoder.h"
#include "tools/demo_orders/vocabulary.h"

namespace juchu::tools {
namespace {

constexpr int kMaxOrders = 30'000;
constexpr int kMaxRows = 100'000;
constexpr int kUnknownPaymentOrder = 10;
constexpr int kAddressErrorOrder = 20;
constexpr int kTwoDeliveriesEvery = 7;
constexpr int64_t kFreeShippingFromYen = 5500;
constexpr int64_t kShippingYen = 550;

// Values of a row by column name.
using Row = std::map<std::string, std::string>;

// A recipient or orderer.
struct Person {
  std::string name;
  std::string kana;
  std::string postal_code;
  std::string address;
  std::string building;
  std::string phone;
  std::string mail;
};

struct Line {
  const Product* product;
  int quantity;
  bool second_delivery;
};

// Writes 41 columns as shop systems do; narrower files leave out the last ones.
std::vector<std::string> ColumnNames(int columns) {
  std::vector<std::string> names = {"店舗伝票番号",   "受注日",        "受注郵便番号",
                                    "受注住所１",     "受注住所２",    "受注名",
                                    "受注名カナ",     "受注電話番号",  "受注メールアドレス",
                                    "発送郵便番号",   "発送先住所１",  "発送先住所２",
                                    "発送先名",       "発送先カナ",    "発送電話番号",
                                    "支払方法",       "発送方法",      "商品計",
                                    "税金",           "発送料",        "手数料",
                                    "ポイント",       "その他費用",    "合計金額",
                                    "ギフトフラグ",   "時間帯指定",    "日付指定",
                                    "作業者欄",       "備考",          "商品名",
                                    "商品コード",     "商品価格",      "受注数量",
                                    "商品オプション", "出荷済フラグ",  "顧客区分",
                                    "顧客コード",     "消費税率（%）", "のし",
                                    "ラッピング",     "メッセージ"};
  if (columns == 45) {
    const std::vector<std::string> per_rate = {"10％対象額", "10％消費税", "8％対象額", "8％消費税"};
    names.insert(std::find(names.begin(), names.end(), "ポイント"), per_rate.begin(), per_rate.end());
    return names;
  }
  names.resize(static_cast<std::size_t>(columns));
  return names;
}

std::string CsvField(const std::string& value) {
  if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
  return absl::StrCat("\"", absl::StrReplaceAll(value, {{"\"", "\"\""}}), "\"");
}

class Generator {
 public:
  explicit Generator(const SampleOptions& options)
      : options_(options), random_(options.seed), columns_(ColumnNames(options.columns)) {}

  std::string Generate();

 private:
  // Uniform enough for samples, and the same on every machine, which std's distributions are not.
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  template <typename T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[Below(choices.size())];
  }

  Person MakePerson();
  std::vector<Line> MakeLines(bool two_deliveries);
  std::string PaymentMethodOf(int index) const;
  std::string OrderTime(absl::CivilMinute time) const;
  void SetOrderer(const Person& person, Row& row) const;
  void SetRecipient(const Person& person, Row& row) const;
  void SetAmounts(const std::vector<Line>& lines, Row& row);
  void SetTexts(absl::CivilMinute time, bool gift, Row& row);
  void AppendOrder(int index);
  void AppendRow(const Row& row);

  const SampleOptions& options_;
  std::mt19937_64 random_;
  const std::vector<std::string> columns_;
  std::string csv_;
};

Person Generator::MakePerson() {
  const Word& family = Pick(FamilyNames());
  const Word& given = Pick(GivenNames());
  const Place& place = Pick(Places());
  Person person;
  person.name = absl::StrCat(family.text, "　", given.text);
  person.kana = absl::StrCat(family.kana, "　", given.kana);
  person.postal_code = std::string(place.postal_code);
  const std::size_t block = 1 + Below(9);
  person.address = absl::StrCat(place.address, block, "－", 1 + Below(20));
  person.building = std::string(Pick(Buildings()));
  person.phone = absl::StrFormat("090-0000-%04d", Below(10000));
  person.mail = absl::StrCat("customer", Below(100000), "@example.jp");
  return person;
}

std::vector<Line> Generator::MakeLines(bool two_deliveries) {
  const std::size_t least = two_deliveries ? 2 : 1;
  const std::size_t count = options_.items > 0 ? static_cast<std::size_t>(options_.items) : least + Below(5 - least);
  std::vector<Line> lines;
  for (std::size_t i = 0; i < count; ++i) {
    const Product& product = Pick(Products());
    lines.push_back(Line{&product, static_cast<int>(1 + Below(3)), two_deliveries && i % 2 == 1});
  }
  return lines;
}

std::string Generator::PaymentMethodOf(int index) const {
  if (index == kUnknownPaymentOrder) return std::string(UnknownPaymentMethod());
  return std::string(PaymentMethods()[static_cast<std::size_t>(index) % PaymentMethods().size()]);
}

// The narrow formats come from systems that write dates their own way.
std::string Generator::OrderTime(absl::CivilMinute time) const {
  if (options_.columns == 35) {
    return absl::StrFormat("%d/%d/%d %d:%02d:00", time.year(), time.month(), time.day(), time.hour(), time.minute());
  }
  if (options_.columns == 37) {
    return absl::StrFormat("%d/%02d/%02d %02d:%02d", time.year(), time.month(), time.day(), time.hour(), time.minute());
  }
  return absl::StrFormat("%d/%02d/%02d %02d:%02d:00", time.year(), time.month(), time.day(), time.hour(),
                         time.minute());
}

void Generator::SetOrderer(const Person& person, Row& row) const {
  row["受注郵便番号"] = person.postal_code;
  row["受注住所１"] = person.address;
  row["受注住所２"] = person.building;
  row["受注名"] = person.name;
  row["受注名カナ"] = person.kana;
  row["受注電話番号"] = person.phone;
  row["受注メールアドレス"] = person.mail;
}

void Generator::SetRecipient(const Person& person, Row& row) const {
  row["発送郵便番号"] = person.postal_code;
  row["発送先住所１"] = person.address;
  row["発送先住所２"] = person.building;
  row["発送先名"] = person.name;
  row["発送先カナ"] = person.kana;
  row["発送電話番号"] = person.phone;
}

void Generator::SetAmounts(const std::vector<Line>& lines, Row& row) {
  int64_t goods = 0;
  int64_t at_10 = 0;
  int64_t at_8 = 0;
  for (const Line& line : lines) {
    const int64_t yen = line.product->price * line.quantity;
    goods += yen;
    if (line.product->tax_rate_percent == 10) at_10 += yen;
    if (line.product->tax_rate_percent == 8) at_8 += yen;
  }
  const std::string& method = row["支払方法"];
  const int64_t shipping = goods >= kFreeShippingFromYen ? 0 : kShippingYen;
  const int64_t fee = method == "代金引換" ? 330 : absl::StrContains(method, "後払い") ? 250 : 0;
  const int64_t other = Below(6) == 0 ? -50 : 0;
  const int64_t charges = goods + shipping + fee + other;
  // Nothing is left to pay where there is no payment method.
  const int64_t points = method.empty() ? charges : Below(4) == 0 ? 100 : 0;
  at_10 += shipping + fee + other;
  row["商品計"] = absl::StrCat(goods);
  row["税金"] = "0";
  row["発送料"] = absl::StrCat(shipping);
  row["手数料"] = absl::StrCat(fee);
  row["ポイント"] = absl::StrCat(points);
  row["その他費用"] = absl::StrCat(other);
  row["合計金額"] = absl::StrCat(charges - points);
  row["10％対象額"] = absl::StrCat(at_10);
  row["10％消費税"] = absl::StrCat(at_10 * 10 / 110);
  row["8％対象額"] = absl::StrCat(at_8);
  row["8％消費税"] = absl::StrCat(at_8 * 8 / 108);
}

void Generator::SetTexts(absl::CivilMinute time, bool gift, Row& row) {
  row["発送方法"] = "宅配便";
  row["ギフトフラグ"] = gift ? "1" : "0";
  row["時間帯指定"] = std::string(Pick(TimeSlots()));
  if (Below(3) == 0) {
    const absl::CivilDay day = absl::CivilDay(time) + static_cast<int>(5 + Below(10));
    row["日付指定"] = absl::StrFormat("%d/%02d/%02d", day.year(), day.month(), day.day());
  }
  row["作業者欄"] = std::string(Pick(WorkerNotes()));
  row["備考"] = std::string(Pick(Remarks()));
  row["出荷済フラグ"] = "0";
  row["顧客区分"] = "0";
  row["顧客コード"] = absl::StrFormat("C%06d", Below(1'000'000));
  if (gift) {
    row["のし"] = "御祝（表書き：髙橋）";
    row["ラッピング"] = "赤①";
    row["メッセージ"] = "おめでとうございます。\r\n末永く、お元気で～";
  }
}

void Generator::AppendOrder(int index) {
  const absl::CivilMinute time = absl::CivilMinute(options_.base_date) + 7 * static_cast<absl::civil_diff_t>(index);
  const bool two_deliveries = index % kTwoDeliveriesEvery == kTwoDeliveriesEvery - 1;
  Row order;
  order["店舗伝票番号"] =
      absl::StrFormat("%s-%d%02d%02d-%06d", options_.shop_prefix, time.year(), time.month(), time.day(), index + 1);
  order["受注日"] = OrderTime(time);
  order["支払方法"] = PaymentMethodOf(index);
  Person orderer = MakePerson();
  Person recipient = MakePerson();
  if (index == kAddressErrorOrder) {
    orderer.postal_code = "530-0001";
    orderer.address = "東京都千代田区表神保町1－1";
  }
  SetOrderer(orderer, order);
  const std::vector<Line> lines = MakeLines(two_deliveries);
  SetAmounts(lines, order);
  SetTexts(time, two_deliveries, order);
  for (const Line& line : lines) {
    Row row = order;
    SetRecipient(line.second_delivery ? recipient : orderer, row);
    row["商品名"] = std::string(line.product->name);
    row["商品コード"] = std::string(line.product->code);
    row["商品価格"] = absl::StrCat(line.product->price);
    row["受注数量"] = absl::StrCat(line.quantity);
    row["商品オプション"] = std::string(line.product->option);
    row["消費税率（%）"] = absl::StrCat(line.product->tax_rate_percent);
    AppendRow(row);
  }
}

void Generator::AppendRow(const Row& row) {
  std::vector<std::string> fields;
  for (const std::string& column : columns_) {
    const auto found = row.find(column);
    fields.push_back(found == row.end() ? "" : CsvField(found->second));
  }
  absl::StrAppend(&csv_, absl::StrJoin(fields, ","), "\r\n");
}

std::string Generator::Generate() {
  csv_ = absl::StrCat(absl::StrJoin(columns_, ","), "\r\n");
  // Some systems write the orderer's address with a half-width digit beside the recipient's with a full-width one.
  if (options_.columns == 35)
    csv_ = absl::StrReplaceAll(csv_, {{"受注住所１", "受注住所1"}, {"受注住所２", "受注住所2"}});
  for (int index = 0; index < options_.orders; ++index) AppendOrder(index);
  return std::move(csv_);
}

absl::Status Validate(const SampleOptions& options) {
  if (options.items < 0 || options.items > 100) {
    return InvalidField("ITEMS_OUT_OF_RANGE", "items", "not between 0 and 100", "give 0 for one to four");
  }
  if (options.orders < 1 || options.orders > kMaxOrders || options.orders * std::max(options.items, 1) > kMaxRows) {
    return InvalidField("ORDERS_OUT_OF_RANGE", "orders", "not between 1 and 30000, or more than 100000 items in all",
                        "write several files");
  }
  if (options.columns != 35 && options.columns != 37 && options.columns != 38 && options.columns != 41 &&
      options.columns != 45) {
    return InvalidField("COLUMNS_UNKNOWN", "columns", "no such layout", "give 35, 37, 38, 41 or 45");
  }
  if (options.base_date < absl::CivilDay(2000, 1, 1) || options.base_date >= absl::CivilDay(2100, 1, 1)) {
    return InvalidField("DATE_OUT_OF_RANGE", "base_date", "not between 2000 and 2099", "give another day");
  }
  if (options.shop_prefix.size() > 14 || !gateway::ValidateShopOrderNumber(options.shop_prefix).ok()) {
    return InvalidField("SHOP_PREFIX_INVALID", "shop_prefix", "not 1 to 14 letters, digits and hyphens",
                        "give another");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> GenerateOrders(const SampleOptions& options) {
  JUCHU_RETURN_IF_ERROR(Validate(options));
  std::string csv = Generator(options).Generate();
  switch (options.encoding) {
    case SampleEncoding::kCp932:
      return gateway::EncodeCp932(csv);
    case SampleEncoding::kUtf8WithBom:
      return absl::StrCat("\xEF\xBB\xBF", csv);
    case SampleEncoding::kUtf8:
      return csv;
  }
  return absl::InternalError("an encoding without a writer");
}

}  // namespace juchu::tools
