#ifndef FOSSE_TESTS_EXPLORER_MOVES_H_
#define FOSSE_TESTS_EXPLORER_MOVES_H_

#include <string>
#include <vector>

#include "fosse/v1/envelope.pb.h"
#include "tests/explorer/state.h"

// What can happen next, declared as data: who sends what about whom. Messages are those of
// tests/care/messages.h, complete and right but for what the move's words say.
namespace fosse::care {

// Rooms of the alphabet, of which a scope takes some.
enum class Group {
  kPropose,       // Proposals, answers, withdrawals.
  kFlawed,        // Proposals and answers that lack something.
  kReserved,      // Proposals of a task that is a registered nurse's.
  kRival,         // Proposals of the same task to another provider.
  kPrompts,       // Proposals of a task that needs no training.
  kStaffing,      // Assignments and the start.
  kCompetence,    // Records of competence, and revocations.
  kReports,       // Care given and not given.
  kLateReports,   // Care that was given earlier.
  kChanges,       // Suspend, resume, end, object.
  kEpisodes,      // Community episodes.
  kRegistration,  // Practices that register, or close.
  kOffers,        // Oversight offered and answered.
  kHandBack,      // Oversight handed back.
  kConcerns,
  kReviews,
  kCover,
  kConsent,
  kAbsence,
  kDeath,
  kIdentity,  // Two records that somebody says are of one person, or are not.
  kDispute,
  kOverride,
  kReceipts,    // A system acknowledges a delivery.
  kSharedCare,  // A case, step by step, and what the panel decides.
  kToHealth,    // A task of social care's that health is asked to do.
  kTime,
};

// What one move is about; what its row does not vary by stays zero.
struct About {
  int person = 0;
  int task = 0;  // REF-1 or REF-2.
  int worker = 0;
  int sender = 0;  // Index into the row's senders.
};

// How much of everything a scope allows: what keeps an exploration finite.
struct Bounds {
  int persons = 1;
  int tasks = 1;  // References.
  int workers = 1;
  int delegations = 1;  // Of one person, over ones included.
  int offers = 2;       // On one delegation.
  int checks = 1;       // Records of competence of one worker.
  int ad_hoc = 0;       // Ad hoc reports about one person.
  int time_steps = 2;   // How often time passes to the next thing due.
  bool rivals = false;  // The second worker is the other provider's.
  int messages = 0;     // Longest history; 0: no limit, the others end it.
};

// Fills in the message. False: it cannot be sent here, or the bounds forbid it.
using Build = bool (*)(const State& state, const Bounds& bounds, const About& about,
                       const char* sender, v1::Envelope& envelope);

inline constexpr bool kPer = true;  // A row varies by person, by task, by worker.
inline constexpr bool kNot = false;

struct Row {
  const char* words;
  Group group;
  bool by_person;  // Else it is about a worker.
  bool by_task;
  bool by_worker;
  std::vector<const char*> senders;
  Build build;
};
const std::vector<Row>& Rows();

// Time passes until the `which`-th of what falls due next, and that timer acts; or until the last
// instant at which an open offer can be answered.
struct Move {
  int row = -1;  // -1: time.
  About about;
  int which = 0;
  bool at_deadline = false;
};
inline constexpr int kMostTies = 3;  // Timers due at one instant that are told apart.

std::vector<Move> AlphabetOf(const std::vector<Group>& groups, const Bounds& bounds);

// "RT5 proposes the task, REF-1 of person 1".
std::string InWords(const Move& move);

// False: not here. Never called for time.
bool MessageOf(const Move& move, const State& state, const Bounds& bounds, v1::Envelope& envelope);

// --- What rows look at ---

std::string Ref(const About& about);            // Of the proposal.
const std::string& Number(const About& about);  // NHS number.
// The record that the number leads to. Null: not known yet.
const v1::CareRecord* PersonOf(const State& state, const About& about);
// By reference of the proposal: the one that is not over, else the latest. Null: none.
const v1::Delegation* TaskOf(const State& state, const About& about);

// Whether a proposal under the reference fits the scope: one more, or one in place of an open one.
bool MayPropose(const State& state, const Bounds& bounds, const About& about);

namespace rows {  // Parts of the table, one for each file.
std::vector<Row> OfDelegation();
std::vector<Row> OfOversight();
std::vector<Row> OfPerson();
std::vector<Row> OfSharedCare();
std::vector<Row> OfSocialCare();
}  // namespace rows

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_MOVES_H_
