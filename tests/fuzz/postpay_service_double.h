#ifndef TESTS_FUZZ_POSTPAY_SERVICE_DOUBLE_H_
#define TESTS_FUZZ_POSTPAY_SERVICE_DOUBLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/ids/order_number.h"
#include "common/time/clock.h"
#include "juchu/payment/v1/postpay_service.pb.h"
#include "services/gateway/clients/postpay_client.h"
#include "services/payment/domain/screening.h"
#include "tests/fuzz/payment_service_double.h"

namespace juchu::fuzz {

// The other half of one tenant's payment service in memory: screenings, files and layouts, by the same pure rules as
// the real one (services/payment/domain, its checks of requests), and without the database. Ends the process when the
// gateway asks wrongly by itself, and when it writes an order into a file that may not go. Confined to one thread, so
// nothing changes between the gateway's look at the screenings and its file.
class PostpayServiceDouble final : public gateway::PostpayClient {
 public:
  // Both must outlive the double. `payment` tells what becomes known here. The tenant has nothing.
  PostpayServiceDouble(PaymentServiceDouble& payment, const Clock& clock);

  absl::StatusOr<payment::v1::RecordFileResponse> RecordRegistrations(
      const rpc::CallContext& context, const payment::v1::RecordRegistrationsRequest& request) override;
  absl::StatusOr<payment::v1::RecordResultsResponse> RecordResults(
      const rpc::CallContext& context, const payment::v1::RecordResultsRequest& request) override;
  absl::StatusOr<payment::v1::RecordFileResponse> RecordSlips(const rpc::CallContext& context,
                                                              const payment::v1::RecordSlipsRequest& request) override;
  absl::StatusOr<payment::v1::FindReportedSlipsResponse> FindReportedSlips(
      const rpc::CallContext& context, const payment::v1::FindReportedSlipsRequest& request) override;
  absl::StatusOr<payment::v1::ReadScreeningsResponse> ReadScreenings(
      const rpc::CallContext& context, const payment::v1::ReadScreeningsRequest& request) override;
  absl::StatusOr<payment::v1::FindFileResponse> FindFile(const rpc::CallContext& context,
                                                         const payment::v1::FindFileRequest& request) override;
  absl::StatusOr<payment::v1::ListFilesResponse> ListFiles(const rpc::CallContext& context,
                                                           const payment::v1::ListFilesRequest& request) override;
  absl::StatusOr<payment::v1::ReadFileResponse> ReadFile(const rpc::CallContext& context,
                                                         const payment::v1::ReadFileRequest& request) override;
  absl::StatusOr<payment::v1::ListLayoutsResponse> ListLayouts(const rpc::CallContext& context,
                                                               const payment::v1::ListLayoutsRequest& request) override;
  absl::StatusOr<payment::v1::LayoutProfile> PutLayout(const rpc::CallContext& context,
                                                       const payment::v1::PutLayoutRequest& request) override;
  absl::StatusOr<payment::v1::DeleteLayoutResponse> DeleteLayout(
      const rpc::CallContext& context, const payment::v1::DeleteLayoutRequest& request) override;

  // What is known of an order's screening.
  struct StoredScreening {
    int64_t facts_version = 0;
    payment::ScreeningCase screening;
    absl::Time state_time;
    std::string registration_file_id;
    std::string carrier;
    std::string slip_number;
    std::string slip_file_id;

    friend bool operator==(const StoredScreening&, const StoredScreening&) = default;
  };
  // A file that has gone out.
  struct StoredFile {
    payment::v1::PaymentFile file;
    std::string content;
    std::string request_hash;
  };
  // By order number.
  const std::map<std::string, StoredScreening>& screenings() const { return screenings_; }
  // By id.
  const std::map<std::string, StoredFile>& files() const { return files_; }
  const std::map<std::string, payment::v1::LayoutProfile>& layouts() const { return layouts_; }
  // As a person reads it.
  static payment::v1::Screening MessageOf(const std::string& order_number, const StoredScreening& stored);
  // Screenings, files and layouts as bytes: the same as before exactly when none of them has changed.
  std::string Snapshot() const;

 private:
  // To which order a slip number was reported, and when.
  struct ReportedSlip {
    std::string order_number;
    absl::Time time;
  };

  // One of which nothing is known has facts version 0.
  StoredScreening Find(const std::string& order_number) const;
  // A screening that has been changed gets its version.
  void Version(const std::string& order_number, StoredScreening& changed) const;
  // Keeps it, and tells what is new of it.
  void Write(const std::string& order_number, const StoredScreening& changed);
  payment::v1::PaymentFacts FactsOf(const std::string& order_number, const StoredScreening& stored) const;
  // The file of this request; null: it has made none.
  absl::StatusOr<const StoredFile*> FindFileOf(const std::string& request_id, const std::string& request_hash) const;
  // Keeps a file, with what `change` makes of each of its orders: it takes an entry of the request, the file's id and
  // the order's screening.
  template <typename Request, typename Entries, typename Change>
  absl::StatusOr<payment::v1::RecordFileResponse> RecordFile(const rpc::CallContext& context, const Request& request,
                                                             const Entries& entries, const Change& change);
  absl::Status CheckSlipNumber(payment::v1::PostpayCompany company,
                               const payment::v1::RecordSlipsRequest::Slip& slip) const;

  PaymentServiceDouble& payment_;
  const Clock& clock_;
  OrderNumberGenerator file_ids_;
  std::map<std::string, StoredScreening> screenings_;
  std::map<std::string, StoredFile> files_;
  std::map<std::string, std::string> requests_;  // File ids by request id.
  std::map<std::pair<payment::v1::PostpayCompany, std::string>, ReportedSlip> slips_;
  std::map<std::string, payment::v1::LayoutProfile> layouts_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_POSTPAY_SERVICE_DOUBLE_H_
