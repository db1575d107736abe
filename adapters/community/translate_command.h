#ifndef FOSSE_ADAPTERS_COMMUNITY_TRANSLATE_COMMAND_H_
#define FOSSE_ADAPTERS_COMMUNITY_TRANSLATE_COMMAND_H_

namespace fosse::adapters::community {

// fosse-community translate [--config FILE] FILE…
//
// For those who set up a site: prints, one JSON object a message, what each would become under the
// config's site profile, with its faults. Opens no socket. The output names the person of the
// message. Exit codes: 0 all understood, 2 usage, 3 a fault, or a file or config that cannot be
// read.
int TranslateCommand(int argc, char** argv);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_TRANSLATE_COMMAND_H_
