#ifndef FOSSE_TESTS_BASE_PROBE_H_
#define FOSSE_TESTS_BASE_PROBE_H_

#include <map>
#include <memory>
#include <string>

#include "base/field_check.h"
#include "base/status.h"
#include "fosse/v1/terms.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

// A contract of the tests' own, with a field of every kind and term.
namespace fosse {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::Pair;

// A contract of our own with one field for each kind of term, so that the tests do not move with
// the real one. The options are the real ones.
inline constexpr char kContract[] = R"pb(
  name: "probe.proto"
  package: "probe"
  syntax: "proto3"
  dependency: "fosse/v1/terms.proto"
  dependency: "google/protobuf/timestamp.proto"
  dependency: "google/protobuf/duration.proto"
  enum_type {
    name: "Colour"
    value { name: "COLOUR_UNSPECIFIED" number: 0 }
    value { name: "COLOUR_RED" number: 1 }
  }
  message_type {
    name: "Probe"
    field { name: "plain" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field {
      name: "short"
      number: 2
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { min_bytes: 2 max_bytes: 4 }
      }
    }
    field {
      name: "patterned"
      number: 3
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { pattern: "[a-c]+" }
      }
    }
    field {
      name: "nhs_number"
      number: 4
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { format: FORMAT_NHS_NUMBER }
      }
    }
    field { name: "blob" number: 5 type: TYPE_BYTES label: LABEL_OPTIONAL }
    field {
      name: "level"
      number: 6
      type: TYPE_INT32
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { at_least: -5 at_most: 5 }
      }
    }
    field {
      name: "amount"
      number: 7
      type: TYPE_UINT64
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { at_least: 2 at_most: 1000 }
      }
    }
    field {
      name: "balance"
      number: 8
      type: TYPE_INT64
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { at_most: 10 }
      }
    }
    field {
      name: "colour"
      number: 9
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_OPTIONAL
    }
    field {
      name: "colours"
      number: 10
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_REPEATED
      options {
        [fosse.v1.rule] { max_items: 3 }
      }
    }
    field {
      name: "names"
      number: 11
      type: TYPE_STRING
      label: LABEL_REPEATED
      options {
        [fosse.v1.rule] { max_items: 2 max_bytes: 3 format: FORMAT_CODE }
      }
    }
    field { name: "unlimited" number: 12 type: TYPE_UINT32 label: LABEL_REPEATED }
    field {
      name: "at"
      number: 13
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Timestamp"
      label: LABEL_OPTIONAL
    }
    field {
      name: "lasts"
      number: 14
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Duration"
      label: LABEL_OPTIONAL
    }
    field {
      name: "inner"
      number: 15
      type: TYPE_MESSAGE
      type_name: ".probe.Probe"
      label: LABEL_OPTIONAL
    }
    field {
      name: "items"
      number: 16
      type: TYPE_MESSAGE
      type_name: ".probe.Needs"
      label: LABEL_REPEATED
    }
    field {
      name: "left"
      number: 17
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      oneof_index: 0
      options {
        [fosse.v1.rule] { required: true max_bytes: 3 }
      }
    }
    field {
      name: "right"
      number: 18
      type: TYPE_MESSAGE
      type_name: ".probe.Needs"
      label: LABEL_OPTIONAL
      oneof_index: 0
    }
    field {
      name: "maybe"
      number: 19
      type: TYPE_INT32
      label: LABEL_OPTIONAL
      proto3_optional: true
      oneof_index: 1
      options {
        [fosse.v1.rule] { at_least: 1 }
      }
    }
    oneof_decl { name: "side" }
    oneof_decl { name: "_maybe" }
  }
  message_type {
    name: "Needs"
    field {
      name: "text"
      number: 1
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "colour"
      number: 2
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "number"
      number: 3
      type: TYPE_INT64
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "at"
      number: 4
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Timestamp"
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "colours"
      number: 5
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_REPEATED
      options {
        [fosse.v1.rule] { required: true }
      }
    }
  }
)pb";

class FieldCheckTest : public ::testing::Test {
 protected:
  // Never freed: compiled terms keep descriptors for the life of the program.
  static const Message& Prototype(const std::string& type) {
    static google::protobuf::DescriptorPool* const pool = [] {
      (void)v1::FieldRule::descriptor();
      auto* made =
          new google::protobuf::DescriptorPool(google::protobuf::DescriptorPool::generated_pool());
      google::protobuf::FileDescriptorProto file;
      EXPECT_TRUE(TextFormat::ParseFromString(kContract, &file));
      EXPECT_NE(made->BuildFile(file), nullptr);
      return made;
    }();
    static auto* const factory = new google::protobuf::DynamicMessageFactory(pool);
    return *factory->GetPrototype(pool->FindMessageTypeByName("probe." + type));
  }

  static std::unique_ptr<Message> New(const std::string& text, const std::string& type = "Probe") {
    std::unique_ptr<Message> message(Prototype(type).New());
    EXPECT_TRUE(TextFormat::ParseFromString(text, message.get())) << text;
    return message;
  }

  static absl::Status Check(const std::string& text, const std::string& type = "Probe") {
    return CheckFields(*New(text, type));
  }

  static std::map<std::string, std::string> Meta(const absl::Status& status) {
    std::map<std::string, std::string> map;
    for (const auto& [key, value] : MetadataOf(status)) map[key] = value;
    return map;
  }
};

}  // namespace fosse

#endif  // FOSSE_TESTS_BASE_PROBE_H_
