#ifndef SERVICES_GATEWAY_APP_ORDER_INTAKE_H_
#define SERVICES_GATEWAY_APP_ORDER_INTAKE_H_

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/arena/call_arena.h"
#include "common/executor/slots.h"
#include "common/ids/order_number.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/clients/order_client.h"
#include "services/gateway/intake/generic_order_file.h"

namespace juchu::gateway {

// Takes orders in: by RPC and from files. The workflow sends each one where its facts let it go before it is stored, so
// an order is at its fixpoint from its first version on. Thread-safe.
class OrderIntake {
 public:
  // Batches of all imports of this gateway that are under way at most: each takes one of the order service's
  // connections (16), which others need, too.
  static constexpr int kMostUnderWay = 4;

  // Takes one message for the caller; false when the caller is gone.
  using Sink = std::function<bool(const v1::ImportOrdersResponse&)>;
  // The next message of the caller's stream; nullopt at its end.
  using Source = std::function<std::optional<v1::ImportOrdersRequest>()>;

  OrderIntake(OrderClient& orders, ConfigurationCache& configurations, OrderNumberGenerator& numbers)
      : orders_(orders), configurations_(configurations), numbers_(numbers) {}

  // As GatewayService.CreateOrders.
  absl::StatusOr<v1::CreateOrdersResponse> Create(const rpc::CallContext& context,
                                                  const v1::CreateOrdersRequest& request);

  // As GatewayService.ImportOrders.
  absl::Status Import(const rpc::CallContext& caller, const Source& source, const Sink& sink);

 private:
  // One order on its way in. Both messages lie in the batch's arena.
  struct Incoming {
    order::v1::CreateOrdersRequest::NewOrder* created;
    v1::OrderIntakeOutcome* outcome;

    bool IsOpen() const { return outcome->result() == v1::OrderIntakeOutcome::RESULT_UNSPECIFIED; }
  };

  // Orders that come in together. An order has some sixty parts: they are freed at once.
  struct Batch {
    google::protobuf::Arena arena{CallArenaOptions()};
    std::vector<Incoming> orders;

    Incoming& Add();
  };

  // Orders of a file that are being stored together, or have been.
  struct Stored {
    std::unique_ptr<Batch> batch;
    std::future<absl::Status> status;
  };

  absl::StatusOr<ConfigurationSnapshot> LoadConfiguration(const rpc::CallContext& context);
  // Decides, stores (unless dry_run) and completes the outcomes of those that are not refused yet.
  absl::Status TakeIn(const rpc::CallContext& context, const std::string& operation, bool dry_run, Batch& batch);
  absl::Status MarkKnown(const rpc::CallContext& context, Batch& batch);
  void SendOff(const order::v1::Configuration& configuration, order::v1::CreateOrdersRequest::NewOrder& created,
               std::vector<std::string>& notes);
  absl::Status Store(const rpc::CallContext& context, const std::string& operation, ConfigurationSnapshot configuration,
                     Batch& batch);
  // The orders of `file` from `first` on that make a batch, with what can be said of them already.
  static std::unique_ptr<Batch> ReadBatch(const rpc::CallContext& context,
                                          const v1::ImportOrdersRequest::Header& header, const GenericOrderFile& file,
                                          size_t first);
  // False when the caller is gone.
  static bool SendOutcomes(Batch& batch, const Sink& sink, v1::ImportSummary& summary);
  absl::Status ImportFile(const rpc::CallContext& context, const v1::ImportOrdersRequest::Header& header,
                          const GenericOrderFile& file, const Sink& sink);

  OrderClient& orders_;
  ConfigurationCache& configurations_;
  OrderNumberGenerator& numbers_;
  Slots slots_{kMostUnderWay};
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_INTAKE_H_
