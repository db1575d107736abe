#include "base/field_check.h"

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/field_form.h"
#include "base/field_terms.h"
#include "base/status.h"
#include "base/utf8.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"

namespace fosse {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z, and as many seconds either way for a duration.
constexpr int64_t kFirstSecond = -62135596800;
constexpr int64_t kLastSecond = 253402300799;
constexpr int64_t kMaxDurationSeconds = 315576000000;
constexpr int64_t kNanosPerSecond = 1000000000;

struct Limit {
  absl::string_view name;
  MetaValue value;
};

struct Breach {
  Code reason;
  FieldPath field;
  std::optional<Limit> limit;
};

absl::string_view SentenceFor(Code reason) {
  if (reason == Code("FIELD_REQUIRED")) return "a required field is missing";
  if (reason == Code("FIELD_TOO_LONG")) return "a field is longer than its limit";
  if (reason == Code("FIELD_TOO_MANY")) return "a field has more items than its limit";
  if (reason == Code("FIELD_PATTERN")) return "a field does not match its stated pattern";
  if (reason == Code("FIELD_UNKNOWN"))
    return "a field is not in the contract; send a known version";
  if (reason == Code("ENUM_UNKNOWN")) return "a value is not in the contract; send a known one";
  return "a field does not have its stated form or range";
}

absl::string_view SentenceOf(const Breach& breach) {
  if (breach.limit.has_value() && breach.limit->value.text() == "NOT_BLANK") {
    return "a field holds nothing but spaces";
  }
  return SentenceFor(breach.reason);
}

// One look through one message. Not thread-safe; short-lived.
class Walk {
 public:
  void Check(const Message& message, const MessageTerms& terms) {
    const Reflection& read = *message.GetReflection();
    CheckUnknown(read.GetUnknownFields(message));
    if (terms.kind != MessageTerms::Kind::kOrdinary) {
      CheckTime(message, terms);
      return;
    }
    for (const int i : terms.alone) CheckField(message, read, terms.fields[i]);
    for (const auto* oneof : terms.oneofs) {
      const FieldDescriptor* const set = read.GetOneofFieldDescriptor(message, oneof);
      if (set != nullptr) CheckField(message, read, terms.fields[set->index()]);
    }
  }

  absl::Status Result() const;

 private:
  struct Step {
    const FieldDescriptor* field;
    int index;  // -1: not repeated.
  };

  void CheckUnknown(const google::protobuf::UnknownFieldSet& unknown) {
    for (int i = 0; i < unknown.field_count(); ++i) {
      Add("FIELD_UNKNOWN", Here().ThenUnknown(unknown.field(i).number()));
    }
  }

  void CheckTime(const Message& message, const MessageTerms& terms) {
    const Reflection& read = *message.GetReflection();
    const int64_t seconds = read.GetInt64(message, terms.fields[0].field);
    const int32_t nanos = read.GetInt32(message, terms.fields[1].field);
    bool good = nanos > -kNanosPerSecond && nanos < kNanosPerSecond;
    if (terms.kind == MessageTerms::Kind::kTimestamp) {
      good = good && nanos >= 0 && seconds >= kFirstSecond && seconds <= kLastSecond;
    } else {
      const bool signs_agree = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
      good =
          good && signs_agree && seconds >= -kMaxDurationSeconds && seconds <= kMaxDurationSeconds;
    }
    if (!good) Add("FIELD_INVALID", Here());
  }

  void CheckField(const Message& message, const Reflection& read, const FieldTerms& terms) {
    const FieldDescriptor& field = *terms.field;
    if (terms.is_repeated) {
      const int size = read.FieldSize(message, &field);
      if (size == 0 && terms.required) AddAt("FIELD_REQUIRED", field, -1);
      if (static_cast<uint32_t>(size) > terms.max_items) {
        // The items themselves are not looked at: the work is bounded by the limit.
        AddAt("FIELD_TOO_MANY", field, -1, Limit{"maxItems", terms.max_items});
        return;
      }
      for (int i = 0; i < size; ++i) CheckItem(message, read, terms, i);
    } else {
      CheckSingle(message, read, terms);
    }
  }

  void CheckSingle(const Message& message, const Reflection& read, const FieldTerms& terms) {
    const FieldDescriptor& field = *terms.field;
    const bool absent = terms.has_presence && !read.HasField(message, &field);
    switch (terms.type) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (absent) break;
        return Descend(read.GetMessage(message, &field), terms, -1);
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string& text = read.GetStringReference(message, &field, &scratch_);
        if (text.empty()) break;
        return CheckText(text, terms, -1);
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = read.GetEnumValue(message, &field);
        if (number == 0) break;
        return CheckEnum(number, terms, -1);
      }
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_INT64:
        return CheckInteger(terms.type == FieldDescriptor::CPPTYPE_INT32
                                ? read.GetInt32(message, &field)
                                : read.GetInt64(message, &field),
                            absent, terms);
      case FieldDescriptor::CPPTYPE_UINT32:
      case FieldDescriptor::CPPTYPE_UINT64:
        return CheckUnsigned(terms.type == FieldDescriptor::CPPTYPE_UINT32
                                 ? read.GetUInt32(message, &field)
                                 : read.GetUInt64(message, &field),
                             absent, terms);
      default:
        // A plain bool cannot say that it is missing; an optional one can.
        if (absent) break;
        return;
    }
    if (terms.required) AddAt("FIELD_REQUIRED", field, -1);
  }

  void CheckItem(const Message& message, const Reflection& read, const FieldTerms& terms, int i) {
    const FieldDescriptor& field = *terms.field;
    switch (terms.type) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Descend(read.GetRepeatedMessage(message, &field, i), terms, i);
      case FieldDescriptor::CPPTYPE_STRING:
        return CheckText(read.GetRepeatedStringReference(message, &field, i, &scratch_), terms, i);
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = read.GetRepeatedEnumValue(message, &field, i);
        if (number == 0 && terms.required) return AddAt("FIELD_REQUIRED", field, i);
        return CheckEnum(number, terms, i);
      }
      case FieldDescriptor::CPPTYPE_INT32:
        return CheckRange(read.GetRepeatedInt32(message, &field, i), terms, i);
      case FieldDescriptor::CPPTYPE_INT64:
        return CheckRange(read.GetRepeatedInt64(message, &field, i), terms, i);
      case FieldDescriptor::CPPTYPE_UINT32:
        return CheckRange(read.GetRepeatedUInt32(message, &field, i), terms, i);
      case FieldDescriptor::CPPTYPE_UINT64:
        return CheckRange(Capped(read.GetRepeatedUInt64(message, &field, i)), terms, i);
      default:
        return;
    }
  }

  void Descend(const Message& message, const FieldTerms& terms, int index) {
    if (steps_ + 1 >= kMaxMessageDepth) {
      AddAt("FIELD_INVALID", *terms.field, index, Limit{"maxDepth", kMaxMessageDepth});
      return;
    }
    path_[steps_++] = {terms.field, index};
    Check(message, *terms.nested);
    --steps_;
  }

  void CheckText(const std::string& text, const FieldTerms& terms, int index) {
    const FieldDescriptor& field = *terms.field;
    if (text.size() > terms.max_bytes) {
      // Nothing else is asked of a text too long: the work is bounded by the limit.
      return AddAt("FIELD_TOO_LONG", field, index, Limit{"maxBytes", terms.max_bytes});
    }
    if (text.size() < terms.min_bytes) {
      AddAt("FIELD_INVALID", field, index, Limit{"minBytes", terms.min_bytes});
    } else if (!terms.is_bytes && !IsPlainText(text, field, index)) {
      return;
    } else if (terms.pattern != nullptr && !RE2::FullMatch(text, *terms.pattern)) {
      AddAt("FIELD_PATTERN", field, index);
    } else if (terms.form != v1::FORMAT_UNSPECIFIED && !HasForm(terms.form, text)) {
      AddAt("FIELD_INVALID", field, index, Limit{"form", CodeOf(terms.form)});
    }
  }

  // False: it is not, and that is noted. An empty item of a list is its form's business.
  bool IsPlainText(const std::string& text, const FieldDescriptor& field, int index) {
    if (!IsUtf8(text)) {
      AddAt("FIELD_INVALID", field, index, Limit{"form", Code("UTF-8")});
    } else if (HasControls(text)) {
      AddAt("FIELD_INVALID", field, index, Limit{"form", Code("NO_CONTROLS")});
    } else if (!text.empty() && IsBlank(text)) {
      AddAt("FIELD_INVALID", field, index, Limit{"form", Code("NOT_BLANK")});
    } else {
      return true;
    }
    return false;
  }

  void CheckEnum(int number, const FieldTerms& terms, int index) {
    if (terms.field->enum_type()->FindValueByNumber(number) == nullptr) {
      AddAt("ENUM_UNKNOWN", *terms.field, index);
    }
  }

  // A plain integer that is zero is absent.
  void CheckInteger(int64_t number, bool absent, const FieldTerms& terms) {
    if (terms.has_presence ? absent : number == 0) {
      if (terms.required) AddAt("FIELD_REQUIRED", *terms.field, -1);
      return;
    }
    CheckRange(number, terms, -1);
  }

  void CheckUnsigned(uint64_t number, bool absent, const FieldTerms& terms) {
    CheckInteger(Capped(number), absent, terms);
  }

  // Limits are int64: anything beyond is beyond every limit.
  static int64_t Capped(uint64_t number) {
    return number > static_cast<uint64_t>(INT64_MAX) ? INT64_MAX : static_cast<int64_t>(number);
  }

  void CheckRange(int64_t number, const FieldTerms& terms, int index) {
    if (terms.at_least.has_value() && number < *terms.at_least) {
      AddAt("FIELD_INVALID", *terms.field, index, Limit{"atLeast", *terms.at_least});
    } else if (terms.at_most.has_value() && number > *terms.at_most) {
      AddAt("FIELD_INVALID", *terms.field, index, Limit{"atMost", *terms.at_most});
    }
  }

  FieldPath Here() const {
    FieldPath path;
    for (int i = 0; i < steps_; ++i) {
      const Step& step = path_[i];
      path = step.index < 0 ? path.Then(*step.field) : path.ThenItem(*step.field, step.index);
    }
    return path;
  }

  void AddAt(Code reason, const FieldDescriptor& field, int index,
             std::optional<Limit> limit = std::nullopt) {
    if (++count_ > kMaxNamedBreaches) return;
    const FieldPath here = Here();
    breaches_.push_back(
        {reason, index < 0 ? here.Then(field) : here.ThenItem(field, index), std::move(limit)});
  }

  void Add(Code reason, FieldPath path) {
    if (++count_ <= kMaxNamedBreaches) breaches_.push_back({reason, std::move(path), std::nullopt});
  }

  std::array<Step, kMaxMessageDepth> path_;
  int steps_ = 0;
  std::string scratch_;
  std::vector<Breach> breaches_;  // The first kMaxNamedBreaches.
  int64_t count_ = 0;             // All.
};

absl::Status Walk::Result() const {
  if (count_ == 0) return absl::OkStatus();
  std::deque<std::string> names;  // Owns the numbered keys: a deque does not move them.
  std::vector<Metadata> metadata;
  for (size_t i = 0; i < breaches_.size(); ++i) {
    const Breach& breach = breaches_[i];
    const auto add = [&](absl::string_view name, MetaValue value) {
      names.push_back(i == 0 ? std::string(name) : absl::StrCat(name, i + 1));
      metadata.emplace_back(names.back(), std::move(value));
    };
    if (i > 0) add("reason", breach.reason);
    add("field", breach.field);
    if (breach.limit.has_value()) add(breach.limit->name, breach.limit->value);
  }
  metadata.emplace_back("breaches", count_);
  const Breach& first = breaches_.front();
  return MakeErrorOf(absl::StatusCode::kInvalidArgument, first.reason.text(), SentenceOf(first),
                     metadata);
}

}  // namespace

absl::Status CheckFields(const Message& message) {
  Walk walk;
  walk.Check(message, TermsOf(*message.GetDescriptor()));
  return walk.Result();
}

}  // namespace fosse
