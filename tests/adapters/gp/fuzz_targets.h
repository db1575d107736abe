#ifndef FOSSE_TESTS_ADAPTERS_GP_FUZZ_TARGETS_H_
#define FOSSE_TESTS_ADAPTERS_GP_FUZZ_TARGETS_H_

#include <string>

// What must hold for any bytes whatever at the entries of the practices' adapter; each ends the
// program where it does not. The tests run them over seeds and published files, libFuzzer
// (fuzz_entry.cc) over what it thinks of.
namespace fosse::adapters::gp {

// A message Bundle, or a resource by itself: an Envelope that keeps the terms, or located issues.
void MessageTarget(const std::string& bytes);
// An ITK3 answer: a verdict with a code, or located issues.
void AnswerTarget(const std::string& bytes);
// A chunk of a MESH message, and its range: no more than the limit.
void ChunkTarget(const std::string& bytes);
// What is sought, as a query.
void QueryTarget(const std::string& bytes);

}  // namespace fosse::adapters::gp

#endif  // FOSSE_TESTS_ADAPTERS_GP_FUZZ_TARGETS_H_
