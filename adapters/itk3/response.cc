#include "adapters/itk3/response.h"

#include <pugixml.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/itk3/systems.h"

namespace fosse::adapters::itk3 {
namespace {

constexpr int kMostCodes = 16;

std::string ValueOf(pugi::xml_node node) { return node.attribute("value").value(); }

// Ids are told apart without their spelling: urn:uuid:, letters in either case.
std::string PlainId(std::string id) {
  constexpr absl::string_view kUrn = "urn:uuid:";
  if (absl::StartsWithIgnoreCase(id, kUrn)) id.erase(0, kUrn.size());
  for (char& c : id) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return id;
}

// The first resource of that type among the entries, with its place.
pugi::xml_node Find(pugi::xml_node bundle, const char* type, std::string& at) {
  int n = 0;
  for (const pugi::xml_node entry : bundle.children("entry")) {
    const pugi::xml_node found = entry.child("resource").child(type);
    if (found) {
      at = absl::StrCat("Bundle/entry[", n, "]/resource/", type);
      return found;
    }
    ++n;
  }
  at = absl::StrCat("Bundle/entry/resource/", type);
  return {};
}

void ReadHeader(pugi::xml_node bundle, ReadResponse& read) {
  std::string at;
  const pugi::xml_node header = Find(bundle, "MessageHeader", at);
  if (!header) {
    read.issues.push_back({at, "FIELD_REQUIRED", "give the message a MessageHeader"});
    return;
  }
  const pugi::xml_node event = header.child("event");
  if (ValueOf(event.child("system")) != kEvent || ValueOf(event.child("code")) != "ITK008M") {
    read.issues.push_back({absl::StrCat(at, "/event"), "EVENT_UNSUPPORTED",
                           "only answers (ITK008M) are taken; send all else over FHIR R4"});
  }
  const pugi::xml_node response = header.child("response");
  read.response.in_reply_to = PlainId(ValueOf(response.child("identifier")));
  if (read.response.in_reply_to.empty()) {
    read.issues.push_back({absl::StrCat(at, "/response/identifier"), "FIELD_REQUIRED",
                           "give the id of the message that is answered"});
  }
  read.response.verdict = ValueOf(response.child("code"));
  if (read.response.verdict != "ok" && read.response.verdict != "transient-error" &&
      read.response.verdict != "fatal-error") {
    read.issues.push_back({absl::StrCat(at, "/response/code"), "FIELD_INVALID",
                           "give one of: ok, transient-error, fatal-error"});
  }
}

void ReadCodes(pugi::xml_node bundle, ReadResponse& read) {
  std::string at;
  const pugi::xml_node outcome = Find(bundle, "OperationOutcome", at);
  int seen = 0;
  for (const pugi::xml_node issue : outcome.children("issue")) {
    for (const pugi::xml_node coding : issue.child("details").children("coding")) {
      const std::string code = ValueOf(coding.child("code"));
      const bool digits = code.find_first_not_of("0123456789") == std::string::npos;
      if (ValueOf(coding.child("system")) != kResponseCode || code.empty() || code.size() > 8 ||
          !digits) {
        continue;
      }
      if (++seen <= kMostCodes) read.response.codes.push_back(code);
    }
  }
  if (seen == 0 || seen > kMostCodes) {
    read.issues.push_back({absl::StrCat(at, "/issue/details/coding/code"), "FIELD_REQUIRED",
                           "give 1 to 16 ITK response codes with their code system"});
  }
}

}  // namespace

ReadResponse ReadResponseMessage(absl::string_view bytes) {
  ReadResponse read;
  if (bytes.size() > kMostBytes) {
    read.issues.push_back(
        {absl::StrCat("byte ", kMostBytes), "MESSAGE_TOO_LARGE", "send at most 20 MiB"});
    return read;
  }
  pugi::xml_document xml;
  // Neither document types nor entities of the sender's own are read: nothing can unfold.
  const pugi::xml_parse_result parsed = xml.load_buffer(
      bytes.data(), bytes.size(), pugi::parse_default & ~pugi::parse_doctype, pugi::encoding_auto);
  if (!parsed) {
    read.issues.push_back({absl::StrCat("byte ", parsed.offset), "MESSAGE_UNREADABLE",
                           "send a well-formed STU3 message Bundle as XML"});
    return read;
  }
  const pugi::xml_node bundle = xml.child("Bundle");
  if (!bundle || ValueOf(bundle.child("type")) != "message") {
    read.issues.push_back({"Bundle/type", "MESSAGE_UNSUPPORTED", "send a Bundle of type message"});
    return read;
  }
  read.response.message_id = PlainId(ValueOf(bundle.child("id")));
  if (read.response.message_id.empty()) {
    read.issues.push_back({"Bundle/id", "FIELD_REQUIRED", "give the message an id"});
  }
  ReadHeader(bundle, read);
  ReadCodes(bundle, read);
  if (!read.issues.empty()) read.response = {};
  return read;
}

}  // namespace fosse::adapters::itk3
