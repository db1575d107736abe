#include "cli/message_file.h"

#include <string>

#include "fosse/v1/envelope.pb.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::cli {
namespace {

TEST(MessageFileTest, ReadsJsonAndText) {
  v1::Envelope json;
  ASSERT_TRUE(
      ReadMessageText(" \n{\"messageId\": \"m\", \"sentAt\": \"2022-10-03T09:00:00Z\"}", json)
          .ok());
  v1::Envelope text;
  ASSERT_TRUE(
      ReadMessageText("# words\nmessage_id: \"m\" sent_at { seconds: 1664787600 }", text).ok());
  EXPECT_EQ(json.SerializeAsString(), text.SerializeAsString());
}

TEST(MessageFileTest, SaysWhereTextIsWrongAndNotWhatStandsThere) {
  Shows({"ctl-26"});
  v1::Envelope envelope;
  const absl::Status status =
      ReadMessageText("message_id: \"m\"\nQuillfeather: \"9990000018\"", envelope);
  EXPECT_EQ(status.message().substr(0, 2), "2:");
  for (const char* const bad : {"{\"Quillfeather\": \"9990000018\"}", "Quillfeather", "{", ""}) {
    const absl::Status refused = ReadMessageText(bad, envelope);
    EXPECT_FALSE(refused.ok()) << bad;
    const std::string words(refused.message());
    EXPECT_EQ(words.find("Quillfeather"), std::string::npos);
    EXPECT_EQ(words.find("9990000018"), std::string::npos);
  }
}

}  // namespace
}  // namespace fosse::cli
