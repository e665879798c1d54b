#include "services/gateway/app/request_checks.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/ids/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {
namespace {

constexpr int kDefaultPage = 50;
constexpr int kMaxPage = 1000;

constexpr size_t kMaxIdSize = 32;
// 1900-01-01 and 10000-01-01 in Japan, in seconds since 1970: every time that a file can say is one that is taken.
constexpr int64_t kFirstSecond = -2'209'021'200;
constexpr int64_t kEndSecond = 253'402'268'400;
constexpr int32_t kMaxNanos = 999'999'999;

absl::Status CheckCharacters(absl::string_view text, size_t min, size_t max, bool lines, absl::string_view field) {
  const size_t count = CountCharacters(text);
  if (count < min) {
    return InvalidField("FIELD_REQUIRED", field, "missing", absl::StrCat("give ", min, " to ", max, " characters"));
  }
  if (count > max) {
    return InvalidField("TEXT_TOO_LONG", field, absl::StrCat(count, " characters"),
                        absl::StrCat("give at most ", max, " characters"));
  }
  if (ValidateText(lines ? NormalizeLineEnds(text) : std::string(text), lines).ok()) return absl::OkStatus();
  return InvalidField("TEXT_INVALID", field,
                      lines ? "holds a control character" : "holds a line break or another control character",
                      lines ? "give visible text" : "give one line of visible text");
}

}  // namespace

absl::Status CheckId(absl::string_view id, absl::string_view field) {
  const bool valid = !id.empty() && id.size() <= kMaxIdSize && std::all_of(id.begin(), id.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-';
  });
  if (valid) return RefuseCardNumber(id, field);
  return InvalidField("ID_INVALID", field, id.empty() ? "missing" : "not a valid id",
                      "use 1 to 32 lower-case letters, digits or hyphens");
}

absl::Status CheckLine(absl::string_view text, size_t min, size_t max, absl::string_view field) {
  return CheckCharacters(text, min, max, /*lines=*/false, field);
}

absl::Status CheckCode(absl::string_view text, size_t min, size_t max, absl::string_view field) {
  JUCHU_RETURN_IF_ERROR(CheckLine(text, min, max, field));
  return RefuseCardNumber(text, field);
}

absl::Status CheckText(absl::string_view text, size_t max, absl::string_view field) {
  return CheckCharacters(text, 0, max, /*lines=*/true, field);
}

absl::Status CheckTime(const google::protobuf::Timestamp& time, absl::string_view field) {
  if (time.seconds() >= kFirstSecond && time.seconds() < kEndSecond && time.nanos() >= 0 && time.nanos() <= kMaxNanos) {
    return absl::OkStatus();
  }
  return InvalidField("TIME_INVALID", field, "is not a time between the years 1900 and 9999",
                      "give whole seconds since 1970 and 0 to 999,999,999 nanoseconds");
}

absl::Status CheckDate(const common::v1::Date& date, absl::string_view field) {
  const absl::CivilDay day(date.year(), date.month(), date.day());
  // CivilDay carries February 30 over into March; a real day stays as it is.
  if (date.year() >= 1900 && date.year() <= 9999 && day.year() == date.year() && day.month() == date.month() &&
      day.day() == date.day()) {
    return absl::OkStatus();
  }
  return InvalidField("DATE_INVALID", field,
                      absl::StrCat(date.year(), "-", date.month(), "-", date.day(), " is not a day"),
                      "give a real day from 1900-01-01 to 9999-12-31");
}

absl::StatusOr<int> ReadPageSize(int32_t given) {
  if (given < 0) {
    return InvalidField("PAGE_SIZE_INVALID", "page_size", "is negative",
                        absl::StrCat("send 1 to ", kMaxPage, ", or 0 for ", kDefaultPage));
  }
  return given == 0 ? kDefaultPage : std::min(given, kMaxPage);
}

std::string HashRequest(const google::protobuf::Message& request) {
  std::string content = absl::StrCat(request.GetDescriptor()->full_name(), "\n");
  {
    google::protobuf::io::StringOutputStream stream(&content);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&out);
  }
  return Sha256(content);
}

}  // namespace juchu::gateway
