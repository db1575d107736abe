#include "base/canonical.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "fosse/v1/common.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using google::protobuf::FieldDescriptor;
using ::testing::ElementsAreArray;

struct Vector {
  std::string encoded;
  std::string digest;

  bool operator==(const Vector&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Vector& vector) {
  return out << vector.encoded << " " << vector.digest;
}

// The published vectors, as docs/formats/canonical.md has them: the fenced blocks.
std::vector<Vector> PublishedVectors() {
  const char* const source = std::getenv("FOSSE_SOURCE");
  std::ifstream file(std::string(source == nullptr ? "." : source) + "/docs/formats/canonical.md");
  std::vector<Vector> vectors;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    std::string text;
    for (const char c : line) {
      if (c != ' ') text.push_back(c);
    }
    absl::string_view rest = text;
    if (text == "```") {
      inside = !inside;
      if (inside) vectors.emplace_back();
    } else if (inside && absl::ConsumePrefix(&rest, "SHA-256")) {
      vectors.back().digest = std::string(rest);
    } else if (inside) {
      vectors.back().encoded += text;
    }
  }
  return vectors;
}

Vector VectorOf(const google::protobuf::Message& message) {
  return {Hex(CanonicalBytes(message)), Hex(CanonicalDigest(message))};
}

v1::PersonReference Person() {
  v1::PersonReference person;
  person.set_nhs_number("9990000018");
  person.set_date_of_birth("1941-02-28");
  person.set_family_name("\xc3\x93 N\xc3\xa9ill");
  person.set_nhs_number_status(v1::NUMBER_STATUS_VERIFIED);
  return person;
}

TEST(CanonicalTest, PublishedVectorsHold) {
  Shows({"ctl-10", "haz-21"});
  google::protobuf::Timestamp time;
  time.set_seconds(-1);
  time.set_nanos(5);
  google::protobuf::FieldMask mask;
  mask.add_paths("a");
  mask.add_paths("");
  mask.add_paths("b");
  google::protobuf::UInt64Value number;
  number.set_value(UINT64_MAX);
  google::protobuf::BytesValue bytes;
  bytes.set_value(std::string("\0\xff", 2));
  v1::Subject subject;
  *subject.mutable_person() = Person();
  v1::Period period;
  period.mutable_start()->set_seconds(1664787600);
  period.mutable_end();
  const std::vector<Vector> made = {VectorOf(time),   VectorOf(mask),          VectorOf(number),
                                    VectorOf(bytes),  VectorOf(Person()),      VectorOf(subject),
                                    VectorOf(period), VectorOf(v1::Envelope())};
  EXPECT_THAT(made, ElementsAreArray(PublishedVectors()));
}

TEST(CanonicalTest, SmallSignedNumbersKeepTheirSign) {
  google::protobuf::Int32Value number;
  number.set_value(-2);
  EXPECT_EQ(Hex(CanonicalBytes(number)), "000000010100000008fffffffffffffffe");
  google::protobuf::UInt32Value unsigned_number;
  unsigned_number.set_value(UINT32_MAX);
  EXPECT_EQ(Hex(CanonicalBytes(unsigned_number)), "00000001010000000800000000ffffffff");
}

TEST(CanonicalTest, PresenceIsPartOfTheMessage) {
  v1::Subject nobody;
  v1::Subject empty_person;
  empty_person.mutable_person();
  v1::Subject empty_worker;
  empty_worker.mutable_worker();
  const std::set<std::string> all = {CanonicalBytes(nobody), CanonicalBytes(empty_person),
                                     CanonicalBytes(empty_worker)};
  EXPECT_EQ(all.size(), 3);
}

TEST(CanonicalTest, ValuesCannotSlideBetweenNeighbours) {
  v1::Contact first;
  first.set_name("ab");
  first.set_telephone("c");
  v1::Contact second;
  second.set_name("a");
  second.set_telephone("bc");
  EXPECT_NE(CanonicalBytes(first), CanonicalBytes(second));
}

TEST(CanonicalTest, ProtobufBytesInAnotherOrderAreTheSameMessage) {
  Shows({"ctl-10"});
  // Telephone before name: another writer's bytes for the same contact.
  v1::Contact from_other_order;
  ASSERT_TRUE(
      from_other_order.ParseFromString("\x12\x01"
                                       "2\x0a\x01"
                                       "n"));
  v1::Contact contact;
  contact.set_name("n");
  contact.set_telephone("2");
  EXPECT_EQ(CanonicalBytes(from_other_order), CanonicalBytes(contact));
}

TEST(CanonicalTest, ExcludedFieldsDoNotCount) {
  Shows({"ctl-10"});
  v1::Envelope envelope;
  envelope.set_message_id("m-1");
  v1::Envelope traced = envelope;
  traced.set_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  const std::vector<std::string> excluded = {"traceparent"};
  EXPECT_NE(CanonicalDigest(envelope), CanonicalDigest(traced));
  EXPECT_EQ(CanonicalDigest(envelope, excluded), CanonicalDigest(traced, excluded));
  traced.set_message_id("m-2");
  EXPECT_NE(CanonicalDigest(envelope, excluded), CanonicalDigest(traced, excluded));
}

TEST(CanonicalDeathTest, MistakesOfOursAbort) {
  v1::Envelope envelope;
  const std::vector<std::string> misspelt = {"trace_parent"};
  EXPECT_DEATH(CanonicalBytes(envelope, misspelt), "excluded");
  google::protobuf::DoubleValue number;
  number.set_value(1.5);
  EXPECT_DEATH(CanonicalBytes(number), "floats");
  EXPECT_DEATH(CanonicalBytes(google::protobuf::Struct()), "is_map");
}

// Every type that a message can hold has a canonical form, so no message can abort the gateway.
void ExpectCanonical(const google::protobuf::Descriptor& type,
                     std::set<const google::protobuf::Descriptor*>& seen) {
  if (!seen.insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    EXPECT_FALSE(field.is_map()) << field.full_name();
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_FLOAT) << field.full_name();
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_DOUBLE) << field.full_name();
    if (field.message_type() != nullptr) ExpectCanonical(*field.message_type(), seen);
  }
}

TEST(CanonicalTest, WholeContractHasACanonicalForm) {
  std::set<const google::protobuf::Descriptor*> seen;
  ExpectCanonical(*v1::Envelope::descriptor(), seen);
  EXPECT_GT(seen.size(), 40u);
}

}  // namespace
}  // namespace fosse
