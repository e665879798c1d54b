// 10,000 orders of three items from a 汎用受注CSV in CP932, beside inserting the rows that came of them.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/ids/uuid.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "tests/bench/row_copy.h"
#include "tests/bench/workloads.h"
#include "tools/demo_orders/order_generator.h"

namespace juchu::bench {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr char kByHand[] = "the rows by hand, 500 a transaction";
// What an order sets off when it is there is no part of taking it in: here nothing is allocated until somebody asks.
constexpr char kJuchu[] = "juchu, from the file";
// And here each order that comes to 引当待 is allocated, while others are still taken in.
constexpr char kAllocating[] = "juchu, allocating meanwhile";
constexpr char kShop[] = "shop";
constexpr int kBatch = 500;
constexpr size_t kPiece = 256 << 10;
constexpr absl::Duration kSettleLimit = absl::Minutes(1);
constexpr absl::Duration kSettlePause = absl::Milliseconds(100);

struct PaymentMethod {
  const char* id;
  const char* name;
  pb::PaymentKind kind;
};

// What the sample orders are paid by, as tools/demo sets it up.
constexpr PaymentMethod kPaymentMethods[] = {{"bank", "銀行振込", pb::PREPAID},
                                             {"postal", "郵便振替", pb::PREPAID},
                                             {"rakuten-card", "楽天カード決済", pb::RAKUTEN_CARD},
                                             {"np", "NP後払い", pb::NP_POSTPAY},
                                             {"gmo", "GMO後払い", pb::GMO_POSTPAY},
                                             {"cod", "代金引換", pb::CASH_ON_DELIVERY},
                                             {"amazon-pay", "Amazonペイメント", pb::SETTLED_ELSEWHERE}};

// Makes the tenant with a shop and the payment methods.
absl::Status MakeTenant(Stand& stand, const std::string& tenant, pb::AllocationSetting allocation) {
  const JuchuCaller caller(stand, tenant, "admin");
  const auto stub = gw::ConfigurationService::NewStub(stand.cluster().gateway().channel);
  pb::Configuration configuration;
  JUCHU_RETURN_IF_ERROR(
      rpc::FromGrpcStatus(stub->CreateTenant(caller.NewContext().get(), gw::CreateTenantRequest(), &configuration)));
  gw::UpdateSettingsRequest settings;
  settings.mutable_settings()->set_allocation(allocation);
  settings.mutable_update_mask()->add_paths("allocation");
  settings.set_request_id(NewRequestId());
  pb::Settings set;
  JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->UpdateSettings(caller.NewContext().get(), settings, &set)));
  gw::CreateShopRequest shop;
  shop.mutable_shop()->set_shop_id(kShop);
  shop.mutable_shop()->set_name("店");
  shop.mutable_shop()->set_mall(pb::OWN_SITE);
  shop.set_request_id(NewRequestId());
  pb::Shop made;
  JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->CreateShop(caller.NewContext().get(), shop, &made)));
  for (const auto& method : kPaymentMethods) {
    gw::CreatePaymentMethodRequest request;
    request.mutable_payment_method()->set_payment_method_id(method.id);
    request.mutable_payment_method()->set_name(method.name);
    request.mutable_payment_method()->set_kind(method.kind);
    request.set_request_id(NewRequestId());
    pb::PaymentMethod response;
    JUCHU_RETURN_IF_ERROR(
        rpc::FromGrpcStatus(stub->CreatePaymentMethod(caller.NewContext().get(), request, &response)));
  }
  return absl::OkStatus();
}

absl::Status Import(JuchuCaller& caller, const std::string& file, int orders) {
  const auto context = caller.NewContext();
  const auto stream = caller.stub().ImportOrders(context.get());
  gw::ImportOrdersRequest request;
  request.mutable_header()->set_shop_id(kShop);
  request.mutable_header()->set_encoding(gw::CP932);
  request.mutable_header()->set_file_name("orders.csv");
  stream->Write(request);
  for (size_t at = 0; at < file.size(); at += kPiece) {
    request.set_data(file.substr(at, kPiece));
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  int created = 0;
  for (gw::ImportOrdersResponse part; stream->Read(&part);) {
    if (part.has_summary()) created = part.summary().created();
  }
  JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stream->Finish()));
  if (created == orders) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("juchu: ", created, " of ", orders, " orders taken in"));
}

class Imports {
 public:
  Imports(Stand& stand, std::string file, int orders) : stand_(stand), file_(std::move(file)), orders_(orders) {}

  // The file into a tenant that nothing has been taken in for.
  Contender Juchu(const char* name, pb::AllocationSetting allocation) {
    Contender contender{name, stand_.juchu_processes(), static_cast<double>(orders_)};
    contender.reset = [this, allocation]() -> absl::Status {
      JUCHU_RETURN_IF_ERROR(AwaitSettled());
      tenant_ = absl::StrCat("import-", ++tenants_);
      caller_ = std::make_unique<JuchuCaller>(stand_, tenant_, "operator");
      return MakeTenant(stand_, tenant_, allocation);
    };
    contender.make_worker = [this](int, int) { return [this] { return Import(*caller_, file_, orders_); }; };
    return contender;
  }

  // The rows that the last import left, into empty tables.
  Contender ByHand() {
    Contender contender{kByHand, {stand_.client_process(), stand_.database_process()}, static_cast<double>(orders_)};
    contender.reset = [this]() -> absl::Status {
      JUCHU_RETURN_IF_ERROR(AwaitSettled());
      return Guarded([this] { copy_->Clear(); });
    };
    contender.make_worker = [this](int, int) -> absl::StatusOr<std::function<absl::Status()>> {
      JUCHU_RETURN_IF_ERROR(Guarded([&] {
        copy_ = std::make_unique<RowCopy>(stand_.hand_database(), stand_.cluster().database().name(), tenant_);
      }));
      if (copy_->orders() != orders_) return absl::InternalError("the rows of the import are not there");
      return [this] { return Guarded([this] { copy_->InsertAll(kBatch); }); };
    };
    return contender;
  }

 private:
  // Until nothing is left to do of what was taken in before, so that each is measured alone.
  absl::Status AwaitSettled() {
    const std::string count =
        absl::StrCat("SELECT COUNT(*) FROM ", stand_.cluster().database().name(), ".order_changes");
    for (const absl::Time limit = absl::Now() + kSettleLimit; absl::Now() < limit; absl::SleepFor(kSettlePause)) {
      JUCHU_ASSIGN_OR_RETURN(const std::string left, stand_.server().RootSql(count));
      if (left == "0\n") return absl::OkStatus();
    }
    return absl::DeadlineExceededError("orders that were taken in are not settled");
  }

  Stand& stand_;
  const std::string file_;
  const int orders_;
  int tenants_ = 0;
  std::string tenant_;
  std::unique_ptr<JuchuCaller> caller_;
  std::unique_ptr<RowCopy> copy_;
};

}  // namespace

absl::StatusOr<Section> RunImport(Stand& stand, const Scale& scale) {
  tools::SampleOptions options;
  options.orders = scale.batch_orders;
  options.items = 3;
  JUCHU_ASSIGN_OR_RETURN(std::string file, tools::GenerateOrders(options));
  const double megabytes = static_cast<double>(file.size()) / 1e6;
  Imports imports(stand, std::move(file), options.orders);
  for (const auto& process : stand.juchu_processes()) ResetPeak(process.pid());
  Section section{absl::StrFormat("Import of %d orders of 3 items, a CP932 file of %.1f MB", options.orders, megabytes),
                  "orders"};
  // One call each, whatever it takes. juchu goes first: the other inserts what it has left.
  Scale once = scale;
  once.duration = absl::ZeroDuration();
  once.warm_up = absl::ZeroDuration();
  JUCHU_ASSIGN_OR_RETURN(section.lines, RunRounds(stand,
                                                  {imports.Juchu(kAllocating, pb::ALLOCATE_AUTOMATICALLY),
                                                   imports.Juchu(kJuchu, pb::ALLOCATE_BY_COMMAND), imports.ByHand()},
                                                  {1}, once));
  section.notes.push_back("most memory of each process meanwhile: " + PeakMemory(stand.juchu_processes()));
  section.verdicts = {
      {"orders/s, of the rows by hand",
       Ratios(LineOf(section.lines, kJuchu, 1), LineOf(section.lines, kByHand, 1), &Sample::units_per_second), 0.5,
       true}};
  return section;
}

}  // namespace juchu::bench
