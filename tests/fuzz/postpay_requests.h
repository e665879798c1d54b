#ifndef TESTS_FUZZ_POSTPAY_REQUESTS_H_
#define TESTS_FUZZ_POSTPAY_REQUESTS_H_

#include <functional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "common/page/page_token.h"
#include "common/rpc/call_context.h"
#include "request_sequence.pb.h"
#include "services/gateway/app/postpay_exporter.h"
#include "services/gateway/app/postpay_parts.h"
#include "services/gateway/app/postpay_reader.h"
#include "services/gateway/app/screening_intake.h"
#include "tests/fuzz/order_service_double.h"
#include "tests/fuzz/postpay_service_double.h"

namespace juchu::fuzz {

// The part of the fuzz target "request" that is about the files of NP and GMO: serves such requests and
// checks what comes of them.
class PostpayRequests {
 public:
  // All must outlive it. `parts` has the doubles too.
  PostpayRequests(gateway::PostpayParts parts, const PageTokenCodec& tokens, const PostpayServiceDouble& postpay,
                  const OrderServiceDouble& orders)
      : postpay_(postpay),
        orders_(orders),
        exporter_(parts),
        intake_(parts),
        reader_(parts.postpay, tokens, parts.clock) {}

  // False when the request is about something else.
  bool Serve(const rpc::CallContext& context, const AnyRequest& request);

  // What must hold of all that is stored.
  void CheckStored();

  // The order has been settled: it shows how far its screening is, and whether its slip is reported.
  void CheckSettled(const std::string& order_number);

 private:
  using Call = std::function<absl::StatusOr<gateway::v1::ExportFileResponse>()>;

  // `named`: the orders that the caller names, in capitals; empty: all.
  void Export(const rpc::CallContext& context, const std::set<std::string>& named, const Call& call);
  void CheckExported(const gateway::v1::ExportFileResponse& response);
  void Import(const rpc::CallContext& context, const ScreeningImportStream& stream);
  absl::StatusOr<gateway::v1::ScreeningResultSummary> RunImport(const rpc::CallContext& context,
                                                                const ScreeningImportStream& stream);
  void CheckOutcome(const gateway::v1::ScreeningResultOutcome& outcome, bool dry_run);
  void GetScreening(const rpc::CallContext& context, const gateway::v1::GetScreeningRequest& request);
  void ListFiles(const rpc::CallContext& context, gateway::v1::ListPaymentFilesRequest request);
  void Download(const rpc::CallContext& context, const gateway::v1::DownloadPaymentFileRequest& request);
  void CheckFile(const PostpayServiceDouble::StoredFile& stored);
  void CheckScreening(const std::string& order_number, const PostpayServiceDouble::StoredScreening& stored);

  const PostpayServiceDouble& postpay_;
  const OrderServiceDouble& orders_;
  gateway::PostpayExporter exporter_;
  gateway::ScreeningIntake intake_;
  gateway::PostpayReader reader_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_POSTPAY_REQUESTS_H_
