#ifndef FOSSE_ADAPTERS_PAGE_STYLE_H_
#define FOSSE_ADAPTERS_PAGE_STYLE_H_

namespace fosse::adapters::page {

// The style sheet: the colours and manners of NHS.UK, without its font and logo, which are not ours
// to use. Phones first; on paper only what is read.
extern const char kStyle[];

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_STYLE_H_
