// docs/adapters/hl7-events.md: what each event becomes with each meaning, and where each field of
// an Envelope comes from, as the code has it.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/held_file.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

constexpr const char* kMeanings[] = {"",
                                     "CASELOAD_OPEN",
                                     "CASELOAD_DISCHARGE",
                                     "CONTACT_END",
                                     "AWAY_HOSPITAL",
                                     "AWAY_RESPITE",
                                     "BACK",
                                     "DEMOGRAPHICS",
                                     "CONCERN",
                                     "IGNORE"};

Parts MessageOf(const std::string& event) {
  Parts parts = absl::StartsWith(event, "R") ? Referral() : Parts{};
  parts.event = event;
  if (event == "MDM^T02") {
    parts.more = {"TXA|1|NUR|TX|20260301||||||||DOC-9", "OBX|1|TX|N||words||||||F"};
  } else if (event == "ORU^R01") {
    parts.more = {"OBR|1|P|F|NUR|||20260301", "OBX|1|TX|N||words||||||F"};
  } else if (event == "ADT^A34" || event == "ADT^A40") {
    parts.more = {"MRG|9990000026^^^NHS"};
  }
  return parts;
}

std::string Listed(const std::string& event, const std::string& meaning) {
  return absl::StrCat("events { event: '", event, "' native_service: 'NUR' meaning: '", meaning,
                      "'", absl::StartsWith(meaning, "CASELOAD") ? " service: 'nursing'" : "",
                      " } ");
}

std::string Became(const Translated& translated) {
  const v1::Envelope& envelope = translated.envelope;
  if (!translated.faults.empty()) {
    return absl::StrCat("refused: ", translated.faults[0].issue.at.ToHl7(), " `",
                        translated.faults[0].issue.reason, "`");
  }
  switch (envelope.body_case()) {
    case v1::Envelope::kEpisodeChange:
      return absl::StrCat("episode ",
                          v1::EpisodeChangeKind_Name(envelope.episode_change().kind()).substr(20));
    case v1::Envelope::kPersonAway:
      return absl::StrCat(envelope.person_away().returned() ? "back from " : "away: ",
                          v1::AwayPlace_Name(envelope.person_away().place()).substr(11));
    case v1::Envelope::kPersonUpdate:
      return absl::StrCat("person ",
                          v1::PersonUpdateKind_Name(envelope.person_update().kind()).substr(19));
    case v1::Envelope::kConcernRaised:
      return "concern";
    default:
      return "nothing";
  }
}

// What the event becomes where the profile lists `listed` so; "–" where no profile may.
std::string Cell(const std::string& event, const std::string& listed, const std::string& meaning) {
  const std::string events = meaning.empty() ? "" : Listed(listed, meaning);
  if (!SiteProfile::Create(ConfigOf(events)).ok()) return "–";
  return Became(Translate(MessageOf(event).Bytes(), events));
}

std::string EventTable() {
  std::string out = "| Event |";
  for (const char* meaning : kMeanings) {
    absl::StrAppend(&out, *meaning == '\0' ? " not listed |" : absl::StrCat(" `", meaning, "` |"));
  }
  absl::StrAppend(&out, "\n| --- |");
  for (size_t n = 0; n < std::size(kMeanings); ++n) absl::StrAppend(&out, " --- |");
  absl::StrAppend(&out, "\n");
  for (const char* event :
       {"ADT^A01", "ADT^A03", "ADT^A04", "ADT^A05", "ADT^A08", "ADT^A28", "ADT^A31", "ADT^A34",
        "ADT^A40", "REF^I12", "RRI^I12", "REF^I13", "MDM^T02", "ORU^R01"}) {
    absl::StrAppend(&out, "| ", event, " |");
    for (const char* meaning : kMeanings) {
      const std::string listed = absl::StrReplaceAll(event, {{"RRI", "REF"}});
      absl::StrAppend(&out, " ", Cell(event, listed, meaning), " |");
    }
    absl::StrAppend(&out, "\n");
  }
  return out;
}

std::string UndoingTable() {
  struct Row {
    const char* event;
    const char* listed;
    const char* meaning;
  };
  std::string out = "| Event | Where the profile lists | It becomes |\n| --- | --- | --- |\n";
  for (const Row& row :
       {Row{"ADT^A11", "ADT^A04", "CASELOAD_OPEN"}, Row{"ADT^A11", "ADT^A28", "CASELOAD_OPEN"},
        Row{"ADT^A11", "ADT^A01", "AWAY_HOSPITAL"}, Row{"ADT^A11", "ADT^A01", "AWAY_RESPITE"},
        Row{"ADT^A13", "ADT^A03", "CASELOAD_DISCHARGE"}, Row{"ADT^A13", "ADT^A03", "BACK"},
        Row{"ADT^A13", "ADT^A03", "CONTACT_END"}, Row{"REF^I14", "REF^I12", "CASELOAD_OPEN"}}) {
    absl::StrAppend(&out, "| ", row.event, " | ", row.listed, " as `", row.meaning, "` | ",
                    Cell(row.event, row.listed, row.meaning), " |\n");
  }
  return out;
}

// The fields that this door fills, in the order of the contract.
std::string FieldTable() {
  const hl7::Message messages[] = {hl7::Message::Read(MessageOf("ADT^A03").Bytes()),
                                   hl7::Message::Read(MessageOf("REF^I12").Bytes()),
                                   hl7::Message::Read(MessageOf("MDM^T02").Bytes()),
                                   hl7::Message::Read(MessageOf("ORU^R01").Bytes())};
  std::string out = "| Field | ADT | REF, RRI | MDM | ORU |\n| --- | --- | --- | --- | --- |\n";
  const auto add = [&](const std::string& path) {
    absl::StrAppend(&out, "| `", path, "` |");
    for (const hl7::Message& message : messages) {
      absl::StrAppend(&out, " ", PlaceOf(path, message).ToHl7(), " |");
    }
    absl::StrAppend(&out, "\n");
  };
  for (const char* path :
       {"message_id", "sent_at", "subject.person.nhs_number", "subject.person.family_name",
        "subject.person.given_name", "subject.person.date_of_birth", "acting_person"}) {
    add(path);
  }
  for (const char* body : {"episode_change", "person_away", "person_update", "concern_raised"}) {
    const auto* const type = v1::Envelope::descriptor()->FindFieldByName(body)->message_type();
    for (int n = 0; n < type->field_count(); ++n) {
      const std::string path = absl::StrCat(body, ".", type->field(n)->name());
      const bool known = std::any_of(std::begin(messages), std::end(messages), [&](const auto& m) {
        return PlaceOf(path, m).ToHl7() != "MSH-10";
      });
      if (known) add(path);
    }
  }
  return out;
}

TEST(MappingTableTest, ThePageSaysWhatTheCodeDoes) {
  Shows({"haz-21"});
  ExpectHeld(
      "docs/adapters/hl7-events.md",
      absl::StrCat(
          "# HL7 v2 events, as the code has them\n\n"
          "Made by `adapters_community_test` (`UPDATE_GOLDEN=1`): each event is translated, for a "
          "service that the\nsite profile lists with that meaning. A dash: no profile may say so, "
          "and the adapter does not start with\none that does. In words: "
          "[events](../formats/community.md).\n\n## With each meaning\n\n",
          EventTable(), "\n## What takes another event back, and is not listed itself\n\n",
          UndoingTable(),
          "\n## Where a fault of a field is told\n\nThe first place that the field comes from; "
          "others stand in for it where it is empty.\n\n",
          FieldTable()));
}

}  // namespace
}  // namespace fosse::adapters::community
