#ifndef FOSSE_ADAPTERS_PAGE_HTML_H_
#define FOSSE_ADAPTERS_PAGE_HTML_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

// HTML that is made of elements, so that no text can become mark-up. Everything is pure.
namespace fosse::adapters::page {

// Mark-up, ready to be sent. Only the functions here make it from text.
class Html {
 public:
  Html() = default;
  const std::string& text() const { return text_; }
  Html& Add(const Html& more) {
    text_ += more.text_;
    return *this;
  }

 private:
  explicit Html(std::string text) : text_(std::move(text)) {}
  std::string text_;
  friend Html Text(absl::string_view);
  friend Html Element(absl::string_view, const std::vector<std::pair<std::string, std::string>>&,
                      const Html&);
  friend Html Document(absl::string_view, const Html&);
};

using Attributes = std::vector<std::pair<std::string, std::string>>;

Html Text(absl::string_view text);
// An element; `name` and attribute names are literals of ours. br, hr, input, link, meta have no
// end.
Html Element(absl::string_view name, const Attributes& attributes, const Html& content = {});
Html Element(absl::string_view name, absl::string_view text);
// A whole page with title and body.
Html Document(absl::string_view title, const Html& body);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_HTML_H_
