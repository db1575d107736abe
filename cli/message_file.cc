#include "cli/message_file.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"

namespace fosse::cli {
namespace {

// Keeps where the first fault is. The parser's own words quote what it found, so they are dropped.
class FirstFault : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string&) override {
    if (line_ < 0) {
      line_ = line + 1;
      column_ = column + 1;
    }
  }

  absl::Status status() const {
    if (line_ < 1) return absl::InvalidArgumentError("not protobuf text of this message");
    return absl::InvalidArgumentError(
        absl::StrCat(line_, ":", column_, ": not protobuf text of this message"));
  }

 private:
  int line_ = -1;
  int column_ = 0;
};

}  // namespace

absl::Status ReadMessageText(absl::string_view text, google::protobuf::Message& message) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  if (trimmed.empty()) return absl::InvalidArgumentError("the file is empty");
  if (trimmed[0] == '{') {
    const auto read = google::protobuf::util::JsonStringToMessage(
        google::protobuf::StringPiece(trimmed.data(), trimmed.size()), &message);
    if (read.ok()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "not protobuf JSON of this message: check names of fields, enums and times");
  }
  FirstFault fault;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&fault);
  if (parser.ParseFromString(std::string(trimmed), &message)) return absl::OkStatus();
  return fault.status();
}

std::vector<const google::protobuf::FieldDescriptor*> FieldsNamed(
    absl::string_view text, const google::protobuf::Message& like) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  const google::protobuf::Descriptor& type = *like.GetDescriptor();
  std::vector<const google::protobuf::FieldDescriptor*> named;
  if (!trimmed.empty() && trimmed[0] == '{') {
    google::protobuf::Struct object;
    if (!google::protobuf::util::JsonStringToMessage(
             google::protobuf::StringPiece(trimmed.data(), trimmed.size()), &object)
             .ok()) {
      return named;
    }
    for (int i = 0; i < type.field_count(); ++i) {
      const google::protobuf::FieldDescriptor* field = type.field(i);
      if (object.fields().count(field->json_name()) != 0 ||
          object.fields().count(field->name()) != 0) {
        named.push_back(field);
      }
    }
    return named;
  }
  FirstFault fault;
  google::protobuf::TextFormat::ParseInfoTree places;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&fault);
  parser.WriteLocationsTo(&places);
  const std::unique_ptr<google::protobuf::Message> scratch(like.New());
  if (!parser.ParseFromString(std::string(trimmed), scratch.get())) return named;
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = type.field(i);
    if (places.GetLocation(field, field->is_repeated() ? 0 : -1).line >= 0) named.push_back(field);
  }
  return named;
}

}  // namespace fosse::cli
