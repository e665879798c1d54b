#include "tests/proof/round_client.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr absl::Duration kTryLimit = absl::Seconds(5);
constexpr absl::Duration kPause = absl::Milliseconds(50);

// An answer that no repeat can change.
bool IsFinal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
      return true;
    case absl::StatusCode::kAborted:
      // What was asked for was asked for of another version.
      return ReasonOf(status) == "ORDER_VERSION_STALE";
    default:
      return false;
  }
}

}  // namespace

RoundClient::RoundClient(contract::Endpoint endpoint, std::string tenant, int index, uint64_t seed, std::string check)
    : endpoint_(std::move(endpoint)),
      tenant_(std::move(tenant)),
      index_(index),
      check_(std::move(check)),
      orders_(gw::GatewayService::NewStub(endpoint_.channel)),
      random_(seed) {}

RoundClient::~RoundClient() {
  AskToStop();
  Join();
}

void RoundClient::Start(std::function<void()> step) {
  thread_ = std::thread([this, step = std::move(step)] {
    while (!stopping_) step();
  });
}

void RoundClient::Join() {
  if (thread_.joinable()) thread_.join();
}

void RoundClient::Find(const std::string& text) {
  absl::MutexLock lock(&mutex_);
  findings_.push_back({check_, text});
}

std::vector<Finding> RoundClient::findings() const {
  absl::MutexLock lock(&mutex_);
  return findings_;
}

void RoundClient::Prepare(grpc::ClientContext& context, const char* role, absl::Duration limit) const {
  context.AddMetadata("authorization", absl::StrCat("Bearer ", endpoint_.token(tenant_, role)));
  context.set_deadline(absl::ToChronoTime(absl::Now() + limit));
  context.set_wait_for_ready(true);
}

absl::Status RoundClient::CallUntilFinal(const char* role,
                                         const std::function<grpc::Status(grpc::ClientContext&)>& one_try) {
  // A stop may come in the middle of a fault: who stops tries a while longer.
  absl::Time limit = absl::InfiniteFuture();
  while (true) {
    grpc::ClientContext context;
    Prepare(context, role, kTryLimit);
    const absl::Status status = rpc::FromGrpcStatus(one_try(context));
    if (IsFinal(status)) return status;
    ++repeats_;
    if (stopping_ && limit == absl::InfiniteFuture()) limit = absl::Now() + 4 * kTryLimit;
    if (absl::Now() > limit) return absl::UnavailableError("the round is over");
    absl::SleepFor(kPause);
  }
}

bool RoundClient::MakeTenant(const std::string& shop_id, const std::string& name, pb::MallKind mall) {
  using Configuration = gw::ConfigurationService::Stub;
  const auto configuration = gw::ConfigurationService::NewStub(endpoint_.channel);
  pb::Configuration made;
  gw::CreateShopRequest shop;
  shop.mutable_shop()->set_shop_id(shop_id);
  shop.mutable_shop()->set_name(name);
  shop.mutable_shop()->set_mall(mall);
  shop.set_request_id(NewRequestId());
  pb::Shop made_shop;
  return Insist(*configuration, &Configuration::CreateTenant, gw::CreateTenantRequest(), made, "admin") &&
         Insist(*configuration, &Configuration::CreateShop, shop, made_shop, "admin");
}

void RoundClient::EndUnless(bool set_up, const char* round) const {
  if (set_up) return;
  const auto found = findings();
  std::fprintf(stderr, "the round of %s cannot be set up: %s\n", round,
               found.empty() ? "no answer" : found.back().text.c_str());
  std::abort();
}

int64_t NumberOf(testing::ScopedDatabase& database, const std::string& sql) {
  std::string text = Must(database.RootSql(sql));
  absl::StripAsciiWhitespace(&text);
  int64_t number = 0;
  if (text == "NULL" || absl::SimpleAtoi(text, &number)) return number;
  std::fprintf(stderr, "no number from %s: %s\n", sql.c_str(), text.c_str());
  std::abort();
}

std::string WaitUntilDone(const std::vector<StoredWork>& work, absl::Duration limit) {
  std::string left;
  int clear = 0;
  for (const absl::Time end = absl::Now() + limit; clear < 2 && absl::Now() < end; absl::SleepFor(kPause)) {
    left.clear();
    // What is done of one kind may be the beginning of another, looked at before.
    for (const auto& [name, database, rows] : work) {
      const int64_t count = NumberOf(*database, absl::StrCat("SELECT COUNT(*) FROM ", rows));
      if (count > 0) absl::StrAppend(&left, left.empty() ? "" : ", ", count, " ", name);
    }
    clear = left.empty() ? clear + 1 : 0;
  }
  return left.empty() && clear < 2 ? "not seen at rest twice" : left;
}

}  // namespace juchu::proof
