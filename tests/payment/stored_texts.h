#ifndef TESTS_PAYMENT_STORED_TEXTS_H_
#define TESTS_PAYMENT_STORED_TEXTS_H_

#include <functional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/payment/planted_numbers.h"
#include "tests/proof/cluster.h"

namespace juchu::payment {

// Gets what stands somewhere, byte for byte, and where: "payment.screenings.reason", "gateway.log:12".
using TextVisitor = std::function<void(const std::string& where, absl::string_view bytes)>;

// Visits each value of each column of each table of each database. Messages that are stored serialized hold their texts
// as they are. What the server keeps besides its tables (binary log, redo and undo log, freed pages) is not looked at:
// it repeats what was in a table, or in a statement, which holds no more than its table gets.
void VisitDatabases(proof::Cluster& cluster, const TextVisitor& visit);

// Visits each line of what juchu's processes have logged, and of each other file that they can have written: those
// below the cluster's folder and those that they hold open for writing. The card company's are not juchu's.
void VisitFiles(proof::Cluster& cluster, const TextVisitor& visit);

// What a search of databases and files has found.
struct Found {
  // Numbers and the places where they stand, as sentences; "" when none stands anywhere.
  std::string numbers;
  // Where the texts were typed that stand in a database with asterisks.
  std::set<std::string> masked;
};
Found Search(proof::Cluster& cluster, const PlantedNumbers& numbers);

}  // namespace juchu::payment

#endif  // TESTS_PAYMENT_STORED_TEXTS_H_
