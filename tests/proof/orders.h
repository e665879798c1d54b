#ifndef TESTS_PROOF_ORDERS_H_
#define TESTS_PROOF_ORDERS_H_

#include <string>
#include <vector>

#include "tests/contract/merchant.h"
#include "tests/proof/cluster.h"

// What the tests under load share: many orders of one merchant, and a client that is nothing but gRPC.
namespace juchu::proof {

// Takes in `count` more orders in 入金待, with shop order numbers that begin with `prefix`. Returns their numbers; ends
// the program when they are refused.
std::vector<std::string> TakeIn(const contract::Merchant& merchant, const std::string& prefix, int count);

// The version at which an order is, and whether its history has exactly one entry for each version up to it.
struct Recorded {
  int64_t version = 0;
  bool gapless = false;
};
Recorded Record(const contract::Merchant& merchant, const std::string& order_number);

// The findings of an audit of the merchant's orders, one a line; "" when there are none.
std::string Audit(const contract::Merchant& merchant);

// deploy/client/service_config.json.
std::string PublishedServiceConfig();

// A channel to all gateways as deploy/client/README.md says: plain gRPC with the published service config, and nothing
// of ours. `connection` tells connections apart: each number is one of its own.
std::shared_ptr<grpc::Channel> PlainChannel(Cluster& cluster, int connection = 0);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_ORDERS_H_
