// Messages of the tests' own: invented people, numbers of the test range.
#ifndef FOSSE_TESTS_ADAPTERS_COMMUNITY_MESSAGES_H_
#define FOSSE_TESTS_ADAPTERS_COMMUNITY_MESSAGES_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/community/site_profile.h"
#include "adapters/community/translate.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace fosse::adapters::community {

// A message made of segments, each of which a test may replace or leave out.
struct Parts {
  std::string event = "ADT^A03^ADT_A03";
  std::string msh_tail = "P|2.4|||AL|NE||UNICODE UTF-8";  // From MSH-11.
  std::string evn = "EVN||20260301101500+0000||||20260301100000+0000";
  std::string pid =
      "PID|1||9990000018^^^NHS||Okonjo^Philippa^^^^^L||19410309|F|||14 Quarry Lane^^Birstall^^LE4 "
      "3ZZ|||||||||||||||||||||NSTS01";
  std::string pd1 = "PD1|||Foxglove Surgery^^C82999";
  std::string pv1 =
      "PV1|1|C|^^^RT5||||||19A1234E^Thorogood^Maeve^^^^^^NMC|NUR|||||||||E-1|||||||||||||||||2|19||"
      "|"
      "||||20260101090000+0000|20260301095000+0000";
  std::vector<std::string> more;

  std::string Bytes() const {
    std::vector<std::string> lines = {
        absl::StrCat("MSH|^~\\&|COMMUNITY|RT5|FOSSE|QK1|20260301101501+0000||", event, "|ID-7|",
                     msh_tail),
        evn, pid, pd1, pv1};
    lines.insert(lines.end(), more.begin(), more.end());
    std::string out;
    for (const std::string& line : lines) {
      if (!line.empty()) absl::StrAppend(&out, line, "\r");
    }
    return out;
  }
};

// An accepted referral to community nursing.
inline Parts Referral() {
  return {.event = "REF^I12^REF_I12",
          .evn = "",
          .pv1 = "",
          .more = {"RF1|A|R|NUR^Community nursing||A|R-1|20260301090000+0000",
                   "PRD|RP|Castellane^Rowan|||||7654321^GMC",
                   "PRD|RT|Thorogood^Maeve||^^^RT5|||19A1234E^NMC"}};
}

inline AdapterConfig ConfigOf(const std::string& events) {
  AdapterConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      absl::StrCat("organisation: 'RT5' locality: 'QK1' ", events), &config));
  return config;
}

// Referrals open, A03 closes; for community nursing alone.
inline constexpr char kUsualEvents[] =
    "events { event: 'REF^I12' native_service: 'NUR' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
    "events { event: 'ADT^A03' native_service: 'NUR' meaning: 'CASELOAD_DISCHARGE' service: "
    "'nursing' }";

inline SiteProfile ProfileOf(const std::string& events) {
  absl::StatusOr<SiteProfile> profile = SiteProfile::Create(ConfigOf(events));
  EXPECT_TRUE(profile.ok()) << profile.status();
  return *std::move(profile);
}

inline Translated Translate(const std::string& bytes, const std::string& events = kUsualEvents) {
  return FromHl7(hl7::Message::Read(bytes), ProfileOf(events), "QK1",
                 hl7::LondonTimeZone().value());
}

// "PID-3.1 NHS_NUMBER_INVALID 102", one for each fault, joined by "; ".
inline std::string Told(const Faults& faults) {
  std::vector<std::string> told;
  for (const hl7::AckError& fault : faults) {
    told.push_back(absl::StrCat(fault.issue.at.ToHl7(), " ", fault.issue.reason, " ",
                                static_cast<int>(fault.code)));
  }
  return absl::StrJoin(told, "; ");
}

}  // namespace fosse::adapters::community

#endif  // FOSSE_TESTS_ADAPTERS_COMMUNITY_MESSAGES_H_
