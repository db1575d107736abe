#include "adapters/council/http_answers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/council/translate.h"

namespace fosse::adapters::council {

HttpResponse JsonAnswer(int status, std::string body) {
  return {
      .status = status,
      .headers = {{"Content-Type", status < 400 ? "application/json" : "application/problem+json"},
                  {"Cache-Control", "no-store"}},
      .body = std::move(body)};
}

HttpResponse ErrorAnswer(int status, const std::string& reason, const std::string& remedy) {
  return JsonAnswer(status, IssuesJson({{.at = "", .reason = reason, .remedy = remedy}}));
}

HttpResponse CsvAnswer(const std::string& name, std::string csv) {
  return {.status = 200,
          .headers = {{"Content-Type", "text/csv; charset=utf-8; header=present"},
                      {"Content-Disposition", absl::StrCat("attachment; filename=\"", name, "\"")},
                      {"Cache-Control", "no-store"}},
          .body = std::move(csv)};
}

}  // namespace fosse::adapters::council
