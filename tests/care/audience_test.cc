// Who sees what of a message.
#include "care/audience.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/record.pb.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsOurs(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->file()->package() == "fosse.v1";
}

void FindBare(const Descriptor& type, std::set<const Descriptor*>& seen,
              std::vector<std::string>& bare) {
  if (!seen.insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.options().GetExtension(v1::audience) == v1::AUDIENCE_UNSPECIFIED) {
      bare.push_back(field.full_name());
    }
    if (IsOurs(field)) FindBare(*field.message_type(), seen, bare);
  }
}

TEST(AudienceTest, EveryFieldThatCanLeaveHasOne) {
  Shows({"haz-31", "ctl-04"});
  std::set<const Descriptor*> seen;
  std::vector<std::string> bare;
  for (const Descriptor* type : {v1::Envelope::descriptor(), v1::Delivery::descriptor(),
                                 v1::CareRecord::descriptor(), v1::WorkerRecord::descriptor()}) {
    FindBare(*type, seen, bare);
  }
  EXPECT_EQ(bare, std::vector<std::string>());
  EXPECT_GT(seen.size(), 60u);
}

// Fills every field with a value that says whom it is for.
void Plant(Message& message, int depth) {
  const auto& reflection = *message.GetReflection();
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string canary =
        absl::StrCat("canary-", field.options().GetExtension(v1::audience), "-");
    if (IsOurs(field)) {
      if (depth == 0) continue;
      Plant(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                : *reflection.MutableMessage(&message, &field),
            depth - 1);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      if (field.is_repeated()) {
        reflection.AddString(&message, &field, canary);
      } else {
        reflection.SetString(&message, &field, canary);
      }
    }
  }
}

// The canaries that an organisation of this kind may see, by the table of reading.h.
std::set<int> MaySee(v1::OrganisationKind kind) {
  std::set<int> may = {v1::AUDIENCE_UNSPECIFIED, v1::AUDIENCE_RECIPIENTS};
  switch (kind) {
    case v1::ORGANISATION_KIND_PRACTICE:
    case v1::ORGANISATION_KIND_COMMUNITY_HEALTH:
    case v1::ORGANISATION_KIND_ACUTE:
      may.insert({v1::AUDIENCE_CLINICAL, v1::AUDIENCE_CARE_TEAM});
      break;
    case v1::ORGANISATION_KIND_PROVIDER:
    case v1::ORGANISATION_KIND_TRAINING_PROVIDER:
      may.insert(v1::AUDIENCE_CARE_TEAM);
      break;
    case v1::ORGANISATION_KIND_SAFEGUARDING:
      may.insert({v1::AUDIENCE_CARE_TEAM, v1::AUDIENCE_SAFEGUARDING});
      break;
    case v1::ORGANISATION_KIND_COUNCIL:
    case v1::ORGANISATION_KIND_COMMISSIONER:
    case v1::ORGANISATION_KIND_SHARED_CARE:
      may.insert(v1::AUDIENCE_COMMISSIONING);
      break;
    default:
      break;
  }
  return may;
}

TEST(AudienceTest, PlantedValuesNeverLeaveTheirAudience) {
  Shows({"haz-31", "ctl-04"});
  const Descriptor& envelope = *v1::Envelope::descriptor();
  int bodies = 0;
  for (int i = 0; i < envelope.field_count(); ++i) {
    const FieldDescriptor& body = *envelope.field(i);
    if (body.containing_oneof() == nullptr) continue;
    ++bodies;
    v1::Envelope planted;
    planted.set_traceparent("canary-7-");
    planted.mutable_original()->set_content("canary-6-");
    Plant(*planted.mutable_acting_person(), 3);
    Plant(*planted.GetReflection()->MutableMessage(&planted, &body), 4);
    for (int kind = 0; kind <= v1::ORGANISATION_KIND_SAFEGUARDING; ++kind) {
      v1::Participant participant;
      participant.set_kind(static_cast<v1::OrganisationKind>(kind));
      std::vector<std::string> removed;
      const std::string got =
          MessageFor({.participant = &participant}, planted, removed).SerializeAsString();
      const std::set<int> may = MaySee(participant.kind());
      for (int audience = 0; audience <= v1::AUDIENCE_GATEWAY; ++audience) {
        if (may.count(audience) > 0) continue;
        EXPECT_EQ(got.find(absl::StrCat("canary-", audience, "-")), std::string::npos)
            << body.name() << " kind " << kind << " audience " << audience;
      }
      EXPECT_NE(std::find(removed.begin(), removed.end(), "original"), removed.end());
      EXPECT_NE(std::find(removed.begin(), removed.end(), "traceparent"), removed.end());
    }
  }
  EXPECT_GT(bodies, 40);
}

TEST(AudienceTest, DelegatingOrganisationSeesTheClinicalAndThePrice) {
  Shows({"haz-31", "b-2.1"});
  v1::Participant council;
  council.set_kind(v1::ORGANISATION_KIND_COUNCIL);
  const Reader reader{.participant = &council, .is_delegating = true};
  EXPECT_TRUE(Belongs(reader, v1::AUDIENCE_CLINICAL));
  EXPECT_TRUE(Belongs(reader, v1::AUDIENCE_CARE_TEAM));
  EXPECT_TRUE(Belongs(reader, v1::AUDIENCE_COMMISSIONING));
  EXPECT_FALSE(Belongs(reader, v1::AUDIENCE_SAFEGUARDING));
  EXPECT_FALSE(Belongs(reader, v1::AUDIENCE_GATEWAY));
  const Reader asked{.participant = &council, .is_delegated_to = true};
  EXPECT_FALSE(Belongs(asked, v1::AUDIENCE_CLINICAL));
  EXPECT_TRUE(Belongs(asked, v1::AUDIENCE_CARE_TEAM));
  const Reader sender{.participant = &council, .is_sender = true};
  EXPECT_TRUE(Belongs(sender, v1::AUDIENCE_SENDER_AND_AUDIT));
  const Reader nobody{.participant = nullptr};
  EXPECT_TRUE(Belongs(nobody, v1::AUDIENCE_RECIPIENTS));
  EXPECT_FALSE(Belongs(nobody, v1::AUDIENCE_CARE_TEAM));
}

TEST(AudienceTest, RemovedPathsSayWhatIsMissing) {
  Shows({"haz-31"});
  World world;
  world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now));
  v1::Envelope envelope = Proposal(kAda, "REF-1");
  envelope.mutable_original()->set_content("native bytes");
  envelope.set_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  envelope.mutable_delegation_proposal()->add_cost_shares()->set_organisation(kCouncil);
  const Sent sent = world.Must(envelope);
  for (const v1::Delivery& delivery : sent.effect.deliveries) {
    if (delivery.recipient() != kProvider) continue;
    EXPECT_FALSE(delivery.message().delegation_proposal().has_risk());
    EXPECT_TRUE(delivery.message().delegation_proposal().cost_shares().empty());
    EXPECT_TRUE(delivery.message().delegation_proposal().has_plan());
    const std::set<std::string> removed(delivery.removed_paths().begin(),
                                        delivery.removed_paths().end());
    EXPECT_EQ(removed, (std::set<std::string>{"original", "traceparent", "delegation_proposal.risk",
                                              "delegation_proposal.objects_to_sharing",
                                              "delegation_proposal.cost_shares"}));
  }
}

TEST(AudienceTest, TheBoardSeesNoPerson) {
  Shows({"ctl-04", "haz-31"});
  World world;
  Bring(world, kAda, "REF-1", v1::DELEGATION_STATE_ACTIVE);
  v1::Envelope decision = From(kSharedCare, kAda);
  decision.mutable_panel_decision()->set_referral_reference("SC-1");
  decision.mutable_panel_decision()->set_decided_on("2026-11-02");
  decision.mutable_panel_decision()->set_reasons("Testerley may");
  const Sent sent = world.Must(decision);
  ASSERT_EQ(sent.Count(kBoard, v1::DELIVERY_KIND_TOLD), 1);
  for (const v1::Delivery& delivery : sent.effect.deliveries) {
    if (delivery.recipient() != kBoard) continue;
    const std::string text = delivery.SerializeAsString();
    EXPECT_EQ(text.find(kAda), std::string::npos);
    EXPECT_EQ(text.find("Testerley"), std::string::npos);
  }
}

TEST(AudienceTest, AnotherEmployerLearnsNothingOfThePersonServed) {
  Shows({"haz-31", "b-4.4"});
  World world;
  Bring(world, kAda, "REF-1", v1::DELEGATION_STATE_ACTIVE);
  v1::Envelope specific = Checked(kWorker, "K-S", world.now);
  specific.mutable_competency_record()->set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  specific.mutable_competency_record()->set_mode(v1::TRAINING_MODE_ONE_TO_ONE);
  *specific.mutable_competency_record()->mutable_for_person() = Person(kBen);
  const Sent sent = world.Must(specific);
  EXPECT_FALSE(sent.deliveries().empty());
  for (const v1::Delivery& delivery : sent.deliveries()) {
    EXPECT_EQ(delivery.SerializeAsString().find(kBen), std::string::npos) << delivery.recipient();
  }
}

}  // namespace
}  // namespace fosse::care
