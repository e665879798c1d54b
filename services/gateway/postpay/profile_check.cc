#include "services/gateway/postpay/profile_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/outgoing/csv_writer.h"
#include "services/gateway/outgoing/text_encoder.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

constexpr int kMaxColumns = 200;
constexpr int kMaxAliases = 20;
constexpr int kMaxResultWords = 100;
constexpr int kMaxReasonTexts = 200;
constexpr int kMaxCarrierCodes = 100;
constexpr int32_t kMaxCellLength = 10'000;
constexpr int32_t kMaxGoodsNumber = 100;
constexpr char kResultWords[] = "layout_profile.result_words";
constexpr char kReasonTexts[] = "layout_profile.reason_texts";
constexpr char kCarrierCodes[] = "layout_profile.carrier_codes";

absl::Status CheckLine(absl::string_view text, std::size_t min, std::size_t max, absl::string_view field) {
  const std::size_t count = CountCharacters(text);
  if (count < min) {
    return InvalidField("FIELD_REQUIRED", field, "missing", absl::StrCat("give ", min, " to ", max, " characters"));
  }
  if (count > max) {
    return InvalidField("TEXT_TOO_LONG", field, absl::StrCat(count, " characters"),
                        absl::StrCat("give at most ", max, " characters"));
  }
  // What is for people only has been masked (MaskTexts); the rest must be as the company has it.
  if (ValidateText(text, /*lines=*/false).ok()) return RefuseCardNumber(text, field);
  return InvalidField("TEXT_INVALID", field, "holds a line break or another control character",
                      "give one line of visible text");
}

absl::Status CheckRange(int32_t value, int32_t max, absl::string_view field) {
  if (value >= 0 && value <= max) return absl::OkStatus();
  return InvalidField("VALUE_OUT_OF_RANGE", field, absl::StrCat("is ", value), absl::StrCat("give 0 to ", max));
}

absl::Status CheckCount(int count, int max, absl::string_view field) {
  if (count <= max) return absl::OkStatus();
  return InvalidField("LIST_TOO_LONG", field, absl::StrCat("has ", count, " entries"),
                      absl::StrCat("give at most ", max));
}

absl::Status NotUsed(absl::string_view field, absl::string_view where) {
  return InvalidField("FIELD_NOT_USED", field, absl::StrCat("means nothing in a file that ", where), "leave it empty");
}

// Whether `text` is `min` to `max` characters of those that `allowed` says.
template <typename Allowed>
bool ConsistsOf(absl::string_view text, std::size_t min, std::size_t max, Allowed allowed) {
  return text.size() >= min && text.size() <= max &&
         std::all_of(text.begin(), text.end(), [&](char c) { return allowed(static_cast<unsigned char>(c)); });
}

bool IsCapitalOrDigit(unsigned char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); }

absl::Status CheckIdentity(const pb::LayoutProfile& profile) {
  const bool valid = ConsistsOf(profile.layout_profile_id(), 1, 64, [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
  if (!valid) {
    return InvalidField("ID_INVALID", "layout_profile.layout_profile_id", "not a valid id",
                        "give 1 to 64 lower-case letters, digits and hyphens");
  }
  JUCHU_RETURN_IF_ERROR(RefuseCardNumber(profile.layout_profile_id(), "layout_profile.layout_profile_id"));
  JUCHU_RETURN_IF_ERROR(CheckLine(profile.name(), 1, 100, "layout_profile.name"));
  if (profile.kind() == pb::LAYOUT_KIND_UNSPECIFIED || !pb::LayoutKind_IsValid(profile.kind())) {
    return InvalidField("ENUM_VALUE_INVALID", "layout_profile.kind", "does not say what the file is for",
                        "send a kind of the contract");
  }
  return CheckLine(profile.note(), 0, 500, "layout_profile.note");
}

// Checks one profile whose identity is right. `profile` outlives it.
class ProfileChecker {
 public:
  explicit ProfileChecker(const pb::LayoutProfile& profile)
      : profile_(profile), use_(UseOf(profile.kind())), comes_in_(use_ == LayoutUse::kResult) {}

  absl::Status Check() {
    JUCHU_RETURN_IF_ERROR(CheckFormat());
    if (profile_.columns().empty()) {
      return InvalidField("FIELD_REQUIRED", "layout_profile.columns", "is empty", "give the file's columns");
    }
    JUCHU_RETURN_IF_ERROR(CheckCount(profile_.columns_size(), kMaxColumns, "layout_profile.columns"));
    for (int i = 0; i < profile_.columns_size(); ++i) {
      JUCHU_RETURN_IF_ERROR(CheckColumn(profile_.columns(i), absl::StrCat("layout_profile.columns[", i, "]")));
    }
    JUCHU_RETURN_IF_ERROR(CheckNeededFields());
    JUCHU_RETURN_IF_ERROR(CheckGoodsNumbers());
    JUCHU_RETURN_IF_ERROR(CheckResultWords());
    JUCHU_RETURN_IF_ERROR(CheckReasonTexts());
    return CheckCarrierCodes();
  }

 private:
  absl::Status CheckFormat() const {
    const auto check = [this](int value, bool known, absl::string_view field) -> absl::Status {
      if (known && (value != 0 || comes_in_)) return absl::OkStatus();
      return InvalidField("ENUM_VALUE_INVALID", field, "does not say how the file is to be written",
                          "send a value of the contract");
    };
    JUCHU_RETURN_IF_ERROR(
        check(profile_.encoding(), pb::TextEncoding_IsValid(profile_.encoding()), "layout_profile.encoding"));
    JUCHU_RETURN_IF_ERROR(
        check(profile_.line_end(), pb::LineEnd_IsValid(profile_.line_end()), "layout_profile.line_end"));
    JUCHU_RETURN_IF_ERROR(check(profile_.quoting(), pb::Quoting_IsValid(profile_.quoting()), "layout_profile.quoting"));
    if (profile_.header_line() || !comes_in_) return absl::OkStatus();
    return InvalidField("FIELD_REQUIRED", "layout_profile.header_line",
                        "is false, and the columns of a file that comes in are found by their headers", "set it");
  }

  absl::Status CheckColumn(const pb::LayoutColumn& column, const std::string& at) {
    const bool header_needed = profile_.header_line();
    JUCHU_RETURN_IF_ERROR(CheckLine(column.header(), header_needed ? 1 : 0, 100, at + ".header"));
    JUCHU_RETURN_IF_ERROR(CheckContent(column, at));
    return comes_in_ ? CheckIncomingColumn(column, at) : CheckOutgoingColumn(column, at);
  }

  absl::Status CheckContent(const pb::LayoutColumn& column, const std::string& at) {
    switch (column.content_case()) {
      case pb::LayoutColumn::kConstant:
        if (comes_in_) return NotUsed(at + ".constant", "comes in");
        if (column.goods_number() != 0) return NotUsed(at + ".goods_number", "has a constant there");
        return CheckConstant(column.constant(), at + ".constant");
      case pb::LayoutColumn::kField:
        break;
      case pb::LayoutColumn::CONTENT_NOT_SET:
        return InvalidField("FIELD_REQUIRED", at + ".field", "missing",
                            "give the name of a field, or a constant, which may be empty");
    }
    const LayoutField* const field = FindField(use_, column.field());
    if (field == nullptr) {
      return InvalidField("FIELD_UNKNOWN", at + ".field", "is no field of this kind of file",
                          "give one that the kind has; README.md of services/gateway/postpay lists them");
    }
    JUCHU_RETURN_IF_ERROR(
        CheckRange(column.goods_number(), field->of_goods ? kMaxGoodsNumber : 0, at + ".goods_number"));
    const bool first = seen_.insert({column.field(), column.goods_number()}).second;
    if (first || field->repeated) return absl::OkStatus();
    return InvalidField("FIELD_TWICE", at + ".field", "stands in a column before this one",
                        "keep one of the two columns");
  }

  absl::Status CheckConstant(const std::string& constant, const std::string& field) const {
    JUCHU_RETURN_IF_ERROR(CheckLine(constant, 0, 100, field));
    if (IsSpreadsheetFormula(constant)) {
      return InvalidField("CELL_IS_FORMULA", field, "is a formula for a spreadsheet that opens the file",
                          "begin it with another character");
    }
    return CheckEncodes(constant, field);
  }

  absl::Status CheckOutgoingColumn(const pb::LayoutColumn& column, const std::string& at) const {
    if (!column.aliases().empty()) return NotUsed(at + ".aliases", "goes out");
    JUCHU_RETURN_IF_ERROR(CheckRange(column.max_characters(), kMaxCellLength, at + ".max_characters"));
    JUCHU_RETURN_IF_ERROR(CheckRange(column.max_bytes(), kMaxCellLength, at + ".max_bytes"));
    return CheckEncodes(column.header(), at + ".header");
  }

  absl::Status CheckIncomingColumn(const pb::LayoutColumn& column, const std::string& at) {
    if (column.max_characters() != 0) return NotUsed(at + ".max_characters", "comes in");
    if (column.max_bytes() != 0) return NotUsed(at + ".max_bytes", "comes in");
    JUCHU_RETURN_IF_ERROR(CheckCount(column.aliases_size(), kMaxAliases, at + ".aliases"));
    JUCHU_RETURN_IF_ERROR(CheckHeaderOnce(column.header(), at + ".header"));
    for (int i = 0; i < column.aliases_size(); ++i) {
      const std::string field = absl::StrCat(at, ".aliases[", i, "]");
      JUCHU_RETURN_IF_ERROR(CheckLine(column.aliases(i), 1, 100, field));
      JUCHU_RETURN_IF_ERROR(CheckHeaderOnce(column.aliases(i), field));
    }
    return absl::OkStatus();
  }

  absl::Status CheckHeaderOnce(const std::string& header, const std::string& field) {
    if (headers_.insert(ComparableWord(header)).second) return absl::OkStatus();
    return InvalidField("HEADER_TWICE", field, "is a name that the profile has already", "keep one of the two");
  }

  absl::Status CheckEncodes(const std::string& text, const std::string& field) const {
    const TextEncoding encoding = profile_.encoding() == pb::CP932 ? TextEncoding::kCp932 : TextEncoding::kUtf8;
    return EncodeText(text, encoding, field).status();
  }

  absl::Status CheckNeededFields() const {
    for (const LayoutField& field : FieldsOf(use_)) {
      if (field.needed && !seen_.contains({std::string(field.name), 0})) {
        return InvalidField("FIELD_MISSING", "layout_profile.columns", absl::StrCat("have no field ", field.name),
                            "add a column with it");
      }
    }
    const bool names_order = seen_.contains({"shop_transaction_id", 0}) || seen_.contains({"transaction_id", 0});
    if (names_order) return absl::OkStatus();
    return InvalidField("FIELD_MISSING", "layout_profile.columns", "have no field that says which order is meant",
                        "add a column with transaction_id or shop_transaction_id");
  }

  // All numbers 0, or from 1 to the highest the same fields.
  absl::Status CheckGoodsNumbers() const {
    std::map<int32_t, std::set<std::string>> fields;
    for (const auto& [name, number] : seen_) {
      if (FindField(use_, name)->of_goods) fields[number].insert(name);
    }
    int32_t expected = fields.contains(0) ? 0 : 1;
    for (const auto& [number, names] : fields) {
      if (number != expected || names != fields.begin()->second || (number > 0 && fields.contains(0))) {
        return InvalidField("GOODS_NUMBER_INVALID", "layout_profile.columns",
                            absl::StrCat("have other fields of goods for the number ", number, " than for the first"),
                            "number the rows of goods 1, 2, 3 … with the same fields in each, or none of them");
      }
      ++expected;
    }
    return absl::OkStatus();
  }

  absl::Status CheckResultWords() const {
    if (!comes_in_) return profile_.result_words().empty() ? absl::OkStatus() : NotUsed(kResultWords, "goes out");
    if (profile_.result_words().empty()) {
      return InvalidField("FIELD_REQUIRED", kResultWords, "is empty", "give the words of the column of the result");
    }
    JUCHU_RETURN_IF_ERROR(CheckCount(profile_.result_words_size(), kMaxResultWords, kResultWords));
    std::set<std::string> words;
    for (int i = 0; i < profile_.result_words_size(); ++i) {
      const pb::ResultWord& word = profile_.result_words(i);
      const std::string at = absl::StrCat(kResultWords, "[", i, "]");
      JUCHU_RETURN_IF_ERROR(CheckLine(word.word(), 1, 50, at + ".word"));
      if (!words.insert(ComparableWord(word.word())).second) {
        return InvalidField("WORD_TWICE", at + ".word", "is there already", "keep one of the two");
      }
      if (word.result() == pb::SCREENING_RESULT_UNSPECIFIED || !pb::ScreeningResult_IsValid(word.result())) {
        return InvalidField("ENUM_VALUE_INVALID", at + ".result", "is no result", "send a result of the contract");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckReasonTexts() const {
    if (!comes_in_) return profile_.reason_texts().empty() ? absl::OkStatus() : NotUsed(kReasonTexts, "goes out");
    JUCHU_RETURN_IF_ERROR(CheckCount(profile_.reason_texts_size(), kMaxReasonTexts, kReasonTexts));
    std::set<std::string> codes;
    for (int i = 0; i < profile_.reason_texts_size(); ++i) {
      const pb::ReasonText& reason = profile_.reason_texts(i);
      const std::string at = absl::StrCat(kReasonTexts, "[", i, "]");
      if (!ConsistsOf(reason.code(), 2, 20, IsCapitalOrDigit)) {
        return InvalidField("CODE_INVALID", at + ".code", "is no code", "give 2 to 20 capital letters and digits");
      }
      JUCHU_RETURN_IF_ERROR(RefuseCardNumber(reason.code(), at + ".code"));
      if (!codes.insert(reason.code()).second) {
        return InvalidField("WORD_TWICE", at + ".code", "is there already", "keep one of the two");
      }
      JUCHU_RETURN_IF_ERROR(CheckLine(reason.text(), 1, 100, at + ".text"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckCarrierCodes() const {
    if (use_ != LayoutUse::kSlip) {
      return profile_.carrier_codes().empty() ? absl::OkStatus() : NotUsed(kCarrierCodes, "reports no shipments");
    }
    if (profile_.carrier_codes().empty()) {
      return InvalidField("FIELD_REQUIRED", kCarrierCodes, "is empty", "give the company's code for each carrier");
    }
    JUCHU_RETURN_IF_ERROR(CheckCount(profile_.carrier_codes_size(), kMaxCarrierCodes, kCarrierCodes));
    std::set<std::string> carriers;
    for (int i = 0; i < profile_.carrier_codes_size(); ++i) {
      const pb::CarrierCode& carrier = profile_.carrier_codes(i);
      const std::string at = absl::StrCat(kCarrierCodes, "[", i, "]");
      JUCHU_RETURN_IF_ERROR(CheckCarrierCode(carrier, at));
      if (!carriers.insert(carrier.carrier()).second) {
        return InvalidField("WORD_TWICE", at + ".carrier", "is there already", "keep one of the two");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckCarrierCode(const pb::CarrierCode& carrier, const std::string& at) const {
    if (!ConsistsOf(carrier.carrier(), 1, 50, [](unsigned char c) { return IsCapitalOrDigit(c) || c == '_'; })) {
      return InvalidField("ID_INVALID", at + ".carrier", "is no name of a carrier",
                          "give 1 to 50 capital letters, digits and underscores");
    }
    JUCHU_RETURN_IF_ERROR(RefuseCardNumber(carrier.carrier(), at + ".carrier"));
    const bool np = CompanyOf(profile_.kind()) == PostpayCompany::kNp;
    const bool valid = np ? ConsistsOf(carrier.code(), 5, 5, [](unsigned char c) { return absl::ascii_isdigit(c); })
                          : ConsistsOf(carrier.code(), 2, 2, [](unsigned char c) { return absl::ascii_isalnum(c); });
    if (!valid) {
      return InvalidField("CODE_INVALID", at + ".code", "is no code of the company's",
                          np ? "give five digits" : "give two letters or digits");
    }
    return CheckLine(carrier.name(), 0, 100, at + ".name");
  }

  const pb::LayoutProfile& profile_;
  const LayoutUse use_;
  const bool comes_in_;
  // Field and goods_number of the columns so far.
  std::set<std::pair<std::string, int32_t>> seen_;
  // Comparable form of the headers and aliases so far.
  std::set<std::string> headers_;
};

}  // namespace

void MaskTexts(pb::LayoutProfile& profile) {
  profile.set_name(MaskCardNumbers(profile.name()));
  profile.set_note(MaskCardNumbers(profile.note()));
  for (auto& reason : *profile.mutable_reason_texts()) reason.set_text(MaskCardNumbers(reason.text()));
  for (auto& carrier : *profile.mutable_carrier_codes()) carrier.set_name(MaskCardNumbers(carrier.name()));
}

absl::Status CheckProfile(const pb::LayoutProfile& profile) {
  JUCHU_RETURN_IF_ERROR(CheckIdentity(profile));
  return ProfileChecker(profile).Check();
}

absl::Status CheckProfileFor(LayoutUse use, const pb::LayoutProfile& profile) {
  JUCHU_RETURN_IF_ERROR(CheckProfile(profile));
  if (UseOf(profile.kind()) == use) return absl::OkStatus();
  return InvalidField("LAYOUT_KIND_WRONG", "layout_profile.kind", "is for another kind of file",
                      "choose a profile of the kind that is asked for");
}

}  // namespace juchu::gateway
