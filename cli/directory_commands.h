#ifndef FOSSE_CLI_DIRECTORY_COMMANDS_H_
#define FOSSE_CLI_DIRECTORY_COMMANDS_H_

#include "cli/rulebook_commands.h"

// `fosse directory …`: look at a directory, sign it, bring it into force, see which are kept.
namespace fosse::cli {

void AddDirectoryCommands(CLI::App& directory, Chosen& chosen);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_DIRECTORY_COMMANDS_H_
