#ifndef FOSSE_ADAPTERS_COMMUNITY_FILE_COMMANDS_H_
#define FOSSE_ADAPTERS_COMMUNITY_FILE_COMMANDS_H_

// For those who set up a site: what the adapter makes of files. None opens a socket or needs a
// gateway. Exit codes of all: 0 all understood, 2 usage, 3 a fault, or a file that cannot be read.
namespace fosse::adapters::community {

// fosse-community translate [--site PROFILE] FILE…
//
// Prints, one JSON object a message, what each would become under the site profile, with its faults
// and the acknowledgements that would be sent. The output names the person of the message.
int TranslateCommand(int argc, char** argv);

// fosse-community fields FILE…
//
// Prints, one line of JSON a message, each part that holds something: its place, as it was sent,
// and what it says. Of use to see where a site puts what. The output names the person of the
// message.
int FieldsCommand(int argc, char** argv);

// fosse-community reemit FILE
//
// Writes back what it read, byte for byte.
int ReemitCommand(int argc, char** argv);

// fosse-community check PROFILE…
//
// Says of each site profile, or whole config, whether the adapter would start with it, and what it
// makes of which event.
int CheckCommand(int argc, char** argv);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_FILE_COMMANDS_H_
