#include "tests/standin/rccs_standin.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace juchu::standin {
namespace {

using What = Behaviour::What;

constexpr char kXml[] = "text/xml; charset=utf-8";
constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kGarbage[] =
    "<html><head><title>Maintenance</title></head><body>ただいまメンテナンス中です。</body></html>";

// A connection that is kept, and an answer that hangs, hold a thread each.
constexpr int kThreads = 64;
constexpr int kKeepAliveSeconds = 60;
constexpr size_t kKeepAliveRequests = 1'000'000;

Verdict WrongAccount() { return {"RCCS_E02-001", "認証エラー"}; }
Verdict UnknownId() { return {"RCCS_E21-101", "リクエストIDが存在しません。"}; }
Verdict UsedId() { return {"RCCS_E22-101", "リクエストIDは既に使用されています。"}; }
Verdict OverTheLimit() {
  return {"RCCS_E22-822", "限度額オーバー：R-Card Plus クレジットサポートセンターへお問合せください。"};
}
Verdict RefusedByCompany() { return {"RCCS_E22-899", "カード会社に拒否されました。"}; }
Verdict OutOfOrder() { return {"RCCS_E01-001", "システムエラー"}; }

// What the rule wants said, and the usual words where it does not care.
Verdict WordsOf(const Behaviour& behaviour, Verdict usual) {
  if (!behaviour.code.empty()) usual.code = behaviour.code;
  if (!behaviour.message.empty()) usual.message = behaviour.message;
  return usual;
}

WireReply Error(Verdict verdict) {
  WireReply reply;
  reply.verdict = std::move(verdict);
  return reply;
}

// Lets every message go on with what the rule wants said: by default a card number, the brand's published test number.
void Talk(const Behaviour& behaviour, WireReply& reply) {
  const std::string words = behaviour.message.empty() ? "カード番号 4111-1111-1111-1111" : behaviour.message;
  const auto go_on = [&words](Verdict& verdict) { absl::StrAppend(&verdict.message, " ", words); };
  const auto go_on_in = [&go_on](std::vector<OrderRow>& rows) {
    for (OrderRow& row : rows) go_on(row.verdict);
  };
  go_on(reply.verdict);
  if (reply.rows) go_on_in(*reply.rows);
  if (!reply.statuses) return;
  for (RequestStatus& status : *reply.statuses) {
    go_on(status.verdict);
    go_on_in(status.rows);
  }
}

void Double(std::vector<OrderRow>& rows) {
  const std::vector<OrderRow> once = rows;
  rows.insert(rows.end(), once.begin(), once.end());
}

}  // namespace

absl::StatusOr<std::unique_ptr<RccsStandin>> RccsStandin::Start(Options options) {
  JUCHU_ASSIGN_OR_RETURN(std::unique_ptr<RccsBook> book, RccsBook::Open(options.journal_file));
  const int wanted_port = options.port;
  std::unique_ptr<RccsStandin> standin(new RccsStandin(std::move(options), std::move(book)));
  Server& server = standin->server_;
  if (!server.is_valid()) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a certificate with its key in PEM: ", standin->options_.certificate_file, ", ",
                     standin->options_.key_file));
  }
  // The library's choice, SO_REUSEPORT, would let a second server share the port in silence.
  server.set_socket_options([](socket_t listener) {
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  });
  server.set_tcp_nodelay(true);
  server.set_keep_alive_timeout(kKeepAliveSeconds);
  server.set_keep_alive_max_count(kKeepAliveRequests);
  standin->connections_.Watch(server, kThreads);
  standin->AddRoutes();
  standin->AddControlRoutes();
  standin->port_ = wanted_port;
  if (wanted_port == 0) {
    standin->port_ = server.bind_to_any_port("127.0.0.1");
  } else if (!server.bind_to_port("127.0.0.1", wanted_port)) {
    standin->port_ = -1;
  }
  if (standin->port_ < 0) return absl::UnavailableError(absl::StrCat("cannot listen on port ", wanted_port));
  server.DeepenBacklog();
  standin->thread_ = std::thread([&server] { server.listen_after_bind(); });
  // A stop that came before it runs would be lost.
  while (!server.is_running()) absl::SleepFor(absl::Milliseconds(1));
  return standin;
}

RccsStandin::RccsStandin(Options options, std::unique_ptr<RccsBook> book)
    : options_(std::move(options)),
      clock_(options_.clock != nullptr ? *options_.clock : system_clock_),
      book_(std::move(book)),
      behaviours_(options_.seed),
      server_(options_.certificate_file.c_str(), options_.key_file.c_str()),
      delay_(options_.delay) {}

RccsStandin::~RccsStandin() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (!thread_.joinable()) return;
  server_.stop();
  connections_.EndAll();
  thread_.join();
}

std::string RccsStandin::url() const { return absl::StrCat("https://127.0.0.1:", port_); }

void RccsStandin::SetBehaviours(std::vector<Behaviour> behaviours) {
  const bool stalls = std::any_of(behaviours.begin(), behaviours.end(),
                                  [](const Behaviour& behaviour) { return behaviour.what == What::kStall; });
  behaviours_.Set(std::move(behaviours));
  if (!stalls) book_->ReleaseStalled(clock_.Now());
}

void RccsStandin::SetDelay(absl::Duration delay) {
  absl::MutexLock lock(&mutex_);
  delay_ = delay;
}

RccsStandin::BookOfEffects RccsStandin::Book(absl::string_view orders) {
  RccsBook::Summary summary = book_->Summarize(orders, clock_.Now());
  absl::MutexLock lock(&mutex_);
  return {.orders = std::move(summary.orders),
          .ids_given = summary.ids_given,
          .requests_accepted = summary.requests_accepted,
          .requests_finished = summary.requests_finished,
          .calls = calls_};
}

void RccsStandin::AddRoutes() {
  server_.Post(kPath, [this](const httplib::Request& http, httplib::Response& answer) { Serve(http, answer); });
}

void RccsStandin::Serve(const httplib::Request& http, httplib::Response& answer) {
  if (!absl::StartsWith(http.get_header_value("Content-Type"), "text/xml")) {
    answer.status = 415;
    return answer.set_content("the Content-Type must be text/xml\n", kText);
  }
  const absl::StatusOr<WireRequest> request = ReadRequest(http.body);
  if (!request.ok()) {
    answer.status = 400;
    return answer.set_content(absl::StrCat(request.status().message(), "\n"), kText);
  }
  {
    absl::MutexLock lock(&mutex_);
    ++calls_[std::string(OperationName(request->operation))];
  }
  if (!Knows(request->account)) {
    return answer.set_content(WriteReply(request->operation, Error(WrongAccount())), kXml);
  }
  const std::vector<std::string> orders = OrdersOf(*request);
  const std::optional<Behaviour> behaviour = behaviours_.Take(
      {What::kDropBefore, What::kDropAfter, What::kGarbage, What::kError500, What::kHang, What::kLieReply},
      request->operation, orders);
  if (behaviour && behaviour->what == What::kDropBefore) return RccsConnections::EndMine();
  if (behaviour && behaviour->what == What::kError500) {
    answer.status = 500;
    return answer.set_content("Internal Server Error\n", kText);
  }
  WireReply reply = Do(*request, orders);
  if (const auto talk = behaviours_.Take({What::kTalk}, request->operation, orders)) Talk(*talk, reply);
  Answer(behaviour, request->operation, std::move(reply), answer);
}

void RccsStandin::Answer(const std::optional<Behaviour>& behaviour, Operation operation, WireReply reply,
                         httplib::Response& answer) {
  if (behaviour && behaviour->what == What::kDropAfter) return RccsConnections::EndMine();
  if (behaviour && behaviour->what == What::kGarbage) {
    return answer.set_content(kGarbage, "text/html; charset=utf-8");
  }
  if (behaviour && behaviour->what == What::kHang) {
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), behaviour->wait)) return RccsConnections::EndMine();
  }
  if (behaviour && behaviour->what == What::kLieReply) reply = Error(WordsOf(*behaviour, OutOfOrder()));
  answer.set_content(WriteReply(operation, reply), kXml);
}

bool RccsStandin::Knows(const Account& account) const {
  return std::any_of(options_.accounts.begin(), options_.accounts.end(), [&](const Account& known) {
    return known.auth_key == account.auth_key && known.shop_url == account.shop_url &&
           known.user_name == account.user_name;
  });
}

std::vector<std::string> RccsStandin::OrdersOf(const WireRequest& request) const {
  if (request.operation == Operation::kGetResult) return book_->OrdersOf(request.ids);
  if (request.operation == Operation::kGetResultAll && !request.search.order_number.empty()) {
    return {request.search.order_number};
  }
  std::vector<std::string> orders;
  for (const OrderWork& work : request.orders) orders.push_back(work.order_number);
  return orders;
}

WireReply RccsStandin::Do(const WireRequest& request, const std::vector<std::string>& orders) {
  if (IsAsynchronous(request.operation)) return Accept(request, orders);
  if (const auto refusal = behaviours_.Take({What::kRefuse}, request.operation, orders)) {
    return Error(WordsOf(*refusal, OutOfOrder()));
  }
  if (request.operation == Operation::kGetResult) return TellResults(request, orders);
  if (request.operation == Operation::kGetResultAll) return TellRows(request, orders);
  WireReply reply;
  reply.request_id = book_->GiveId(request.account.shop_url, clock_.Now());
  return reply;
}

WireReply RccsStandin::Accept(const WireRequest& request, const std::vector<std::string>& orders) {
  const std::string& shop = request.account.shop_url;
  RccsBook::Acceptance acceptance = book_->CanAccept(shop, request.request_id);
  // A request that comes to nothing takes no times from the rules.
  if (acceptance == RccsBook::Acceptance::kAccepted) {
    AcceptedWork work;
    work.operation = request.operation;
    work.orders = request.orders;
    for (OrderWork& order : work.orders) {
      const auto refusal = behaviours_.Take({What::kRefuse}, request.operation, {order.order_number});
      if (!refusal) continue;
      const bool authorizes = request.operation == Operation::kAuthori;
      order.refused = WordsOf(*refusal, authorizes ? OverTheLimit() : RefusedByCompany());
    }
    work.stalled = behaviours_.Take({What::kStall}, request.operation, orders).has_value();
    work.doubled = behaviours_.Take({What::kTwice}, request.operation, orders).has_value();
    if (const auto failure = behaviours_.Take({What::kRequestError}, request.operation, orders)) {
      work.failed = WordsOf(*failure, OutOfOrder());
    }
    absl::Duration delay;
    {
      absl::MutexLock lock(&mutex_);
      delay = delay_;
    }
    acceptance = book_->Accept(shop, request.request_id, std::move(work), clock_.Now(), delay);
  }
  switch (acceptance) {
    case RccsBook::Acceptance::kAccepted:
      return {};
    case RccsBook::Acceptance::kUnknownId:
      return Error(UnknownId());
    case RccsBook::Acceptance::kUsedId:
      return Error(UsedId());
  }
  return {};
}

WireReply RccsStandin::TellResults(const WireRequest& request, const std::vector<std::string>& orders) {
  WireReply reply;
  reply.statuses = book_->Results(request.account.shop_url, request.ids, clock_.Now());
  if (!reply.statuses) return Error(UnknownId());
  const auto failure = behaviours_.Take({What::kRequestError}, request.operation, orders);
  const bool twice = behaviours_.Take({What::kTwice}, request.operation, orders).has_value();
  for (RequestStatus& status : *reply.statuses) {
    if (twice && !status.doubled) Double(status.rows);
    if (!failure) continue;
    status.verdict = WordsOf(*failure, OutOfOrder());
    status.rows.clear();
  }
  return reply;
}

WireReply RccsStandin::TellRows(const WireRequest& request, const std::vector<std::string>& orders) {
  WireReply reply;
  reply.rows = book_->Search(request.account.shop_url, request.search, clock_.Now());
  if (behaviours_.Take({What::kTwice}, request.operation, orders)) Double(*reply.rows);
  return reply;
}

}  // namespace juchu::standin
