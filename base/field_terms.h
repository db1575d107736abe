#ifndef FOSSE_BASE_FIELD_TERMS_H_
#define FOSSE_BASE_FIELD_TERMS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "fosse/v1/terms.pb.h"
#include "google/protobuf/descriptor.h"
#include "re2/re2.h"

namespace fosse {

struct MessageTerms;

// What CheckFields() and CanonicalBytes() ask of a field again and again, looked up once: the
// descriptor answers slowly. With it its (rule), defaults filled in and pattern compiled.
struct FieldTerms {
  const google::protobuf::FieldDescriptor* field = nullptr;
  google::protobuf::FieldDescriptor::CppType type = {};
  bool is_bytes = false;
  bool is_repeated = false;
  bool has_presence = false;
  bool required = false;
  uint32_t min_bytes = 0;
  uint32_t max_bytes = 0;
  uint32_t max_items = 0;
  v1::Format form = v1::FORMAT_UNSPECIFIED;
  std::unique_ptr<const RE2> pattern;  // Null: none.
  std::optional<int64_t> at_least;
  std::optional<int64_t> at_most;
  const MessageTerms* nested = nullptr;  // Of a message field; never null there.
};

// The terms of all fields of one message type.
struct MessageTerms {
  enum class Kind { kOrdinary, kTimestamp, kDuration };

  Kind kind = Kind::kOrdinary;
  std::vector<FieldTerms> fields;  // By position in the descriptor.
  std::vector<int> alone;          // Positions of the fields outside a oneof.
  std::vector<int> by_number;      // Positions of all fields, in order of their numbers.
  std::vector<const google::protobuf::OneofDescriptor*> oneofs;
};

// Compiled at first use, then kept for the life of the program. Thread-safe. A pattern that RE2
// cannot read, a map, or a rule that its field's type cannot have is a mistake in the contract and
// aborts.
const MessageTerms& TermsOf(const google::protobuf::Descriptor& type);

}  // namespace fosse

#endif  // FOSSE_BASE_FIELD_TERMS_H_
