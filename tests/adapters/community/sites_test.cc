// The site profiles that the project ships hold, and mean what they say.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

SiteProfile Shipped(const std::string& name) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  std::ifstream file(std::string(source == nullptr ? "." : source) + "/adapters/community/sites/" +
                     name + ".txtpb");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(text.empty()) << name;
  AdapterConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << name;
  absl::StatusOr<SiteProfile> profile = SiteProfile::Create(config);
  EXPECT_TRUE(profile.ok()) << name << profile.status();
  return *std::move(profile);
}

Translated At(const SiteProfile& site, const std::string& bytes) {
  return FromHl7(hl7::Message::Read(bytes, site.read_options()), site, "QK1",
                 hl7::LondonTimeZone().value());
}

Parts Visit(const std::string& event, const std::string& service) {
  Parts parts;
  parts.event = event;
  parts.pv1 = absl::StrReplaceAll(parts.pv1, {{"|NUR|", "|" + service + "|"}});
  return parts;
}

TEST(SitesTest, TheStrictOneOpensByContactAndRefusesDepartures) {
  Shows({"haz-21", "haz-41"});
  const SiteProfile site = Shipped("itk-strict");
  EXPECT_EQ(At(site, Visit("ADT^A04^ADT_A01", "NUR").Bytes()).envelope.episode_change().kind(),
            v1::EPISODE_CHANGE_KIND_OPENED);
  EXPECT_EQ(At(site, Visit("ADT^A03^ADT_A03", "NUR").Bytes()).envelope.episode_change().kind(),
            v1::EPISODE_CHANGE_KIND_CLOSED);
  EXPECT_TRUE(At(site, Visit("ADT^A01^ADT_A01", "WARD").Bytes()).envelope.has_person_away());
  EXPECT_EQ(At(site, Visit("ADT^A03^ADT_A03", "OUT").Bytes()).result,
            Translated::Result::kNoEffect);
  const std::string feeds = absl::StrReplaceAll(Parts{}.Bytes(), {{"\r", "\n"}});
  EXPECT_EQ(At(site, feeds).result, Translated::Result::kFaulty);
}

TEST(SitesTest, TheTolerantOneOpensByReferralAndReadsItsCharacterSet) {
  Shows({"haz-21"});
  const SiteProfile site = Shipped("systmone-like");
  EXPECT_EQ(At(site, Referral().Bytes()).envelope.episode_change().service(), "community-nursing");
  EXPECT_EQ(At(site, Visit("ADT^A04^ADT_A01", "NUR").Bytes()).result, Translated::Result::kNoEffect)
      << "a visit";
  EXPECT_EQ(At(site, Visit("ADT^A08^ADT_A01", "MHS").Bytes()).result, Translated::Result::kNoEffect)
      << "a mental health service's, dropped unread";
  Parts accented;
  accented.event = "ADT^A08^ADT_A01";
  accented.msh_tail = "P|2.4";
  accented.pid = absl::StrReplaceAll(accented.pid, {{"Okonjo", "Ok\xF6njo"}});
  EXPECT_EQ(At(site, accented.Bytes()).envelope.subject().person().family_name(), "Ok\xC3\xB6njo");
  EXPECT_EQ(At(Shipped("paris-like"), accented.Bytes()).result, Translated::Result::kFaulty);
}

TEST(SitesTest, WhereOnlyA31IsSentNothingTouchesACaseload) {
  Shows({"haz-21"});
  const SiteProfile site = Shipped("paris-like");
  EXPECT_EQ(At(site, Visit("ADT^A31^ADT_A05", "NUR").Bytes()).envelope.person_update().kind(),
            v1::PERSON_UPDATE_KIND_DEMOGRAPHICS);
  for (const char* event : {"ADT^A01^ADT_A01", "ADT^A04^ADT_A01", "ADT^A03^ADT_A03"}) {
    EXPECT_EQ(At(site, Visit(event, "NUR").Bytes()).result, Translated::Result::kNoEffect) << event;
  }
}

}  // namespace
}  // namespace fosse::adapters::community
