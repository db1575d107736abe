// docs/adapters/gp-profile.md is made of the tables that the reader and the writer use.
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "adapters/fhir/kinds.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/search.h"
#include "adapters/fhir/translate.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::string Words(absl::string_view list) {
  return absl::StrJoin(absl::StrSplit(list, ' ', absl::SkipEmpty()), ", ");
}

const FieldDescriptor& BodyField(absl::string_view body) {
  return *v1::Envelope::descriptor()->FindFieldByName(std::string(body));
}

const FieldDescriptor* FieldAt(const Descriptor* message, absl::string_view path) {
  const FieldDescriptor* field = nullptr;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    if (field != nullptr) message = field->message_type();
    field = message->FindFieldByName(std::string(name));
  }
  return field;
}

std::string Row(const Parameter& parameter, const FieldDescriptor& field) {
  std::string values;
  if (parameter.form == Form::kChoice) {
    const auto* const words = field.enum_type();
    for (int n = 0; n < words->value_count(); ++n) {
      const std::string word = WordOf(*words, words->value(n)->number());
      if (!word.empty()) absl::StrAppend(&values, values.empty() ? "" : ", ", "`", word, "`");
    }
  }
  return absl::StrCat("| `", parameter.code, "` | `", MemberNameOf(parameter.form), "` | `",
                      parameter.proto, "` | ", parameter.required ? "yes" : "",
                      field.is_repeated() ? (parameter.required ? ", repeats" : "repeats") : "",
                      " | ", values, " |\n");
}

std::string Page() {
  std::string page =
      "# The profile of practices' messages, row by row\n\n"
      "Made by `adapters_fhir_test` (`UPDATE_GOLDEN=1`) from the tables that read and write. What "
      "stands around them:\n[FHIR R4 messages](../formats/fhir.md); how to connect: [practices]"
      "(gp.md).\n\n## Kinds of messages\n\n"
      "`request` and `response` are `servicerequest-request` and `servicerequest-response`. By "
      "itself, a resource needs no\nevent and no reason.\n\n"
      "| Event | Reason | Focus | Code | Status | Becomes |\n| --- | --- | --- | --- | --- | --- "
      "|\n";
  for (const Kind& kind : Kinds()) {
    absl::StrAppend(
        &page, "| ", IsAnswer(kind) ? "response" : "request", " | ", Words(kind.reasons), " | ",
        kind.focus, " | ", kind.code.empty() ? "" : absl::StrCat("`", kind.code, "`"), " | ",
        Words(kind.statuses), " | ", BodyField(kind.body).message_type()->name(), " |\n");
  }
  absl::StrAppend(&page,
                  "\n## Parameters\n\nOf `Task.input`, in answers and reviews of `Task.output`; "
                  "codes of `https://fosse.example/CodeSystem/parameter`.\nAn advice, a concern "
                  "and an episode say theirs in elements of their own; the parameters of those "
                  "are for\ndeliveries.\n");
  for (int n = 0; n < v1::Envelope::descriptor()->field_count(); ++n) {
    const FieldDescriptor& body = *v1::Envelope::descriptor()->field(n);
    if (ParametersOf(body.name()).empty()) continue;
    absl::StrAppend(&page, "\n### ", body.message_type()->name(),
                    "\n\n| Code | Value | Field | Needed | Words |\n| --- | --- | --- | --- | --- "
                    "|\n");
    for (const Parameter& parameter : ParametersOf(body.name())) {
      absl::StrAppend(&page, Row(parameter, *FieldAt(body.message_type(), parameter.proto)));
    }
  }
  absl::StrAppend(&page,
                  "\n### Parts of a proposal, in deliveries\n\nWhat a proposal says in a "
                  "ServiceRequest, CarePlan, CareTeam, Consent or RiskAssessment comes to its\n"
                  "recipient as parameters.\n\n"
                  "| Code | Value | Field | Needed | Words |\n| --- | --- | --- | --- | --- |\n");
  for (const Parameter& parameter : ProposalParts()) {
    absl::StrAppend(
        &page, Row(parameter, *FieldAt(v1::DelegationProposal::descriptor(), parameter.proto)));
  }
  return page;
}

TEST(ProfilePageTest, IsWhatTheTablesSay) {
  const std::string page = Page();
  const auto path =
      SampleFolder().parent_path().parent_path().parent_path() / "docs/adapters/gp-profile.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << page;
  EXPECT_EQ(ReadWhole(path), page);
}

// Each row of the table has a sample, and becomes what the table says.
TEST(ProfilePageTest, EveryKindHasASample) {
  Shows({"haz-21"});
  std::set<std::string> seen;
  for (const char* const name : kSamples) {
    const Translated translated = FromFhir(Sample(absl::StrCat(name, ".json")), {});
    ASSERT_TRUE(translated.issues.empty()) << name;
    const auto* const field = v1::Envelope::descriptor()->FindFieldByNumber(
        static_cast<int>(translated.envelope.body_case()));
    seen.insert(std::string(field->name()));
  }
  for (const Kind& kind : Kinds()) EXPECT_TRUE(seen.contains(std::string(kind.body))) << kind.body;
}

}  // namespace
}  // namespace fosse::adapters::fhir
