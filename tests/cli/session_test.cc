#include "cli/session.h"

#include <limits>
#include <sstream>
#include <string>

#include "fosse/v1/audit.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Printed {
  std::string out;
  std::string err;
};

Printed AsJson(const google::protobuf::Message& message) {
  const Settings settings;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Session(settings, in, out, err).PrintJson(message);
  return {out.str(), err.str()};
}

v1::GetTraceResponse TraceAt(int64_t seconds, int32_t nanos) {
  v1::GetTraceResponse trace;
  v1::EntryView& entry = *trace.add_entries();
  entry.mutable_leaf()->mutable_committed_at()->set_seconds(seconds);
  entry.mutable_leaf()->mutable_committed_at()->set_nanos(nanos);
  v1::Delegation& delegation = *entry.mutable_detail()->add_changes()->mutable_delegation();
  delegation.set_delegation_id("D-1");
  delegation.mutable_next_action_at()->set_seconds(seconds);
  return trace;
}

// A gateway, or a store of before, may hold times that no calendar has: they are shown, and the
// program goes on.
TEST(SessionTest, NoTimeAtAllStopsThePrinting) {
  Shows({"aud-03"});
  const Printed usual = AsJson(TraceAt(1664787600, 0));
  EXPECT_THAT(usual.out, HasSubstr("2022-10-03T09:00:00Z"));
  EXPECT_THAT(usual.err, IsEmpty());
  struct Case {
    int64_t seconds;
    int32_t nanos;
    const char* shown;
  };
  for (const Case& c : {Case{253402300800, 0, "9999-12-31T23:59:59"},
                        Case{std::numeric_limits<int64_t>::max(), 5, "9999-12-31T23:59:59"},
                        Case{std::numeric_limits<int64_t>::min(), 5, "0001-01-01T00:00:00Z"},
                        Case{1664787600, -1, "2022-10-03T09:00:00Z"},
                        Case{1664787600, 1000000000, "2022-10-03T09:00:00.999999999Z"}}) {
    const Printed printed = AsJson(TraceAt(c.seconds, c.nanos));
    EXPECT_THAT(printed.out, HasSubstr(c.shown)) << c.seconds;
    EXPECT_THAT(printed.out, HasSubstr("D-1"));
    EXPECT_THAT(printed.err, HasSubstr("outside the years 1 to 9999"));
  }
}

}  // namespace
}  // namespace fosse::cli
