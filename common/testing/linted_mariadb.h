#ifndef COMMON_TESTING_LINTED_MARIADB_H_
#define COMMON_TESTING_LINTED_MARIADB_H_

#include "common/testing/mariadb_instance.h"

namespace juchu::testing {

// The server that the tests of this process share, as SharedMariaDb, and that keeps every statement. After the last
// test they are judged: each that a program of ours sent names the tenant for each table that has one, or is listed as
// one over all tenants; and none asks the database what time it is.
MariaDbInstance& LintedMariaDb();

}  // namespace juchu::testing

#endif  // COMMON_TESTING_LINTED_MARIADB_H_
