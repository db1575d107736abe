// Directory, shape, identity, relationship and what a reader sees.
#include "base/nhs_number.h"
#include "base/status.h"
#include "care/reading.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

TEST(RecordTest, TestPeopleHaveTestNumbers) {
  Shows({"haz-35"});
  EXPECT_TRUE(IsTestNhsNumber(kAda));
  EXPECT_TRUE(IsTestNhsNumber(kBen));
}

struct SamePerson {
  const char* name;
  const char* number;
  const char* born;
  const char* family;
  bool same;
};

TEST(RecordTest, NumberBirthAndNameMustAgree) {
  Shows({"haz-01"});
  v1::PersonReference held = Person(kAda);
  held.set_family_name("O'Néill-Śmith");
  const SamePerson kCases[] = {
      {"the same", kAda, "1941-03-05", "O'Néill-Śmith", true},
      {"case, marks and spaces", kAda, "1941-03-05", " ONEILL SMITH", true},
      {"a typographic apostrophe", kAda, "1941-03-05", "O\u2019Ne\u0301ill Smith", true},
      {"another name", kAda, "1941-03-05", "Neill-Smith", false},
      {"another birthday", kAda, "1941-05-03", "O'Néill-Śmith", false},
      {"another number", kBen, "1941-03-05", "O'Néill-Śmith", false},
      {"no name", kAda, "1941-03-05", "", false},
  };
  for (const SamePerson& row : kCases) {
    v1::PersonReference reference;
    reference.set_nhs_number(row.number);
    reference.set_date_of_birth(row.born);
    reference.set_family_name(row.family);
    EXPECT_EQ(IsSamePerson(held, reference), row.same) << row.name;
  }
  EXPECT_FALSE(IsSamePerson(v1::PersonReference(), v1::PersonReference()));
}

TEST(RecordTest, AnotherPersonUnderAKnownNumberIsKeptApart) {
  Shows({"haz-01", "haz-02"});
  World world;
  v1::CareRecord apart;
  apart.set_person_key("new");
  apart.mutable_identity()->set_identity_in_question(true);
  const v1::Envelope envelope = Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now);
  const View view{&apart, nullptr, nullptr, world.rulebook.get(), world.directory.get()};
  const absl::StatusOr<Effect> effect = Handle(view, envelope, {world.now, "seed"});
  ASSERT_TRUE(effect.ok());
  for (const v1::Change& change : effect->changes) Fold(change, apart);
  EXPECT_TRUE(apart.identity().identity_in_question());
  EXPECT_EQ(apart.identity().reference().nhs_number(), kAda);
}

TEST(RecordTest, ShapeSaysWhatIsMissing) {
  Shows({"haz-21"});
  World world;
  const auto reason = [](const v1::Envelope& envelope, bool from_gateway = false) {
    return ReasonOf(CheckShape(envelope, from_gateway));
  };
  v1::Envelope envelope = Proposal(kAda, "R");
  EXPECT_EQ(reason(envelope), "");
  envelope.clear_subject();
  EXPECT_EQ(reason(envelope), "FIELD_REQUIRED");
  envelope.mutable_subject()->mutable_worker()->set_worker_number("W-1");
  EXPECT_EQ(reason(envelope), "SUBJECT_WRONG");
  EXPECT_EQ(reason(From(kCommunity, kAda)), "BODY_MISSING");
  v1::Envelope due = From(kCommunity, kAda);
  due.mutable_timer_due()->set_timer_id("T-1");
  EXPECT_EQ(reason(due), "BODY_INTERNAL");
  EXPECT_EQ(reason(due, /*from_gateway=*/true), "");
  v1::Envelope checked = Checked(kWorker, "K", world.now);
  EXPECT_EQ(reason(checked), "");
  checked.mutable_subject()->mutable_worker()->clear_employer();
  EXPECT_EQ(reason(checked), "FIELD_REQUIRED");  // Neither a number nor an employer's reference.
  *checked.mutable_subject()->mutable_person() = Person(kAda);
  EXPECT_EQ(reason(checked), "SUBJECT_WRONG");
  v1::Envelope accepted = Accepted(kAda, "R");
  accepted.mutable_delegation_response()->mutable_delegation()->clear_reference();
  EXPECT_EQ(reason(accepted), "FIELD_REQUIRED");
  v1::Envelope report = From(kCommunity, kAda);
  report.mutable_issue_report()->set_reference("I");
  EXPECT_EQ(reason(report), "SUBJECT_WRONG");
}

TEST(RecordTest, WhatAMessageWants) {
  Shows({"haz-01"});
  World world;
  EXPECT_TRUE(
      WhatItWants(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now)).may_create_person);
  EXPECT_FALSE(WhatItWants(Proposal(kAda, "R")).may_create_person);
  EXPECT_TRUE(WhatItWants(Assigned(kAda, "R", kWorker)).may_create_worker);
  v1::Envelope other = Assigned(kAda, "R", kWorker);
  other.mutable_worker_assignment()->mutable_worker()->set_employer(kOtherProvider);
  EXPECT_FALSE(WhatItWants(other).may_create_worker);  // Only the employer names a new one.
  EXPECT_TRUE(WhatItWants(Performed(kAda, "R", kWorker, world.now)).worker);
  EXPECT_FALSE(WhatItWants(Performed(kAda, "R", kWorker, world.now)).may_create_worker);
}

TEST(RecordTest, RelationshipsComeAndGo) {
  Shows({"ctl-04", "haz-31"});
  World world;
  EXPECT_FALSE(NeedsRelationship(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now)));
  EXPECT_FALSE(NeedsRelationship(Registered(kAda, kPractice)));
  EXPECT_TRUE(NeedsRelationship(Proposal(kAda, "R")));
  const auto relates = [&](const char* organisation) {
    return HasLiveRelationship(world.person(kAda), organisation, world.now);
  };
  world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now));
  EXPECT_TRUE(relates(kCommunity));
  EXPECT_TRUE(relates(kPractice));
  EXPECT_FALSE(relates(kOtherPractice));
  EXPECT_FALSE(relates(""));
  v1::Envelope held = Proposal(kAda, "REF-1");
  held.mutable_delegation_proposal()->mutable_plan()->clear_clinical_reviewer();
  world.Must(held);
  EXPECT_FALSE(relates(kProvider));  // It was never told of a held proposal.
  world.Must(Proposal(kAda, "REF-1"));
  EXPECT_TRUE(relates(kProvider));
  world.Must(
      Change(kCommunity, kAda, "REF-1", v1::DELEGATION_CHANGE_KIND_WITHDRAW, v1::ANSWER_YES));
  world.now += absl::Hours(24 * 30);
  EXPECT_TRUE(relates(kProvider));
  world.now += absl::Seconds(1);
  EXPECT_FALSE(relates(kProvider));
}

// A council arranges a service: it may ask health for help, and neither oversees nor registers
// anybody.
TEST(RecordTest, AServiceOfACouncilMakesThePersonKnownToItAndNothingElse) {
  Shows({"b-2.1", "b-5.5", "ctl-04", "haz-17"});
  World world;
  v1::Envelope service = Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now);
  service.set_sender(kCouncil);
  service.mutable_episode_change()->set_organisation(kCouncil);
  service.mutable_episode_change()->set_service("adult-social-care");
  service.mutable_episode_change()->set_episode_reference("P-7001");
  EXPECT_TRUE(Directory::MaySend(v1::ORGANISATION_KIND_COUNCIL, "episode_change"));
  EXPECT_FALSE(Directory::MaySend(v1::ORGANISATION_KIND_PROVIDER, "episode_change"));

  const Sent opened = world.Must(service);
  EXPECT_TRUE(HasLiveRelationship(world.person(kAda), kCouncil, world.now));
  EXPECT_FALSE(HasLiveRelationship(world.person(kAda), kPractice, world.now));
  EXPECT_EQ(world.person(kAda).identity().registered_practice(), "");
  EXPECT_EQ(opened.effect.receipt.overseer(), "");
  EXPECT_EQ(opened.effect.receipt.notices_size(), 0);

  service.mutable_episode_change()->set_kind(v1::EPISODE_CHANGE_KIND_CLOSED);
  *service.mutable_episode_change()->mutable_occurred_at() = Timestamp(world.now);
  world.Must(service);
  EXPECT_FALSE(HasLiveRelationship(world.person(kAda), kCouncil, world.now));
}

TEST(RecordTest, APersonIsShownByPart) {
  Shows({"ctl-04", "haz-43"});
  World world;
  Bring(world, kAda, "REF-1", v1::DELEGATION_STATE_ACTIVE);
  world.Must(Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, "REF-1"));
  world.Must(Concern(kAda, kCommunity, "CON-2", v1::CONCERN_KIND_SAFEGUARDING, "REF-1"));
  const auto shown = [&](const char* organisation) {
    return PersonFor(world.person(kAda), *world.directory->Find(organisation), world.now);
  };
  EXPECT_EQ(shown(kCommunity).delegations_size(), 1);
  EXPECT_EQ(shown(kCommunity).concerns_size(), 1);
  EXPECT_EQ(shown(kProvider).delegations_size(), 1);
  EXPECT_EQ(shown(kProvider).concerns_size(), 1);
  EXPECT_EQ(shown(kProvider).episodes_size(), 0);
  EXPECT_EQ(shown(kOtherProvider).delegations_size(), 0);
  ASSERT_EQ(shown(kSafeguarding).concerns_size(), 1);
  EXPECT_EQ(shown(kSafeguarding).concerns(0).concern().reference(), "CON-2");
  for (const char* organisation : {kCommunity, kProvider, kPractice, kCouncil, kBoard}) {
    const v1::GetPersonResponse response = shown(organisation);
    for (const v1::ConcernState& concern : response.concerns()) {
      EXPECT_NE(concern.concern().kind(), v1::CONCERN_KIND_SAFEGUARDING) << organisation;
    }
  }
}

TEST(RecordTest, WhoCoversIsShownToThoseInTheTaskWhileItIsOpen) {
  Shows({"b-7.3", "inv-15", "ctl-04"});
  World world;
  Bring(world, kAda, "REF-1", v1::DELEGATION_STATE_ACTIVE);
  world.Must(Revoked(kWorker, "K-W100", world.now));
  const auto shown = [&](const char* organisation) {
    return PersonFor(world.person(kAda), *world.directory->Find(organisation), world.now);
  };
  for (const char* organisation : {kCommunity, kPractice, kProvider}) {
    ASSERT_EQ(shown(organisation).covers_size(), 1) << organisation;
    EXPECT_EQ(shown(organisation).covers(0).cover_by(), kCommunity);
  }
  EXPECT_EQ(shown(kOtherProvider).covers_size(), 0);
  world.now += absl::Hours(1);
  world.Must(Checked(kWorker, "K-9", world.now));
  EXPECT_EQ(shown(kCommunity).covers_size(), 0) << "it has ended";
}

std::string DirectoryFaults(const std::string& more) {
  const auto created = Directory::Create(StoredDirectory() + more);
  EXPECT_EQ(created.ok() ? "" : ReasonOf(created.status()),
            created.ok() ? "" : "DIRECTORY_INVALID");
  return created.ok() ? "" : std::string(created.status().message());
}

TEST(RecordTest, DirectoryNamesItsFaults) {
  Shows({"ctl-01"});
  EXPECT_EQ(DirectoryFaults(""), "");
  EXPECT_NE(DirectoryFaults("participants {").find(":"), std::string::npos);
  EXPECT_NE(DirectoryFaults("nonsense: 1").find("nonsense"), std::string::npos);
  const std::string kind = " name: \"x\" kind: ORGANISATION_KIND_PROVIDER roles: ROLE_EXCHANGE ";
  EXPECT_NE(DirectoryFaults("participants { id: \"RT5\"" + kind + "}").find("id is used twice"),
            std::string::npos);
  EXPECT_NE(DirectoryFaults("participants { id: \"NEW1\"" + kind +
                            "certificate_names: \"urn:fosse:RT5\" }")
                .find("certificate name is used twice"),
            std::string::npos);
  EXPECT_NE(DirectoryFaults("participants { id: \"NEW1\"" + kind +
                            "speaks_for { participant: \"GHOST\" } }")
                .find("not in the directory"),
            std::string::npos);
  EXPECT_NE(DirectoryFaults("participants { id: \"NEW1\"" + kind +
                            "speaks_for { participant: \"RT5\" bodies: \"sender\" } }")
                .find("body that is none"),
            std::string::npos);
  EXPECT_NE(DirectoryFaults("participants { id: \"NEW1\" name: \"x\" }").find("no role"),
            std::string::npos);
}

TEST(RecordTest, SpeakingForOthersIsByBody) {
  Shows({"ctl-01", "ctl-03"});
  World world;
  const Directory& directory = *world.directory;
  const v1::Participant& council = *directory.Find(kCouncil);
  const v1::Participant& relay = *directory.FindByCertificateName("urn:fosse:relay");
  EXPECT_TRUE(directory.MaySpeakFor(council, kCouncil, "delegation_proposal"));
  EXPECT_TRUE(directory.MaySpeakFor(council, kProvider, "delegation_response"));
  EXPECT_FALSE(directory.MaySpeakFor(council, kProvider, "task_performed"));
  EXPECT_FALSE(directory.MaySpeakFor(council, kPractice, "delegation_response"));
  EXPECT_TRUE(directory.MaySpeakFor(relay, kPractice, "oversight_response"));
  EXPECT_FALSE(directory.MaySpeakFor(relay, kPractice, "episode_change"));
  EXPECT_FALSE(directory.MaySpeakFor(relay, "RELAY-1", "issue_report"));  // Acts for nobody.
  EXPECT_FALSE(directory.MaySpeakFor(relay, "GHOST", "issue_report"));
  EXPECT_EQ(directory.FindByCertificateName("urn:fosse:nobody"), nullptr);
  EXPECT_TRUE(directory.IsListedService(kCommunity, "NURSING"));
  EXPECT_FALSE(directory.IsListedService(kCommunity, "PODIATRY"));
  EXPECT_FALSE(directory.IsListedService(kPractice, "NURSING"));
}

}  // namespace
}  // namespace fosse::care
