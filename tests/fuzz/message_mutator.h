#ifndef TESTS_FUZZ_MESSAGE_MUTATOR_H_
#define TESTS_FUZZ_MESSAGE_MUTATOR_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace juchu::fuzz {

// Inputs that are protobuf messages in text form: a person can read and write them, and a change of the message stays a
// message, which a change of its bytes seldom does. Debian has no libprotobuf-mutator; this is the part of it that we
// need.

// Reads `text` into `message` as a caller's library would send it. False for what is no such message, and for text in
// it that is not UTF-8, which gRPC refuses before a handler sees it.
bool ParseMessage(absl::string_view text, google::protobuf::Message& message);

// For LLVMFuzzerCustomMutator. `message` is of the input's type, its content is of no matter.
size_t MutateMessage(uint8_t* data, size_t size, size_t max_size, unsigned seed, google::protobuf::Message& message);

// For LLVMFuzzerCustomCrossOver: some fields of one message and some of the other.
size_t CrossMessages(absl::string_view one, absl::string_view other, uint8_t* out, size_t max_size, unsigned seed,
                     google::protobuf::Message& message);

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_MESSAGE_MUTATOR_H_
