#include "services/gateway/intake/postal_prefecture.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {
namespace {

constexpr std::array<absl::string_view, 47> kPrefectures = {
    "北海道", "青森県", "岩手県", "宮城県",   "秋田県", "山形県",   "福島県", "茨城県", "栃木県", "群馬県",
    "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",   "石川県", "福井県", "山梨県", "長野県",
    "岐阜県", "静岡県", "愛知県", "三重県",   "滋賀県", "京都府",   "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県",   "山口県", "徳島県",   "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県",   "宮崎県", "鹿児島県", "沖縄県"};

// Districts whose codes begin with `first` to `last` (three digits) and the prefecture that they lie in.
struct District {
  int first;
  int last;
  absl::string_view prefecture;
};

// The prefecture of each range of codes. Ranges are Japan Post's numbering of delivery areas.
constexpr std::array<District, 52> kDistricts = {{
    {1, 9, "北海道"},     {10, 19, "秋田県"},     {20, 29, "岩手県"},     {30, 39, "青森県"},     {40, 99, "北海道"},
    {100, 208, "東京都"}, {210, 259, "神奈川県"}, {260, 299, "千葉県"},   {300, 319, "茨城県"},   {320, 329, "栃木県"},
    {330, 369, "埼玉県"}, {370, 379, "群馬県"},   {380, 399, "長野県"},   {400, 409, "山梨県"},   {410, 439, "静岡県"},
    {440, 498, "愛知県"}, {500, 509, "岐阜県"},   {510, 519, "三重県"},   {520, 529, "滋賀県"},   {530, 599, "大阪府"},
    {600, 629, "京都府"}, {630, 639, "奈良県"},   {640, 649, "和歌山県"}, {650, 679, "兵庫県"},   {680, 684, "鳥取県"},
    {685, 685, "島根県"}, {689, 689, "鳥取県"},   {690, 699, "島根県"},   {700, 719, "岡山県"},   {720, 739, "広島県"},
    {740, 759, "山口県"}, {760, 769, "香川県"},   {770, 779, "徳島県"},   {780, 789, "高知県"},   {790, 799, "愛媛県"},
    {800, 816, "福岡県"}, {817, 817, "長崎県"},   {818, 839, "福岡県"},   {840, 849, "佐賀県"},   {850, 859, "長崎県"},
    {860, 869, "熊本県"}, {870, 879, "大分県"},   {880, 889, "宮崎県"},   {890, 899, "鹿児島県"}, {900, 907, "沖縄県"},
    {910, 919, "福井県"}, {920, 929, "石川県"},   {930, 939, "富山県"},   {940, 959, "新潟県"},   {960, 979, "福島県"},
    {980, 989, "宮城県"}, {990, 999, "山形県"},
}};

// Districts that reach, or whose post office serves, beyond a prefecture's border.
constexpr std::array<District, 24> kShared = {{
    {18, 18, "青森県"},  // around Lake Towada
    {306, 306, "埼玉県"}, {349, 349, "茨城県"}, {349, 349, "群馬県"}, {384, 384, "群馬県"},
    {389, 389, "群馬県"}, {399, 399, "岐阜県"}, {498, 498, "三重県"},                        // Kisosaki
    {503, 503, "三重県"}, {511, 511, "岐阜県"}, {520, 520, "京都府"},                        // Kuta
    {563, 563, "兵庫県"}, {618, 618, "大阪府"},                                              // Shimamoto
    {647, 647, "三重県"}, {647, 647, "奈良県"}, {648, 648, "奈良県"}, {684, 684, "島根県"},  // western Oki
    {811, 811, "長崎県"},                                                                    // Iki
    {839, 839, "大分県"}, {848, 848, "長崎県"}, {871, 871, "福岡県"}, {922, 922, "福井県"},
    {949, 949, "長野県"},  // Sakae
    {939, 939, "石川県"},
}};

template <typename Table>
bool Covers(const Table& table, int district, absl::string_view prefecture) {
  return std::any_of(table.begin(), table.end(), [district, prefecture](const District& entry) {
    return district >= entry.first && district <= entry.last && entry.prefecture == prefecture;
  });
}

}  // namespace

absl::string_view PrefectureOfAddress(absl::string_view address) {
  const absl::string_view trimmed = TrimSpaces(address);
  for (const absl::string_view prefecture : kPrefectures) {
    if (absl::StartsWith(trimmed, prefecture)) return prefecture;
  }
  return "";
}

bool PostalCodeMatchesPrefecture(absl::string_view postal_code, absl::string_view address) {
  const absl::string_view prefecture = PrefectureOfAddress(address);
  const absl::StatusOr<std::string> digits = ParsePostalCode(postal_code);
  if (prefecture.empty() || !digits.ok() || digits->size() != 7) return false;
  const int district = ((*digits)[0] - '0') * 100 + ((*digits)[1] - '0') * 10 + ((*digits)[2] - '0');
  return Covers(kDistricts, district, prefecture) || Covers(kShared, district, prefecture);
}

}  // namespace juchu::gateway
