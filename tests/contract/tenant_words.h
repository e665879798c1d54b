#ifndef TESTS_CONTRACT_TENANT_WORDS_H_
#define TESTS_CONTRACT_TENANT_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/contract/merchant.h"

// The ids that a request names, for going through own ones, another merchant's and such as nobody has.
namespace juchu::contract {

// The merchant's words that the text uses.
inline std::vector<std::string> WordsIn(std::string text, const Merchant& merchant) {
  std::vector<std::string> words;
  // Longest first: $order2 before $order.
  for (auto it = merchant.words().rbegin(); it != merchant.words().rend(); ++it) {
    if (text.find(it->first) == std::string::npos) continue;
    words.push_back(it->first);
    text = absl::StrReplaceAll(text, {{it->first, ""}});
  }
  return words;
}

// An id of the same form that nobody has.
inline std::string RandomLike(const std::string& word, const std::string& id) {
  // Files are numbered like orders: ten characters are the millisecond, within which numbers grow from a random one.
  if (word.rfind("$order", 0) == 0 || word == "$file") return absl::StrCat(id.substr(0, 10), "000000");
  return absl::StrCat(id.substr(0, id.rfind('-')), "-nobody");
}

}  // namespace juchu::contract

#endif  // TESTS_CONTRACT_TENANT_WORDS_H_
