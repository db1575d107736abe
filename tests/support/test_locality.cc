// The directory, rulebook, board and people of the tests of the engine.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/note.h"
#include "audit/rulebook_note.h"
#include "base/status.h"
#include "tests/support/engine_world.h"

namespace fosse {
namespace {

constexpr char kDirectoryText[] = R"pb(
  id: "qk1/test"
  locality: "QK1"
  test_environment: true
  participants {
    id: "RT5"
    name: "Community nursing"
    kind: ORGANISATION_KIND_COMMUNITY_HEALTH
    roles: [ ROLE_EXCHANGE, ROLE_CARE_READER ]
    attests: true
    place: "County"
    duty {
      in_hours { name: "Duty desk" telephone: "0116 496 0101" hours: "Every day 08:00 to 20:00" }
      out_of_hours { name: "Night nursing" telephone: "0116 496 0102" hours: "20:00 to 08:00" }
    }
    services { code: "community-nursing" name: "Community nursing" }
  }
  participants {
    id: "C82999"
    name: "Foxglove Surgery"
    kind: ORGANISATION_KIND_PRACTICE
    roles: [ ROLE_EXCHANGE, ROLE_CARE_READER ]
    attests: true
    place: "County"
    duty {
      in_hours { name: "Duty doctor" telephone: "0116 496 0110" hours: "Weekdays" }
      out_of_hours { name: "Out of hours" telephone: "0116 496 0111" hours: "Nights" }
    }
  }
  participants {
    id: "C82998"
    name: "Larch Road Surgery"
    kind: ORGANISATION_KIND_PRACTICE
    roles: [ ROLE_EXCHANGE, ROLE_CARE_READER ]
    attests: false
    place: "City"
    duty {
      in_hours { name: "Duty doctor" telephone: "0116 496 0120" hours: "Weekdays" }
      out_of_hours { name: "Out of hours" telephone: "0116 496 0111" hours: "Nights" }
    }
  }
  participants {
    id: "1-1000000001"
    name: "Rosebank Home Care"
    kind: ORGANISATION_KIND_PROVIDER
    roles: [ ROLE_EXCHANGE, ROLE_CARE_READER ]
    attests: true
    place: "County"
    safeguarding_team: "QK1-SAFEGUARDING"
    duty {
      in_hours { name: "Office" telephone: "0116 496 0140" hours: "Every day" }
      out_of_hours { name: "On call" telephone: "0116 496 0141" hours: "Nights" }
    }
  }
  participants {
    id: "QK1-COUNCIL"
    name: "Adult social care"
    kind: ORGANISATION_KIND_COUNCIL
    roles: [ ROLE_EXCHANGE, ROLE_CARE_READER ]
    attests: true
    place: "County"
    safeguarding_team: "QK1-SAFEGUARDING"
  }
  participants {
    id: "QK1-SAFEGUARDING"
    name: "Safeguarding"
    kind: ORGANISATION_KIND_SAFEGUARDING
    roles: ROLE_EXCHANGE
    attests: true
  }
  participants {
    id: "RT5-TRAINING"
    name: "Training"
    kind: ORGANISATION_KIND_TRAINING_PROVIDER
    roles: ROLE_EXCHANGE
    attests: true
  }
  participants {
    id: "QK1"
    name: "Integrated Care Board"
    kind: ORGANISATION_KIND_COMMISSIONER
    roles: ROLE_EXCHANGE
    attests: true
  }
  participants {
    id: "QK1-SHAREDCARE"
    name: "Shared Care panel"
    kind: ORGANISATION_KIND_SHARED_CARE
    roles: ROLE_EXCHANGE
    attests: true
  }
  participants {
    id: "QK1-IPCB"
    name: "Board"
    kind: ORGANISATION_KIND_IPCB
    roles: [ ROLE_EXCHANGE, ROLE_PUBLISHER ]
    attests: true
  }
  participants {
    id: "QK1-AUDIT"
    name: "Audit team"
    kind: ORGANISATION_KIND_AUDIT
    roles: ROLE_AUDITOR
  }
  participants {
    id: "QK1-AUDIT-GP"
    name: "Practice audit"
    kind: ORGANISATION_KIND_AUDIT
    roles: ROLE_AUDITOR
    audits: "C82998"
  }
  participants {
    id: "QK1-GP-ADAPTER"
    name: "GP adapter"
    kind: ORGANISATION_KIND_RELAY
    roles: ROLE_EXCHANGE
    speaks_for { participant: "C82999" }
    speaks_for { participant: "C82998" bodies: "concern_raised" }
  }
)pb";

}  // namespace

v1::PersonReference ReferenceOf(const TestPerson& person) {
  v1::PersonReference reference;
  reference.set_nhs_number(person.nhs_number);
  reference.set_date_of_birth(person.date_of_birth);
  reference.set_family_name(person.family_name);
  return reference;
}

v1::WorkerReference WorkerOf(absl::string_view employer, absl::string_view employer_reference) {
  v1::WorkerReference worker;
  worker.set_employer(std::string(employer));
  worker.set_employer_reference(std::string(employer_reference));
  return worker;
}

std::string TestDirectory(absl::string_view extra) { return absl::StrCat(kDirectoryText, extra); }

std::string TestRulebook() {
  const char* const source = getenv("FOSSE_SOURCE");
  const std::filesystem::path root = source != nullptr ? source : ".";
  std::ifstream file(root / "policy/rulebooks/llr/2022-10-01/rulebook.txtpb");
  std::ostringstream text;
  text << file.rdbuf();
  FOSSE_CHECK(!text.str().empty());
  return text.str();
}

audit::NoteSigner TestBoard() {
  return {"fosse.test/QK1-IPCB", SigningKey::FromSeed(std::string(32, 'b'))};
}

std::string WithBoardKey(std::string directory_text) {
  const audit::NoteSigner board = TestBoard();
  const std::string key = audit::VerifierKey(board.name, board.key.public_key());
  return absl::StrReplaceAll(
      directory_text,
      {{"name: \"Board\"", absl::StrCat("name: \"Board\" publishing_keys: \"", key, "\"")}});
}

}  // namespace fosse
