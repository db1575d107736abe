#include "cli/rulebook_analysis.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cli/message_file.h"
#include "cli/rulebook_commands.h"
#include "cli/table.h"
#include "policy/vocabulary.h"

namespace fosse::cli {

std::string ShortName(v1::Question question) {
  return std::string(absl::StripPrefix(v1::Question_Name(question), "QUESTION_"));
}

std::string ShortName(v1::Outcome outcome) {
  return std::string(absl::StripPrefix(v1::Outcome_Name(outcome), "OUTCOME_"));
}

void PrintRegion(Session& session, const policy::solver::Region& region, size_t indent) {
  for (const std::string& line : policy::solver::LinesInWords(region)) {
    PrintLine("", line, session.out(), indent);
  }
}

void ToJson(const policy::solver::Region& region, google::protobuf::Struct& json) {
  for (const size_t place : region.Narrowed()) {
    const policy::Fact& fact = policy::AllFacts()[place];
    auto& values = *(*json.mutable_fields())[fact.name()].mutable_list_value();
    for (int i = 0; i < fact.values().value_count(); ++i) {
      const google::protobuf::EnumValueDescriptor& value = *fact.values().value(i);
      if ((region.values(place) >> value.number() & 1) != 0) {
        values.add_values()->set_string_value(value.name());
      }
    }
  }
}

void ToJson(const v1::Facts& facts, google::protobuf::Struct& json) {
  for (const policy::Fact& fact : policy::AllFacts()) {
    const int value = policy::ValueOf(fact, facts);
    if (value == 0) continue;
    (*json.mutable_fields())[fact.name()].set_string_value(policy::ValueName(fact, value));
  }
}

absl::StatusOr<v1::Question> ReadQuestion(absl::string_view given) {
  const v1::Question question = QuestionOf(std::string(given));
  if (question != v1::QUESTION_UNSPECIFIED) return question;
  std::vector<std::string> names;
  const google::protobuf::EnumDescriptor& all = *v1::Question_descriptor();
  for (int i = 0; i < all.value_count(); ++i) {
    if (all.value(i)->number() == v1::QUESTION_UNSPECIFIED) continue;
    names.push_back(absl::StrReplaceAll(
        absl::AsciiStrToLower(ShortName(static_cast<v1::Question>(all.value(i)->number()))),
        {{"_", "-"}}));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--question is one of ", absl::StrJoin(names, ", ")));
}

absl::Status ReadSituation(Session& session, const std::string& given, v1::Facts& facts) {
  std::string text = given;
  if (!text.empty() && text[0] == '@') {
    absl::StatusOr<std::string> read = session.ReadInput(text.substr(1));
    if (!read.ok()) return read.status();
    text = *std::move(read);
  }
  v1::Facts stated;
  if (const absl::Status read = ReadMessageText(text, stated); !read.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--facts (a file is @FILE): ", absl::string_view(read.message())));
  }
  // Merging passes over what is at its zero: one that is given as not known is forgotten first.
  for (const google::protobuf::FieldDescriptor* field : FieldsNamed(text, stated)) {
    facts.GetReflection()->ClearField(&facts, field);
  }
  facts.MergeFrom(stated);
  return absl::OkStatus();
}

}  // namespace fosse::cli
