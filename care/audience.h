#ifndef FOSSE_CARE_AUDIENCE_H_
#define FOSSE_CARE_AUDIENCE_H_

#include <string>
#include <vector>

#include "care/reading.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/terms.pb.h"

namespace fosse::care {

// Whether `reader` belongs to `audience`: the table of reading.h.
bool Belongs(const Reader& reader, v1::Audience audience);

// A message as a recipient gets it: without its native bytes and trace context, cut to the
// recipient's audience; a specific competency's person, and the subject before the board, are taken
// out. Adds the paths taken out.
v1::Envelope MessageFor(const Reader& recipient, const v1::Envelope& envelope,
                        std::vector<std::string>& removed_paths);

// Whether `reader` goes to the person or treats them: of one whose location is restricted, nobody
// else sees where they are, or by what practice they could be found.
bool MaySeePlace(const Reader& reader);
// Takes the place out of a message about such a person. An address leaves to nobody: those who go
// there have it from elsewhere.
void ShieldPlace(const Reader& reader, v1::Envelope& message,
                 std::vector<std::string>& removed_paths);

}  // namespace fosse::care

#endif  // FOSSE_CARE_AUDIENCE_H_
