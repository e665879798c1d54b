#ifndef TESTS_PAYMENT_TYPING_PLACES_H_
#define TESTS_PAYMENT_TYPING_PLACES_H_

#include <functional>
#include <string>
#include <vector>

#include "tests/contract/merchant.h"

namespace juchu::payment {

// A place of an operation's requests into which somebody can type.
struct TypingPlace {
  // "GatewayService/CreateOrders orders.customer_note", "GatewayService/ImportOrders file: 備考".
  std::string name;
  // Puts the text there, in place of what stands there; a message or an entry of a list that is not there is made.
  std::function<void(contract::Messages& requests, const std::string& text)> put;
};

// Every place of the operation, from the contract: each string field of its requests, nested and repeated ones too; of
// a file that it takes, each column that juchu knows, one that it does not know, and the name of a column.
// `requests` are a good call of it.
std::vector<TypingPlace> TypingPlacesOf(const contract::Operation& operation, const contract::Messages& requests);

// Operations() and more calls of the same methods, for places that those do not reach.
std::vector<contract::Operation> OperationsToTypeInto();

}  // namespace juchu::payment

#endif  // TESTS_PAYMENT_TYPING_PLACES_H_
