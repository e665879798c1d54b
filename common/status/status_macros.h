#ifndef COMMON_STATUS_STATUS_MACROS_H_
#define COMMON_STATUS_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expr`, an absl::Status, is not OK.
#define JUCHU_RETURN_IF_ERROR(expr)                                                     \
  do {                                                                                  \
    if (absl::Status juchu_status_ = (expr); !juchu_status_.ok()) return juchu_status_; \
  } while (false)

#define JUCHU_STATUS_CONCAT_INNER_(a, b) a##b
#define JUCHU_STATUS_CONCAT_(a, b) JUCHU_STATUS_CONCAT_INNER_(a, b)

// Evaluates `expr`, an absl::StatusOr<T>; returns its status when it is not OK, else moves the value into `lhs`.
#define JUCHU_ASSIGN_OR_RETURN(lhs, expr) \
  JUCHU_ASSIGN_OR_RETURN_IMPL_(JUCHU_STATUS_CONCAT_(juchu_status_or_, __LINE__), lhs, expr)
#define JUCHU_ASSIGN_OR_RETURN_IMPL_(statusor, lhs, expr)  \
  auto statusor = (expr);                                  \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = std::move(statusor).value()

#endif  // COMMON_STATUS_STATUS_MACROS_H_
