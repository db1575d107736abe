#include "base/field_terms.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"

namespace fosse {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Where the contract states no limit (terms.proto).
constexpr uint32_t kDefaultMaxStringBytes = 256;
constexpr uint32_t kDefaultMaxBytesBytes = 4096;
constexpr uint32_t kDefaultMaxItems = 64;

using Compiled = std::unordered_map<const Descriptor*, std::unique_ptr<MessageTerms>>;

bool IsInteger(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

FieldTerms TermsOfField(const FieldDescriptor& field) {
  const v1::FieldRule& rule = field.options().GetExtension(v1::rule);
  const bool is_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  const bool is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
  const bool wants_text = rule.min_bytes() != 0 || rule.max_bytes() != 0 ||
                          !rule.pattern().empty() || rule.format() != v1::FORMAT_UNSPECIFIED;
  FOSSE_CHECK(is_text || !wants_text);
  FOSSE_CHECK(IsInteger(field) || (rule.at_least() == 0 && rule.at_most() == 0));
  FOSSE_CHECK(field.is_repeated() || rule.max_items() == 0);
  FOSSE_CHECK(!field.is_map());

  FieldTerms terms;
  terms.field = &field;
  terms.type = field.cpp_type();
  terms.is_bytes = is_bytes;
  terms.is_repeated = field.is_repeated();
  terms.has_presence = field.has_presence();
  terms.required = rule.required();
  terms.min_bytes = rule.min_bytes();
  terms.max_bytes = rule.max_bytes() != 0 ? rule.max_bytes()
                    : is_bytes            ? kDefaultMaxBytesBytes
                                          : kDefaultMaxStringBytes;
  terms.max_items = rule.max_items() != 0 ? rule.max_items() : kDefaultMaxItems;
  terms.form = rule.format();
  if (!rule.pattern().empty()) {
    terms.pattern = std::make_unique<const RE2>(rule.pattern());
    FOSSE_CHECK(terms.pattern->ok());
  }
  // Zero is "not stated" for both; but an upper limit alone is one for a quantity, and a quantity
  // is not negative.
  if (rule.at_least() != 0 || rule.at_most() > 0) terms.at_least = rule.at_least();
  if (rule.at_most() != 0) terms.at_most = rule.at_most();
  return terms;
}

MessageTerms::Kind KindOf(const Descriptor& type) {
  if (type.full_name() == "google.protobuf.Timestamp") return MessageTerms::Kind::kTimestamp;
  if (type.full_name() == "google.protobuf.Duration") return MessageTerms::Kind::kDuration;
  return MessageTerms::Kind::kOrdinary;
}

// Compiles `type` and all that it holds. The entry exists before its fields are looked at, so a
// type that holds itself finds itself.
const MessageTerms* Compile(const Descriptor& type, Compiled& compiled) {
  std::unique_ptr<MessageTerms>& entry = compiled[&type];
  if (entry != nullptr) return entry.get();
  entry = std::make_unique<MessageTerms>();
  MessageTerms& terms = *entry;  // `entry` itself moves when the map grows.
  terms.kind = KindOf(type);
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    FieldTerms of_field = TermsOfField(field);
    if (field.message_type() != nullptr) of_field.nested = Compile(*field.message_type(), compiled);
    if (field.real_containing_oneof() == nullptr) terms.alone.push_back(i);
    terms.by_number.push_back(i);
    terms.fields.push_back(std::move(of_field));
  }
  for (int i = 0; i < type.real_oneof_decl_count(); ++i) terms.oneofs.push_back(type.oneof_decl(i));
  std::sort(terms.by_number.begin(), terms.by_number.end(),
            [&type](int a, int b) { return type.field(a)->number() < type.field(b)->number(); });
  return &terms;
}

}  // namespace

const MessageTerms& TermsOf(const Descriptor& type) {
  // Never freed, and only ever added to: whoever has found terms may keep them.
  static absl::Mutex mutex(absl::kConstInit);
  static Compiled* const compiled = new Compiled;
  // Nearly every call asks for the same one or two types.
  thread_local const Descriptor* last_type = nullptr;
  thread_local const MessageTerms* last_terms = nullptr;
  if (last_type != &type) {
    absl::MutexLock lock(&mutex);
    last_terms = Compile(type, *compiled);
    last_type = &type;
  }
  return *last_terms;
}

}  // namespace fosse
