#ifndef TESTS_PROOF_CARD_JUDGE_H_
#define TESTS_PROOF_CARD_JUDGE_H_

#include <map>
#include <string>
#include <vector>

#include "juchu/gateway/v1/payment_service.grpc.pb.h"
#include "juchu/order/v1/order.pb.h"
#include "tests/proof/cluster.h"
#include "tests/proof/company_control.h"
#include "tests/proof/history.h"
#include "tests/proof/round_client.h"

namespace juchu::proof {

// What a client was told of one of its orders, paid by card.
struct KnownCard {
  std::string number;
  // The order's number at the mall, by which the card company knows it.
  std::string shop_order_number;
  // Asked for, whether answered or not.
  bool cancel_asked = false;
  bool shipment_asked = false;
  // Acknowledged.
  bool cancelled = false;
  bool capture_taken = false;
  // The total may have been changed since it could be captured.
  bool changed_since = false;
};

// Judges the orders of a tenant once everything serves again and the clients have stopped: lets the card company
// behave, waits until nothing is under way, sees to what shows an error as a person does, and then compares the
// company's book with what the payment service, the orders and the clients say. Findings of the checks "card book",
// "card", "card audit", "order audit", "queue".
class CardJudge {
 public:
  // `client` calls for the tenant. All must outlive the judge.
  CardJudge(Cluster& cluster, RoundClient& client, const CompanyControl& company)
      : cluster_(cluster),
        client_(client),
        company_(company),
        payments_(gateway::v1::PaymentService::NewStub(client.channel())) {}

  std::vector<Finding> Judge(const std::vector<const KnownCard*>& known);

 private:
  // What the payment service knows of an order.
  struct Card {
    int64_t authorized_yen = 0;
    int64_t captured_yen = 0;
    int64_t failed_operation = 0;
    bool unclear = false;
    int64_t state = 0;
    // A request of it is under way.
    bool open = false;
  };

  void WaitUntilSettled();
  // Asks once more for what failed or was lost; false where there is no such thing. `again`: cancels authorizations of
  // which the company has not said enough when it was asked before.
  bool SeeToErrors(bool again);
  std::map<std::string, Card> Cards();
  std::map<std::string, order::v1::Order> Orders();
  void JudgeBook(const KnownCard& known, const BookedOrder& booked, const Card& card);
  void JudgeOrder(const KnownCard& known, const BookedOrder& booked, const Card& card, const order::v1::Order& order);
  // Adds to findings about the first few of these orders what is stored of them.
  void TellStories(const std::vector<const KnownCard*>& known);
  std::string StoryOf(const KnownCard& known);
  void Find(const char* check, const KnownCard& known, const std::string& text);
  std::string OfTenant(const std::string& table) const;

  Cluster& cluster_;
  RoundClient& client_;
  const CompanyControl& company_;
  const std::unique_ptr<gateway::v1::PaymentService::Stub> payments_;
  std::vector<Finding> findings_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CARD_JUDGE_H_
