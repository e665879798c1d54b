// Orders of three items from files (汎用受注CSV in CP932), beside inserting the rows that came of them.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
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
#include "tests/bench/two_hop.grpc.pb.h"
#include "tests/bench/workloads.h"
#include "tools/demo_orders/order_generator.h"

namespace juchu::bench {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr char kByHand[] = "the rows by hand, 500 orders a transaction";
constexpr char kTwoHop[] = "the rows by two-hop RPC, 500 orders a call";
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

// Orders of each file when so many are imported at a time: together --batch, rounded up to whole batches of each.
int OrdersOfAFile(int in_flight, const Scale& scale) {
  const int batches = scale.batch_orders / kBatch;
  return (batches + in_flight - 1) / in_flight * kBatch;
}

// Files of `orders` orders each, none of which is in two of them.
absl::StatusOr<std::vector<std::string>> MakeFiles(int count, int orders) {
  std::vector<std::string> files;
  for (int i = 0; i < count; ++i) {
    tools::SampleOptions options;
    options.orders = orders;
    options.items = 3;
    options.seed = static_cast<uint64_t>(i) + 1;
    options.shop_prefix = absl::StrCat("BENCH-", i);
    JUCHU_ASSIGN_OR_RETURN(auto file, tools::GenerateOrders(options));
    files.push_back(std::move(file));
  }
  return files;
}

// The imports of one number of calls in flight: each worker has a file of its own, all are of one tenant.
class Imports {
 public:
  Imports(Stand& stand, std::vector<std::string> files, int orders_of_a_file)
      : stand_(stand), files_(std::move(files)), orders_(orders_of_a_file) {}

  // The files into a tenant that nothing has been taken in for.
  Contender Juchu(const char* name, pb::AllocationSetting allocation) {
    const bool allocates = allocation == pb::ALLOCATE_AUTOMATICALLY;
    Contender contender{name, allocates ? stand_.allocation_processes() : stand_.juchu_processes(),
                        static_cast<double>(orders_)};
    contender.reset = [this, allocation]() -> absl::Status {
      JUCHU_RETURN_IF_ERROR(AwaitSettled());
      tenant_ = absl::StrCat("import-", files_.size(), "-", ++tenants_);
      caller_ = std::make_unique<JuchuCaller>(stand_, tenant_, "operator");
      return MakeTenant(stand_, tenant_, allocation);
    };
    contender.make_worker = [this](int index, int) {
      return [this, file = static_cast<size_t>(index)] { return Import(*caller_, files_[file], orders_); };
    };
    return contender;
  }

  Contender ByHand() {
    return Rows(kByHand, {stand_.client_process(), stand_.database_process()}, [this]() -> absl::StatusOr<Insert> {
      std::shared_ptr<RowWriter> writer;
      JUCHU_RETURN_IF_ERROR(Guarded([&] { writer = std::make_shared<RowWriter>(stand_.hand_database()); }));
      return [writer](const v1::InsertRowsRequest& rows) { return Guarded([&] { writer->Insert(rows); }); };
    });
  }

  Contender TwoHop() {
    std::shared_ptr<v1::TwoHop::Stub> stub = v1::TwoHop::NewStub(stand_.two_hop_channel(false));
    return Rows(kTwoHop, stand_.two_hop_processes(false), [stub]() -> absl::StatusOr<Insert> {
      return [stub](const v1::InsertRowsRequest& rows) -> absl::Status {
        v1::InsertRowsResponse response;
        grpc::ClientContext context;
        JUCHU_RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->InsertRows(&context, rows, &response)));
        return response.rows() >= kBatch ? absl::OkStatus() : absl::AbortedError("two-hop: rows are not there");
      };
    });
  }

 private:
  // Inserts the rows of one batch of orders.
  using Insert = std::function<absl::Status(const v1::InsertRowsRequest&)>;

  // The rows that the last import left, into empty tables: each worker inserts as many batches as make a file, by what
  // `connect` gives it.
  Contender Rows(const char* name, std::vector<Process> processes, std::function<absl::StatusOr<Insert>()> connect) {
    Contender contender{name, std::move(processes), static_cast<double>(orders_)};
    contender.reset = [this]() -> absl::Status {
      JUCHU_RETURN_IF_ERROR(AwaitSettled());
      return Guarded([this] { copy_->Clear(); });
    };
    contender.make_worker = [this, connect = std::move(connect)](
                                int index, int count) -> absl::StatusOr<std::function<absl::Status()>> {
      JUCHU_RETURN_IF_ERROR(CopyRows());
      JUCHU_ASSIGN_OR_RETURN(const Insert insert, connect());
      return [this, insert, index, count]() -> absl::Status {
        const auto& batches = copy_->batches();
        for (size_t i = static_cast<size_t>(index); i < batches.size(); i += static_cast<size_t>(count)) {
          JUCHU_RETURN_IF_ERROR(insert(batches[i]));
        }
        return absl::OkStatus();
      };
    };
    return contender;
  }

  // Copies the rows of the last import, unless they are copied.
  absl::Status CopyRows() {
    if (copied_ == tenant_) return absl::OkStatus();
    copy_ = nullptr;
    JUCHU_RETURN_IF_ERROR(Guarded([this] {
      copy_ = std::make_unique<RowCopy>(stand_.hand_database(), stand_.cluster().database().name(), tenant_, kBatch);
    }));
    if (copy_->orders() != std::ssize(files_) * orders_) {
      return absl::InternalError("the rows of the import are not there");
    }
    copied_ = tenant_;
    return absl::OkStatus();
  }

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
  const std::vector<std::string> files_;
  const int orders_;
  int tenants_ = 0;
  std::string tenant_;
  std::unique_ptr<JuchuCaller> caller_;
  std::unique_ptr<RowCopy> copy_;
  // The tenant whose rows they are.
  std::string copied_;
};

// All contenders at one number of calls in flight, one call of each worker, whatever it takes. juchu goes first: the
// others insert what it has left.
absl::Status MeasureAt(Stand& stand, const Scale& scale, int in_flight, bool allocating, Section& section) {
  const int orders = OrdersOfAFile(in_flight, scale);
  JUCHU_ASSIGN_OR_RETURN(auto files, MakeFiles(in_flight, orders));
  section.notes.push_back(absl::StrFormat("%d in flight: a file of %d orders for each, %.1f MB", in_flight, orders,
                                          static_cast<double>(files.front().size()) / 1e6));
  Imports imports(stand, std::move(files), orders);
  std::vector<Contender> contenders;
  if (allocating) contenders.push_back(imports.Juchu(kAllocating, pb::ALLOCATE_AUTOMATICALLY));
  contenders.push_back(imports.Juchu(kJuchu, pb::ALLOCATE_BY_COMMAND));
  contenders.push_back(imports.TwoHop());
  contenders.push_back(imports.ByHand());
  Scale once = scale;
  once.duration = absl::ZeroDuration();
  once.warm_up = absl::ZeroDuration();
  JUCHU_ASSIGN_OR_RETURN(const auto lines, RunRounds(stand, contenders, {in_flight}, once));
  section.lines.insert(section.lines.end(), lines.begin(), lines.end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Section> RunImport(Stand& stand, const Scale& scale) {
  const auto& levels = scale.in_flight;
  Section section{"Import of orders of 3 items from CP932 files", "orders"};
  for (const int in_flight : levels) {
    if (in_flight > kMostLongCalls) {
      section.notes.push_back(absl::StrCat(in_flight, " in flight: left out, more than a gateway takes"));
      continue;
    }
    JUCHU_RETURN_IF_ERROR(MeasureAt(stand, scale, in_flight, in_flight == levels.front(), section));
  }
  section.notes.push_back("times are those of a file; the more in flight, the smaller: 500 orders at least");
  if (std::count(levels.begin(), levels.end(), 1) == 0) return section;
  section.verdicts = {
      {"1 in flight: orders/s, of the rows by hand",
       Ratios(LineOf(section.lines, kJuchu, 1), LineOf(section.lines, kByHand, 1), &Sample::units_per_second), 0.5,
       true}};
  return section;
}

}  // namespace juchu::bench
