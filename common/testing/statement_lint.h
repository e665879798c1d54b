#ifndef COMMON_TESTING_STATEMENT_LINT_H_
#define COMMON_TESTING_STATEMENT_LINT_H_

#include <set>
#include <string>

// What the statements that a service sends have to keep to. Pure.
namespace juchu::testing {

struct Judgement {
  // It names a table whose rows belong to tenants.
  bool is_of_tenants = false;
  // What is wrong with it; "": nothing.
  std::string fault;
};

// Judges a statement as it is prepared. Each table of tenants that it names, each time, is bound to a tenant by a
// value, or joined to one that is, and no OR leads past that; or the statement is listed as one over all tenants. And
// it does not ask the database what time it is.
Judgement JudgeStatement(const std::string& statement);

// The statement with lists of placeholders as long as one: what differs by nothing else is alike.
std::string Shortened(std::string statement);

// The tenants that the conditions of an executed statement name.
std::set<std::string> TenantsIn(const std::string& executed);

}  // namespace juchu::testing

#endif  // COMMON_TESTING_STATEMENT_LINT_H_
