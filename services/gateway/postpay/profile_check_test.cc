#include "services/gateway/postpay/profile_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/test_postpay.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;
using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;

struct Case {
  pb::LayoutKind kind;
  std::function<void(pb::LayoutProfile&)> change;
  // Below "layout_profile."; "": the profile is good.
  std::string field;
  std::string reason;
};

void Check(const std::vector<Case>& cases) {
  for (const Case& wrong : cases) {
    pb::LayoutProfile profile = DefaultProfile(wrong.kind);
    wrong.change(profile);
    const absl::Status status = CheckProfile(profile);
    if (wrong.field.empty()) {
      EXPECT_THAT(status, IsOk());
      continue;
    }
    EXPECT_THAT(status, HasReason(wrong.reason)) << wrong.field;
    EXPECT_THAT(status, HasMetadata("field", absl::StrCat("layout_profile.", wrong.field)));
  }
}

pb::LayoutColumn& AddColumn(pb::LayoutProfile& profile, const std::string& header, const std::string& field) {
  pb::LayoutColumn& column = *profile.add_columns();
  column.set_header(header);
  column.set_field(field);
  return column;
}

TEST(CheckProfile, ACardNumberIsMaskedInWhatIsForPeopleAndRefusedElsewhere) {
  constexpr char kNumber[] = "4111111111111111";
  pb::LayoutProfile profile = DefaultProfile(pb::NP_SLIP);
  profile.set_name(kNumber);
  profile.set_note(kNumber);
  profile.mutable_carrier_codes(0)->set_name(kNumber);
  MaskTexts(profile);
  EXPECT_EQ(profile.note(), "************1111");
  EXPECT_THAT(CheckProfile(profile), IsOk());
  Check({
      {pb::NP_SLIP, [&](auto& p) { p.set_layout_profile_id(kNumber); }, "layout_profile_id", "CARD_NUMBER_REFUSED"},
      {pb::NP_SLIP, [&](auto& p) { p.mutable_columns(0)->set_header(kNumber); }, "columns[0].header",
       "CARD_NUMBER_REFUSED"},
      {pb::NP_SLIP, [&](auto& p) { p.mutable_carrier_codes(0)->set_carrier(kNumber); }, "carrier_codes[0].carrier",
       "CARD_NUMBER_REFUSED"},
      {pb::NP_RESULT, [&](auto& p) { p.mutable_result_words(0)->set_word(kNumber); }, "result_words[0].word",
       "CARD_NUMBER_REFUSED"},
      {pb::NP_RESULT, [&](auto& p) { p.mutable_reason_texts(0)->set_code(kNumber); }, "reason_texts[0].code",
       "CARD_NUMBER_REFUSED"},
  });
}

TEST(CheckProfile, NamesWhatIsWrongWithTheProfileItself) {
  Check({
      {pb::NP_SLIP, [](auto& p) { p.set_layout_profile_id(Repeat("a", 64)); }, "", ""},
      {pb::NP_SLIP, [](auto& p) { p.set_layout_profile_id(Repeat("a", 65)); }, "layout_profile_id", "ID_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.set_layout_profile_id("Ours"); }, "layout_profile_id", "ID_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.clear_layout_profile_id(); }, "layout_profile_id", "ID_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.clear_name(); }, "name", "FIELD_REQUIRED"},
      {pb::NP_SLIP, [](auto& p) { p.set_name(Repeat("名", 101)); }, "name", "TEXT_TOO_LONG"},
      {pb::NP_SLIP, [](auto& p) { p.set_name("a\nb"); }, "name", "TEXT_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.set_note(Repeat("注", 501)); }, "note", "TEXT_TOO_LONG"},
      {pb::NP_SLIP, [](auto& p) { p.clear_kind(); }, "kind", "ENUM_VALUE_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.set_kind(static_cast<pb::LayoutKind>(99)); }, "kind", "ENUM_VALUE_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.clear_encoding(); }, "encoding", "ENUM_VALUE_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.clear_line_end(); }, "line_end", "ENUM_VALUE_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.set_quoting(static_cast<pb::Quoting>(9)); }, "quoting", "ENUM_VALUE_INVALID"},
      {pb::NP_RESULT, [](auto& p) { p.set_encoding(pb::UTF_8); }, "", ""},
      {pb::NP_RESULT, [](auto& p) { p.clear_header_line(); }, "header_line", "FIELD_REQUIRED"},
      {pb::NP_SLIP, [](auto& p) { p.clear_columns(); }, "columns", "FIELD_REQUIRED"},
      {pb::NP_SLIP,
       [](auto& p) {
         while (p.columns_size() < 201) p.add_columns()->set_constant("");
       },
       "columns", "LIST_TOO_LONG"},
  });
}

TEST(CheckProfile, NamesTheColumnThatIsWrong) {
  Check({
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->clear_header(); }, "columns[1].header", "FIELD_REQUIRED"},
      {pb::NP_SLIP,
       [](auto& p) {
         p.clear_header_line();
         p.mutable_columns(1)->clear_header();
       },
       "", ""},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_header("🍣"); }, "columns[1].header",
       "CHARACTER_NOT_IN_CP932"},
      {pb::NP_SLIP,
       [](auto& p) {
         p.set_encoding(pb::UTF_8);
         p.mutable_columns(1)->set_header("🍣");
       },
       "", ""},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->clear_content(); }, "columns[1].field", "FIELD_REQUIRED"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_field("slip"); }, "columns[1].field", "FIELD_UNKNOWN"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_field("goods_name"); }, "columns[1].field",
       "FIELD_UNKNOWN"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_field("slip_number"); }, "columns[3].field", "FIELD_TWICE"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_constant(""); }, "", ""},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_constant("=1"); }, "columns[1].constant",
       "CELL_IS_FORMULA"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_constant("𠮷"); }, "columns[1].constant",
       "CHARACTER_NOT_IN_CP932"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->add_aliases("a"); }, "columns[1].aliases", "FIELD_NOT_USED"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_goods_number(1); }, "columns[1].goods_number",
       "VALUE_OUT_OF_RANGE"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_max_characters(-1); }, "columns[1].max_characters",
       "VALUE_OUT_OF_RANGE"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_columns(1)->set_max_bytes(10'001); }, "columns[1].max_bytes",
       "VALUE_OUT_OF_RANGE"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_columns(3)->set_constant("x"); }, "columns[3].constant",
       "FIELD_NOT_USED"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_columns(3)->set_max_bytes(1); }, "columns[3].max_bytes",
       "FIELD_NOT_USED"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_columns(3)->add_aliases("ＮＰ取引 id"); }, "columns[3].aliases[1]",
       "HEADER_TWICE"},
  });
}

TEST(CheckProfile, NamesAFieldThatTheKindCannotBeWithout) {
  const auto without = [](int column) {
    return [column](pb::LayoutProfile& p) { p.mutable_columns()->DeleteSubrange(column, 1); };
  };
  Check({
      {pb::NP_REGISTRATION, without(0), "columns", "FIELD_MISSING"},
      {pb::NP_REGISTRATION, without(3), "columns", "FIELD_MISSING"},
      {pb::NP_REGISTRATION, without(4), "", ""},
      {pb::GMO_RESULT, without(0), "columns", "FIELD_MISSING"},
      {pb::GMO_RESULT, without(2), "columns", "FIELD_MISSING"},
      {pb::GMO_SLIP, without(0), "", ""},
      {pb::GMO_SLIP, without(3), "columns", "FIELD_MISSING"},
      {pb::GMO_SLIP, [](auto& p) { p.mutable_columns()->DeleteSubrange(0, 2); }, "columns", "FIELD_MISSING"},
  });
}

TEST(CheckProfile, GoodsAreNumberedFromOneWithTheSameFields) {
  const auto with_goods = [](const std::vector<std::pair<std::string, int>>& goods) {
    return [goods](pb::LayoutProfile& p) {
      p.mutable_columns()->DeleteSubrange(15, p.columns_size() - 15);
      for (const auto& [field, number] : goods) AddColumn(p, "商品", field).set_goods_number(number);
    };
  };
  Check({
      {pb::NP_REGISTRATION, with_goods({}), "", ""},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 0}, {"goods_price", 0}}), "", ""},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 1}, {"goods_name", 2}}), "", ""},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 2}, {"goods_name", 1}}), "", ""},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 1}, {"goods_name", 3}}), "columns", "GOODS_NUMBER_INVALID"},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 2}}), "columns", "GOODS_NUMBER_INVALID"},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 0}, {"goods_name", 1}}), "columns", "GOODS_NUMBER_INVALID"},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 1}, {"goods_price", 1}, {"goods_name", 2}}), "columns",
       "GOODS_NUMBER_INVALID"},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 1}, {"goods_name", 1}}), "columns[16].field", "FIELD_TWICE"},
      {pb::NP_REGISTRATION, with_goods({{"goods_name", 101}}), "columns[15].goods_number", "VALUE_OUT_OF_RANGE"},
      {pb::NP_REGISTRATION, [](auto& p) { p.mutable_columns(2)->set_goods_number(1); }, "columns[2].goods_number",
       "FIELD_NOT_USED"},
  });
}

TEST(CheckProfile, NamesTheWordOrCodeThatIsWrong) {
  Check({
      {pb::NP_RESULT, [](auto& p) { p.clear_result_words(); }, "result_words", "FIELD_REQUIRED"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_result_words(1)->set_word("ｏｋ"); }, "result_words[1].word",
       "WORD_TWICE"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_result_words(1)->clear_word(); }, "result_words[1].word",
       "FIELD_REQUIRED"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_result_words(1)->clear_result(); }, "result_words[1].result",
       "ENUM_VALUE_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.add_result_words()->set_word("OK"); }, "result_words", "FIELD_NOT_USED"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_reason_texts(0)->set_code("re1"); }, "reason_texts[0].code",
       "CODE_INVALID"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_reason_texts(0)->set_code("RE002"); }, "reason_texts[1].code",
       "WORD_TWICE"},
      {pb::NP_RESULT, [](auto& p) { p.mutable_reason_texts(0)->clear_text(); }, "reason_texts[0].text",
       "FIELD_REQUIRED"},
      {pb::NP_SLIP, [](auto& p) { p.clear_carrier_codes(); }, "carrier_codes", "FIELD_REQUIRED"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_carrier_codes(0)->set_carrier("Yamato"); }, "carrier_codes[0].carrier",
       "ID_INVALID"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_carrier_codes(0)->set_carrier("YAMATO"); }, "carrier_codes[1].carrier",
       "WORD_TWICE"},
      {pb::NP_SLIP, [](auto& p) { p.mutable_carrier_codes(0)->set_code("12"); }, "carrier_codes[0].code",
       "CODE_INVALID"},
      {pb::GMO_SLIP, [](auto& p) { p.mutable_carrier_codes(0)->set_code("59010"); }, "carrier_codes[0].code",
       "CODE_INVALID"},
      {pb::GMO_RESULT, [](auto& p) { p.add_carrier_codes()->set_code("11"); }, "carrier_codes", "FIELD_NOT_USED"},
  });
}

TEST(CheckProfileFor, RefusesAProfileOfAnotherUse) {
  EXPECT_THAT(CheckProfileFor(LayoutUse::kSlip, DefaultProfile(pb::GMO_SLIP)), IsOk());
  EXPECT_THAT(CheckProfileFor(LayoutUse::kSlip, DefaultProfile(pb::GMO_RESULT)), HasReason("LAYOUT_KIND_WRONG"));
}

}  // namespace
}  // namespace juchu::gateway
