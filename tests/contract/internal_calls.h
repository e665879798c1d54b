#ifndef TESTS_CONTRACT_INTERNAL_CALLS_H_
#define TESTS_CONTRACT_INTERNAL_CALLS_H_

#include <google/protobuf/descriptor.h>

#include <map>
#include <set>
#include <string>
#include <vector>

// The interfaces that the services have for the gateway alone, with good calls of each method.
namespace juchu::contract {

// A call in a merchant's name, as text format. Beside the words of Merchant, $done is a request id under which the
// calls of InternalPreparations were made, and $slip the number of the slip that one of them has reported. $uuid is a
// request id and $new an order number that are new with each call, $hash the hash of a request's content, the same in
// all of them, and $configuration_version the present version of the tenant's configuration.
struct InternalCall {
  // "order.OrderService/LoadOrders".
  std::string method;
  std::string request;
  // Words for which it is answered the same whether the id is the merchant's or nobody's: it makes what is not there,
  // or has nothing to say of it.
  std::set<std::string> alike = {};
  // Why it is refused, where that is what the call with own ids has to show; else "".
  std::string refusal = {};
};

// By the names of InternalCall. Without those of the change feeds: these serve all tenants, whose names stand in the
// messages.
const std::map<std::string, const google::protobuf::MethodDescriptor*>& InternalMethods();
// Aborts when there is no such method.
const google::protobuf::MethodDescriptor& MethodOf(const InternalCall& call);

// What a merchant needs besides what the gateway makes of it, so that the calls below find something: to be made in
// this order. The services have an order with an order tag, a category and a ship date ($order2, which they take for
// one that NP has approved, too), one that waits for stock ($order_waiting), and a count of COMMON.
const std::vector<InternalCall>& InternalPreparations();

// Calls that change nothing. Together they tell all that the services know of a merchant.
const std::vector<InternalCall>& InternalReads();

// Calls that change something, good in this order: those that make what is not there come behind those that look for
// it.
const std::vector<InternalCall>& InternalWrites();

}  // namespace juchu::contract

#endif  // TESTS_CONTRACT_INTERNAL_CALLS_H_
