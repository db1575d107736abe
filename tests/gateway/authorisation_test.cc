#include "gateway/authorisation.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gateway/services.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::gateway {
namespace {

// Written down a second time, by hand: method, then who may call it. X exchange, R care reader,
// A auditor, O operator, P publisher.
const std::map<std::string, std::string> kExpected = {
    {"fosse.v1.ExchangeService/Submit", "X P"},
    {"fosse.v1.ExchangeService/SubmitStream", "X P"},
    {"fosse.v1.ExchangeService/Check", "X P"},
    {"fosse.v1.MailboxService/Receive", "X"},
    {"fosse.v1.MailboxService/ListDeadLetters", "X O"},
    {"fosse.v1.MailboxService/Replay", "X O"},
    {"fosse.v1.CareRecordsService/GetPerson", "R"},
    {"fosse.v1.CareRecordsService/ListDelegations", "R A"},
    {"fosse.v1.CareRecordsService/Watch", "R"},
    {"fosse.v1.CareRecordsService/StateAt", "R A"},
    {"fosse.v1.AuditService/GetTrace", "X R A"},
    {"fosse.v1.AuditService/Search", "R A"},
    {"fosse.v1.AuditService/GetCheckpoint", "X R A O P"},
    {"fosse.v1.AuditService/GetInclusionProof", "X R A"},
    {"fosse.v1.AuditService/GetConsistencyProof", "X R A O P"},
    {"fosse.v1.AuditService/ExportTrail", "A"},
    {"fosse.v1.RulebooksService/GetRulebook", "X R A O P"},
    {"fosse.v1.RulebooksService/ListRulebooks", "X R A O P"},
    {"fosse.v1.RulebooksService/PublishRulebook", "P"},
    {"fosse.v1.DirectoryService/GetParticipant", "X R A O P"},
    {"fosse.v1.DirectoryService/ListParticipants", "X R A O P"},
    {"fosse.v1.ReportsService/GetTrainingFigures", "A P"},
    {"fosse.v1.ReportsService/GetDelegationFigures", "A P"},
    {"fosse.v1.ReportsService/GetThemes", "A P"},
    {"fosse.v1.ReportsService/GetEqualityReturn", "A P"},
    {"fosse.v1.ReportsService/ListPrecedents", "X R A P"},
    {"fosse.v1.DirectoryService/ListDirectories", "X R A O P"},
    {"fosse.v1.DirectoryService/PublishDirectory", "P"},
    {"fosse.v1.ReportsService/GetReconciliation", "X R A"},
    {"fosse.v1.TrainingService/ListTrainingQueue", "X R"},
    {"fosse.v1.TrainingService/ListCompetencies", "X R"},
};

const std::map<std::string, v1::Role> kLetters = {{"X", v1::ROLE_EXCHANGE},
                                                  {"R", v1::ROLE_CARE_READER},
                                                  {"A", v1::ROLE_AUDITOR},
                                                  {"O", v1::ROLE_OPERATOR},
                                                  {"P", v1::ROLE_PUBLISHER}};

// Every method, every role, every kind of organisation: kind makes no difference, and a role that
// the row does not name gets nothing.
TEST(AuthorisationTest, MatrixIsExactlyTheOneWrittenDown) {
  Shows({"ctl-03", "thr-02"});
  ASSERT_EQ(AuthorisationTable().size(), kExpected.size());
  for (const MethodRow& row : AuthorisationTable()) {
    const auto expected = kExpected.find(std::string(row.name));
    ASSERT_NE(expected, kExpected.end()) << std::string(row.name);
    std::set<int> allowed;
    for (const absl::string_view letter : absl::StrSplit(expected->second, ' ')) {
      allowed.insert(kLetters.at(std::string(letter)));
    }
    for (int kind = v1::OrganisationKind_MIN; kind <= v1::OrganisationKind_MAX; ++kind) {
      for (int role = v1::Role_MIN; role <= v1::Role_MAX + 1; ++role) {
        v1::Participant caller;
        caller.set_kind(static_cast<v1::OrganisationKind>(kind));
        caller.add_roles(static_cast<v1::Role>(role));
        const absl::Status status = AuthoriseMethod(row.method, caller);
        if (allowed.count(role) > 0) {
          EXPECT_THAT(status, IsOk()) << std::string(row.name) << " role " << role;
        } else {
          EXPECT_THAT(status, FailsWith("METHOD_NOT_ALLOWED"))
              << std::string(row.name) << " role " << role;
          EXPECT_THAT(status, HasCode(absl::StatusCode::kPermissionDenied));
        }
      }
    }
  }
}

TEST(AuthorisationTest, WithoutARoleNothingIsAllowed) {
  Shows({"ctl-03"});
  for (const MethodRow& row : AuthorisationTable()) {
    EXPECT_THAT(AuthoriseMethod(row.method, v1::Participant()), FailsWith("METHOD_NOT_ALLOWED"));
  }
}

TEST(AuthorisationTest, OneOfSeveralRolesIsEnough) {
  v1::Participant caller;
  caller.add_roles(v1::ROLE_OPERATOR);
  caller.add_roles(v1::ROLE_AUDITOR);
  EXPECT_THAT(AuthoriseMethod(Method::kExportTrail, caller), IsOk());
  EXPECT_THAT(AuthoriseMethod(Method::kSubmit, caller), FailsWith("METHOD_NOT_ALLOWED"));
}

TEST(AuthorisationTest, EveryLinkedMethodHasARow) {
  Shows({"ctl-03"});
  EXPECT_THAT(CheckTable(ServiceNames()), IsOk());
}

TEST(AuthorisationTest, AMethodWithoutARowStopsTheStart) {
  Shows({"ctl-03"});
  const auto table = AuthorisationTable();
  for (size_t left_out = 0; left_out < table.size(); ++left_out) {
    std::vector<MethodRow> short_table(table.begin(), table.end());
    short_table.erase(short_table.begin() + static_cast<long>(left_out));
    EXPECT_THAT(CheckTable(ServiceNames(), short_table), FailsWith("METHOD_WITHOUT_ROW"));
  }
}

TEST(AuthorisationTest, ARowWithoutAMethodStopsTheStart) {
  const std::vector<absl::string_view> all = ServiceNames();
  EXPECT_THAT(CheckTable(absl::MakeSpan(all).subspan(1)), FailsWith("ROW_WITHOUT_METHOD"));
  const std::vector<absl::string_view> unknown = {"fosse.v1.NoSuchService"};
  EXPECT_THAT(CheckTable(unknown), FailsWith("ROW_WITHOUT_METHOD"));
}

TEST(AuthorisationTest, ActivationsNeedAPublisherAndAllElseExchange) {
  Shows({"ctl-03"});
  v1::Participant publisher;
  publisher.add_roles(v1::ROLE_PUBLISHER);
  v1::Participant sender;
  sender.add_roles(v1::ROLE_EXCHANGE);
  v1::Envelope rulebook;
  rulebook.mutable_rulebook_activation();
  v1::Envelope directory;
  directory.mutable_directory_activation();
  for (const v1::Envelope& activation : {rulebook, directory}) {
    EXPECT_THAT(AuthoriseBody(publisher, activation), IsOk());
    EXPECT_THAT(AuthoriseBody(sender, activation), FailsWith("BODY_NOT_ALLOWED"));
  }
  v1::Envelope ruling;
  ruling.mutable_ruling();
  for (const v1::Envelope& other : {ruling, v1::Envelope()}) {
    EXPECT_THAT(AuthoriseBody(sender, other), IsOk());
    EXPECT_THAT(AuthoriseBody(publisher, other), FailsWith("BODY_NOT_ALLOWED"));
  }
}

TEST(AuthorisationTest, ReadsInTheNameOfOthersNeedTheWholeRightToSpeak) {
  Shows({"ctl-01"});
  v1::Participant caller;
  caller.set_id("RELAY");
  caller.add_speaks_for()->set_participant("RT5");
  v1::SpeaksFor& partly = *caller.add_speaks_for();
  partly.set_participant("C82998");
  partly.add_bodies("registration_change");
  EXPECT_THAT(AuthoriseReader(caller, ""), IsOk());
  EXPECT_THAT(AuthoriseReader(caller, "RELAY"), IsOk());
  EXPECT_THAT(AuthoriseReader(caller, "RT5"), IsOk());
  EXPECT_THAT(AuthoriseReader(caller, "C82998"), FailsWith("READER_NOT_ALLOWED"));
  // Somebody unknown and somebody known are refused alike.
  EXPECT_EQ(AuthoriseReader(caller, "C82999"), AuthoriseReader(caller, "NOBODY"));
}

}  // namespace
}  // namespace fosse::gateway
