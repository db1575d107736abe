#include "adapters/hl7/mllp.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Kind = MllpFrame::Kind;
using Frames = std::vector<std::pair<Kind, std::string>>;

void Drain(MllpDecoder& decoder, Frames& out) {
  while (std::optional<MllpFrame> frame = decoder.Next()) {
    out.emplace_back(frame->kind, std::move(frame->bytes));
  }
}

// The frames found when the stream comes in packets of `packet` bytes.
Frames Decode(absl::string_view stream, size_t packet, size_t limit = 1000) {
  MllpDecoder decoder(limit);
  Frames out;
  for (size_t at = 0; at < stream.size(); at += packet) {
    decoder.Feed(stream.substr(at, packet));
    Drain(decoder, out);
  }
  return out;
}

constexpr char kOne[] = "MSH|^~\\&|A\r";
constexpr char kTwo[] = "MSH|^~\\&|B\rPID|1\r";

std::string Frame(absl::string_view message) { return *EncodeMllp(message); }

TEST(MllpTest, FramesComeOutHoweverTheStreamIsCut) {
  Shows({"haz-21"});
  const std::string stream = Frame(kOne) + Frame(kTwo) + Frame("");
  for (size_t packet = 1; packet <= stream.size(); ++packet) {
    EXPECT_THAT(Decode(stream, packet),
                ElementsAre(Pair(Kind::kMessage, kOne), Pair(Kind::kMessage, kTwo),
                            Pair(Kind::kMessage, "")))
        << packet;
  }
}

TEST(MllpTest, BytesBetweenFramesAreCountedAndPassedOver) {
  const std::string stream = "\r\nhello\x1C\r" + Frame(kOne) + "\n\n" + Frame(kTwo) + "tail";
  for (size_t packet = 1; packet <= stream.size(); ++packet) {
    MllpDecoder decoder;
    Frames out;
    for (size_t at = 0; at < stream.size(); at += packet) {
      decoder.Feed(absl::string_view(stream).substr(at, packet));
      Drain(decoder, out);
    }
    EXPECT_THAT(out, ElementsAre(Pair(Kind::kMessage, kOne), Pair(Kind::kMessage, kTwo)));
    EXPECT_EQ(decoder.stray_bytes(), 9 + 2 + 4);
    EXPECT_FALSE(decoder.in_frame());
  }
}

TEST(MllpTest, FramingBytesAloneArePartOfTheMessage) {
  const std::string message =
      "MSH|a\x1C"
      "b\rc\x0B"
      "d\x0B"
      "MS\x1C\x1C";
  const std::string stream = "\x0B" + message + "\x1C\r";
  for (size_t packet = 1; packet <= stream.size(); ++packet) {
    EXPECT_THAT(Decode(stream, packet), ElementsAre(Pair(Kind::kMessage, message))) << packet;
  }
}

TEST(MllpTest, AFrameThatANewOneReplacesIsToldApart) {
  Shows({"haz-21"});
  const std::string stream = std::string("\x0B") + "MSH|broken" + Frame(kOne);
  for (size_t packet = 1; packet <= stream.size(); ++packet) {
    EXPECT_THAT(Decode(stream, packet),
                ElementsAre(Pair(Kind::kBrokenOff, "MSH|broken"), Pair(Kind::kMessage, kOne)))
        << packet;
  }
}

TEST(MllpTest, AFrameBeyondTheLimitIsToldOnceAndTheNextIsRead) {
  Shows({"haz-21"});
  const std::string stream = Frame("MSH|" + std::string(100, 'x')) + Frame(kOne);
  for (size_t packet = 1; packet <= stream.size(); ++packet) {
    EXPECT_THAT(Decode(stream, packet, 20),
                ElementsAre(Pair(Kind::kTooLong, "MSH|" + std::string(16, 'x')),
                            Pair(Kind::kMessage, kOne)))
        << packet;
  }
}

TEST(MllpTest, AFrameAtTheLimitIsRead) {
  const std::string message(20, 'x');
  for (const size_t packet : {size_t{1}, size_t{21}, size_t{23}}) {
    EXPECT_THAT(Decode(Frame(message), packet, 20), ElementsAre(Pair(Kind::kMessage, message)));
    EXPECT_THAT(Decode(Frame(message + "x"), packet, 20),
                ElementsAre(Pair(Kind::kTooLong, message)));
  }
}

TEST(MllpTest, ALongFrameThatIsReplacedEndsThere) {
  const std::string stream = std::string("\x0B") + std::string(100, 'x') + Frame(kOne);
  for (size_t packet = 1; packet <= stream.size(); ++packet) {
    EXPECT_THAT(Decode(stream, packet, 20),
                ElementsAre(Pair(Kind::kTooLong, std::string(20, 'x')), Pair(Kind::kMessage, kOne)))
        << packet;
  }
}

// The mark of a new start counts as part of the frame before it no more than its end does.
TEST(MllpTest, AFrameAtTheLimitThatIsReplaced) {
  for (const size_t size : {size_t{18}, size_t{19}, size_t{20}}) {
    const std::string broken(size, 'x');
    const std::string stream = "\x0B" + broken + Frame(kOne);
    for (size_t packet = 1; packet <= stream.size(); ++packet) {
      EXPECT_THAT(Decode(stream, packet, 20),
                  ElementsAre(Pair(Kind::kBrokenOff, broken), Pair(Kind::kMessage, kOne)))
          << packet;
    }
  }
}

TEST(MllpTest, AnUnfinishedFrameIsVisible) {
  MllpDecoder decoder;
  EXPECT_FALSE(decoder.in_frame());
  decoder.Feed("\x0BMSH|");
  EXPECT_FALSE(decoder.Next().has_value());
  EXPECT_TRUE(decoder.in_frame());
  decoder.Feed("\x1C");
  EXPECT_FALSE(decoder.Next().has_value());
  EXPECT_TRUE(decoder.in_frame());
  decoder.Feed("\r");
  EXPECT_TRUE(decoder.Next().has_value());
  EXPECT_FALSE(decoder.in_frame());
}

TEST(MllpTest, AMessageWithFramingBytesIsNotEncoded) {
  EXPECT_FALSE(EncodeMllp("MSH|\x0B").ok());
  EXPECT_FALSE(EncodeMllp("MSH|\x1C").ok());
  EXPECT_EQ(*EncodeMllp("MSH|\r"), "\x0BMSH|\r\x1C\r");
}

TEST(MllpTest, NothingFedIsNothingFound) { EXPECT_THAT(Decode("", 1), IsEmpty()); }

}  // namespace
}  // namespace fosse::hl7
