#include "base/canonical.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/status.h"
#include "google/protobuf/descriptor.h"

namespace fosse {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Part of the format: never change a number.
enum class Kind : uint8_t { kInteger = 1, kString = 2, kBytes = 3, kMessage = 4 };

constexpr size_t kLengthSize = 4;

template <typename T>
void AppendBigEndian(T value, std::string& out) {
  for (int shift = 8 * (sizeof(T) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

void AppendHead(const FieldDescriptor& field, Kind kind, uint32_t length, std::string& out) {
  AppendBigEndian(static_cast<uint32_t>(field.number()), out);
  out.push_back(static_cast<char>(kind));
  AppendBigEndian(length, out);
}

void AppendInteger(const FieldDescriptor& field, uint64_t twos_complement, std::string& out) {
  AppendHead(field, Kind::kInteger, 8, out);
  AppendBigEndian(twos_complement, out);
}

// Protobuf holds messages below 2 GiB, so every length fits.
void AppendText(const FieldDescriptor& field, const std::string& text, std::string& out) {
  const bool is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
  AppendHead(field, is_bytes ? Kind::kBytes : Kind::kString, static_cast<uint32_t>(text.size()),
             out);
  out += text;
}

void AppendFields(const Message& message, const std::vector<const FieldDescriptor*>& fields,
                  std::string& out);

void AppendMessage(const FieldDescriptor& field, const Message& message, std::string& out) {
  AppendHead(field, Kind::kMessage, 0, out);
  const size_t begin = out.size();
  std::vector<const FieldDescriptor*> fields;
  // In order of number, and only what is present: for plain scalars, what is not zero.
  message.GetReflection()->ListFields(message, &fields);
  AppendFields(message, fields, out);
  // The length is known only now.
  std::string length;
  AppendBigEndian(static_cast<uint32_t>(out.size() - begin), length);
  out.replace(begin - kLengthSize, kLengthSize, length);
}

void AppendSingle(const Message& message, const FieldDescriptor& field, std::string& out) {
  const Reflection& read = *message.GetReflection();
  std::string scratch;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      // Through int64_t, so that the sign spreads over all eight bytes.
      return AppendInteger(field, static_cast<int64_t>(read.GetInt32(message, &field)), out);
    case FieldDescriptor::CPPTYPE_INT64:
      return AppendInteger(field, read.GetInt64(message, &field), out);
    case FieldDescriptor::CPPTYPE_UINT32:
      return AppendInteger(field, read.GetUInt32(message, &field), out);
    case FieldDescriptor::CPPTYPE_UINT64:
      return AppendInteger(field, read.GetUInt64(message, &field), out);
    case FieldDescriptor::CPPTYPE_BOOL:
      return AppendInteger(field, read.GetBool(message, &field) ? 1 : 0, out);
    case FieldDescriptor::CPPTYPE_ENUM:
      return AppendInteger(field, static_cast<int64_t>(read.GetEnumValue(message, &field)), out);
    case FieldDescriptor::CPPTYPE_STRING:
      return AppendText(field, read.GetStringReference(message, &field, &scratch), out);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AppendMessage(field, read.GetMessage(message, &field), out);
    default:
      FOSSE_CHECK(!"floats have no canonical form");
  }
}

void AppendItem(const Message& message, const FieldDescriptor& field, int i, std::string& out) {
  const Reflection& read = *message.GetReflection();
  std::string scratch;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return AppendInteger(field, static_cast<int64_t>(read.GetRepeatedInt32(message, &field, i)),
                           out);
    case FieldDescriptor::CPPTYPE_INT64:
      return AppendInteger(field, read.GetRepeatedInt64(message, &field, i), out);
    case FieldDescriptor::CPPTYPE_UINT32:
      return AppendInteger(field, read.GetRepeatedUInt32(message, &field, i), out);
    case FieldDescriptor::CPPTYPE_UINT64:
      return AppendInteger(field, read.GetRepeatedUInt64(message, &field, i), out);
    case FieldDescriptor::CPPTYPE_BOOL:
      return AppendInteger(field, read.GetRepeatedBool(message, &field, i) ? 1 : 0, out);
    case FieldDescriptor::CPPTYPE_ENUM:
      return AppendInteger(
          field, static_cast<int64_t>(read.GetRepeatedEnumValue(message, &field, i)), out);
    case FieldDescriptor::CPPTYPE_STRING:
      return AppendText(field, read.GetRepeatedStringReference(message, &field, i, &scratch), out);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AppendMessage(field, read.GetRepeatedMessage(message, &field, i), out);
    default:
      FOSSE_CHECK(!"floats have no canonical form");
  }
}

void AppendFields(const Message& message, const std::vector<const FieldDescriptor*>& fields,
                  std::string& out) {
  for (const FieldDescriptor* field : fields) {
    FOSSE_CHECK(!field->is_map());
    if (!field->is_repeated()) {
      AppendSingle(message, *field, out);
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) AppendItem(message, *field, i, out);
  }
}

}  // namespace

std::string CanonicalBytes(const Message& message,
                           absl::Span<const std::string> excluded_top_level_fields) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const std::string& name : excluded_top_level_fields) {
    const FieldDescriptor* const excluded = message.GetDescriptor()->FindFieldByName(name);
    FOSSE_CHECK(excluded != nullptr);
    fields.erase(std::remove(fields.begin(), fields.end(), excluded), fields.end());
  }
  std::string out;
  AppendFields(message, fields, out);
  return out;
}

Digest CanonicalDigest(const Message& message,
                       absl::Span<const std::string> excluded_top_level_fields) {
  return Sha256(CanonicalBytes(message, excluded_top_level_fields));
}

}  // namespace fosse
