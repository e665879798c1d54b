#ifndef SERVICES_GATEWAY_APP_POSTPAY_EXPORT_H_
#define SERVICES_GATEWAY_APP_POSTPAY_EXPORT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/postpay_parts.h"
#include "services/gateway/postpay/postpay_types.h"
#include "services/gateway/workflow/rules.h"

namespace juchu::gateway {

// Orders that one file takes, and that one answer names as left out.
inline constexpr int kMostOfFile = 1000;

// One export on its way: what registrations and slips share. Confined to one call.
struct PostpayExport {
  // All must outlive it.
  PostpayExport(const PostpayParts& export_parts, const rpc::CallContext& call,
                payment::v1::PostpayCompany export_company)
      : parts(export_parts), context(call), company(export_company) {}

  const PostpayParts& parts;
  const rpc::CallContext& context;
  const payment::v1::PostpayCompany company;

  payment::v1::LayoutProfile layout;
  std::vector<order::v1::Order> orders;
  ConfigurationSnapshot configuration;
  workflow::Settings settings;
  std::map<std::string, payment::v1::Screening> screenings;
  v1::ExportFileResponse response;

  // Whether the request has made a file before; then that is the answer, and its orders know of it.
  absl::StatusOr<bool> AnswerEarlier(const std::string& operation, const std::string& request_id,
                                     const std::string& request_hash);
  // Reads these orders with their screenings, in place of those before. One that is not there is left out.
  absl::Status Load(const std::vector<std::string>& order_numbers);
  // Null: it has never been registered.
  const payment::v1::Screening* ScreeningOf(const std::string& order_number) const;
  order::v1::PaymentKind payment_kind() const;
  // Whether the order is paid by this company.
  absl::Status CheckKind(const order::v1::Order& order) const;

  void LeaveOut(const std::string& order_number, const absl::Status& why);
  void LeaveOut(const std::string& order_number, const std::vector<PostpayProblem>& problems);

  // The file as it is to be kept.
  payment::v1::NewFile NewFile(std::string bytes) const;
  // Takes what was kept into the answer, and to its orders.
  absl::StatusOr<v1::ExportFileResponse> Finish(const std::string& operation, payment::v1::RecordFileResponse recorded);

 private:
  // The entry for an order that is left out; null when as many as an answer takes are named.
  v1::LeftOutOrder* NewLeftOut(const std::string& order_number);
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_POSTPAY_EXPORT_H_
