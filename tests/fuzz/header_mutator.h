#ifndef TESTS_FUZZ_HEADER_MUTATOR_H_
#define TESTS_FUZZ_HEADER_MUTATOR_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "tests/fuzz/require.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace juchu::fuzz {

// Mutates a file with a header line, which it mostly leaves alone: without its columns the file ends there.
inline size_t MutateBehindHeader(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  const absl::string_view bytes = TextOf(data, size);
  const size_t header = bytes.find('\n');
  if (seed % 8 == 0 || header == absl::string_view::npos) return LLVMFuzzerMutate(data, size, max_size);
  return header + 1 + LLVMFuzzerMutate(data + header + 1, size - header - 1, max_size - header - 1);
}

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_HEADER_MUTATOR_H_
