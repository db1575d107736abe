#include "cli/words.h"

#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "cli/changes.h"
#include "cli/table.h"

namespace fosse::cli {
namespace {

// "DelegationState" is the prefix DELEGATION_STATE_ of its values.
std::string PrefixOf(const std::string& type_name) {
  std::string prefix;
  for (const char c : type_name) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  return prefix + "_";
}

std::string OutcomeText(v1::Outcome outcome) { return absl::AsciiStrToUpper(EnumText(outcome)); }

std::string ContactText(const v1::Contact& contact) {
  if (contact.telephone().empty()) return "";
  std::string text = absl::StrCat(contact.name(), " ", contact.telephone());
  if (!contact.hours().empty()) absl::StrAppend(&text, " (", contact.hours(), ")");
  return text;
}

void PrintContacts(const v1::DutyContacts& contacts, std::ostream& out) {
  PrintLine("call", ContactText(contacts.in_hours()), out, 2);
  PrintLine("out of hours", ContactText(contacts.out_of_hours()), out, 2);
}

// Notices come first: the words for an unwell person are among them.
template <typename Notices>
void PrintNotices(const Notices& notices, std::ostream& out) {
  for (const v1::Notice& notice : notices) {
    PrintLine(notice.code(),
              notice.clause().empty() ? notice.words()
                                      : absl::StrCat(notice.words(), " (", notice.clause(), ")"),
              out);
  }
  if (!notices.empty()) out << "\n";
}

void PrintDecision(const v1::Decision& decision, std::ostream& out) {
  out << EnumText(decision.question()) << ": " << OutcomeText(decision.outcome()) << "\n";
  if (decision.findings().empty()) {
    out << "  no rule answers\n";
  } else {
    Table table({"OUTCOME", "CLAUSE", "STANDING", "RULE"}, 2);
    for (const v1::Finding& finding : decision.findings()) {
      table.Row({OutcomeText(finding.outcome()), finding.clause(), EnumText(finding.standing()),
                 finding.rule_id()});
      table.Note("because", finding.because());
      table.Note("remedy", finding.remedy());
      table.Note("decides", EnumText(finding.route()));
      // A gateway of before gives no words.
      table.Note("facts", finding.facts_in_words().empty()
                              ? absl::StrJoin(finding.facts(), ", ")
                              : absl::StrJoin(finding.facts_in_words(), "; "));
    }
    table.Print(out);
  }
  PrintLine("delegation", decision.delegation_id(), out, 2);
  PrintLine("acts next", decision.owner(), out, 2);
  PrintLine("delivers meanwhile", decision.delivers_meanwhile(), out, 2);
  out << "\n";
}

std::string TaskText(const v1::Code& task) {
  return task.display().empty() ? task.code() : task.display();
}

template <typename Standings>
void PrintStandings(const Standings& standings, std::ostream& out) {
  if (standings.empty()) return;
  Table table({"DELEGATION", "STATE", "OVERSIGHT", "OVERSEER", "DELIVERS NOW", "ACTS NEXT",
               "REVIEW", "TASK"});
  for (const v1::DelegationStanding& standing : standings) {
    table.Row({standing.delegation_id(), EnumText(standing.state()), EnumText(standing.oversight()),
               standing.overseer(), standing.delivers_now(), standing.owner(), standing.review_on(),
               TaskText(standing.task())});
  }
  table.Print(out);
  out << "\n";
}

template <typename Deliveries>
void PrintDeliveries(const Deliveries& deliveries, std::ostream& out) {
  if (deliveries.empty()) return;
  Table table({"DELIVERED TO", "ASKS", "DELIVERY"});
  for (const v1::DeliveryNote& note : deliveries) {
    table.Row({note.recipient(), EnumText(note.kind()), note.delivery_id()});
  }
  table.Print(out);
  out << "\n";
}

void PrintEntry(const v1::EntryView& entry, std::ostream& out) {
  const v1::LeafView& leaf = entry.leaf();
  out << "entry " << leaf.index() << "  " << TimeText(leaf.committed_at()) << "  " << leaf.kind()
      << "\n";
  PrintLine("sender", leaf.sender(), out, 2);
  if (leaf.relay() != leaf.sender()) PrintLine("relay", leaf.relay(), out, 2);
  if (leaf.cause() != 0) PrintLine("caused by entry", absl::StrCat(leaf.cause() - 1), out, 2);
  PrintLine("detail", EnumText(entry.detail_state()), out, 2);
  if (!entry.detail().decisions().empty()) {
    Table table({"QUESTION", "OUTCOME", "DELEGATION", "RULES"}, 2);
    for (const v1::RecordedDecision& decision : entry.detail().decisions()) {
      table.Row({EnumText(decision.question()), OutcomeText(decision.outcome()),
                 decision.delegation_id(), absl::StrJoin(decision.rule_ids(), ", ")});
    }
    table.Print(out);
  } else if (leaf.question() != v1::QUESTION_UNSPECIFIED) {
    PrintLine(EnumText(leaf.question()), OutcomeText(leaf.outcome()), out, 2);
  }
  for (const v1::Change& change : entry.detail().changes()) {
    PrintLine("changed", ChangeText(change), out, 2);
  }
  if (!entry.deliveries().empty()) {
    Table table({"DELIVERED TO", "ASKS", "STATE", "SINCE"}, 2);
    for (const v1::DeliveryTrace& delivery : entry.deliveries()) {
      table.Row({delivery.note().recipient(), EnumText(delivery.note().kind()), delivery.state(),
                 TimeText(delivery.at())});
    }
    table.Print(out);
  }
  out << "\n";
}

void PrintConcerns(const v1::GetPersonResponse& person, std::ostream& out) {
  if (person.concerns().empty()) return;
  Table table({"CONCERN", "KIND", "RAISED BY", "ACTS", "ACT BY", "DELEGATION"});
  for (const v1::ConcernState& concern : person.concerns()) {
    table.Row({concern.concern_id(), EnumText(concern.concern().kind()), concern.raised_by(),
               concern.owner(), TimeText(concern.act_by()), concern.delegation_id()});
  }
  table.Print(out);
  out << "\n";
}

void PrintCovers(const v1::GetPersonResponse& person, std::ostream& out) {
  if (person.covers().empty()) return;
  Table table({"COVER", "BY", "STATE", "FROM", "ACTS", "ACT BY", "DELEGATION"});
  for (const v1::CoverOrderState& cover : person.covers()) {
    const bool ordered = cover.state() == v1::COVER_STATE_UNSPECIFIED;
    table.Row({cover.cover_id(), cover.cover_by(), ordered ? "ordered" : EnumText(cover.state()),
               TimeText(cover.from()), cover.owner(), TimeText(cover.next_action_at()),
               cover.delegation_id()});
  }
  table.Print(out);
  out << "\n";
}

void PrintEpisodes(const v1::GetPersonResponse& person, std::ostream& out) {
  if (person.episodes().empty()) return;
  Table table({"EPISODE", "ORGANISATION", "SERVICE", "OPENED", "CLOSED"});
  for (const v1::Episode& episode : person.episodes()) {
    table.Row({episode.reference(), episode.organisation(), episode.service(),
               TimeText(episode.opened_at()), TimeText(episode.closed_at())});
  }
  table.Print(out);
  out << "\n";
}

}  // namespace

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string EnumText(const google::protobuf::EnumDescriptor& type, int number) {
  const google::protobuf::EnumValueDescriptor* const value = type.FindValueByNumber(number);
  if (value == nullptr) return absl::StrCat("unknown (", number, ")");
  if (number == 0) return "";
  absl::string_view name = value->name();
  const std::string prefix = PrefixOf(type.name());
  if (name.substr(0, prefix.size()) == prefix) name.remove_prefix(prefix.size());
  return absl::AsciiStrToLower(absl::StrReplaceAll(name, {{"_", " "}}));
}

void PrintReceipt(const v1::Receipt& receipt, std::ostream& out) {
  PrintNotices(receipt.notices(), out);
  for (const v1::Decision& decision : receipt.decisions()) PrintDecision(decision, out);
  if (receipt.decisions().empty()) out << "Kept; nothing was asked of the rules.\n\n";
  std::ostringstream summary;
  PrintLine("delivers meanwhile", receipt.delivers_meanwhile(), summary);
  PrintLine("overseer", receipt.overseer(), summary);
  PrintContacts(receipt.contacts(), summary);
  PrintLine("worker number", receipt.worker_number(), summary);
  PrintLine("made", receipt.made_id(), summary);
  if (!summary.str().empty()) out << summary.str() << "\n";
  PrintStandings(receipt.standings(), out);
  PrintDeliveries(receipt.deliveries(), out);
  out << "Entry " << receipt.entry_index() << ", " << TimeText(receipt.committed_at());
  if (!receipt.rulebook_id().empty()) out << ", rulebook " << receipt.rulebook_id();
  out << ".\n";
}

void PrintCheck(const v1::CheckResponse& check, std::ostream& out) {
  PrintNotices(check.notices(), out);
  for (const v1::Decision& decision : check.decisions()) PrintDecision(decision, out);
  if (check.decisions().empty()) out << "Nothing would be asked of the rules.\n\n";
  PrintLine("would deliver meanwhile", check.delivers_meanwhile(), out);
  out << "Nothing was changed. This reading is entry " << check.entry_index() << ".\n";
}

void PrintPerson(const v1::GetPersonResponse& person, std::ostream& out) {
  const v1::PersonIdentity& identity = person.identity();
  const v1::PersonReference& reference = identity.reference();
  PrintLine("person", absl::StrCat(reference.family_name(), ", ", reference.given_name()), out);
  PrintLine("born", reference.date_of_birth(), out);
  PrintLine("NHS number", reference.nhs_number(), out);
  PrintLine("practice", identity.registered_practice(), out);
  if (identity.died()) out << "This person has died.\n";
  if (identity.death_reported() && !identity.died()) out << "A death was reported.\n";
  if (identity.away()) out << "This person is away.\n";
  if (identity.identity_in_question()) out << "It is in question who this is.\n";
  out << "\n";
  PrintEpisodes(person, out);
  PrintStandings(person.delegations(), out);
  PrintConcerns(person, out);
  PrintCovers(person, out);
  out << "As of " << TimeText(person.as_of()) << ". This reading is entry " << person.entry_index()
      << ".\n";
}

void PrintStateAt(const v1::StateAtResponse& state, std::ostream& out) {
  out << (state.sense() == v1::STATE_SENSE_TRUE_THEN ? "What is now known to have been so at "
                                                     : "What was known at ")
      << TimeText(state.at()) << ":\n\n";
  v1::GetPersonResponse person;
  *person.mutable_identity() = state.record().identity();
  *person.mutable_episodes() = state.record().episodes();
  PrintEpisodes(person, out);
  Table table({"DELEGATION", "STATE", "OVERSIGHT", "OVERSEER", "PROVIDER", "TASK"});
  for (const v1::Delegation& delegation : state.record().delegations()) {
    table.Row({delegation.delegation_id(), EnumText(delegation.state()),
               EnumText(delegation.oversight().state()), delegation.oversight().holder(),
               delegation.proposal().delegated_to(), delegation.task_code()});
  }
  table.Print(out);
  for (const v1::LateKnowledge& late : state.learned_later()) {
    out << "Entry " << late.entry_index() << " (" << late.kind() << ") came in only on "
        << TimeText(late.known_from()) << (late.correction() ? ", and takes back" : ", and tells")
        << " what was so by then.\n";
  }
  if (state.redacted_entries() > 0) {
    out << state.redacted_entries() << " entries were erased: what they changed is missing here.\n";
  }
  out << "\nThe trail had " << state.trail_size() << " entries. This reading is entry "
      << state.entry_index() << ".\n";
}

void PrintWatch(const v1::WatchResponse& change, std::ostream& out) {
  out << TimeText(change.as_of());
  if (change.has_change_index()) out << ", changed by entry " << change.change_index();
  out << "\n";
  PrintStandings(change.delegations(), out);
  out << "This reading is entry " << change.entry_index() << ".\n\n";
}

void PrintDelegations(const v1::ListDelegationsResponse& delegations, std::ostream& out) {
  Table table({"DELEGATION", "STATE", "OVERSIGHT", "OVERSEER", "ACTS NEXT", "REVIEW", "TASK"});
  for (int i = 0; i < delegations.delegations_size(); ++i) {
    const v1::Delegation& delegation = delegations.delegations(i);
    table.Row({delegation.delegation_id(), EnumText(delegation.state()),
               EnumText(delegation.oversight().state()), delegation.oversight().holder(),
               delegation.owner(), delegation.review_on(), delegation.task_code()});
    table.Note("missing", absl::StrJoin(delegation.missing_rules(), ", "));
    table.Note("ended because", delegation.ended_because());
    table.Note("the same care as", delegation.duplicate_of());
    if (i < delegations.persons_size()) {
      const v1::PersonReference& person = delegations.persons(i);
      table.Note(
          "person",
          absl::StrJoin({person.family_name(), person.date_of_birth(), person.nhs_number()}, ", "));
    }
  }
  table.Print(out);
  PrintLine("next page", delegations.next_page_token(), out);
  out << "\nThis reading is entry " << delegations.entry_index() << ".\n";
}

void PrintDeadLetters(const v1::ListDeadLettersResponse& letters, std::ostream& out) {
  Table table({"DELIVERY", "FOR", "STATE", "SINCE", "ASKS", "HOW SOON", "ACT BY", "ENTRY"});
  for (const v1::DeadLetter& letter : letters.dead_letters()) {
    const v1::Delivery& delivery = letter.delivery();
    table.Row({delivery.delivery_id(), delivery.recipient(), EnumText(letter.state()),
               TimeText(letter.since()), EnumText(delivery.kind()), EnumText(delivery.urgency()),
               TimeText(delivery.act_by()), absl::StrCat(delivery.entry_index())});
    table.Note("says", delivery.words());
  }
  table.Print(out);
  PrintLine("next page", letters.next_page_token(), out);
  out << "\nThis reading is entry " << letters.entry_index() << ".\n";
}

void PrintTrace(const v1::GetTraceResponse& trace, std::ostream& out) {
  for (const v1::EntryView& entry : trace.entries()) PrintEntry(entry, out);
  out << "This reading is entry " << trace.entry_index() << ".\n";
}

void PrintSearch(const v1::SearchResponse& found, std::ostream& out) {
  Table table({"ENTRY", "COMMITTED", "SENDER", "KIND", "QUESTION", "OUTCOME", "CAUSED BY"});
  for (const v1::EntryView& entry : found.entries()) {
    const v1::LeafView& leaf = entry.leaf();
    table.Row({absl::StrCat(leaf.index()), TimeText(leaf.committed_at()), leaf.sender(),
               leaf.kind(), EnumText(leaf.question()), OutcomeText(leaf.outcome()),
               leaf.cause() == 0 ? "" : absl::StrCat(leaf.cause() - 1)});
  }
  table.Print(out);
  PrintLine("next page", found.next_page_token(), out);
  out << "\nThis reading is entry " << found.entry_index() << ".\n";
}

}  // namespace fosse::cli
