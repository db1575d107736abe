#ifndef FOSSE_TESTS_ADAPTERS_COMMUNITY_FUZZ_TARGETS_H_
#define FOSSE_TESTS_ADAPTERS_COMMUNITY_FUZZ_TARGETS_H_

#include <string>

// What must hold for any bytes whatever; each ends the program where it does not. The tests run
// them over seeds and published messages, libFuzzer (fuzz_entry.cc) over what it thinks of.
namespace fosse::adapters::community {

// Read, asked for every part, written again as it was, answered.
void ReaderTarget(const std::string& bytes);
// Taken from frames, however the stream is cut: the first byte says where.
void FramerTarget(const std::string& bytes);
// Made into an Envelope that keeps the terms, or refused with a place, under each site profile.
void MapperTarget(const std::string& bytes);

}  // namespace fosse::adapters::community

#endif  // FOSSE_TESTS_ADAPTERS_COMMUNITY_FUZZ_TARGETS_H_
