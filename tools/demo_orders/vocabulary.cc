#include "tools/demo_orders/vocabulary.h"

namespace juchu::tools {

const std::vector<Word>& FamilyNames() {
  static const auto* const names = new std::vector<Word>{
      {"髙橋", "タカハシ"}, {"山﨑", "ヤマサキ"},   {"佐藤", "サトウ"}, {"鈴木", "スズキ"},   {"能登", "ノト"},
      {"表", "オモテ"},     {"曽根", "ソネ"},       {"田中", "タナカ"}, {"渡邊", "ワタナベ"}, {"小林", "コバヤシ"},
      {"齋藤", "サイトウ"}, {"柳澤", "ヤナギサワ"}, {"濵田", "ハマダ"}, {"黒﨑", "クロサキ"}, {"髙能", "タカノウ"}};
  return *names;
}

const std::vector<Word>& GivenNames() {
  static const auto* const names =
      new std::vector<Word>{{"花子", "ハナコ"},       {"太郎", "タロウ"},   {"美咲", "ミサキ"},   {"健一", "ケンイチ"},
                            {"ソフィア", "ソフィア"}, {"陽子", "ヨウコ"},   {"大輔", "ダイスケ"}, {"由美", "ユミ"},
                            {"直樹", "ナオキ"},       {"さくら", "サクラ"}, {"隆", "タカシ"}};
  return *names;
}

const std::vector<Place>& Places() {
  static const auto* const places = new std::vector<Place>{{"150-0001", "東京都渋谷区神宮前"},
                                                           {"160-0023", "東京都新宿区西新宿"},
                                                           {"530-0001", "大阪府大阪市北区梅田"},
                                                           {"460-0008", "愛知県名古屋市中区栄"},
                                                           {"060-0001", "北海道札幌市中央区北一条西"},
                                                           {"980-0021", "宮城県仙台市青葉区中央"},
                                                           {"220-0012", "神奈川県横浜市西区みなとみらい"},
                                                           {"330-0854", "埼玉県さいたま市大宮区桜木町"},
                                                           {"260-0013", "千葉県千葉市中央区中央"},
                                                           {"604-8571", "京都府京都市中京区寺町通御池上る"},
                                                           {"650-0021", "兵庫県神戸市中央区三宮町"},
                                                           {"730-0011", "広島県広島市中区基町"},
                                                           {"812-0011", "福岡県福岡市博多区博多駅前"},
                                                           {"900-0014", "沖縄県那覇市松尾"},
                                                           {"920-0853", "石川県金沢市本町"},
                                                           {"927-0600", "石川県鳳珠郡能登町"},
                                                           {"950-0901", "新潟県新潟市中央区弁天"},
                                                           {"760-0017", "香川県高松市番町"},
                                                           {"860-0806", "熊本県熊本市中央区花畑町"},
                                                           {"420-0851", "静岡県静岡市葵区黒金町"},
                                                           {"380-0823", "長野県長野市南千歳"},
                                                           {"018-5501", "青森県十和田市奥瀬"},
                                                           {"684-0403", "島根県隠岐郡海士町"}};
  return *places;
}

const std::vector<absl::string_view>& Buildings() {
  static const auto* const buildings = new std::vector<absl::string_view>{"",
                                                                          "",
                                                                          "①号館 ３０２",
                                                                          "㈱表能ビル 3F",
                                                                          "ソレイユ表参道 201～2",
                                                                          "髙島コーポ－Ａ 105",
                                                                          "能楽堂前マンション 八〇一"};
  return *buildings;
}

const std::vector<Product>& Products() {
  static const auto* const products =
      new std::vector<Product>{{"TEA-SENCHA-100", "深蒸し煎茶 100g", "", 1080, 8},
                               {"TEA-GIFT-3", "銘茶ギフト 3本入～特選～", "包装:桐箱", 5400, 8},
                               {"MISO-750", "能登の味噌 750g", "", 864, 8},
                               {"SOY-1L", "本醸造しょうゆ 1L", "", 648, 8},
                               {"SOAP-YUZU", "ゆず石鹸①", "", 550, 10},
                               {"TOWEL-IMABARI", "今治タオル フェイス", "色:白－生成", 1650, 10},
                               {"TOWEL-BATH", "今治タオル バス", "色:藍", 3850, 10},
                               {"CUP-ARITA", "有田焼 湯呑", "柄:染付", 2750, 10},
                               {"PLATE-ARITA", "有田焼 取皿 5枚組", "", 6600, 10},
                               {"CHOPSTICKS-PAIR", "夫婦箸 ㈱髙﨑工房", "名入れ:なし", 4400, 10},
                               {"FUROSHIKI-70", "ふろしき 70cm", "柄:麻の葉, 色:紅", 1980, 10},
                               {"STAMP-GIFT-CARD", "商品券 1000円", "", 1000, 0}};
  return *products;
}

const std::vector<absl::string_view>& Remarks() {
  static const auto* const remarks = new std::vector<absl::string_view>{
      "",
      "",
      "",
      "不在の場合は、宅配ボックスへお願いします。",
      "領収書をお願いします。\r\n宛名：㈱表能ソリューション\r\n但し書き：お品代, 送料として",
      "平日は 10:00～18:00 に連絡ください, 土日は不可",
      "「\"割れ物注意\"」の札を付けてください。\r\n\r\nよろしくお願いします。",
      "①のし不要 ②袋を2枚、③納品書は不要です",
      "髙島屋の前－正面玄関まで"};
  return *remarks;
}

const std::vector<absl::string_view>& WorkerNotes() {
  static const auto* const notes =
      new std::vector<absl::string_view>{"", "", "", "要電話確認", "常連様, 同梱チラシ不要"};
  return *notes;
}

const std::vector<absl::string_view>& TimeSlots() {
  static const auto* const slots = new std::vector<absl::string_view>{"", "", "午前中", "14時～16時", "19時～21時"};
  return *slots;
}

const std::vector<absl::string_view>& PaymentMethods() {
  static const auto* const methods = new std::vector<absl::string_view>{
      "銀行振込", "郵便振替", "楽天カード決済", "NP後払い", "GMO後払い", "代金引換", "Amazonペイメント", ""};
  return *methods;
}

absl::string_view UnknownPaymentMethod() { return "ペイディ翌月払い"; }

}  // namespace juchu::tools
