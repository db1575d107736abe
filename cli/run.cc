#include "cli/run.h"

#include <functional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "cli/adapter_command.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/directory_commands.h"
#include "cli/reconcile_command.h"
#include "cli/report_commands.h"
#include "cli/rulebook_commands.h"
#include "cli/session.h"

namespace fosse::cli {
namespace {

constexpr char kFooter[] = R"(
Every command takes the options that `fosse --help` shows, too.

Exit status: 0 done, or decided PERMIT; 10 HOLD, 11 REFER, 12 DENY (submit and check); 2 wrong
command line or file; 3 refused by the gateway, reason shown; 4 no answer; 5 a proof, head or
rulebook does not hold. Reasons are explained in docs/errors.md.

Options of a person on the command line show in the process list of the machine; --person FILE, or
--person - for standard input, does not: {"nhsNumber": …, "dateOfBirth": …, "familyName": …}.)";

// One command line, being built up and then read. `chosen` runs the command that was named.
struct Program {
  CLI::App app{"Fosse for operators, auditors and authors of rulebooks.", "fosse"};
  Settings settings;
  std::function<ExitCode(Session&)> chosen;

  std::string message_file;
  std::string adapter;
  std::vector<std::string> adapter_files;
  ReadingOptions reading;
  SearchOptions search;
  DeadLetterOptions dead_letters;
  ReplayOptions replay;
  TraceOptions trace;
  TrailOptions trail;
  ReconcileOptions reconcile;
};

void AddGlobals(Program& p) {
  p.app.add_option("--gateway", p.settings.gateway, "Its address, host:port")
      ->envname("FOSSE_GATEWAY")
      ->capture_default_str();
  p.app.add_option("--ca", p.settings.authority, "Authority of its certificate, PEM")
      ->envname("FOSSE_CA");
  p.app.add_option("--cert", p.settings.certificate, "Your certificate, PEM")
      ->envname("FOSSE_CERT");
  p.app.add_option("--key", p.settings.key, "Your key, PEM")->envname("FOSSE_KEY");
  p.app.add_option("--as", p.settings.reader, "Read in the name of this participant")
      ->envname("FOSSE_AS");
  p.app.add_option("--timeout", p.settings.timeout_seconds, "Seconds to wait for an answer")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  p.app.add_flag("--json", p.settings.json, "One JSON document instead of tables");
}

// A command that takes global options after its name, too.
CLI::App* AddCommand(Program& p, CLI::App& parent, const std::string& name,
                     const std::string& words, std::function<ExitCode(Session&)> run) {
  CLI::App* const command = parent.add_subcommand(name, words);
  command->fallthrough();
  if (run) command->final_callback([&p, run = std::move(run)] { p.chosen = run; });
  return command;
}

void AddPerson(CLI::App& command, PersonOptions& person) {
  command.add_option("--person", person.file,
                     "JSON or text file of the person; - for standard input");
  command.add_option("--nhs-number", person.nhs_number, "Ten digits");
  command.add_option("--date-of-birth", person.date_of_birth, "YYYY-MM-DD");
  command.add_option("--family-name", person.family_name, "As on the record");
}

void AddPurpose(CLI::App& command, std::string& purpose) {
  command.add_option("--purpose", purpose, "Why; it goes into the trail")->required();
}

template <typename Options>
void AddPage(CLI::App& command, Options& options) {
  command.add_option("--page-size", options.page_size, "Items a page, 100 at most")
      ->check(CLI::Range(1, 100));
  command.add_option("--page-token", options.page_token, "From a page before");
}

void AddMessageCommands(Program& p) {
  for (const auto& [name, words, run] :
       {std::tuple{"submit", "Have a message decided", &Submit},
        std::tuple{"check", "Decide a message without effect", &Check}}) {
    CLI::App* const command = AddCommand(
        p, p.app, name, words, [&p, run = run](Session& s) { return run(s, p.message_file); });
    command
        ->add_option("FILE", p.message_file,
                     "Envelope as protobuf JSON or text; - for standard input")
        ->required();
  }
}

void AddStanding(CLI::App& command, StandingOptions& standing) {
  command.add_option("--overseer", standing.overseer, "Overseen by this participant");
  command.add_option("--provider", standing.provider, "With this provider");
  command.add_option("--state", standing.states, "In this state; may be given again");
  command.add_flag("--gap", standing.gap, "Live, and nobody oversees it");
  command.add_option("--due-before", standing.due_before, "Somebody must act before this time");
  command.add_option("--place", standing.place, "Place of the provider");
}

void AddPersonCommands(Program& p) {
  CLI::App* const person = AddCommand(p, p.app, "person", "What the gateway knows of a person",
                                      [&p](Session& s) { return Person(s, p.reading); });
  AddPerson(*person, p.reading.person);
  AddPurpose(*person, p.reading.purpose);

  CLI::App* const delegations =
      AddCommand(p, p.app, "delegations", "A person's delegations, or all that stand in some way",
                 [&p](Session& s) { return Delegations(s, p.reading); });
  AddPerson(*delegations, p.reading.person);
  AddPurpose(*delegations, p.reading.purpose);
  AddPage(*delegations, p.reading);
  delegations->add_flag("--ended", p.reading.include_ended, "Ended and declined ones too");
  AddStanding(*delegations, p.reading.standing);

  CLI::App* const state = AddCommand(p, p.app, "state-at", "How a person's record stood at a time",
                                     [&p](Session& s) { return StateAt(s, p.reading); });
  AddPerson(*state, p.reading.person);
  AddPurpose(*state, p.reading.purpose);
  state->add_option("--at", p.reading.at, "2026-11-22 or 2026-11-22T09:00:00Z")->required();
  state->add_flag("--true-then", p.reading.true_then,
                  "What is now known to have been so; else what was known then");

  CLI::App* const watch =
      AddCommand(p, p.app, "watch", "How a person's delegations stand, and each change of it",
                 [&p](Session& s) { return Watch(s, p.reading); });
  AddPerson(*watch, p.reading.person);
  AddPurpose(*watch, p.reading.purpose);
}

void AddMailboxCommands(Program& p) {
  CLI::App* const letters =
      AddCommand(p, p.app, "dead-letters", "Deliveries that were given up, refused or parked",
                 [&p](Session& s) { return DeadLetters(s, p.dead_letters); });
  letters->add_option("--recipient", p.dead_letters.recipient,
                      "Whose mailbox; default your own, for an operator everybody's");
  AddPurpose(*letters, p.dead_letters.purpose);
  AddPage(*letters, p.dead_letters);

  CLI::App* const replay = AddCommand(p, p.app, "replay", "Have one of them delivered once more",
                                      [&p](Session& s) { return Replay(s, p.replay); });
  replay->add_option("DELIVERY", p.replay.delivery_id, "Its id")->required();
  replay->add_option("--reason", p.replay.reason, "Why; it goes into the trail")->required();
}

void AddTrailCommands(Program& p) {
  CLI::App* const trace = AddCommand(p, p.app, "trace", "One entry of the trail and what it caused",
                                     [&p](Session& s) { return Trace(s, p.trace); });
  trace->add_option("INDEX", p.trace.index, "Number of the entry");
  trace->add_option("--sender", p.trace.sender, "Sender of the message");
  trace->add_option("--message-id", p.trace.message_id, "Its id");
  AddPurpose(*trace, p.trace.purpose);

  CLI::App* const search = AddCommand(p, p.app, "search", "Entries by person, time and outcome",
                                      [&p](Session& s) { return Search(s, p.search); });
  AddPerson(*search, p.search.person);
  search->add_option("--from", p.search.from, "Committed from, inclusive");
  search->add_option("--until", p.search.until, "Until, exclusive");
  search->add_option("--outcome", p.search.outcome, "permit, hold, refer or deny");
  AddPurpose(*search, p.search.purpose);
  AddPage(*search, p.search);

  CLI::App* const checkpoint = AddCommand(p, p.app, "checkpoint", "The latest signed head",
                                          [&p](Session& s) { return ShowCheckpoint(s, p.trail); });
  checkpoint->add_option("-o,--output", p.trail.output, "Write the signed note; - prints it alone");

  CLI::App* const proof =
      AddCommand(p, p.app, "proof", "Proof that an entry is in the trail, for fosse-verify",
                 [&p](Session& s) { return Prove(s, p.trail); });
  proof->add_option("INDEX", p.trail.index, "Number of the entry")->required();
  proof->add_option("-o,--output", p.trail.output, "Folder for the two files; default here");

  CLI::App* const exported = AddCommand(p, p.app, "export", "The whole trail, for fosse-verify",
                                        [&p](Session& s) { return Export(s, p.trail); });
  exported->add_option("-o,--output", p.trail.output, "File; - for standard output")->required();
  exported->add_option("--details", p.trail.details,
                       "A second file, of the details with persons in clear, to decide again");
  AddPurpose(*exported, p.trail.purpose);

  for (CLI::App* const command : {checkpoint, proof, exported}) {
    command->add_option("--verifier-key", p.trail.verifier_key,
                        "Key that you trust; default the one that the gateway names");
  }
}

void AddReports(Program& p) {
  CLI::App* const report = AddCommand(
      p, p.app, "report", "Figures of the locality, for the board and audit teams", nullptr);
  report->require_subcommand(1);
  AddReportCommands(*report, p.chosen);

  CLI::App* const reconcile =
      AddCommand(p, p.app, "reconcile", "What two organisations sent one another on a day",
                 [&p](Session& s) { return Reconcile(s, p.reconcile); });
  reconcile->add_option("--with", p.reconcile.other, "The other organisation")->required();
  reconcile->add_option("--of", p.reconcile.organisation, "The first; default whoever reads");
  reconcile->add_option("--day", p.reconcile.day, "Day of the sending, YYYY-MM-DD")->required();
  AddPurpose(*reconcile, p.reconcile.purpose);
  reconcile->add_option("--own", p.reconcile.own,
                        "Compare with your own list: a delivery's id a line; - for standard input");
  reconcile->add_option("-o,--output", p.reconcile.output, "Write the signed note");
  reconcile->add_option("--verifier-key", p.reconcile.verifier_key,
                        "Key that you trust; default the one that the gateway names");
}

void AddLocalCommands(Program& p) {
  CLI::App* const rulebook =
      AddCommand(p, p.app, "rulebook", "Write, check, read, sign and publish rulebooks", nullptr);
  rulebook->require_subcommand(1);
  AddRulebookCommands(*rulebook, p.chosen);

  CLI::App* const directory =
      AddCommand(p, p.app, "directory", "Check, sign and publish directories", nullptr);
  directory->require_subcommand(1);
  AddDirectoryCommands(*directory, p.chosen);

  CLI::App* const adapter =
      AddCommand(p, p.app, "adapter", "What the adapters say of their own files", nullptr);
  adapter->require_subcommand(1);
  CLI::App* const check_adapter = AddCommand(
      p, *adapter, "check", "Whether an adapter would start with a site profile, and what it means",
      [&p](Session&) { return AdapterCheck(p.adapter, p.adapter_files); });
  check_adapter->add_option("ADAPTER", p.adapter, "Which one")
      ->required()
      ->check(CLI::IsMember({"community"}));
  check_adapter->add_option("FILE", p.adapter_files, "Site profiles")->required();

  CLI::App* const completion =
      AddCommand(p, p.app, "completion", "Completion for a shell", nullptr);
  completion->require_subcommand(1);
  AddCommand(p, *completion, "bash", "Print it; load with: source <(fosse completion bash)",
             [&p](Session& s) {
               s.out() << BashCompletion(p.app);
               return kExitOk;
             });
}

}  // namespace

int Run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err) {
  Program p;
  p.app.footer(kFooter);
  p.app.set_version_flag("--version", "fosse 0.1.0");
  p.app.require_subcommand(1);
  AddGlobals(p);
  AddMessageCommands(p);
  AddPersonCommands(p);
  AddMailboxCommands(p);
  AddTrailCommands(p);
  AddReports(p);
  AddLocalCommands(p);
  try {
    p.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return p.app.exit(error, out, err) == 0 ? kExitOk : kExitUsage;
  }
  Session session(p.settings, in, out, err);
  const ExitCode code = p.chosen(session);
  out.flush();
  return code;
}

}  // namespace fosse::cli
