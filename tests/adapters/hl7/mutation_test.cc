// Breaks messages at random, always in the same way, and asks everything of what is left. Meant to
// run under the sanitizers too.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/hl7/ack.h"
#include "adapters/hl7/batch.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/mllp.h"
#include "adapters/hl7/time.h"
#include "adapters/hl7/writer.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "tests/adapters/hl7/samples.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

constexpr int kRounds = 2'500;
constexpr size_t kMaxSampleBytes = 2'500;  // Keeps the time with the corpus in bounds.

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  // Not a distribution of the library: those differ between implementations.
  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  std::string Mutate(std::string bytes) {
    for (size_t left = 1 + Below(6); left > 0; --left) MutateOnce(bytes);
    return bytes;
  }

 private:
  void MutateOnce(std::string& bytes) {
    static constexpr char kTelling[] = "|^~\\&#\"\r\n\x0B\x1C\0\x7F\xC3\xFFMSHXZ.0";
    const size_t at = Below(bytes.size() + 1);
    const size_t length = Below(12);
    const char telling = kTelling[Below(sizeof(kTelling) - 1)];
    switch (Below(6)) {
      case 0:
        bytes.insert(at, 1, telling);
        break;
      case 1:
        bytes.erase(at, length);
        break;
      case 2:
        if (at < bytes.size()) bytes[at] = telling;
        break;
      case 3:
        if (at < bytes.size()) bytes[at] = static_cast<char>(Below(256));
        break;
      case 4:
        bytes.insert(at, bytes.substr(Below(bytes.size() + 1), length * 4));
        break;
      default:
        bytes.resize(at);
        break;
    }
  }

  std::mt19937 random_;
};

std::vector<std::string> Samples() {
  std::vector<std::string> samples = {kSample};
  for (auto& [name, bytes] : CorpusFiles()) {
    if (bytes.size() <= kMaxSampleBytes) samples.push_back(std::move(bytes));
  }
  return samples;
}

// What holds for any message, and what reading it must not do: crash, hang or read out of bounds.
void AskEverything(const std::string& bytes, const absl::TimeZone& zone) {
  const Message message = Message::Read(bytes);
  ASSERT_EQ(message.bytes(), bytes);
  ASSERT_LE(message.issues().size(), 100);
  for (const Segment& segment : message.segments()) {
    for (int field = 1; field <= segment.field_count() + 1; ++field) {
      const int repetitions = segment.RepetitionCount(field);
      ASSERT_EQ(segment.Repetitions(field).size(), repetitions);
      for (int repetition = 0; repetition <= repetitions; ++repetition) {
        for (int component = 0; component <= 3; ++component) {
          const std::string value = segment.Value(field, repetition, component, component / 2);
          ASSERT_TRUE(!message.ok() || IsUtf8(value));
          segment.PresenceOf(field, repetition, component);
        }
      }
      ParseTime(segment.Raw(field), zone).IgnoreError();
    }
  }
  const absl::StatusOr<std::string> again = Builder::From(message).Bytes();
  ASSERT_TRUE(again.ok());
  ASSERT_EQ(*again, bytes);
  Ack ack;
  ack.outcome = AckOutcome::kError;
  ack.errors = ErrorsOf(message);
  if (const std::optional<std::string> answer = BuildAck(message, ack)) {
    ASSERT_TRUE(EncodeMllp(*answer).ok());
    ASSERT_TRUE(Message::Read(*answer, {.undeclared = CharacterSet::kLatin1}).Find("MSA"));
  }
  size_t total = 0;
  for (const absl::string_view part : SplitBatch(bytes).messages) total += part.size();
  ASSERT_LE(total, bytes.size());
}

TEST(MutationTest, NoBrokenMessageBreaksTheReader) {
  Shows({"haz-21", "ctl-32"});
  const std::vector<std::string> samples = Samples();
  const absl::TimeZone zone = LondonTimeZone().value_or(absl::UTCTimeZone());
  Mutator mutator(20260131);
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    // Our own sample every other time, so that the test is of use without the corpus.
    const size_t pick = round % 2 == 0 ? 0 : mutator.Below(samples.size());
    AskEverything(mutator.Mutate(samples[pick]), zone);
    if (HasFatalFailure()) return;
  }
}

// Short plain lines are scanned many bytes at a time; a limit that any line could pass has each
// byte looked at. Both find the same fields.
TEST(MutationTest, BothWaysOfScanningFindTheSame) {
  Shows({"haz-21"});
  const std::vector<std::string> samples = Samples();
  Mutator mutator(11);
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const size_t pick = round % 2 == 0 ? 0 : mutator.Below(samples.size());
    const std::string bytes = mutator.Mutate(samples[pick]);
    const Message fast = Message::Read(bytes);
    const Message slow = Message::Read(bytes, {.limits = {.max_subcomponents = 1}});
    ASSERT_EQ(fast.segments().size(), slow.segments().size());
    for (size_t n = 0; n < fast.segments().size(); ++n) {
      const Segment& one = fast.segments()[n];
      const Segment& other = slow.segments()[n];
      ASSERT_EQ(one.raw(), other.raw());
      ASSERT_EQ(one.occurrence(), other.occurrence());
      ASSERT_EQ(one.field_count(), other.field_count());
      for (int field = 1; field <= one.field_count(); ++field) {
        ASSERT_EQ(one.Field(field), other.Field(field)) << one.At(field).ToString();
      }
    }
    const auto told = [](const Message& message, absl::string_view reason) {
      return std::count_if(message.issues().begin(), message.issues().end(),
                           [&](const Issue& issue) { return issue.reason == reason; });
    };
    for (const char* reason : {"CONTROL_CHARACTER", "TEXT_NOT_IN_CHARACTER_SET"}) {
      if (slow.issues().size() == 100) continue;  // Some are left out.
      ASSERT_EQ(told(fast, reason), told(slow, reason)) << reason;
    }
  }
}

TEST(MutationTest, ATextThatIsSetIsTheTextThatIsRead) {
  Shows({"haz-21"});
  Mutator mutator(7);
  const std::string parts[] = {"|",  "^", "~", "\\",    "&",       "#",  "\"", "\"\"", "\n",
                               "\r", "a", "ë", "\\F\\", "\\X41\\", "\t", "€",  "Z",    "."};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (size_t left = 1 + mutator.Below(8); left > 0; --left) {
      text += parts[mutator.Below(std::size(parts))];
    }
    Builder builder;
    builder.AddSegment("ZZZ");
    builder.Set("ZZZ-4[2].3.2", text);
    const absl::StatusOr<std::string> bytes = builder.Bytes();
    ASSERT_TRUE(bytes.ok());
    ASSERT_EQ(Message::Read(*bytes).Value("ZZZ", 4, 2, 3, 2), text);
  }
}

TEST(MutationTest, NoBrokenStreamBreaksTheDecoder) {
  Shows({"haz-21", "ctl-32"});
  Mutator mutator(42);
  const std::string frame = *EncodeMllp("MSH|^~\\&|A\rPID|1\r");
  for (int round = 0; round < kRounds; ++round) {
    const std::string stream = mutator.Mutate(frame + frame + frame);
    std::vector<std::string> whole;
    std::vector<std::string> cut;
    for (const bool in_one : {true, false}) {
      MllpDecoder decoder(40);
      std::vector<std::string>& out = in_one ? whole : cut;
      for (size_t at = 0; at < stream.size();) {
        const size_t packet = in_one ? stream.size() : 1 + mutator.Below(9);
        decoder.Feed(absl::string_view(stream).substr(at, packet));
        at += packet;
        while (std::optional<MllpFrame> found = decoder.Next()) {
          ASSERT_LE(found->bytes.size(), 40);
          if (found->kind == MllpFrame::Kind::kMessage) out.push_back(std::move(found->bytes));
        }
      }
    }
    ASSERT_EQ(whole, cut) << "packets must not matter, round " << round;
  }
}

}  // namespace
}  // namespace fosse::hl7
