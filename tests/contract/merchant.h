#ifndef TESTS_CONTRACT_MERCHANT_H_
#define TESTS_CONTRACT_MERCHANT_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/contract/generic_call.h"

namespace juchu::contract {

// A method of the public interface and a good call of it, as text format. Words with a $ stand for what a merchant has
// (Merchant::Fill); a method that needs no more than its name has one empty request.
struct Operation {
  std::string method;  // "GatewayService/GetOrder"
  std::vector<std::string> requests;
};

// One good call for each method of the public interface. A method without one fails OperationsTest.
const std::vector<Operation>& Operations();
// The operation's method in the contract of the public interface; aborts when there is none.
const google::protobuf::MethodDescriptor& MethodOf(const Operation& operation);

// A gateway that tests call: a channel, and tokens for it.
struct Endpoint {
  std::shared_ptr<grpc::Channel> channel;
  std::function<std::string(const std::string& tenant, const std::string& role)> token;
};

// A tenant with one of everything, twice over ($shop, $shop2 …): shops, payment, shipping methods, order tags,
// management categories, products in stock, and two prepaid orders in 入金待 ($order, $order2). Beside them an order in
// 引当待 for which nobody has asked for stock ($order_waiting) and one that holds stock ($order_allocated), both of
// $product. Every merchant's ids are its own; but the product COMMON has the same code at each.
//
// Three orders are paid by 楽天カード: $order_card in 確認待, for which nobody has asked for anything (未オーソリ);
// $order_asked in 確認待, for which an authorization has been asked for (オーソリ中); and $order_shipped, for which one
// has been asked for too, and which a manager has brought to 出荷済 and called オーソリ済 and 出荷確定済. They stay so
// only while no worker asks the card company: in a stack without WorkCards, in a cluster with --card_workers=0.
//
// Three are paid by NP後払い: $order_np in 確認待, for which nothing has been exported (未登録); $order_registered in
// 確認待, which the file $file has told NP of (与信中); and $order_approved, which another file has told NP of, which
// NP takes (与信済), and which a manager has brought to 出荷済 and called 出荷確定済, so that its slip can go out. Of
// layouts of slips it has $layout, and one that is called common at each merchant.
class Merchant {
 public:
  // Sets the tenant up. Aborts when the gateway refuses.
  Merchant(const Endpoint& endpoint, const std::string& id);

  // The merchant of a tenant that has the very same, made past juchu: order numbers and all other ids.
  Merchant TwinOf(const std::string& id) const;

  const std::string& id() const { return id_; }
  // The words and what they stand for here.
  const std::map<std::string, std::string>& words() const { return words_; }

  // The operation's requests with this merchant's words, or with `words` in their place; $uuid is `request_id`.
  Messages Fill(const Operation& operation, const std::string& request_id) const {
    return Fill(operation, request_id, words_);
  }
  static Messages Fill(const Operation& operation, const std::string& request_id,
                       const std::map<std::string, std::string>& words);

  // Calls as an admin, with the standard retries: as long as the gateway cannot be reached, or says that the outcome is
  // not known.
  Answer CallUntilAnswered(const Operation& operation, const Messages& requests, absl::Duration limit) const;
  Answer CallOnce(const Operation& operation, const Messages& requests, absl::Duration limit) const;

  // Everything that can be read of the tenant, as text: configuration, orders, histories, products, stock, ledgers,
  // cards with what was asked of the card company, payment settings, files that went to NP and GMO, what these decided,
  // layouts of the tenant's own. What differs from merchant to merchant by nature (ids, numbers, times, hashes of
  // files) is left out or replaced by its word.
  std::string Dump() const;
  // The same replacement for any text.
  std::string Normalize(std::string text) const;

 private:
  void Configure();
  void StockUp() const;
  void TakeInOrders();
  void TakeInCardOrders();
  void PutLayouts();
  void TakeInPostpayOrders();
  // Takes in the order of Operations() with these replacements; returns its number.
  std::string TakeIn(const std::map<std::string, std::string>& replacements) const;
  void Allocate(const std::string& order_number) const;
  void AuthorizeCards() const;
  // Writes the file that registers the order; returns the file's id.
  std::string Register(const std::string& order_number) const;
  void Approve(const std::string& order_number) const;
  // Brings the order to 出荷済 and sets these values, as a manager may.
  void ShipByHand(const std::string& order_number, const std::vector<std::string>& values) const;

  Answer Run(const std::string& method, const std::string& request) const;
  Answer Run(const Operation& operation) const;
  void DumpOrders(std::string& dump) const;
  void DumpProducts(std::string& dump) const;
  void DumpPayments(std::string& dump) const;
  void DumpPostpay(std::string& dump) const;

  Endpoint endpoint_;
  std::string id_;
  std::map<std::string, std::string> words_;
};

}  // namespace juchu::contract

#endif  // TESTS_CONTRACT_MERCHANT_H_
