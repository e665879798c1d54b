#ifndef SERVICES_GATEWAY_POSTPAY_LAYOUT_FILE_H_
#define SERVICES_GATEWAY_POSTPAY_LAYOUT_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "juchu/payment/v1/layout.pb.h"
#include "services/gateway/intake/text_decoder.h"
#include "services/gateway/outgoing/csv_writer.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// Writes a file that goes out, by its profile. Confined to one thread.
class LayoutFile {
 public:
  // `profile` has passed CheckProfile, is for a file that goes out, and outlives this.
  explicit LayoutFile(const juchu::payment::v1::LayoutProfile& profile);

  // Appends the entry: one row, or where the profile numbers no goods one for each row of goods. A value that the entry
  // has not is empty. Every reason not to, and then nothing is appended: VALUE_MISSING, TEXT_TOO_LONG, GOODS_TOO_MANY,
  // CELL_IS_FORMULA (these files take no prefix that would disarm it), CHARACTER_NOT_IN_CP932, TEXT_NOT_UTF8.
  std::vector<PostpayProblem> Add(const FileEntry& entry);

  // The file's bytes; "" when nothing was appended, for a header alone is no file to send.
  std::string Take();

 private:
  // What the column holds in a row; "" for a row of goods that the entry has not.
  std::string TextOf(const juchu::payment::v1::LayoutColumn& column, const FileEntry& entry, std::size_t row) const;
  std::vector<std::string> EncodeRow(const FileEntry& entry, std::size_t row,
                                     std::vector<PostpayProblem>& problems) const;
  // The cell's bytes; "" with a problem.
  std::string EncodeCell(const juchu::payment::v1::LayoutColumn& column, const std::string& field,
                         const std::string& text, std::vector<PostpayProblem>& problems) const;

  const juchu::payment::v1::LayoutProfile& profile_;
  const TextEncoding encoding_;
  // Rows of goods that one row of the file holds; 0: the file has a row for each.
  std::size_t goods_in_row_ = 0;
  bool has_goods_ = false;
  bool empty_ = true;
  CsvWriter writer_;
};

// Text that goes into a cell: marks composed, spaces around it dropped.
std::string CellText(absl::string_view text);

// "goods[2].goods_name" for the third row of goods.
std::string GoodsFieldName(std::size_t row, absl::string_view field);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_LAYOUT_FILE_H_
