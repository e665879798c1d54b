#include "tests/payment/typing_places.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/gateway/intake/generic_order_layout.h"
#include "services/gateway/postpay/default_profiles.h"

namespace juchu::payment {
namespace {

using contract::Messages;
using contract::Operation;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Path = std::vector<const FieldDescriptor*>;
using Row = std::vector<std::string>;

// No contract nests deeper: an order's delivery's recipient's name.
constexpr size_t kDeepest = 8;

void CollectPaths(const Descriptor& descriptor, const Path& parents, std::vector<Path>& paths) {
  if (parents.size() > kDeepest) return;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    Path path = parents;
    path.push_back(descriptor.field(i));
    if (path.back()->type() == FieldDescriptor::TYPE_STRING) paths.push_back(path);
    if (path.back()->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      CollectPaths(*path.back()->message_type(), path, paths);
    }
  }
}

std::string NameOf(const Path& path) {
  return absl::StrJoin(path, ".",
                       [](std::string* out, const FieldDescriptor* field) { absl::StrAppend(out, field->name()); });
}

// Of a stream, each message has one part: a header, or bytes.
bool IsPartOf(const Message& request, const FieldDescriptor& field) {
  return field.real_containing_oneof() == nullptr || request.GetReflection()->HasField(request, &field);
}

void PutField(const Path& path, const std::string& text, Message& request) {
  Message* message = &request;
  for (const auto* field : path) {
    const auto& reflection = *message->GetReflection();
    const bool there = !field->is_repeated() || reflection.FieldSize(*message, field) > 0;
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      if (!field->is_repeated()) return reflection.SetString(message, field, text);
      if (there) return reflection.SetRepeatedString(message, field, 0, text);
      return reflection.AddString(message, field, text);
    }
    if (!field->is_repeated()) {
      message = reflection.MutableMessage(message, field);
    } else {
      message = there ? reflection.MutableRepeatedMessage(message, field, 0) : reflection.AddMessage(message, field);
    }
  }
}

// What the field's form asks for beside the number.
std::string Dressed(absl::string_view name, const std::string& text) {
  return absl::EndsWith(name, "mail") || absl::EndsWith(name, "メールアドレス") ? absl::StrCat(text, "@example.jp")
                                                                                : text;
}

// The bytes that a request brings of a file; null: none.
const FieldDescriptor* DataOf(const Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("data");
  const bool is_data = field != nullptr && field->type() == FieldDescriptor::TYPE_BYTES;
  return is_data && request.GetReflection()->HasField(request, field) ? field : nullptr;
}

// The file of the stream; the examples have no quotes in theirs.
std::vector<Row> ReadFile(const Messages& requests) {
  std::string bytes;
  for (const auto& request : requests) {
    const auto* data = DataOf(*request);
    if (data != nullptr) absl::StrAppend(&bytes, request->GetReflection()->GetString(*request, data));
  }
  std::vector<Row> rows;
  for (const auto line : absl::StrSplit(bytes, '\n', absl::SkipEmpty())) rows.push_back(absl::StrSplit(line, ','));
  return rows;
}

void WriteFile(const std::vector<Row>& rows, Messages& requests) {
  std::string bytes;
  for (const auto& row : rows) absl::StrAppend(&bytes, absl::StrJoin(row, ","), "\n");
  for (auto& request : requests) {
    const auto* data = DataOf(*request);
    if (data == nullptr) continue;
    request->GetReflection()->SetString(request.get(), data, bytes);
    bytes.clear();
  }
}

// Puts the text into each row's cell of the column, which is appended when the file has none of this name.
void PutCells(const std::string& column, const std::string& text, Messages& requests) {
  std::vector<Row> rows = ReadFile(requests);
  const auto found = std::find(rows.front().begin(), rows.front().end(), column);
  const auto at = static_cast<size_t>(found - rows.front().begin());
  for (auto& row : rows) row.resize(std::max(row.size(), at + 1));
  rows.front()[at] = column;
  for (size_t i = 1; i < rows.size(); ++i) rows[i][at] = text;
  WriteFile(rows, requests);
}

// Columns that juchu knows of the file beside those that the example has.
std::vector<std::string> KnownColumns(const Operation& operation) {
  std::vector<std::string> columns;
  if (operation.method == "GatewayService/ImportOrders") {
    for (const auto& column : gateway::GenericOrderColumns()) columns.emplace_back(column.names.front());
  }
  if (operation.method == "PostpayService/ImportScreeningResults") {
    const bool of_np = absl::StrContains(operation.requests.front(), "company: NP");
    for (const auto& column : gateway::DefaultProfile(of_np ? v1::NP_RESULT : v1::GMO_RESULT).columns()) {
      columns.push_back(column.header());
    }
  }
  columns.emplace_back("店の覚え");
  return columns;
}

void AddFilePlaces(const Operation& operation, const Messages& requests, std::vector<TypingPlace>& places) {
  const std::vector<Row> rows = ReadFile(requests);
  if (rows.empty()) return;
  Row columns = rows.front();
  for (auto& column : KnownColumns(operation)) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(std::move(column));
  }
  for (const auto& column : columns) {
    places.push_back(
        {absl::StrCat(operation.method, " file: ", column),
         [column](Messages& changed, const std::string& text) { PutCells(column, Dressed(column, text), changed); }});
  }
  places.push_back({absl::StrCat(operation.method, " file: name of a column"),
                    [](Messages& changed, const std::string& text) { PutCells(text, "", changed); }});
}

const Operation& Example(const std::string& method) {
  const auto& all = contract::Operations();
  return *std::find_if(all.begin(), all.end(), [&](const auto& operation) { return operation.method == method; });
}

// A save of everything that can be edited.
Operation SaveOfAll() {
  absl::string_view order = Example("GatewayService/CreateOrders").requests.front();
  absl::ConsumePrefix(&order, "orders { ");
  return {"GatewayService/UpdateOrder",
          {absl::StrCat("order { order_number: '$order' version: 1 ", order,
                        " update_mask { paths: '*' } reason: 'why' request_id: '$uuid'")}};
}

}  // namespace

std::vector<TypingPlace> TypingPlacesOf(const Operation& operation, const Messages& requests) {
  std::vector<TypingPlace> places;
  for (size_t i = 0; i < requests.size(); ++i) {
    std::vector<Path> paths;
    CollectPaths(*requests[i]->GetDescriptor(), {}, paths);
    for (const auto& path : paths) {
      if (!IsPartOf(*requests[i], *path.front())) continue;
      const std::string name = NameOf(path);
      places.push_back(
          {absl::StrCat(operation.method, " ", name), [i, path, name](Messages& changed, const std::string& text) {
             PutField(path, Dressed(name, text), *changed[i]);
           }});
    }
  }
  AddFilePlaces(operation, requests, places);
  return places;
}

std::vector<Operation> OperationsToTypeInto() {
  std::vector<Operation> operations = contract::Operations();
  operations.push_back(SaveOfAll());
  operations.push_back({"PostpayService/ImportScreeningResults",
                        {"header { company: GMO }",
                         "data: '加盟店取引ID,GMO取引ID,審査結果,理由,審査日時\\n"
                         "$order_registered,G1,NG,,2026/11/26 10:00\\n'"}});
  operations.push_back(
      {"PostpayService/PutLayoutProfile",
       {"layout_profile { layout_profile_id: 'results' name: '結果' kind: NP_RESULT header_line: true columns { "
        "header: "
        "'取引' aliases: '番号' field: 'shop_transaction_id' required: true } columns { header: '与信結果' field: "
        "'result' } result_words { word: 'OK' result: SCREENED_APPROVED } reason_texts { code: 'RE001' text: "
        "'住所不備' "
        "} }"}});
  operations.push_back(
      {"PostpayService/PutLayoutProfile",
       {"layout_profile { layout_profile_id: 'slips' name: '伝票' kind: NP_SLIP encoding: UTF_8 line_end: LF quoting: "
        "QUOTE_ALL header_line: true columns { header: '固定' constant: '1' } columns { header: 'NP取引ID' field: "
        "'transaction_id' } columns { header: '運送会社コード' field: 'carrier_code' } columns { header: "
        "'配送伝票番号' field: 'slip_number' } carrier_codes { carrier: 'YAMATO' code: '59010' name: 'ヤマト' } }"}});
  return operations;
}

}  // namespace juchu::payment
