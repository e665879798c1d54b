#include "tools/ctl/postpay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

using Slip = gateway::v1::ExportSlipsRequest::Slip;

std::string TextOf(const Slip& slip) {
  return absl::StrCat(slip.order_number(), "|", slip.carrier(), "|", slip.slip_number(),
                      slip.has_invoice_date() ? "|" : "", DateText(slip.invoice_date()));
}

// The slips of a file, or its error.
std::vector<std::string> Read(const std::string& file) {
  std::istringstream input(file);
  google::protobuf::RepeatedPtrField<Slip> slips;
  const auto status = ReadSlips(input, slips);
  if (!status.ok()) return {std::string(status.message())};
  std::vector<std::string> texts;
  for (const auto& slip : slips) texts.push_back(TextOf(slip));
  return texts;
}

TEST(ParseSlipTest, HasOrderCarrierAndNumber) {
  EXPECT_EQ(TextOf(ParseSlip("06A1B2C3D4E5F6G7=YAMATO:4500-1234-5678").value()),
            "06A1B2C3D4E5F6G7|YAMATO|4500-1234-5678");
  EXPECT_EQ(TextOf(ParseSlip("06A1 = 59010 : 450012345678").value()), "06A1|59010|450012345678");
  EXPECT_FALSE(ParseSlip("06A1=YAMATO:4500").value().has_invoice_date());
}

TEST(ParseSlipTest, ALackingPartIsRefusedWithAnExample) {
  for (const char* text : {"", "06A1", "06A1=", "06A1=YAMATO", "06A1=YAMATO:", "06A1=:4500", "=YAMATO:4500",
                           "06A1:YAMATO=4500", "06A1=YAMATO: "}) {
    const auto status = ParseSlip(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()),
                testing::AllOf(testing::StartsWith(absl::StrCat("\"", text, "\" is not ORDER=CARRIER:NUMBER")),
                               testing::HasSubstr("06A1B2C3D4E5F6G7=YAMATO:4500-1234-5678")));
  }
}

TEST(ReadSlipsTest, ReadsWhatSpreadsheetsWrite) {
  const std::vector<std::string> both = {"06A1|YAMATO|4500-1", "06A2|SAGAWA|4500-2"};
  EXPECT_EQ(Read("06A1,YAMATO,4500-1\n06A2,SAGAWA,4500-2"), both);
  EXPECT_EQ(Read("\xef\xbb\xbf"
                 "06A1,YAMATO,4500-1\r\n\r\n 06A2 , SAGAWA , 4500-2 \r\n"),
            both);
  EXPECT_EQ(Read("\"06A1\",\"YAMATO\",\"4500-1\"\n\"06A2\",\"SAGAWA\",\"4500-2\"\n"), both);
  EXPECT_TRUE(Read("").empty());
}

TEST(ReadSlipsTest, TheDayOfTheInvoiceMayStandBehindTheNumber) {
  EXPECT_THAT(Read("order,carrier,number,invoice\n06A1,YAMATO,4500-1,2026-11-24\n06A2,YAMATO,4500-2,\"2026/1/5\"\n"
                   "06A3,YAMATO,4500-3,\n06A4,YAMATO,4500-4\n"),
              testing::ElementsAre("06A1|YAMATO|4500-1|2026-11-24", "06A2|YAMATO|4500-2|2026-01-05",
                                   "06A3|YAMATO|4500-3", "06A4|YAMATO|4500-4"));
}

TEST(ReadSlipsTest, PassesOverAHeader) {
  const std::vector<std::string> one = {"06A1|YAMATO|4500-1"};
  EXPECT_EQ(Read("order,carrier,number\n06A1,YAMATO,4500-1\n"), one);
  EXPECT_EQ(Read("\xef\xbb\xbf受注番号,運送会社,伝票番号\n06A1,YAMATO,4500-1\n"), one);
  // 受注番号,運送会社,伝票番号 in CP932.
  EXPECT_EQ(
      Read("\x8e\xf3\x92\x8d\x94\xd4\x8d\x86,\x89\x5e\x91\x97\x89\xef\x8e\xd0,\x93\x60\x95\x5b\x94\xd4\x8d\x86\r\n"
           "06A1,YAMATO,4500-1\r\n"),
      one);
}

TEST(ReadSlipsTest, AMistypedFirstLineIsNoHeader) {
  EXPECT_THAT(Read("O6A1;YAMATO;4500-1\n"), testing::ElementsAre(testing::StartsWith("line 1: ")));
  // Whether it is an order says the gateway; it is not lost.
  EXPECT_THAT(Read("order,YAMATO,4500-1\n"), testing::ElementsAre("order|YAMATO|4500-1"));
}

TEST(ReadSlipsTest, ABadLineIsNamed) {
  for (const char* line : {"06A2,SAGAWA", "06A2,SAGAWA,", "06A2,,4500-2", ",SAGAWA,4500-2", "06A2,SAGAWA,4500-2,x",
                           "06A2,SAGAWA,4500-2,2026-02-30", "06A2,SAGAWA,4500-2,2026-11-24,x", "06A2,\"\",4500-2",
                           "order,carrier,number,date"}) {
    EXPECT_THAT(Read(absl::StrCat("06A1,YAMATO,4500-1\n\n", line, "\n")),
                testing::ElementsAre(testing::StartsWith("line 3: write order,carrier,number")))
        << line;
  }
}

TEST(CheckContentTest, OnlyWhatWasRecordedIsTaken) {
  payment::v1::PaymentFile file;
  file.set_file_id("06A1");
  file.set_size_bytes(3);
  file.set_sha256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(CheckContent(file, "abc").ok());
  for (const char* content : {"", "ab", "abcd"}) {
    const auto status = CheckContent(file, content);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << content;
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("of its 3 bytes")) << content;
  }
  EXPECT_THAT(std::string(CheckContent(file, "abd").message()), testing::HasSubstr("SHA-256"));
  // A stream that ended before it said which file it is.
  EXPECT_FALSE(CheckContent(payment::v1::PaymentFile(), "").ok());
}

TEST(CheckOutTest, AFileDoesNotRunIntoJson) {
  Session session;
  const OutputFile out = {"-"};
  EXPECT_TRUE(CheckOut(out, session).ok());
  session.options().format = "json";
  EXPECT_THAT(std::string(CheckOut(out, session).message()), testing::HasSubstr("--output json"));
  EXPECT_TRUE(CheckOut(OutputFile(), session).ok());
}

}  // namespace
}  // namespace juchu::ctl
