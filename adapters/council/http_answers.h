#ifndef FOSSE_ADAPTERS_COUNCIL_HTTP_ANSWERS_H_
#define FOSSE_ADAPTERS_COUNCIL_HTTP_ANSWERS_H_

#include <string>

#include "adapters/kit/https_server.h"

// What the councils' door answers with; nothing of it may be kept on the way. Pure.
namespace fosse::adapters::council {

// JSON; Problem Details (RFC 9457) from status 400 on.
HttpResponse JsonAnswer(int status, std::string body);
// Problem Details of one fault of the request as a whole.
HttpResponse ErrorAnswer(int status, const std::string& reason, const std::string& remedy);
// A table to be saved under `name`.
HttpResponse CsvAnswer(const std::string& name, std::string csv);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_HTTP_ANSWERS_H_
