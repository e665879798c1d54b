// Every method of the interfaces that the services have for the gateway × {own id, another merchant's, one that nobody
// has}: the last two look the same. Whatever the gateway asks for in one tenant's name, no service mixes tenants up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/time/clock.h"
#include "juchu/order/v1/order_service.pb.h"
#include "tests/contract/internal_calls.h"
#include "tests/contract/stack_endpoint.h"
#include "tests/contract/tenant_words.h"

namespace juchu::contract {
namespace {

using Words = std::map<std::string, std::string>;

// The services of the stack, as the gateway calls them.
class Services {
 public:
  // The answer to the call in the tenant's name, with what these words stand for.
  Answer Ask(const InternalCall& call, const std::string& tenant, Words words) {
    words["$hash"] = std::string(32, 'h');
    words["$uuid"] = NewRequestId();
    words["$new"] = numbers_.Next();
    if (absl::StrContains(call.request, "$configuration_version")) {
      words["$configuration_version"] = absl::StrCat(ConfigurationVersion(tenant));
    }
    const auto& method = MethodOf(call);
    Messages requests;
    requests.push_back(Parse(*method.input_type(), absl::StrReplaceAll(call.request, words)));
    const auto context = integration::ContextWith("");
    context->AddMetadata("x-juchu-tenant", tenant);
    context->AddMetadata("x-juchu-actor", "test");
    return Call(ChannelTo(ServerOf(*method.service())), method, requests, *context);
  }

 private:
  int64_t ConfigurationVersion(const std::string& tenant) {
    const Answer answer = Ask({"order.OrderService/LoadOrders", ""}, tenant, {});
    return static_cast<const order::v1::LoadOrdersResponse&>(*answer.messages.at(0)).configuration_version();
  }

  const std::shared_ptr<grpc::Channel>& ChannelTo(const std::string& server) {
    auto& channel = channels_[server];
    if (channel == nullptr) {
      auto& stack = integration::Stack::Get();
      channel = stack.Channel(server, stack.certificates().For("gateway"));
    }
    return channel;
  }

  SystemClock clock_;
  OrderNumberGenerator numbers_{clock_};
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

// That a call with own ids does what the table says: else it would show nothing with those of others.
void ExpectGood(const InternalCall& call, const Answer& answer) {
  const std::string text = answer.Text();
  if (call.refusal.empty()) {
    EXPECT_TRUE(answer.status.ok() && !absl::StrContains(text, "error"))
        << call.method << " { " << call.request << " }: " << text;
  } else {
    EXPECT_THAT(text, ::testing::HasSubstr(call.refusal)) << call.method << " { " << call.request << " }";
  }
}

// A merchant of which the services know what the calls ask for (InternalPreparations).
class Insider {
 public:
  explicit Insider(Services& services)
      : services_(services), merchant_(StackEndpoint(), NewMerchantId()), words_(merchant_.words()) {
    words_["$done"] = NewRequestId();
    words_["$slip"] = absl::StrCat("slip-", merchant_.id());
    for (const auto& call : InternalPreparations()) ExpectGood(call, Ask(call));
  }

  const Merchant& merchant() const { return merchant_; }
  const Words& words() const { return words_; }

  // The answer to the call with own ids, and with `id` in the place of one of them.
  Answer Ask(const InternalCall& call) const { return services_.Ask(call, merchant_.id(), words_); }
  Answer Ask(const InternalCall& call, const std::string& word, const std::string& id) const {
    Words words = words_;
    words[word] = id;
    return services_.Ask(call, merchant_.id(), words);
  }

  // Those of the words that the call uses.
  std::vector<std::string> WordsOf(const InternalCall& call) const {
    auto words = WordsIn(call.request, merchant_);
    for (const char* word : {"$done", "$slip"}) {
      if (absl::StrContains(call.request, word)) words.emplace_back(word);
    }
    return words;
  }

  // The answer with words in the place of own ids and of `others`, and without what differs from merchant to merchant
  // by nature.
  std::string Told(const Answer& answer, const Words& others) const {
    Words word_of;
    for (const auto& [word, id] : words_) word_of[id] = word;
    for (const auto& [word, id] : others) word_of[id] = word;
    return merchant_.Normalize(absl::StrReplaceAll(answer.Text(), word_of));
  }

  // All that the services tell of the merchant, as they tell it.
  std::string State() const {
    std::string state;
    for (const auto& call : InternalReads()) absl::StrAppend(&state, call.method, ": ", Ask(call).Text());
    return state;
  }

 private:
  Services& services_;
  const Merchant merchant_;
  Words words_;
};

// An id of the same form that nobody has, beside this one: pages that begin at one or the other are the same.
std::string NobodysNextTo(const std::string& word, const std::string& id) {
  if (word == "$done") return absl::StrCat(id.substr(0, 24), "000000000000");
  if (absl::StartsWith(word, "$order") || word == "$file") return RandomLike(word, id);
  return absl::StrCat(id, "-nobody");
}

TEST(InternalTenancyTest, EveryMethodHasACall) {
  std::set<std::string> called;
  for (const auto* calls : {&InternalReads(), &InternalWrites()}) {
    for (const auto& call : *calls) called.insert(call.method);
  }
  EXPECT_GT(InternalMethods().size(), 30u);
  for (const auto& [name, method] : InternalMethods()) {
    EXPECT_TRUE(called.count(name) > 0) << name << " has no good call: add one to tests/contract/internal_calls.cc";
  }
}

TEST(InternalTenancyTest, AnothersIdAndNobodysGetTheSameAnswerAndChangeNothing) {
  Services services;
  // The first of them: pages that begin behind one of its ids begin before all ids of the others.
  const Insider theirs(services);
  // Two that do the same, but where one names what nobody has, the other names what is theirs. So their answers are
  // alike whatever the calls before have changed.
  const Insider one(services);
  const Insider other(services);
  Words nobodys;
  for (const auto& [word, id] : theirs.words()) nobodys[word] = NobodysNextTo(word, id);
  const std::string their_dump = theirs.merchant().Dump();
  std::string their_state = theirs.State();
  int cells = 0;
  for (const auto* calls : {&InternalReads(), &InternalWrites()}) {
    for (const auto& call : *calls) {
      const std::string name = absl::StrCat(call.method, " { ", call.request, " }");
      const Answer good = one.Ask(call);
      ExpectGood(call, good);
      const std::string own = one.Told(good, nobodys);
      EXPECT_EQ(other.Told(other.Ask(call), theirs.words()), own) << name << " is not the same for merchants alike";
      for (const auto& word : one.WordsOf(call)) {
        const std::string nobody = one.Told(one.Ask(call, word, nobodys.at(word)), nobodys);
        const std::string another = other.Told(other.Ask(call, word, theirs.words().at(word)), theirs.words());
        EXPECT_EQ(another, nobody) << name << " with another merchant's " << word << ", " << theirs.words().at(word)
                                   << " and " << nobodys.at(word);
        cells += 3;
        if (call.alike.count(word) > 0) continue;
        EXPECT_NE(own, nobody) << name << " does not look at " << word;
      }
      if (calls == &InternalReads()) continue;
      const std::string their_state_now = theirs.State();
      EXPECT_EQ(their_state_now, their_state) << name << " changed another merchant's data";
      their_state = their_state_now;
    }
  }
  EXPECT_EQ(theirs.merchant().Dump(), their_dump);
  EXPECT_GT(cells, 200);
}

// Sums and pages of all that a tenant has name no id. That another merchant has come is seen in none of them.
TEST(InternalTenancyTest, NoAnswerTellsOfAnotherMerchant) {
  Services services;
  const Insider ours(services);
  std::vector<std::string> before;
  for (const auto& call : InternalReads()) before.push_back(ours.Ask(call).Text());
  const Insider theirs(services);
  for (size_t i = 0; i < before.size(); ++i) {
    const auto& call = InternalReads()[i];
    EXPECT_EQ(ours.Ask(call).Text(), before[i]) << call.method << " { " << call.request << " }";
  }
  for (const auto& call : InternalWrites()) {
    const std::string answer = ours.Ask(call).Text();
    for (const auto& [word, id] : theirs.words()) {
      EXPECT_FALSE(absl::StrContains(answer, id))
          << call.method << " { " << call.request << " } shows another's " << word;
    }
  }
}

}  // namespace
}  // namespace juchu::contract
