#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "adapters/community/answer.h"
#include "adapters/community/file_commands.h"
#include "adapters/community/translate.h"
#include "adapters/hl7/batch.h"
#include "adapters/hl7/time.h"
#include "adapters/kit/adapter.h"
#include "base/status.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::community {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kUsage = 2;
constexpr int kFault = 3;
constexpr char kControlId[] = "FOSSE";  // Of an acknowledgement that is shown and not sent.

const char* Word(Translated::Result result) {
  switch (result) {
    case Translated::Result::kMessage:
      return "message";
    case Translated::Result::kNoEffect:
      return "no-effect";
    case Translated::Result::kFaulty:
      return "faulty";
    case Translated::Result::kUnsupported:
      break;
  }
  return "unsupported";
}

Json IssueJson(const hl7::Issue& issue) {
  return {{"at", issue.at.ToString()}, {"reason", issue.reason}, {"remedy", issue.remedy}};
}

// Its segments, one a line.
Json AckJson(const std::string& bytes) {
  Json lines = Json::array();
  for (const absl::string_view line : absl::StrSplit(bytes, '\r', absl::SkipEmpty())) {
    lines.push_back(std::string(line));
  }
  return lines;
}

Json MessageJson(const hl7::Message& message, Translated translated, absl::TimeZone zone) {
  Json json = {{"result", Word(translated.result)}};
  const Verdict verdict = VerdictOf(translated);
  if (translated.result == Translated::Result::kMessage) {
    translated.envelope.mutable_original()->clear_content();  // The reader has the file.
    std::string text;
    if (google::protobuf::util::MessageToJsonString(translated.envelope, &text).ok()) {
      json["envelope"] = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    }
  }
  json["issues"] = Json::array();
  for (const hl7::AckError& fault : translated.faults) {
    json["issues"].push_back(IssueJson(fault.issue));
    json["issues"].back()["code"] = static_cast<int>(fault.code);
  }
  json["acknowledgements"] = Json::array();
  for (const std::string& ack : Acknowledgements(message, verdict, kControlId, absl::Now(), zone)) {
    json["acknowledgements"].push_back(AckJson(ack));
  }
  return json;
}

void Print(const Json& json) {
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

// Whether all that the file holds was understood.
bool TranslateFile(const std::string& path, const SiteProfile& profile, const std::string& locality,
                   absl::TimeZone zone) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return false;
  }
  const std::string text = bytes.str();
  const hl7::Batch batch = hl7::SplitBatch(text);
  bool understood = batch.issues.empty() && !batch.messages.empty();
  for (const absl::string_view part : batch.messages) {
    const hl7::Message message = hl7::Message::Read(std::string(part), profile.read_options());
    Translated translated = FromHl7(message, profile, locality, zone);
    understood &= translated.faults.empty();
    Print(MessageJson(message, std::move(translated), zone));
  }
  if (!batch.issues.empty() || batch.messages.empty()) {
    Json json = {{"result", "faulty"}, {"issues", Json::array()}};
    for (const hl7::Issue& issue : batch.issues) json["issues"].push_back(IssueJson(issue));
    Print(json);
  }
  return understood;
}

}  // namespace

int TranslateCommand(int argc, char** argv) {
  std::vector<std::string> files(argv + 2, argv + argc);
  AdapterConfig config;
  if (files.size() >= 2 && files[0] == "--site") {
    absl::StatusOr<AdapterConfig> read = ReadConfig(files[1]);
    if (!read.ok()) {
      std::fprintf(stderr, "%s\n", ReasonOf(read.status()).c_str());
      return kFault;
    }
    config = *std::move(read);
    files.erase(files.begin(), files.begin() + 2);
  } else {
    // Shows identity and demographics; without a profile no event touches a caseload.
    config.set_organisation("UNSTATED");
    config.set_locality("UNSTATED");
  }
  if (files.empty()) {
    std::fprintf(stderr, "usage: %s translate [--site PROFILE] FILE...\n", argv[0]);
    return kUsage;
  }
  const absl::StatusOr<SiteProfile> profile = SiteProfile::Create(config);
  const absl::StatusOr<absl::TimeZone> zone = hl7::LondonTimeZone();
  for (const absl::Status& status : {profile.status(), zone.status()}) {
    if (status.ok()) continue;
    std::fprintf(stderr, "%s: %s\n", ReasonOf(status).c_str(),
                 std::string(status.message()).c_str());
    return kFault;
  }
  bool understood = true;
  for (const std::string& file : files) {
    understood &= TranslateFile(file, *profile, config.locality(), *zone);
  }
  return understood ? 0 : kFault;
}

}  // namespace fosse::adapters::community
