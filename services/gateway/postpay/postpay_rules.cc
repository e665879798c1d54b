#include "services/gateway/postpay/postpay_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/postal_prefecture.h"
#include "services/gateway/postpay/layout_file.h"
#include "services/gateway/postpay/order_texts.h"
#include "services/gateway/postpay/registration_goods.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

// NP names no length of a goods' name, no limit of the amount and none of prices and quantities: 150 characters is
// ours, the others are those of nine digits.
constexpr CompanyLimits kNpLimits = {.max_name = 21,
                                     .max_kana = 25,
                                     .max_address = 55,
                                     .min_mail = 0,
                                     .max_mail = 100,
                                     .max_billed_yen = 999'999'999,
                                     .max_goods_name = 150,
                                     .goods_are_summed = true,
                                     .max_goods_price_yen = 999'999'999,
                                     .max_goods_quantity = 999'999,
                                     .min_slip_number = 1,
                                     .max_slip_number = 20};
constexpr CompanyLimits kGmoLimits = {.max_name = 21,
                                      .max_kana = 25,
                                      .max_address = 55,
                                      .min_mail = 5,
                                      .max_mail = 100,
                                      .max_billed_yen = 999'999,
                                      .max_goods_name = 300,
                                      .goods_are_summed = false,
                                      .max_goods_price_yen = 999'999,
                                      .max_goods_quantity = 99'999,
                                      .min_slip_number = 5,
                                      .max_slip_number = 20};

// Between the two parts of an address, so that "4-1" and "101号" do not become "4-1101号".
constexpr absl::string_view kAddressGap = "\u3000";

// Who gives no telephone number for the recipient has given another one, that of the orderer.
bool SamePlace(const pb::Contact& a, const pb::Contact& b) {
  const bool same_phone = a.phone() == b.phone() || a.phone().empty() || b.phone().empty();
  return a.name() == b.name() && a.postal_code() == b.postal_code() && a.address1() == b.address1() &&
         a.address2() == b.address2() && same_phone;
}

// Reads one order for one company.
class RegistrationMaker {
 public:
  RegistrationMaker(PostpayCompany company, const pb::Order& order)
      : company_(company), limits_(LimitsOf(company)), order_(order) {}

  Registration Make() {
    CheckPaymentKind();
    ReadOrderNumber();
    ReadOrderDate();
    ReadContact(order_.orderer(), "customer_");
    ReadMail();
    ReadDestination();
    ReadAmount();
    made_.entry.goods = MakeGoods(company_, order_, made_.problems);
    if (made_.problems.size() > kMaxPostpayProblems) made_.problems.resize(kMaxPostpayProblems);
    if (!made_.problems.empty()) made_.entry = FileEntry();
    return std::move(made_);
  }

 private:
  void Add(std::string field, std::string reason, std::string message, std::string remedy) {
    made_.problems.push_back({std::move(field), std::move(reason), std::move(message), std::move(remedy)});
  }

  void Set(const std::string& field, std::string value) { made_.entry.values[field] = std::move(value); }

  void CheckPaymentKind() {
    const bool np = company_ == PostpayCompany::kNp;
    if (order_.payment_kind() == (np ? pb::NP_POSTPAY : pb::GMO_POSTPAY)) return;
    Add("", "PAYMENT_KIND_WRONG", absl::StrCat("is not paid by ", np ? "NP後払い" : "GMO後払い"),
        "choose orders with this payment method");
  }

  void ReadOrderNumber() {
    const std::string& number = order_.order_number();
    const bool valid = !number.empty() && number.size() <= kMaxTransactionId &&
                       std::all_of(number.begin(), number.end(),
                                   [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); });
    if (!valid) {
      Add("shop_transaction_id", "ORDER_NUMBER_INVALID", "not letters and digits only",
          "give the order as it is stored");
    }
    Set("shop_transaction_id", number);
  }

  void ReadOrderDate() {
    if (!order_.has_order_time()) {
      Add("order_date", "VALUE_MISSING", "the company requires it", "fill it in in the order");
      return;
    }
    const absl::Time time = absl::FromUnixSeconds(order_.order_time().seconds());
    Set("order_date", absl::FormatTime("%E4Y/%m/%d", time, absl::FixedTimeZone(9 * 60 * 60)));
  }

  // `prefix`: "customer_" or "destination_".
  void ReadContact(const pb::Contact& contact, const std::string& prefix) {
    const auto text = [&](absl::string_view value, const std::string& field, bool required, std::size_t max) {
      Set(field, ReadOrderText(value, field, {.required = required, .max = max}, made_.problems));
    };
    text(contact.name(), prefix + "name", true, limits_.max_name);
    text(contact.name_kana(), prefix + "name_kana", false, limits_.max_kana);
    const std::string zip_code = prefix + "zip_code";
    Set(zip_code, ReadOrderPostalCode(contact.postal_code(), zip_code, made_.problems));
    const std::string building = CellText(contact.address2());
    const std::string address =
        absl::StrCat(CellText(contact.address1()), building.empty() ? "" : kAddressGap, building);
    text(address, prefix + "address", true, limits_.max_address);
    if (!address.empty() && PrefectureOfAddress(address).empty()) {
      Add(prefix + "address", "PREFECTURE_MISSING", "does not begin with a prefecture", "put the prefecture before it");
    }
    const std::string tel = prefix + "tel";
    Set(tel, ReadOrderPhone(company_, contact.phone(), tel, made_.problems));
  }

  void ReadMail() {
    const TextRule rule = {.required = true, .min = limits_.min_mail, .max = limits_.max_mail};
    std::string mail = ReadOrderText(order_.orderer_mail(), "customer_mail", rule, made_.problems);
    if (!mail.empty() && !ValidateMail(mail).ok()) {
      Add("customer_mail", "MAIL_INVALID", "not a mail address", "write one address such as name@example.jp");
    }
    Set("customer_mail", std::move(mail));
  }

  void ReadDestination() {
    if (order_.deliveries().empty()) return;
    const pb::Contact& destination = order_.deliveries(0).recipient();
    const bool several =
        std::any_of(order_.deliveries().begin(), order_.deliveries().end(),
                    [&](const pb::Delivery& delivery) { return !SamePlace(delivery.recipient(), destination); });
    if (several) {
      Add("destination_address", "SEVERAL_DESTINATIONS",
          "the order goes to several recipients, and the company takes one",
          "register the order on the company's screen");
    } else if (!SamePlace(destination, order_.orderer())) {
      ReadContact(destination, "destination_");
    }
  }

  void ReadAmount() {
    const int64_t billed = order_.amounts().total_yen();
    if (billed < 1 || billed > limits_.max_billed_yen) {
      Add("billed_amount", "AMOUNT_OUT_OF_RANGE", absl::StrCat("not between 1 and ", limits_.max_billed_yen, " yen"),
          "choose another payment method for the order");
    }
    Set("billed_amount", absl::StrCat(billed));
  }

  const PostpayCompany company_;
  const CompanyLimits& limits_;
  const pb::Order& order_;
  Registration made_;
};

}  // namespace

const CompanyLimits& LimitsOf(PostpayCompany company) {
  return company == PostpayCompany::kNp ? kNpLimits : kGmoLimits;
}

bool IsTransactionId(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxTransactionId && text.front() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-'; });
}

Registration MakeRegistration(PostpayCompany company, const pb::Order& order) {
  return RegistrationMaker(company, order).Make();
}

}  // namespace juchu::gateway
