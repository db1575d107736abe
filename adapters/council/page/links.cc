#include "adapters/council/page/links.h"

#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::page {
namespace {

using Json = nlohmann::json;

std::string LinkNote(const std::string& token) {
  return absl::StrCat("page/link/", Hex(Sha256(token)));
}

// Under which the latest link of a person stands.
std::string LatestNote(const Colleague& colleague) {
  return absl::StrCat("page/latest-link/",
                      Hex(Sha256(absl::StrCat(colleague.participant, "\n", colleague.reference))));
}

// Six digits, each as likely as any other.
std::string NewCode(Random& random) {
  constexpr uint32_t kCodes = 1'000'000;
  constexpr uint32_t kFair = UINT32_MAX - UINT32_MAX % kCodes;
  while (true) {
    uint32_t number = 0;
    for (const char byte : random.Bytes(4)) number = number << 8 | static_cast<uint8_t>(byte);
    if (number < kFair) return absl::StrFormat("%06d", number % kCodes);
  }
}

absl::Status Spent() {
  return MakeError(absl::StatusCode::kNotFound, "LINK_SPENT",
                   "the link was used, has run out, or was never one; ask for another");
}

// The digits alone: people write them with a space between.
std::string Digits(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) digits += c;
  }
  return digits;
}

// What is kept of a link that is open; nothing where it is not.
absl::StatusOr<std::optional<Json>> ReadLink(Outbox& outbox, const std::string& token,
                                             absl::Time now) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> note, outbox.FindNote(LinkNote(token)));
  if (!note.has_value() || note->empty()) return std::optional<Json>();
  Json link = Json::parse(*note, nullptr, /*allow_exceptions=*/false);
  if (!link.is_object() || link.value("until", int64_t{0}) <= absl::ToUnixSeconds(now)) {
    return std::optional<Json>();
  }
  return std::optional<Json>(std::move(link));
}

}  // namespace

absl::StatusOr<NewLink> Links::Make(const Colleague& colleague, absl::Time now) {
  const std::lock_guard lock(mutex_);
  const std::string token = Hex(random_.Bytes(32));
  NewLink made{.address = token, .code = NewCode(random_), .until = now + kLinkTime};
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> before,
                         outbox_.FindNote(LatestNote(colleague)));
  if (before.has_value()) FOSSE_RETURN_IF_ERROR(outbox_.KeepNote(*before, ""));
  const Json link = {{"participant", colleague.participant},     {"name", colleague.name},
                     {"reference", colleague.reference},         {"code", made.code},
                     {"until", absl::ToUnixSeconds(made.until)}, {"wrong", 0}};
  FOSSE_RETURN_IF_ERROR(
      outbox_.KeepNote(LinkNote(token), link.dump(-1, ' ', false, Json::error_handler_t::replace)));
  FOSSE_RETURN_IF_ERROR(outbox_.KeepNote(LatestNote(colleague), LinkNote(token)));
  return made;
}

bool Links::IsOpen(const std::string& token, absl::Time now) {
  const absl::StatusOr<std::optional<Json>> link = ReadLink(outbox_, token, now);
  return link.ok() && link->has_value();
}

absl::StatusOr<Colleague> Links::Use(const std::string& token, const std::string& code,
                                     absl::Time now) {
  const std::lock_guard lock(mutex_);
  FOSSE_ASSIGN_OR_RETURN(std::optional<Json> link, ReadLink(outbox_, token, now));
  if (!link.has_value()) return Spent();
  if (!EqualInConstantTime(Digits(code), link->value("code", ""))) {
    const int wrong = link->value("wrong", 0) + 1;
    (*link)["wrong"] = wrong;
    const bool spent = wrong >= kMostWrongCodes;
    FOSSE_RETURN_IF_ERROR(outbox_.KeepNote(LinkNote(token), spent ? "" : link->dump()));
    if (spent) return Spent();
    return MakeError(absl::StatusCode::kUnauthenticated, "LINK_CODE_WRONG",
                     "that is not the code of this link");
  }
  FOSSE_RETURN_IF_ERROR(outbox_.KeepNote(LinkNote(token), ""));
  return Colleague{.subject = absl::StrCat("link/", link->value("reference", "")),
                   .participant = link->value("participant", ""),
                   .name = link->value("name", ""),
                   .reference = link->value("reference", "")};
}

}  // namespace fosse::adapters::page
