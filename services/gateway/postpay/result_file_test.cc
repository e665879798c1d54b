#include "services/gateway/postpay/result_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "services/gateway/outgoing/text_encoder.h"
#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/test_postpay.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;
using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kHeader[] = "NP取引ID,加盟店取引ID,与信結果,NG事由,保留事由,結果確定日時\r\n";

ResultFile Read(const std::string& csv, pb::LayoutKind kind = pb::NP_RESULT) {
  absl::StatusOr<ResultFile> file = ReadResultFile(DefaultProfile(kind), csv);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *std::move(file) : ResultFile();
}

std::string ResultName(pb::ScreeningResult result) { return pb::ScreeningResult_Name(result); }

// "line order transaction result|unknown word|reason|time" of each line, or "line order: problems".
std::vector<std::string> Brief(const ResultFile& file) {
  std::vector<std::string> brief;
  for (const ResultLine& line : file.lines) {
    std::string text = absl::StrCat(line.line, " ", line.shop_transaction_id);
    if (line.problems.empty()) {
      absl::StrAppend(&text, " ", line.transaction_id, " ", ResultName(line.result), "|", line.unknown_word, "|",
                      line.reason, "|", line.decided_time);
    }
    for (const IntakeProblem& problem : line.problems) {
      absl::StrAppend(&text, ": ", problem.line, " ", problem.column, " ", problem.reason);
      EXPECT_FALSE(problem.message.empty()) << problem.reason;
      EXPECT_FALSE(problem.remedy.empty()) << problem.reason;
    }
    brief.push_back(text);
  }
  return brief;
}

std::vector<std::string> NotesOf(const ResultFile& file) {
  std::vector<std::string> brief;
  for (const ResultNote& note : file.notes) brief.push_back(absl::StrCat(note.line, " ", note.reason));
  return brief;
}

// The rows under NP's header, with Brief's answer to them.
std::vector<std::string> BriefOf(const std::string& rows) { return Brief(Read(kHeader + rows)); }

constexpr char kRows[] =
    "18121200001,A1,OK,,,2026/07/08 10:00\r\n"
    "18121200002,A2,NG,RE001,,2026/07/08 10:01\r\n"
    "18121200003,A3,保留,,\"RE009,RE021\",\r\n"
    "18121200004,A4,審査中,,,\r\n";

const auto& Expected() {
  static const auto* const expected =
      new auto(ElementsAre("2 A1 18121200001 SCREENED_APPROVED|||2026/07/08 10:00",
                           "3 A2 18121200002 SCREENED_REJECTED||RE001 金額超過|2026/07/08 10:01",
                           "4 A3 18121200003 SCREENED_ON_HOLD||RE009 住所情報不足、RE021 電話番号の不備|",
                           "5 A4 18121200004 SCREENED_PENDING|||"));
  return *expected;
}

TEST(ReadResultFile, EveryEncodingAndLineEndGivesTheSame) {
  const std::string utf8 = absl::StrCat(kHeader, kRows);
  EXPECT_THAT(Brief(Read(utf8)), Expected());
  EXPECT_THAT(Brief(Read("\xEF\xBB\xBF" + utf8)), Expected());
  EXPECT_THAT(Brief(Read(absl::StrReplaceAll(utf8, {{"\r\n", "\n"}}))), Expected());
  EXPECT_THAT(Brief(Read(absl::StrReplaceAll(utf8, {{"\r\n", "\r"}}))), Expected());
  const std::string cp932 = *EncodeText(utf8, TextEncoding::kCp932, "file");
  EXPECT_THAT(Brief(Read(cp932)), Expected());
  EXPECT_EQ(Read(cp932).encoding, TextEncoding::kCp932);
  EXPECT_THAT(Read(cp932).notes, IsEmpty());
}

TEST(ReadResultFile, AProfileMayNameTheEncoding) {
  pb::LayoutProfile profile = DefaultProfile(pb::NP_RESULT);
  profile.set_encoding(pb::CP932);
  EXPECT_THAT(ReadResultFile(profile, absl::StrCat(kHeader, kRows)), HasReason("COLUMNS_MISSING"));
  EXPECT_TRUE(ReadResultFile(profile, *EncodeText(absl::StrCat(kHeader, kRows), TextEncoding::kCp932, "file")).ok());
  profile.set_encoding(pb::UTF_8_WITH_BOM);
  EXPECT_TRUE(ReadResultFile(profile, absl::StrCat(kHeader, kRows)).ok());
}

TEST(ReadResultFile, ColumnsStandInAnyOrderAndUnknownOnesAreNamed) {
  const ResultFile file = Read("備考,加盟店取引番号,審査 結果,ＮＰ取引ＩＤ,,顧客名\nx,A1,OK,18121200001,,髙橋\n");
  EXPECT_THAT(Brief(file), ElementsAre("2 A1 18121200001 SCREENED_APPROVED|||"));
  EXPECT_THAT(file.ignored_columns, ElementsAre("備考", "顧客名"));
}

TEST(ReadResultFile, CodesAndWordsMeanTheSame) {
  const auto result = [](const std::string& word, pb::LayoutKind kind) {
    const std::string header = kind == pb::NP_RESULT ? "NP取引ID" : "GMO取引ID";
    const ResultFile file = Read(absl::StrCat(header, ",加盟店取引ID,審査結果\n18121200001,A1,", word, "\n"), kind);
    return absl::StrCat(ResultName(file.lines[0].result), "|", file.lines[0].unknown_word);
  };
  const std::vector<std::pair<std::string, std::string>> np = {
      {"00", "SCREENED_APPROVED|"},   {"=\"00\"", "SCREENED_APPROVED|"}, {" ok ", "SCREENED_APPROVED|"},
      {"ＯＫ", "SCREENED_APPROVED|"}, {"20", "SCREENED_REJECTED|"},      {"10", "SCREENED_ON_HOLD|"},
      {"40", "SCREENED_PENDING|"},    {"審査前", "SCREENED_PENDING|"},   {"0", "SCREENED_ON_HOLD|0"}};
  for (const auto& [word, expected] : np) EXPECT_EQ(result(word, pb::NP_RESULT), expected) << word;
  const std::vector<std::pair<std::string, std::string>> gmo = {{"OK", "SCREENED_APPROVED|"},
                                                                {"NG", "SCREENED_REJECTED|"},
                                                                {"審査中", "SCREENED_PENDING|"},
                                                                {"保留", "SCREENED_ON_HOLD|"},
                                                                {"入金待ち", "SCREENED_ON_HOLD|入金待ち"}};
  for (const auto& [word, expected] : gmo) EXPECT_EQ(result(word, pb::GMO_RESULT), expected) << word;
}

TEST(ReadResultFile, AnUnknownWordIsOnHoldAndNoted) {
  const ResultFile file = Read(absl::StrCat(kHeader, "1,A1,OK,,,\n2,A2,\"ALERT\n4111111111111111\",,,\n"));
  EXPECT_THAT(Brief(file),
              ElementsAre("2 A1 1 SCREENED_APPROVED|||", "3 A2 2 SCREENED_ON_HOLD|ALERT ************1111||"));
  EXPECT_THAT(NotesOf(file), ElementsAre("3 RESULT_WORD_UNKNOWN"));
}

TEST(ReadResultFile, SpreadsheetsMarksAreDropped) {
  EXPECT_THAT(BriefOf("=\"01812120001\",\"=\"\"0A1\"\"\",OK,,,'2026/07/08\n"),
              ElementsAre("2 0A1 01812120001 SCREENED_APPROVED|||2026/07/08"));
  EXPECT_THAT(BriefOf("1.81212E+10,A1,OK,,,\n１８１２,Ａ2,OK,,,\n"),
              ElementsAre("2 A1: 2 NP取引ID TRANSACTION_ID_INVALID", "3 A2 1812 SCREENED_APPROVED|||"));
  // With a hyphen in front it could not be written into the file of slips.
  EXPECT_THAT(BriefOf("1812-12,A1,OK,,,\n-1812,A2,OK,,,\n"),
              ElementsAre("2 A1 1812-12 SCREENED_APPROVED|||", "3 A2: 3 NP取引ID TRANSACTION_ID_INVALID"));
}

TEST(ReadResultFile, LineBreaksInQuotesAreCountedAndShownAsSpaces) {
  EXPECT_THAT(BriefOf("1,A1,NG,\"住所\r\n\"\"番地\"\"\",,\r\n2,A2,OK,,,\r\n"),
              ElementsAre("2 A1 1 SCREENED_REJECTED||住所 \"番地\"|", "4 A2 2 SCREENED_APPROVED|||"));
}

TEST(ReadResultFile, ReasonsOfSeveralColumnsAreJoinedAndCut) {
  EXPECT_THAT(BriefOf("1,A1,NG,RE001,RE021,\n"),
              ElementsAre("2 A1 1 SCREENED_REJECTED||RE001 金額超過、RE021 電話番号の不備|"));
  EXPECT_THAT(BriefOf(absl::StrCat("1,A1,NG,", Repeat("理", 501), ",,\n")),
              ElementsAre(absl::StrCat("2 A1 1 SCREENED_REJECTED||", Repeat("理", 499), "…|")));
}

TEST(ReadResultFile, ALineThatIsWrongRefusesItselfOnly) {
  EXPECT_THAT(BriefOf(absl::StrCat(",A1,OK,,,\n2,,OK,,,\n3,A3,,,,\n4,A_4,OK,,,\n5,", Repeat("A", 41),
                                   ",OK,,,\n6,A6,OK\n", "7,A7,\xFF,,,\n8,A8,OK,\"x\n9,A9,OK,,,\n")),
              ElementsAre("2 A1: 2 NP取引ID VALUE_MISSING", "3 : 3 加盟店取引ID VALUE_MISSING",
                          "4 A3: 4 与信結果 VALUE_MISSING", "5 : 5 加盟店取引ID TRANSACTION_ID_INVALID",
                          "6 : 6 加盟店取引ID TRANSACTION_ID_INVALID", "7 : 7 NG事由 COLUMNS_SHORT",
                          "8 A7: 8 与信結果 UNDECODABLE_BYTES", "9 : 9 NG事由 QUOTE_NOT_CLOSED",
                          "10 A9 9 SCREENED_APPROVED|||"));
}

TEST(ReadResultFile, ALineThatIsRepeatedIsTakenOnce) {
  const ResultFile file =
      Read(absl::StrCat(kHeader, "1,A1,OK,,,\n2,A2,NG,RE001,,\n1,A1,00,,,\n\n=\"1\",A1,OK,,,\n2,A2,NG,ＲＥ００１,,\n"));
  EXPECT_THAT(Brief(file), ElementsAre("2 A1 1 SCREENED_APPROVED|||", "3 A2 2 SCREENED_REJECTED||RE001 金額超過|"));
  EXPECT_THAT(NotesOf(file), ElementsAre("4 LINE_REPEATED", "6 LINE_REPEATED", "7 LINE_REPEATED"));
  EXPECT_THAT(file.notes[0].message, HasSubstr("line 2"));
}

TEST(ReadResultFile, LinesThatContradictEachOtherAreAllRefused) {
  const ResultFile file = Read(absl::StrCat(kHeader, "1,A1,OK,,,\n2,A2,OK,,,\n1,A1,NG,RE001,,\n1,A1,OK,,,\n"));
  EXPECT_THAT(Brief(file), ElementsAre("2 A1: 2  RESULT_TWICE", "3 A2 2 SCREENED_APPROVED|||", "4 A1: 4  RESULT_TWICE",
                                       "5 A1: 5  RESULT_TWICE"));
  EXPECT_THAT(file.lines[0].problems[0].message, HasSubstr("line 5"));
  EXPECT_THAT(file.lines[2].problems[0].message, HasSubstr("line 2"));
  for (const std::string other :
       {"2,A1,OK,,,", "1,A1,OK,,,2026/07/08", "1,A1,OK,,RE026,", "1,A1,,,,", "1,A1,OK,\xFF,,"}) {
    const ResultFile pair = Read(absl::StrCat(kHeader, "1,A1,OK,,,\n", other, "\n"));
    ASSERT_THAT(pair.lines, SizeIs(2)) << other;
    EXPECT_EQ(pair.lines[0].problems.back().reason, "RESULT_TWICE") << other;
    EXPECT_EQ(pair.lines[1].problems.back().reason, "RESULT_TWICE") << other;
  }
}

TEST(ReadResultFile, ATransactionBelongsToOneOrder) {
  EXPECT_THAT(
      BriefOf("1,A1,OK,,,\n2,A2,OK,,,\n1,A3,OK,,,\n"),
      ElementsAre("2 A1: 2  TRANSACTION_ID_TWICE", "3 A2 2 SCREENED_APPROVED|||", "4 A3: 4  TRANSACTION_ID_TWICE"));
}

TEST(ReadResultFile, FilesThatCannotBeReadAreRefusedWhole) {
  const auto status = [](const std::string& csv) {
    return ReadResultFile(DefaultProfile(pb::NP_RESULT), csv).status();
  };
  EXPECT_THAT(status(""), HasReason("FILE_EMPTY"));
  EXPECT_THAT(status(kHeader), HasReason("FILE_EMPTY"));
  EXPECT_THAT(status("PK\x03\x04"), HasReason("FILE_NOT_TEXT"));
  EXPECT_THAT(status("加盟店取引ID,与信結果\nA1,OK\n"), HasMetadata("columns", "NP取引ID"));
  EXPECT_THAT(status(absl::StrCat("審査結果,", kHeader, "OK,1,A1,OK,,,\n")), HasReason("COLUMN_DOUBLED"));
  EXPECT_THAT(ReadResultFile(DefaultProfile(pb::NP_SLIP), "a\nb\n").status(), HasReason("LAYOUT_KIND_WRONG"));
}

}  // namespace
}  // namespace juchu::gateway
