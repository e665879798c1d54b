// juchu-bench-hop: the front and the back of the minimal two-hop RPC that tools/bench holds juchu against.
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "common/flags/secret_file.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "tests/bench/hand_orders.h"
#include "tests/bench/row_copy.h"
#include "tests/bench/two_hop.grpc.pb.h"

ABSL_FLAG(std::string, listen, "", "host:port to serve on");
ABSL_FLAG(std::string, tls_ca_file, "", "certificates (PEM) of the authority whose peers are believed");
ABSL_FLAG(std::string, tls_cert_file, "", "this process's certificate chain (PEM)");
ABSL_FLAG(std::string, tls_key_file, "", "its private key (PEM)");
ABSL_FLAG(std::string, back_address, "", "host:port of the back: then this is a front, which only hands calls on");
ABSL_FLAG(std::string, mysql_socket, "", "back: the database server's socket");
ABSL_FLAG(std::string, mysql_user, "", "back: the database user");
ABSL_FLAG(std::string, mysql_password_file, "", "back: file with the user's password");
ABSL_FLAG(std::string, mysql_schema, "", "back: the schema with the tables of HandOrders and RowCopy");
ABSL_FLAG(int, workers, 8, "back: threads, each with a connection for changes and one for new orders");
ABSL_FLAG(int, gather, 1, "back: calls that may share a transaction");

namespace juchu::bench {
namespace {

// As many as the order service takes.
constexpr int kMaxReceiveBytes = 64 << 20;

class Front final : public v1::TwoHop::CallbackService {
 public:
  explicit Front(const std::shared_ptr<grpc::Channel>& back) : back_(v1::TwoHop::NewStub(back)) {}

  grpc::ServerUnaryReactor* ChangeStatus(grpc::CallbackServerContext* context, const v1::ChangeStatusRequest* request,
                                         v1::ChangeStatusResponse* response) override {
    return HandOn(context, [&](auto* outgoing, auto done) {
      back_->async()->ChangeStatus(outgoing, request, response, std::move(done));
    });
  }

  grpc::ServerUnaryReactor* ChangeBatch(grpc::CallbackServerContext* context, const v1::ChangeBatchRequest* request,
                                        v1::ChangeBatchResponse* response) override {
    return HandOn(context, [&](auto* outgoing, auto done) {
      back_->async()->ChangeBatch(outgoing, request, response, std::move(done));
    });
  }

  grpc::ServerUnaryReactor* InsertRows(grpc::CallbackServerContext* context, const v1::InsertRowsRequest* request,
                                       v1::InsertRowsResponse* response) override {
    return HandOn(context, [&](auto* outgoing, auto done) {
      back_->async()->InsertRows(outgoing, request, response, std::move(done));
    });
  }

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const v1::ChangeStatusRequest* request,
                                 v1::ChangeStatusResponse* response) override {
    return HandOn(context, [&](auto* outgoing, auto done) {
      back_->async()->Echo(outgoing, request, response, std::move(done));
    });
  }

 private:
  template <typename Call>
  static grpc::ServerUnaryReactor* HandOn(grpc::CallbackServerContext* context, const Call& call) {
    auto* const reactor = context->DefaultReactor();
    auto* const outgoing = grpc::ClientContext::FromCallbackServerContext(*context).release();
    call(outgoing, [reactor, outgoing](const grpc::Status& status) {
      delete outgoing;
      reactor->Finish(status);
    });
    return reactor;
  }

  std::unique_ptr<v1::TwoHop::Stub> back_;
};

class Back final : public v1::TwoHop::CallbackService {
 public:
  Back(const HandDatabase& database, int workers, size_t gather) : gather_(gather) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this, database] { Work(database); });
  }

  grpc::ServerUnaryReactor* ChangeStatus(grpc::CallbackServerContext* context, const v1::ChangeStatusRequest* request,
                                         v1::ChangeStatusResponse* response) override {
    return Queue({context->DefaultReactor(), request, response});
  }

  grpc::ServerUnaryReactor* ChangeBatch(grpc::CallbackServerContext* context, const v1::ChangeBatchRequest* request,
                                        v1::ChangeBatchResponse* response) override {
    return Queue({.reactor = context->DefaultReactor(), .batch_request = request, .batch_response = response});
  }

  grpc::ServerUnaryReactor* InsertRows(grpc::CallbackServerContext* context, const v1::InsertRowsRequest* request,
                                       v1::InsertRowsResponse* response) override {
    return Queue({.reactor = context->DefaultReactor(), .rows_request = request, .rows_response = response});
  }

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const v1::ChangeStatusRequest*,
                                 v1::ChangeStatusResponse*) override {
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  // One order, a batch, or rows.
  struct Call {
    grpc::ServerUnaryReactor* reactor;
    const v1::ChangeStatusRequest* request = nullptr;
    v1::ChangeStatusResponse* response = nullptr;
    const v1::ChangeBatchRequest* batch_request = nullptr;
    v1::ChangeBatchResponse* batch_response = nullptr;
    const v1::InsertRowsRequest* rows_request = nullptr;
    v1::InsertRowsResponse* rows_response = nullptr;

    bool IsOneOrder() const { return request != nullptr; }
  };

  // What a thread works with, each with a connection of its own.
  struct Hands {
    explicit Hands(const HandDatabase& database) : orders(database), rows(database) {}

    HandOrders orders;
    RowWriter rows;
  };

  grpc::ServerUnaryReactor* Queue(const Call& call) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(call);
    }
    news_.notify_one();
    return call.reactor;
  }

  std::vector<Call> Take() {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return !calls_.empty(); });
    std::vector<Call> taken;
    // A batch is a transaction of its own, and so are rows.
    do {
      taken.push_back(calls_.front());
      calls_.pop_front();
    } while (!calls_.empty() && taken.size() < gather_ && taken.back().IsOneOrder() && calls_.front().IsOneOrder());
    return taken;
  }

  static void ChangeBatch(HandOrders& orders, const Call& call) {
    const auto& request = *call.batch_request;
    const std::vector<std::string> numbers(request.order_numbers().begin(), request.order_numbers().end());
    const auto versions = orders.ChangeBatch(numbers, request.status(), request.request_id());
    call.batch_response->mutable_versions()->Assign(versions.begin(), versions.end());
  }

  static void Change(HandOrders& orders, const std::vector<Call>& calls) {
    if (calls.front().batch_request != nullptr) return ChangeBatch(orders, calls.front());
    std::vector<HandChange> changes;
    for (const auto& call : calls) {
      changes.push_back({call.request->order_number(), call.request->status(), call.request->request_id()});
    }
    if (changes.size() == 1) {
      calls.front().response->set_version(orders.Change(changes.front()));
      return;
    }
    const std::vector<int64_t> versions = orders.ChangeTogether(changes);
    for (size_t i = 0; i < calls.size(); ++i) calls[i].response->set_version(versions[i]);
  }

  static void CarryOut(Hands& hands, const std::vector<Call>& calls) {
    if (const Call& call = calls.front(); call.rows_request != nullptr) {
      call.rows_response->set_rows(hands.rows.Insert(*call.rows_request));
      return;
    }
    Change(hands.orders, calls);
    hands.orders.Commit();
  }

  void Work(const HandDatabase& database) {
    std::unique_ptr<Hands> hands;
    absl::Status status = Guarded([&] { hands = std::make_unique<Hands>(database); });
    while (true) {
      const std::vector<Call> calls = Take();
      if (hands != nullptr) status = Guarded([&] { CarryOut(*hands, calls); });
      for (const auto& call : calls) call.reactor->Finish(rpc::ToGrpcStatus(status));
    }
  }

  const size_t gather_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Call> calls_;
  // End with the process: it has nothing to finish when it is killed.
  std::vector<std::thread> threads_;
};

absl::StatusOr<std::unique_ptr<grpc::Service>> MakeService(const rpc::TlsFiles& tls) {
  if (!absl::GetFlag(FLAGS_back_address).empty()) {
    JUCHU_ASSIGN_OR_RETURN(auto channel, rpc::CreateMtlsChannel(absl::GetFlag(FLAGS_back_address), tls));
    while (!channel->WaitForConnected(absl::ToChronoTime(absl::Now() + absl::Seconds(1)))) {
    }
    return std::make_unique<Front>(channel);
  }
  HandDatabase database;
  database.socket = absl::GetFlag(FLAGS_mysql_socket);
  database.user = absl::GetFlag(FLAGS_mysql_user);
  database.schema = absl::GetFlag(FLAGS_mysql_schema);
  JUCHU_ASSIGN_OR_RETURN(database.password,
                         ReadSecretFile("--mysql_password_file", absl::GetFlag(FLAGS_mysql_password_file)));
  return std::make_unique<Back>(database, absl::GetFlag(FLAGS_workers),
                                static_cast<size_t>(absl::GetFlag(FLAGS_gather)));
}

absl::Status Run() {
  const rpc::TlsFiles tls = {absl::GetFlag(FLAGS_tls_ca_file), absl::GetFlag(FLAGS_tls_cert_file),
                             absl::GetFlag(FLAGS_tls_key_file)};
  JUCHU_ASSIGN_OR_RETURN(const auto service, MakeService(tls));
  JUCHU_ASSIGN_OR_RETURN(const auto credentials, rpc::CreateMtlsServerCredentials(tls));
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::GetFlag(FLAGS_listen), credentials);
  builder.SetMaxReceiveMessageSize(kMaxReceiveBytes);
  builder.RegisterService(service.get());
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return absl::UnavailableError("cannot listen on " + absl::GetFlag(FLAGS_listen));
  server->Wait();
  return absl::OkStatus();
}

}  // namespace
}  // namespace juchu::bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("the minimal two-hop RPC: a front with --back_address, a back without; see tools/bench");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = juchu::bench::Run();
  std::cerr << "juchu-bench-hop: " << status << "\n";
  return 1;
}
