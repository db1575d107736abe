#ifndef FOSSE_CLI_REPORT_COMMANDS_H_
#define FOSSE_CLI_REPORT_COMMANDS_H_

#include <functional>
#include <ostream>

#include "CLI/CLI.hpp"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "fosse/v1/reports.pb.h"

// `fosse report`: figures of the locality, for the board and audit teams.
namespace fosse::cli {

// Adds the commands under `report`; reading one of them sets `chosen`.
void AddReportCommands(CLI::App& report, std::function<ExitCode(Session&)>& chosen);

// Answers as people read them.
void PrintTraining(const v1::GetTrainingFiguresResponse& figures, std::ostream& out);
void PrintDelegationFigures(const v1::GetDelegationFiguresResponse& figures, std::ostream& out);
void PrintThemes(const v1::GetThemesResponse& themes, std::ostream& out);
void PrintEquality(const v1::GetEqualityReturnResponse& equality, std::ostream& out);
void PrintPrecedents(const v1::ListPrecedentsResponse& precedents, std::ostream& out);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_REPORT_COMMANDS_H_
