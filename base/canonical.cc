#include "base/canonical.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/field_terms.h"
#include "base/status.h"
#include "google/protobuf/descriptor.h"

namespace fosse {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Part of the format: never change a number.
enum class Kind : uint8_t { kInteger = 1, kString = 2, kBytes = 3, kMessage = 4 };

constexpr size_t kHeadSize = 9;  // Tag, kind, length.
constexpr size_t kLengthSize = 4;

void PutBigEndian(uint64_t value, size_t size, char* out) {
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<char>(value >> (8 * (size - 1 - i)));
}

void PutHead(const FieldTerms& terms, Kind kind, size_t length, char* out) {
  PutBigEndian(static_cast<uint32_t>(terms.field->number()), 4, out);
  out[4] = static_cast<char>(kind);
  // Protobuf holds messages below 2 GiB, so every length fits.
  PutBigEndian(length, kLengthSize, out + 5);
}

// Signed types come here through int64_t, so that their sign spreads over all eight bytes.
void AppendInteger(const FieldTerms& terms, uint64_t twos_complement, std::string& out) {
  char record[kHeadSize + 8];
  PutHead(terms, Kind::kInteger, 8, record);
  PutBigEndian(twos_complement, 8, record + kHeadSize);
  out.append(record, sizeof(record));
}

void AppendText(const FieldTerms& terms, const std::string& text, std::string& out) {
  char head[kHeadSize];
  PutHead(terms, terms.is_bytes ? Kind::kBytes : Kind::kString, text.size(), head);
  out.append(head, sizeof(head));
  out += text;
}

void AppendFields(const Message& message, const MessageTerms& terms,
                  absl::Span<const FieldDescriptor* const> excluded, std::string& out);

void AppendMessage(const FieldTerms& terms, const Message& message, std::string& out) {
  char head[kHeadSize];
  PutHead(terms, Kind::kMessage, 0, head);
  out.append(head, sizeof(head));
  const size_t begin = out.size();
  AppendFields(message, *terms.nested, {}, out);
  // The length is known only now.
  PutBigEndian(out.size() - begin, kLengthSize, out.data() + begin - kLengthSize);
}

int64_t SingleInteger(const Message& message, const Reflection& read, const FieldTerms& terms) {
  switch (terms.type) {
    case FieldDescriptor::CPPTYPE_INT32:
      return read.GetInt32(message, terms.field);
    case FieldDescriptor::CPPTYPE_INT64:
      return read.GetInt64(message, terms.field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return read.GetUInt32(message, terms.field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<int64_t>(read.GetUInt64(message, terms.field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return read.GetBool(message, terms.field) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_ENUM:
      return read.GetEnumValue(message, terms.field);
    default:
      FOSSE_CHECK(!"floats have no canonical form");
  }
  return 0;
}

int64_t ItemInteger(const Message& message, const Reflection& read, const FieldTerms& terms,
                    int i) {
  switch (terms.type) {
    case FieldDescriptor::CPPTYPE_INT32:
      return read.GetRepeatedInt32(message, terms.field, i);
    case FieldDescriptor::CPPTYPE_INT64:
      return read.GetRepeatedInt64(message, terms.field, i);
    case FieldDescriptor::CPPTYPE_UINT32:
      return read.GetRepeatedUInt32(message, terms.field, i);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<int64_t>(read.GetRepeatedUInt64(message, terms.field, i));
    case FieldDescriptor::CPPTYPE_BOOL:
      return read.GetRepeatedBool(message, terms.field, i) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_ENUM:
      return read.GetRepeatedEnumValue(message, terms.field, i);
    default:
      FOSSE_CHECK(!"floats have no canonical form");
  }
  return 0;
}

// With presence: what is set. Without: what is not zero.
void AppendSingle(const Message& message, const Reflection& read, const FieldTerms& terms,
                  std::string& out) {
  if (terms.has_presence && !read.HasField(message, terms.field)) return;
  if (terms.type == FieldDescriptor::CPPTYPE_MESSAGE) {
    AppendMessage(terms, read.GetMessage(message, terms.field), out);
  } else if (terms.type == FieldDescriptor::CPPTYPE_STRING) {
    std::string scratch;
    const std::string& text = read.GetStringReference(message, terms.field, &scratch);
    if (terms.has_presence || !text.empty()) AppendText(terms, text, out);
  } else {
    const int64_t number = SingleInteger(message, read, terms);
    if (terms.has_presence || number != 0) AppendInteger(terms, number, out);
  }
}

void AppendItem(const Message& message, const Reflection& read, const FieldTerms& terms, int i,
                std::string& out) {
  if (terms.type == FieldDescriptor::CPPTYPE_MESSAGE) {
    AppendMessage(terms, read.GetRepeatedMessage(message, terms.field, i), out);
  } else if (terms.type == FieldDescriptor::CPPTYPE_STRING) {
    std::string scratch;
    AppendText(terms, read.GetRepeatedStringReference(message, terms.field, i, &scratch), out);
  } else {
    AppendInteger(terms, ItemInteger(message, read, terms, i), out);
  }
}

void AppendFields(const Message& message, const MessageTerms& terms,
                  absl::Span<const FieldDescriptor* const> excluded, std::string& out) {
  const Reflection& read = *message.GetReflection();
  for (const int position : terms.by_number) {
    const FieldTerms& field = terms.fields[position];
    if (std::find(excluded.begin(), excluded.end(), field.field) != excluded.end()) continue;
    if (!field.is_repeated) {
      AppendSingle(message, read, field, out);
      continue;
    }
    const int size = read.FieldSize(message, field.field);
    for (int i = 0; i < size; ++i) AppendItem(message, read, field, i, out);
  }
}

}  // namespace

std::string CanonicalBytes(const Message& message,
                           absl::Span<const std::string> excluded_top_level_fields) {
  std::vector<const FieldDescriptor*> excluded;
  for (const std::string& name : excluded_top_level_fields) {
    excluded.push_back(message.GetDescriptor()->FindFieldByName(name));
    FOSSE_CHECK(excluded.back() != nullptr);
  }
  std::string out;
  AppendFields(message, TermsOf(*message.GetDescriptor()), excluded, out);
  return out;
}

Digest CanonicalDigest(const Message& message,
                       absl::Span<const std::string> excluded_top_level_fields) {
  return Sha256(CanonicalBytes(message, excluded_top_level_fields));
}

}  // namespace fosse
