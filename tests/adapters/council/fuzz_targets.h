#ifndef FOSSE_TESTS_ADAPTERS_COUNCIL_FUZZ_TARGETS_H_
#define FOSSE_TESTS_ADAPTERS_COUNCIL_FUZZ_TARGETS_H_

#include <string>

// What must hold for any bytes whatever at the entries of the councils' adapter; each ends the
// program where it does not. The tests run them over seeds and published files, libFuzzer
// (fuzz_entry.cc) over what it thinks of.
namespace fosse::adapters::council {

// A table under the map of a council's services: each row is messages, is passed over, or has
// located issues; no line is lost.
void TableTarget(const std::string& bytes);
// A column map: it loads, or every fault has its reason.
void MapTarget(const std::string& bytes);
// A JSON message: an Envelope, or located issues.
void JsonTarget(const std::string& bytes);
// A Care Act notice, JSON or XML.
void NoticeTarget(const std::string& bytes);

}  // namespace fosse::adapters::council

#endif  // FOSSE_TESTS_ADAPTERS_COUNCIL_FUZZ_TARGETS_H_
