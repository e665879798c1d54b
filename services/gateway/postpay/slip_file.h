#ifndef SERVICES_GATEWAY_POSTPAY_SLIP_FILE_H_
#define SERVICES_GATEWAY_POSTPAY_SLIP_FILE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "juchu/payment/v1/layout.pb.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// A shipment to be reported.
struct SlipRow {
  std::string order_number;
  // What the order was registered as: its order number. "": none.
  std::string shop_transaction_id;
  // The company's number for it (NP取引ID, GMO取引ID); "": not known.
  std::string transaction_id;
  // Our name of the carrier's service ("YAMATO"), or the company's code for it; one of the profile's carrier_codes.
  std::string carrier;
  // The carrier's number (配送伝票番号), with or without hyphens and spaces.
  std::string slip_number;
  // The order that was reported to the company with the same slip number lately; "": none.
  std::string reported_before;
  // The day on which the invoice that lies in the parcel was issued (同梱); nullopt: it is sent apart.
  std::optional<absl::CivilDay> invoice_date;
};

// The slip number as the companies take it, and as two are compared: half-width, without what people write between the
// digits.
std::string PlainSlipNumber(absl::string_view text);

// A file of shipments (配送伝票, 出荷報告).
struct SlipFile {
  // "" when no order goes out.
  std::string bytes;
  // Order numbers of the orders in it, in the order in which they came.
  std::vector<std::string> included;
  std::vector<LeftOutOrder> left_out;
};

// Writes the shipments by the profile. An order is left out and named for: CARRIER_UNKNOWN, SLIP_NUMBER_INVALID (NP: 1
// to 20 letters and digits, GMO: 5 to 20), TRANSACTION_ID_INVALID, SLIP_NUMBER_TWICE (orders with the same slip number,
// all of them: one of the numbers is wrong, or they went in one parcel, which a person has to say),
// SLIP_NUMBER_REPORTED (an order before it had the number), ORDER_TWICE (the later row: an order is reported once), and
// what LayoutFile::Add says. INVALID_ARGUMENT as CheckProfileFor(LayoutUse::kSlip).
absl::StatusOr<SlipFile> WriteSlipFile(const juchu::payment::v1::LayoutProfile& profile,
                                       absl::Span<const SlipRow> rows);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_SLIP_FILE_H_
