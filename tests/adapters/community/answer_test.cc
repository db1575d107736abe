#include "adapters/community/answer.h"

#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

// The codes of all acknowledgements: "CA", "CA AA", "CE 205@MSH-10".
std::string Codes(const std::string& msh_tail, const Verdict& verdict) {
  Parts parts;
  parts.msh_tail = msh_tail;
  const hl7::Message message = hl7::Message::Read(parts.Bytes());
  std::string out;
  for (const std::string& bytes :
       Acknowledgements(message, verdict, "0123456789abcdef", absl::FromUnixSeconds(1772360101),
                        absl::UTCTimeZone())) {
    const hl7::Message ack = hl7::Message::Read(bytes);
    EXPECT_TRUE(ack.ok());
    EXPECT_EQ(ack.Value("MSA", 2), "ID-7");
    EXPECT_LE(ack.Value("MSH", 10).size(), 20);
    absl::StrAppend(&out, out.empty() ? "" : " ", ack.Value("MSA", 1));
    if (ack.Find("ERR") != nullptr) {
      absl::StrAppend(&out, " ", ack.Value("ERR", 1, 1, 4, 1), "@", ack.Value("ERR", 1, 1, 1), "-",
                      ack.Value("ERR", 1, 1, 3));
    }
  }
  return out;
}

constexpr char kOriginal[] = "P|2.4";
constexpr char kAcceptOnly[] = "P|2.4|||AL|NE";
constexpr char kBoth[] = "P|2.4|||AL|AL";
constexpr char kApplicationOnly[] = "P|2.4|||NE|AL";
constexpr char kNeither[] = "P|2.4|||NE|NE";

Verdict Of(Answer::Kind kind, Refusal refusal = {}) {
  return VerdictOf(Answer{.kind = kind, .refusal = std::move(refusal)},
                   hl7::Message::Read(Parts{}.Bytes()));
}

TEST(AnswerTest, EachAnswerInEachMode) {
  Shows({"haz-38"});
  struct Row {
    const char* mode;
    const char* receipt;
    const char* kept;
    const char* not_kept;
  };
  for (const Row& row :
       {Row{kOriginal, "AA", "AA", "AR 207@MSH-10"}, Row{kAcceptOnly, "CA", "CA", "CR 207@MSH-10"},
        Row{kBoth, "CA AA", "CA", "CR 207@MSH-10"},
        Row{kApplicationOnly, "AA", "", "AR 207@MSH-10"}, Row{kNeither, "", "", ""}}) {
    SCOPED_TRACE(row.mode);
    EXPECT_EQ(Codes(row.mode, Of(Answer::Kind::kReceipt)), row.receipt);
    EXPECT_EQ(Codes(row.mode, Of(Answer::Kind::kKept)), row.kept);
    EXPECT_EQ(Codes(row.mode, Of(Answer::Kind::kNotKept)), row.not_kept);
  }
}

TEST(AnswerTest, EachRefusalHasItsCodeAndPlace) {
  struct Row {
    absl::StatusCode code;
    const char* reason;
    std::vector<std::pair<std::string, std::string>> metadata;
    const char* told;
  };
  const Row rows[] = {
      {absl::StatusCode::kAlreadyExists, "MESSAGE_ID_REUSED", {}, "CE 205@MSH-10"},
      {absl::StatusCode::kNotFound, "PERSON_NOT_VISIBLE", {}, "CE 204@PID-3"},
      {absl::StatusCode::kInvalidArgument,
       "FIELD_REQUIRED",
       {{"field", "subject.person.family_name"}},
       "CE 101@PID-5"},
      {absl::StatusCode::kInvalidArgument,
       "FIELD_INVALID",
       {{"field", "subject.person.nhs_number"}},
       "CE 102@PID-3"},
      {absl::StatusCode::kInvalidArgument,
       "ENUM_UNKNOWN",
       {{"field", "episode_change.destination"}},
       "CE 103@PV1-37"},
      {absl::StatusCode::kInvalidArgument,
       "FIELD_TOO_LONG",
       {{"field", "episode_change.episode_reference"}},
       "CE 102@PV1-19"},
      {absl::StatusCode::kPermissionDenied, "SENDER_NOT_ALLOWED", {}, "CE 207@MSH-10"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason);
    EXPECT_EQ(
        Codes(kAcceptOnly, Of(Answer::Kind::kRefused,
                              {.code = row.code, .reason = row.reason, .metadata = row.metadata})),
        row.told);
  }
  EXPECT_EQ(
      Codes(kApplicationOnly, Of(Answer::Kind::kRefused, {.code = absl::StatusCode::kAlreadyExists,
                                                          .reason = "MESSAGE_ID_REUSED"})),
      "AE 205@MSH-10");
}

TEST(AnswerTest, SeveralFieldsAreAllTold) {
  const Faults faults = FaultsOf({.code = absl::StatusCode::kInvalidArgument,
                                  .reason = "FIELD_REQUIRED",
                                  .metadata = {{"field", "episode_change.episode_reference"},
                                               {"reason2", "FIELD_INVALID"},
                                               {"field2", "episode_change.registered_practice"},
                                               {"breaches", "2"}}},
                                 hl7::Message::Read(Referral().Bytes()));
  EXPECT_EQ(Told(faults), "RF1-6.1 FIELD_REQUIRED 101; PD1-3.3 FIELD_INVALID 102");
}

TEST(AnswerTest, TranslationDecidesTheCode) {
  Parts parts;
  EXPECT_EQ(Codes(kAcceptOnly, VerdictOf(Translate(parts.Bytes(), ""))), "CA");  // No effect.
  EXPECT_EQ(Codes(kBoth, VerdictOf(Translate(parts.Bytes(), ""))), "CA AA");
  parts.pv1 = "PV1|1|C|||||||||||||||||E-1";
  EXPECT_EQ(Codes(kAcceptOnly, VerdictOf(Translate(parts.Bytes()))), "CE 101@PV1-10");
  parts.event = "ADT^A36^ADT_A30";
  EXPECT_EQ(Codes(kAcceptOnly, VerdictOf(Translate(parts.Bytes()))), "CR 201@MSH-9");
  EXPECT_EQ(Codes(kOriginal, VerdictOf(Translate(parts.Bytes()))), "AR 201@MSH-9");
}

}  // namespace
}  // namespace fosse::adapters::community
