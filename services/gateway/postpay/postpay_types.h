#ifndef SERVICES_GATEWAY_POSTPAY_POSTPAY_TYPES_H_
#define SERVICES_GATEWAY_POSTPAY_POSTPAY_TYPES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace juchu::gateway {

// Whose screening and invoice an order goes through.
enum class PostpayCompany {
  // NP後払い (Net Protections).
  kNp,
  // GMO後払い (GMO Payment Service).
  kGmo,
};

// Why an order does not go out. Never holds a value of the order's, which may be personal data; a character that cannot
// be written is named by its number.
struct PostpayProblem {
  // Name of the field that is wrong, as README.md of this folder lists them ("customer_name", "goods[2].goods_name");
  // "": the order as a whole.
  std::string field;
  // For programs: "TEXT_TOO_LONG". README.md of this folder lists them.
  std::string reason;
  // What is wrong, and what to do; without a full stop.
  std::string message;
  std::string remedy;
};

// An order that a file goes out without.
struct LeftOutOrder {
  std::string order_number;
  // At least one, at most kMaxPostpayProblems.
  std::vector<PostpayProblem> problems;
};

inline constexpr std::size_t kMaxPostpayProblems = 50;

// Texts by the names of fields.
using FieldValues = std::map<std::string, std::string, std::less<>>;

// What a file says of one order.
struct FileEntry {
  FieldValues values;
  // Rows of goods (商品明細), where the kind of file has them.
  std::vector<FieldValues> goods;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_POSTPAY_TYPES_H_
