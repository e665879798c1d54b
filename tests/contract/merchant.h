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
// The operation's method in the contract; aborts when there is none.
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
class Merchant {
 public:
  // Sets the tenant up. Aborts when the gateway refuses.
  Merchant(const Endpoint& endpoint, const std::string& id);

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

  // Everything that can be read of the tenant, as text: configuration, orders, histories, products, stock, ledgers.
  // What differs from merchant to merchant by nature (ids, numbers, times) is left out or replaced by its word.
  std::string Dump() const;
  // The same replacement for any text.
  std::string Normalize(std::string text) const;

 private:
  void Configure();
  void StockUp() const;
  void TakeInOrders();
  // Takes in the order of Operations() with these replacements; returns its number.
  std::string TakeIn(const std::map<std::string, std::string>& replacements) const;
  void Allocate(const std::string& order_number) const;

  Answer Run(const std::string& method, const std::string& request) const;
  void DumpOrders(std::string& dump) const;
  void DumpProducts(std::string& dump) const;

  Endpoint endpoint_;
  std::string id_;
  std::map<std::string, std::string> words_;
};

}  // namespace juchu::contract

#endif  // TESTS_CONTRACT_MERCHANT_H_
