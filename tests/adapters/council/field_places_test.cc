#include "adapters/council/field_places.h"

#include "absl/strings/str_cat.h"
#include "adapters/council/fields.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

TEST(PointerOfTest, SaysWhereAFieldOfTheContractStands) {
  Shows({"haz-21"});
  EXPECT_EQ(PointerOf("subject.person.nhs_number"), "/person/nhsNumber");
  EXPECT_EQ(PointerOf("subject.worker.employer_reference"), "/worker/reference");
  EXPECT_EQ(PointerOf("subject.person"), "/person");
  EXPECT_EQ(PointerOf("acting_person.practitioner.identifier"), "/actingPerson/identifier");
  EXPECT_EQ(PointerOf("message_id"), "/id");
  EXPECT_EQ(PointerOf("delegation_response.decline_reason"), "/declineReason");
  EXPECT_EQ(PointerOf("delegation_response.delegation"), "/delegation");
  EXPECT_EQ(PointerOf("delegation_proposal.task.code.code"), "/task/code");
  EXPECT_EQ(PointerOf("delegation_proposal.plan"), "/plan");
  EXPECT_EQ(PointerOf("panel_decision.elements[2].provided_by"), "/elements/2/providedBy");
  EXPECT_EQ(PointerOf("panel_decision.elements[0].funded_by[1].share_x10000"),
            "/elements/0/fundedBy/1/shareX10000");
  EXPECT_EQ(PointerOf("training_request.workers[3]"), "/workers/3");
}

TEST(PointerOfTest, OfWhatJsonDoesNotHaveThereIsNone) {
  for (const char* const field :
       {"", ".", "locality", "no_such_body.field", "delegation_response.",
        "delegation_proposal.cost_shares", "panel_decision.elements[", "panel_decision.no[1].x"}) {
    EXPECT_EQ(PointerOf(field), "") << field;
  }
}

TEST(PointerOfTest, EveryLineOfEveryTableIsFound) {
  for (const MessageType& type : MessageTypes()) {
    for (const Field& field : type.fields) {
      EXPECT_EQ(PointerOf(absl::StrCat(type.body, ".", field.proto)), field.json) << type.name;
    }
  }
}

}  // namespace
}  // namespace fosse::adapters::council
