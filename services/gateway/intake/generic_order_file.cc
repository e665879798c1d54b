#include "services/gateway/intake/generic_order_file.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/order_builder.h"

namespace juchu::gateway {
namespace {

constexpr int kMaxItemsPerOrder = 100;

void AddCapped(IntakeProblem problem, std::vector<IntakeProblem>& problems) {
  if (problems.size() < static_cast<std::size_t>(kMaxProblemsPerOrder)) problems.push_back(std::move(problem));
}

}  // namespace

// Finds the rows of each order in one pass, and which orders an unreadable row may belong to.
class GenericOrderFile::Indexer {
 public:
  explicit Indexer(GenericOrderFile& file) : file_(file) {}

  void Add(const CsvRecord& record);
  // After the last row.
  void Finish();

 private:
  // A row whose order is not known: it may belong to the order before or after it.
  struct Doubt {
    int line;
    // Its columns are known, so it belongs to a neighbour only where the orderer is the same.
    bool sound;
    std::size_t orderer;
  };
  // Bytes that could not be split into fields: they may hold more than one row.
  struct Unreadable {
    std::size_t begin;
    std::size_t end;
    int line;
    std::string shop_order_number;
  };

  std::optional<std::string> ShopOrderNumber(const CsvRecord& record) const;
  // Tells orderers of neighbouring rows apart: when and in whose name the order was made.
  std::size_t OrdererOf(const CsvRecord& record) const;
  std::size_t FindOrAdd(const std::string& shop_order_number);
  void AddSound(const CsvRecord& record, std::size_t order);
  void AddUnassigned(const CsvRecord& record, std::optional<IntakeProblem> problem);
  void MarkIncomplete(std::size_t order, int line);

  GenericOrderFile& file_;
  absl::flat_hash_map<std::string, std::size_t> order_by_number_;
  std::vector<Unreadable> unreadable_;
  // Unassigned rows since the last row of a known order.
  std::vector<Doubt> doubts_;
  // The last row of a known order, sound or not.
  std::optional<std::size_t> last_order_;
  std::size_t last_orderer_ = 0;
};

std::optional<std::string> GenericOrderFile::Indexer::ShopOrderNumber(const CsvRecord& record) const {
  const std::size_t position = *file_.header_.Find(OrderField::kShopOrderNumber);
  if (position >= record.fields.size()) return std::nullopt;
  // The last field of a file that is cut off may be the beginning of another order's number.
  const bool maybe_cut = !record.terminated && record.fault == CsvFault::kNone &&
                         position + 1 == record.fields.size() && record.fields.size() < file_.header_.column_count();
  if (maybe_cut) return std::nullopt;
  std::string number = FieldText(record.fields[position], file_.encoding());
  if (!ValidateShopOrderNumber(number).ok()) return std::nullopt;
  return number;
}

std::size_t GenericOrderFile::Indexer::OrdererOf(const CsvRecord& record) const {
  const auto bytes_of = [&](OrderField field) {
    const std::size_t position = *file_.header_.Find(field);
    return position < record.fields.size() ? record.fields[position].bytes : absl::string_view();
  };
  return absl::HashOf(bytes_of(OrderField::kOrderTime), bytes_of(OrderField::kOrdererName));
}

std::size_t GenericOrderFile::Indexer::FindOrAdd(const std::string& shop_order_number) {
  const auto [entry, added] = order_by_number_.try_emplace(shop_order_number, file_.orders_.size());
  if (added) file_.orders_.push_back(OrderRows{shop_order_number, {}, {}, {}, {}});
  return entry->second;
}

void GenericOrderFile::Indexer::MarkIncomplete(std::size_t order, int line) {
  AddCapped(IntakeProblem{line, "", "ORDER_MAY_BE_INCOMPLETE",
                          absl::StrCat("line ", line, " cannot be read and may belong to this order"),
                          absl::StrCat("correct line ", line, " and send the file again")},
            file_.orders_[order].problems);
}

void GenericOrderFile::Indexer::AddUnassigned(const CsvRecord& record, std::optional<IntakeProblem> problem) {
  const Doubt doubt{record.line, !problem.has_value(), OrdererOf(record)};
  if (!problem.has_value()) {
    problem =
        IntakeProblem{record.line, file_.header_.NameOf(OrderField::kShopOrderNumber), "SHOP_ORDER_NUMBER_INVALID",
                      "no shop order number", "write 1 to 30 letters, digits and hyphens"};
  }
  if (file_.problems_.size() < static_cast<std::size_t>(kMaxFileProblems)) {
    file_.problems_.push_back(*std::move(problem));
  } else {
    ++file_.problems_left_out_;
  }
  if (last_order_.has_value() && (!doubt.sound || doubt.orderer == last_orderer_)) {
    MarkIncomplete(*last_order_, doubt.line);
  }
  doubts_.push_back(doubt);
}

void GenericOrderFile::Indexer::Add(const CsvRecord& record) {
  ++file_.row_count_;
  std::optional<IntakeProblem> problem = StructureProblem(record, file_.header_.column_count(),
                                                          file_.header_.NameAt(record.fields.size()), file_.encoding());
  const std::optional<std::string> number = ShopOrderNumber(record);
  if (record.fault != CsvFault::kNone && record.fault != CsvFault::kTooManyColumns) {
    unreadable_.push_back(Unreadable{record.begin, record.end, record.line, number.value_or("")});
  }
  if (!number.has_value()) {
    AddUnassigned(record, std::move(problem));
    return;
  }
  const std::size_t order = FindOrAdd(*number);
  const std::size_t orderer = OrdererOf(record);
  for (const Doubt& doubt : doubts_) {
    if (order != last_order_ && (!doubt.sound || doubt.orderer == orderer)) MarkIncomplete(order, doubt.line);
  }
  doubts_.clear();
  last_order_ = order;
  last_orderer_ = orderer;
  OrderRows& rows = file_.orders_[order];
  rows.lines.push_back(record.line);
  if (problem.has_value()) {
    AddCapped(*std::move(problem), rows.problems);
    // Two rows that lost the line end between them: the next order's first row may be in here.
    if (record.fields.size() + 1 >= 2 * file_.header_.column_count()) {
      doubts_.push_back(Doubt{record.line, false, orderer});
    }
    return;
  }
  rows.rows.push_back(RowPlace{record.begin, record.line});
  if (!record.terminated) {
    rows.notes.push_back({"LAST_LINE_NOT_ENDED", "the file's last line has no line end: check that the file is whole"});
  }
}

void GenericOrderFile::Indexer::Finish() {
  for (const Unreadable& part : unreadable_) {
    const absl::string_view bytes = absl::string_view(file_.bytes_).substr(part.begin, part.end - part.begin);
    for (const absl::string_view token : absl::StrSplit(bytes, absl::ByAnyChar(",\"\r\n"))) {
      if (token == part.shop_order_number) continue;
      const auto found = order_by_number_.find(TrimSpaces(token));
      if (found != order_by_number_.end()) MarkIncomplete(found->second, part.line);
    }
  }
}

absl::StatusOr<GenericOrderFile> GenericOrderFile::Read(std::string bytes, EncodingHint hint) {
  JUCHU_ASSIGN_OR_RETURN(const CsvStart start, ReadCsvStart(bytes, hint, kOrderRows));
  bytes.resize(start.size);
  JUCHU_ASSIGN_OR_RETURN(HeaderMap header, HeaderMap::Create(start.names));
  GenericOrderFile file(std::move(bytes), start.choice, std::move(header));
  Indexer indexer(file);
  JUCHU_RETURN_IF_ERROR(
      ForEachCsvRow(file.bytes_, start, kOrderRows, [&indexer](const CsvRecord& record) { indexer.Add(record); }));
  indexer.Finish();
  return file;
}

IntakeOrder GenericOrderFile::ReadOrder(std::size_t index, juchu::order::v1::Order& order) const {
  const OrderRows& rows = orders_[index];
  IntakeOrder read;
  read.shop_order_number = rows.shop_order_number;
  read.lines = rows.lines;
  read.problems = rows.problems;
  read.notes = rows.notes;
  OrderBuilder builder(bytes_, choice_.encoding, header_, read, order);
  CsvRecord record;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (i == static_cast<std::size_t>(kMaxItemsPerOrder)) {
      AddCapped(IntakeProblem{rows.rows[i].line, header_.NameOf(OrderField::kShopOrderNumber), "TOO_MANY_ITEMS",
                              absl::StrCat("the order has ", rows.rows.size(), " items, more than ", kMaxItemsPerOrder),
                              "split the order"},
                read.problems);
      break;
    }
    CsvReader reader(bytes_, rows.rows[i].begin, rows.rows[i].line);
    if (reader.Next(record)) builder.AddRow(record);
  }
  builder.Finish();
  return read;
}

}  // namespace juchu::gateway
