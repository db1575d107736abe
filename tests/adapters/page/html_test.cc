#include "adapters/page/html.h"

#include "gtest/gtest.h"

namespace fosse::adapters::page {
namespace {

TEST(HtmlTest, TextNeverBecomesMarkUp) {
  EXPECT_EQ(Element("p", "<script>&'\"").text(), "<p>&lt;script&gt;&amp;&#39;&quot;</p>");
  EXPECT_EQ(Element("a", {{"href", "\"><b>"}}, Text("x")).text(),
            "<a href=\"&quot;&gt;&lt;b&gt;\">x</a>");
}

}  // namespace
}  // namespace fosse::adapters::page
