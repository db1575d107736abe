#ifndef FOSSE_ADAPTERS_COUNCIL_FILE_COMMANDS_H_
#define FOSSE_ADAPTERS_COUNCIL_FILE_COMMANDS_H_

namespace fosse::adapters::council {

// Prints what each row or document of the files would become, as JSON: no network, no gateway.
//   translate [--map MAP] [--as PARTICIPANT] [--also PARTICIPANT]... [--summary] FILE...
// 0: all was read; 2: usage; 3: something was refused, or a file or the map cannot be read.
int TranslateCommand(int argc, char** argv);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_FILE_COMMANDS_H_
