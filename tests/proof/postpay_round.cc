#include "tests/proof/postpay_round.h"

#include <atomic>
#include <random>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/ids/uuid.h"
#include "juchu/gateway/v1/postpay_service.grpc.pb.h"
#include "tests/proof/round_client.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;

using OrdersStub = gw::GatewayService::Stub;
using Postpay = gw::PostpayService::Stub;

constexpr char kShop[] = "postpay";
// A client takes in another order when so many are on their way.
constexpr size_t kUnderWay = 4;
constexpr absl::Duration kBetween = absl::Milliseconds(20);
constexpr absl::Duration kSettled = absl::Seconds(90);

// The import as a call with one message each way: the data of a file of one line, and what became of it.
struct Importer {
  Postpay& stub;
  const pay::PostpayCompany company;

  grpc::Status Import(grpc::ClientContext* context, const gw::ImportScreeningResultsRequest& data,
                      gw::ScreeningResultOutcome* outcome) {
    gw::ImportScreeningResultsRequest header;
    header.mutable_header()->set_company(company);
    const auto stream = stub.ImportScreeningResults(context);
    if (stream->Write(header)) stream->Write(data);
    stream->WritesDone();
    for (gw::ImportScreeningResultsResponse response; stream->Read(&response);) {
      if (response.has_outcome()) *outcome = response.outcome();
    }
    return stream->Finish();
  }
};

}  // namespace

// What a client was told of one of its orders.
struct PostpayRound::Known {
  std::string number;
  bool rejected = false;
  bool registered = false;
  bool result_taken = false;
  bool shipped = false;
  bool reported = false;
};

struct PostpayRound::Stored {
  int64_t state = 0;
  int64_t slip_reported = 0;
  int64_t facts_version = 0;
  int64_t shown_state = 0;
  // Files that it is in.
  int registrations = 0;
  int slips = 0;
};

struct PostpayRound::Client : RoundClient {
  Client(contract::Endpoint endpoint, const std::string& tenant, int client_index, uint64_t seed)
      : RoundClient(std::move(endpoint), tenant, client_index, seed, "postpay answers"),
        company(client_index % 2 == 0 ? pay::NP : pay::GMO),
        postpay(gw::PostpayService::NewStub(channel())) {}

  void Step();
  void TakeIn();
  void Register(Known& order);
  void Import(Known& order);
  void Ship(Known& order);
  void Report(Known& order);
  // The order is in the file that this answers.
  bool IsExported(const Known& order, const gw::ExportFileResponse& response);
  std::string ResultFile(const Known& order) const;

  const pay::PostpayCompany company;
  const std::unique_ptr<Postpay> postpay;
  std::vector<Known> known;
  std::atomic<int64_t> registrations = 0;
  std::atomic<int64_t> results = 0;
  std::atomic<int64_t> slips = 0;
};

PostpayRound::PostpayRound(Cluster& cluster, const std::function<contract::Endpoint()>& connect,
                           const std::string& tenant, int clients, uint64_t seed)
    : cluster_(cluster), tenant_(tenant) {
  std::mt19937_64 seeds(seed);
  for (int i = 0; i < clients; ++i) clients_.push_back(std::make_unique<Client>(connect(), tenant, i, seeds()));
  SetUp();
}

PostpayRound::~PostpayRound() { Stop(); }

void PostpayRound::SetUp() {
  using Configuration = gw::ConfigurationService::Stub;
  auto& first = *clients_.front();
  const auto configuration = gw::ConfigurationService::NewStub(first.channel());
  gw::UpdateSettingsRequest settings;
  settings.mutable_settings()->set_allocation(pb::ALLOCATE_NOTHING);
  settings.mutable_update_mask()->add_paths("allocation");
  settings.set_request_id(NewRequestId());
  pb::Settings made_settings;
  gw::CreateShippingMethodRequest parcel;
  parcel.mutable_shipping_method()->set_shipping_method_id("parcel");
  parcel.mutable_shipping_method()->set_name("宅配便");
  parcel.set_request_id(NewRequestId());
  pb::ShippingMethod made_parcel;
  bool done = first.MakeTenant(kShop, "自社", pb::OWN_SITE) &&
              first.Insist(*configuration, &Configuration::CreateShippingMethod, parcel, made_parcel, "admin") &&
              first.Insist(*configuration, &Configuration::UpdateSettings, settings, made_settings, "admin");
  for (const auto kind : {pb::NP_POSTPAY, pb::GMO_POSTPAY}) {
    gw::CreatePaymentMethodRequest method;
    method.mutable_payment_method()->set_payment_method_id(kind == pb::NP_POSTPAY ? "np" : "gmo");
    method.mutable_payment_method()->set_name(kind == pb::NP_POSTPAY ? "NP" : "GMO");
    method.mutable_payment_method()->set_kind(kind);
    method.set_request_id(NewRequestId());
    pb::PaymentMethod made;
    done = done && first.Insist(*configuration, &Configuration::CreatePaymentMethod, method, made, "admin");
  }
  first.EndUnless(done, "postpay");
}

void PostpayRound::Start() {
  for (auto& client : clients_) client->Start([&client] { client->Step(); });
}

void PostpayRound::Stop() { StopAll(clients_); }

PostpayRound::Counts PostpayRound::counts() const {
  Counts counts;
  for (const auto& client : clients_) {
    counts.registrations += client->registrations;
    counts.results += client->results;
    counts.slips += client->slips;
    counts.repeats += client->repeats();
  }
  return counts;
}

void PostpayRound::Client::Step() {
  absl::SleepFor(kBetween);
  std::vector<Known*> under_way;
  for (auto& order : known) {
    if (!order.reported && !(order.rejected && order.result_taken)) under_way.push_back(&order);
  }
  if (under_way.size() < kUnderWay) return TakeIn();
  Known& order = *under_way[Draw() % under_way.size()];
  if (!order.registered) {
    Register(order);
  } else if (!order.result_taken || Draw() % 8 == 0) {
    Import(order);
  } else if (!order.shipped) {
    Ship(order);
  } else {
    Report(order);
  }
}

void PostpayRound::Client::TakeIn() {
  gw::CreateOrdersRequest request;
  auto& order = *request.add_orders();
  order = OrderOf(tenant(), absl::StrCat("P", index(), "-", known.size()));
  order.set_shop_id(kShop);
  order.set_payment_method(company == pay::NP ? "NP" : "GMO");
  order.mutable_orderer()->set_name("髙橋 太郎");
  order.mutable_orderer()->set_name_kana("ﾀｶﾊｼ ﾀﾛｳ");
  order.mutable_orderer()->set_phone("0312345678");
  *order.mutable_deliveries(0)->mutable_recipient() = order.orderer();
  gw::CreateOrdersResponse response;
  if (!Insist(orders(), &OrdersStub::CreateOrders, request, response)) return;
  Known made;
  made.number = response.outcomes(0).order_number();
  if (made.number.empty()) return Find(response.ShortDebugString());
  made.rejected = Draw() % 8 == 0;
  known.push_back(std::move(made));
}

bool PostpayRound::Client::IsExported(const Known& order, const gw::ExportFileResponse& response) {
  for (const auto& number : response.exported_order_numbers()) {
    if (number == order.number) return true;
  }
  return false;
}

// By its number, or with all that wait: then those of other clients go out too. Each file is asked for twice at once
// now and then, as one request or as two.
void PostpayRound::Client::Register(Known& order) {
  gw::ExportRegistrationsRequest request;
  request.set_company(company);
  if (Draw() % 3 != 0) request.add_order_numbers(order.number);
  request.set_request_id(NewRequestId());
  gw::ExportRegistrationsRequest second = request;
  if (Draw() % 2 == 0) second.set_request_id(NewRequestId());
  gw::ExportFileResponse of_second;
  std::thread twin;
  if (Draw() % 4 == 0) {
    twin = std::thread([&] { Insist(*postpay, &Postpay::ExportRegistrations, second, of_second); });
  }
  gw::ExportFileResponse response;
  Insist(*postpay, &Postpay::ExportRegistrations, request, response);
  if (twin.joinable()) twin.join();
  order.registered = IsExported(order, response) || IsExported(order, of_second);
  if (order.registered) ++registrations;
  // Another client's file, or one whose answer was lost, has it.
  for (const auto& left_out : response.left_out()) {
    if (left_out.order_number() != order.number) continue;
    if (left_out.problems(0).reason() != "SCREENING_ALREADY_REGISTERED") Find(left_out.ShortDebugString());
    order.registered = true;
  }
}

std::string PostpayRound::Client::ResultFile(const Known& order) const {
  const char* const header = company == pay::NP ? "NP取引ID,加盟店取引ID,与信結果,結果確定日時\n"
                                                : "GMO取引ID,加盟店取引ID,審査結果,審査日時\n";
  return absl::StrCat(header, "T", order.number, ",", order.number, ",", order.rejected ? "NG" : "OK",
                      ",2026/11/26 10:00\n");
}

void PostpayRound::Client::Import(Known& order) {
  Importer importer{*postpay, company};
  gw::ImportScreeningResultsRequest data;
  data.set_data(ResultFile(order));
  gw::ScreeningResultOutcome outcome, of_second;
  std::thread twin;
  if (Draw() % 4 == 0) twin = std::thread([&] { Insist(importer, &Importer::Import, data, of_second); });
  const bool answered = Insist(importer, &Importer::Import, data, outcome);
  if (twin.joinable()) twin.join();
  if (!answered) return;
  const bool applied = outcome.result() == gw::ScreeningResultOutcome::RESULT_APPLIED;
  if (!applied && outcome.result() != gw::ScreeningResultOutcome::RESULT_ALREADY_APPLIED) {
    return Find(absl::StrCat(order.number, ": ", outcome.ShortDebugString()));
  }
  if (applied && order.result_taken) Find(absl::StrCat(order.number, " took its result a second time"));
  order.result_taken = true;
  ++results;
}

void PostpayRound::Client::Ship(Known& order) {
  for (const auto value : {pb::INSTRUCTED, pb::SHIPMENT_CONFIRMED}) {
    gw::OverrideStateTagRequest request;
    request.set_order_number(order.number);
    request.set_value(value);
    request.set_reason("確認済み");
    request.set_request_id(NewRequestId());
    gw::OrderChangeResponse response;
    if (!Insist(orders(), &OrdersStub::OverrideStateTag, request, response, "manager")) return;
  }
  order.shipped = true;
}

// By a number that another order may have by now, which is named then; and by two numbers at once.
void PostpayRound::Client::Report(Known& order) {
  const auto request_with = [&](uint64_t slip_number) {
    gw::ExportSlipsRequest request;
    request.set_company(company);
    auto& slip = *request.add_slips();
    slip.set_order_number(order.number);
    slip.set_carrier("YAMATO");
    slip.set_slip_number(absl::StrCat(slip_number));
    request.set_request_id(NewRequestId());
    return request;
  };
  // Every second one is another order's, with two clients of a company.
  const uint64_t numbers = 4 * known.size();
  gw::ExportFileResponse response, of_second;
  std::thread twin;
  if (Draw() % 4 == 0) {
    twin = std::thread([&, second = request_with(100'000 + known.size())] {
      Insist(*postpay, &Postpay::ExportSlips, second, of_second);
    });
  }
  Insist(*postpay, &Postpay::ExportSlips, request_with(100'000 + Draw() % numbers), response);
  if (twin.joinable()) twin.join();
  order.reported = IsExported(order, response) || IsExported(order, of_second);
  if (order.reported) ++slips;
  for (const auto& left_out : response.left_out()) {
    const std::string& reason = left_out.problems(0).reason();
    // The answer that said so was lost.
    if (reason == "SCREENING_SLIP_REPORTED") order.reported = true;
    // The order may not have come to 出荷済 yet, or have left it.
    const bool is_expected = order.reported || reason == "SLIP_NUMBER_REPORTED" || reason == "OPERATION_NOT_IN_STATUS";
    if (!is_expected) Find(left_out.ShortDebugString());
  }
}

std::string PostpayRound::OfTenant(const std::string& table) const {
  return absl::StrCat(table, " WHERE tenant_id = '", tenant_, "'");
}

std::map<std::string, PostpayRound::Stored> PostpayRound::ReadStored(std::vector<Finding>& findings) {
  std::map<std::string, Stored> stored;
  const auto rows = [](const std::string& text) {
    std::vector<std::vector<std::string>> lines;
    for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      lines.push_back(absl::StrSplit(line, absl::ByAnyChar("\t "), absl::SkipEmpty()));
    }
    return lines;
  };
  const auto number = [](const std::string& text) {
    int64_t value = 0;
    return absl::SimpleAtoi(text, &value) ? value : 0;
  };
  for (const auto& row : rows(Must(cluster_.payment_database().RootSql(
           "SELECT order_number, state, slip_reported, facts_version FROM " + OfTenant("screenings"))))) {
    auto& one = stored[row.at(0)];
    one.state = number(row.at(1));
    one.slip_reported = number(row.at(2));
    one.facts_version = number(row.at(3));
  }
  for (const auto& row : rows(Must(
           cluster_.database().RootSql("SELECT order_number, credit_screening_state FROM " + OfTenant("orders"))))) {
    stored[row.at(0)].shown_state = number(row.at(1));
  }
  gw::ListPaymentFilesRequest list;
  list.set_page_size(1000);
  auto& client = *clients_.front();
  do {
    gw::ListPaymentFilesResponse page;
    if (!client.Insist(*client.postpay, &Postpay::ListPaymentFiles, list, page, "viewer")) break;
    for (const auto& file : page.files()) {
      const bool is_slip = file.kind() == pay::NP_SLIP || file.kind() == pay::GMO_SLIP;
      for (const auto& order : file.order_numbers()) ++(is_slip ? stored[order].slips : stored[order].registrations);
    }
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  const std::string shared = Must(cluster_.payment_database().RootSql(
      absl::StrCat("SELECT company, slip_number, COUNT(*) FROM ", OfTenant("screenings"),
                   " AND slip_reported = 1 GROUP BY company, slip_number HAVING COUNT(*) > 1")));
  if (!shared.empty())
    findings.push_back({"postpay", "slip numbers of several orders: " + absl::StrReplaceAll(shared, {{"\n", "; "}})});
  return stored;
}

// A screening changes when its order is registered, when its result is taken and when its slip is reported, each once:
// its facts have that many versions.
void PostpayRound::JudgeOrder(const Known& known, const Stored& stored, std::vector<Finding>& findings) const {
  const auto find = [&](const std::string& text) { findings.push_back({"postpay", known.number + " " + text}); };
  if (stored.registrations > 1) find(absl::StrCat("was registered in ", stored.registrations, " files"));
  if (stored.slips > 1) find(absl::StrCat("was reported in ", stored.slips, " files"));
  if (stored.slips != stored.slip_reported) {
    find(absl::StrCat("is in ", stored.slips, " files of slips, and reported says ", stored.slip_reported));
  }
  if (known.registered && stored.registrations == 0) find("was acknowledged as registered and is in no file");
  if (known.reported && stored.slips == 0) find("was acknowledged as reported and is in no file");
  const int64_t decided = known.rejected ? pay::SCREENING_REJECTED : pay::SCREENING_APPROVED;
  if (known.result_taken && stored.state != decided) find(absl::StrCat("lost its result: ", stored.state));
  const bool has_result = stored.state == pay::SCREENING_REJECTED || stored.state == pay::SCREENING_APPROVED;
  const int64_t changes = (stored.registrations > 0 ? 1 : 0) + (has_result ? 1 : 0) + stored.slip_reported;
  if (stored.facts_version != changes) {
    find(absl::StrCat("was changed ", stored.facts_version, " times, where ", changes, " are known"));
  }
  const int64_t shown = stored.state == 0 ? int64_t{pay::SCREENING_UNREGISTERED} : stored.state;
  if (stored.shown_state != shown) {
    find(absl::StrCat("shows ", stored.shown_state, ", and the payment service says ", stored.state));
  }
}

std::vector<Finding> PostpayRound::Judge() {
  std::vector<Finding> findings;
  const std::string left =
      WaitUntilDone({{"changes of orders", &cluster_.database(), OfTenant("order_changes")},
                     {"news of screenings", &cluster_.payment_database(), OfTenant("payment_changes")}},
                    kSettled);
  if (!left.empty()) findings.push_back({"queue", absl::StrCat(left, " of ", tenant_, " are not done")});
  auto stored = ReadStored(findings);
  for (const auto& client : clients_) {
    for (const auto& known : client->known) JudgeOrder(known, stored[known.number], findings);
  }
  auto& first = *clients_.front();
  first.Audit(first.orders(), &OrdersStub::AuditOrders, "order audit", findings);
  for (const auto& client : clients_) {
    for (auto& finding : client->findings()) findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace juchu::proof
