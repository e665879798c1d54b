#include "tests/proof/open_loop.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"

namespace juchu::proof {

namespace gw = ::juchu::gateway::v1;
namespace pb = ::juchu::order::v1;

struct StatusMovers::Call {
  size_t order = 0;
  absl::Time sent;
  grpc::ClientContext context;
  gw::OrderChangeResponse response;
  grpc::Status status;
  std::unique_ptr<grpc::ClientAsyncResponseReader<gw::OrderChangeResponse>> reader;
};

absl::Duration Median(std::vector<absl::Duration> times) {
  if (times.empty()) return absl::ZeroDuration();
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

StatusMovers::StatusMovers(const std::vector<std::shared_ptr<grpc::Channel>>& channels, std::string token,
                           const std::vector<std::string>& order_numbers)
    : token_(std::move(token)) {
  for (const auto& channel : channels) stubs_.push_back(gw::GatewayService::NewStub(channel));
  absl::MutexLock lock(&mutex_);
  for (const auto& number : order_numbers) {
    free_.push_back(orders_.size());
    orders_.emplace_back().number = number;
  }
  receiver_ = std::make_unique<std::thread>([this] { Receive(); });
}

StatusMovers::~StatusMovers() {
  queue_.Shutdown();
  receiver_->join();
}

bool StatusMovers::Send(absl::Duration deadline) {
  auto call = std::make_unique<Call>();
  {
    absl::MutexLock lock(&mutex_);
    if (free_.empty()) return false;
    call->order = free_.front();
    free_.pop_front();
    ++in_flight_;
    ++told_.offered;
  }
  gw::ChangeOrderStatusRequest request;
  request.set_order_number(orders_[call->order].number);
  request.set_status(orders_[call->order].next);
  request.set_request_id(NewRequestId());
  call->context.AddMetadata("authorization", absl::StrCat("Bearer ", token_));
  call->sent = absl::Now();
  call->context.set_deadline(absl::ToChronoTime(call->sent + deadline));
  auto& stub = *stubs_[sent_++ % stubs_.size()];
  Call* const raw = call.release();  // Receive takes it back.
  raw->reader = stub.AsyncChangeOrderStatus(&raw->context, request, &queue_);
  raw->reader->Finish(&raw->response, &raw->status, raw);
  return true;
}

void StatusMovers::Receive() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
    const std::unique_ptr<Call> call(static_cast<Call*>(tag));
    const absl::Time now = absl::Now();
    absl::MutexLock lock(&mutex_);
    Note(*call, now);
    free_.push_back(call->order);
    --in_flight_;
  }
}

void StatusMovers::Note(const Call& call, absl::Time now) {
  Order& order = orders_[call.order];
  switch (call.status.error_code()) {
    case grpc::StatusCode::OK:
      ++told_.served;
      told_.served_times.push_back(now - call.sent);
      if (call.response.changed()) order.versions.push_back(call.response.version());
      order.next = call.response.status() == pb::SHIPPING ? pb::AWAITING_SHIPMENT : pb::SHIPPING;
      break;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      ++told_.refused;
      told_.refused_times.push_back(now - call.sent);
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::UNKNOWN:
      ++told_.expired;
      ++order.unknown;
      break;
    default:
      ++told_.other[absl::StrCat(call.status.error_code(), ": ", call.status.error_message())];
      ++order.unknown;
  }
}

Told StatusMovers::Collect(absl::Time began, absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  const auto none = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return in_flight_ == 0; };
  mutex_.Await(absl::Condition(&none));
  told_.took = std::max(duration, absl::Now() - began);
  return std::exchange(told_, {});
}

Told StatusMovers::KeepInFlight(int calls, absl::Duration duration, absl::Duration deadline) {
  const absl::Time began = absl::Now();
  while (absl::Now() < began + duration) {
    {
      absl::MutexLock lock(&mutex_);
      const auto room = [this, calls]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return in_flight_ < calls; };
      mutex_.Await(absl::Condition(&room));
    }
    Send(deadline);
  }
  return Collect(began, duration);
}

Told StatusMovers::Offer(double per_second, absl::Duration duration, absl::Duration deadline) {
  const absl::Time began = absl::Now();
  const auto calls = static_cast<int64_t>(per_second * absl::ToDoubleSeconds(duration));
  for (int64_t i = 0; i < calls && absl::Now() < began + duration; ++i) {
    absl::SleepFor(began + static_cast<double>(i) / static_cast<double>(calls) * duration - absl::Now());
    Send(deadline);
  }
  return Collect(began, duration);
}

}  // namespace juchu::proof
