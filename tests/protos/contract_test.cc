#include <set>
#include <string>
#include <vector>

#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/terms.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using ::testing::IsEmpty;

bool IsOurs(const Descriptor& message) { return message.file()->package() == "fosse.v1"; }

// Every message type of the contract that `root` can hold, itself included.
void Collect(const Descriptor& root, std::set<const Descriptor*>& found) {
  if (!IsOurs(root) || !found.insert(&root).second) return;
  for (int i = 0; i < root.field_count(); ++i) {
    if (const Descriptor* const inner = root.field(i)->message_type()) Collect(*inner, found);
  }
}

std::vector<std::string> WithoutAudience(const Descriptor& root) {
  std::set<const Descriptor*> messages;
  Collect(root, messages);
  std::vector<std::string> missing;
  for (const Descriptor* const message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      if (message->field(i)->options().GetExtension(v1::audience) == v1::AUDIENCE_UNSPECIFIED) {
        missing.push_back(message->field(i)->full_name());
      }
    }
  }
  return missing;
}

TEST(ContractTest, EveryFieldThatAMessageOrADeliveryCanHoldHasAnAudience) {
  Shows({"haz-31", "ctl-04"});
  EXPECT_THAT(WithoutAudience(*v1::Envelope::descriptor()), IsEmpty());
  EXPECT_THAT(WithoutAudience(*v1::Delivery::descriptor()), IsEmpty());
}

TEST(ContractTest, TheSearchForAudiencesFindsAFieldWithoutOne) {
  // FieldRule itself is in no delivery and bears no audience: a checker that sees nothing would
  // pass the test above for nothing.
  EXPECT_EQ(WithoutAudience(*v1::FieldRule::descriptor()).size(),
            static_cast<size_t>(v1::FieldRule::descriptor()->field_count()));
}

TEST(ContractTest, OriginalBytesAreForTheSenderAndAuditAlone) {
  Shows({"haz-31"});
  const Descriptor& envelope = *v1::Envelope::descriptor();
  EXPECT_EQ(envelope.FindFieldByName("original")->options().GetExtension(v1::audience),
            v1::AUDIENCE_SENDER_AND_AUDIT);
  EXPECT_EQ(envelope.FindFieldByName("traceparent")->options().GetExtension(v1::audience),
            v1::AUDIENCE_GATEWAY);
}

// Zero says "not stated", so that absence is never taken for a statement.
TEST(ContractTest, TheZeroOfEveryEnumSaysNothing) {
  Shows({"flt-29"});
  std::set<const Descriptor*> messages;
  Collect(*v1::Envelope::descriptor(), messages);
  Collect(*v1::Delivery::descriptor(), messages);
  size_t seen = 0;
  for (const Descriptor* const message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      const EnumDescriptor* const type = message->field(i)->enum_type();
      if (type == nullptr || type->file()->package() != "fosse.v1") continue;
      ++seen;
      ASSERT_EQ(type->value(0)->number(), 0) << type->full_name();
      const std::string& name = type->value(0)->name();
      EXPECT_TRUE(name.ends_with("_UNSPECIFIED") || name.ends_with("_UNKNOWN")) << name;
    }
  }
  EXPECT_GT(seen, 30u);
}

// Without a limit of its own, text has the limit of terms.proto; nothing in a message is unbounded
// but the original, whose limit is the message's.
TEST(ContractTest, NoFieldOfAMessageIsUnbounded) {
  Shows({"ctl-30", "thr-09"});
  constexpr uint32_t kLargestText = 4000;
  std::set<const Descriptor*> messages;
  Collect(*v1::Envelope::descriptor(), messages);
  for (const Descriptor* const message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor& field = *message->field(i);
      const v1::FieldRule& rule = field.options().GetExtension(v1::rule);
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
          field.full_name() != "fosse.v1.Original.content") {
        EXPECT_LE(rule.max_bytes(), kLargestText + 96) << field.full_name();
      }
      if (field.is_repeated()) {
        EXPECT_LE(rule.max_items(), 500u) << field.full_name();
      }
    }
  }
}

// Field names say delegating and delegated to, never which sector, and never `patient`.
TEST(ContractTest, NamesKeepToTheWordsOfTheContract) {
  std::set<const Descriptor*> messages;
  Collect(*v1::Envelope::descriptor(), messages);
  for (const Descriptor* const message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      const std::string& name = message->field(i)->name();
      for (const char* banned : {"patient", "actor"}) {
        EXPECT_EQ(name.find(banned), std::string::npos) << message->field(i)->full_name();
      }
    }
  }
}

}  // namespace
}  // namespace fosse
