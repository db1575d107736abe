#include "cli/person_options.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cli/message_file.h"

namespace fosse::cli {

absl::Status ReadMessageFile(Session& session, const std::string& path,
                             google::protobuf::Message& message) {
  FOSSE_ASSIGN_OR_RETURN(const std::string text, session.ReadInput(path));
  const absl::Status read = ReadMessageText(text, message);
  if (read.ok()) return read;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", read.message()));
}

absl::StatusOr<v1::PersonReference> ReadPerson(Session& session, const PersonOptions& options) {
  v1::PersonReference person;
  if (!options.file.empty()) {
    FOSSE_RETURN_IF_ERROR(ReadMessageFile(session, options.file, person));
  }
  if (!options.nhs_number.empty()) person.set_nhs_number(options.nhs_number);
  if (!options.date_of_birth.empty()) person.set_date_of_birth(options.date_of_birth);
  if (!options.family_name.empty()) person.set_family_name(options.family_name);
  if (person.nhs_number().empty() || person.date_of_birth().empty() ||
      person.family_name().empty()) {
    return absl::InvalidArgumentError(
        "a person is NHS number, date of birth and family name: --person FILE, or all of "
        "--nhs-number --date-of-birth --family-name");
  }
  return person;
}

absl::Status ReadTime(const std::string& text, absl::string_view option,
                      google::protobuf::Timestamp* time) {
  absl::Time parsed;
  std::string ignored;
  if (!absl::ParseTime("%Y-%m-%d", text, &parsed, &ignored) &&
      !absl::ParseTime(absl::RFC3339_full, text, &parsed, &ignored)) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, " takes 2026-11-22 or 2026-11-22T09:00:00Z"));
  }
  time->set_seconds(absl::ToUnixSeconds(parsed));
  return absl::OkStatus();
}

}  // namespace fosse::cli
