#include "reports/scope.h"

#include <gtest/gtest.h>

namespace accubooks::reports {
namespace {

TEST(Scope, IsSaidInAHeadingAndInJson) {
    const Scope scope{.tags = {{"a", "1"}, {"b", "\"2\""}}, .closing = Closing::include};
    EXPECT_EQ(to_string(scope), "with closing entries, with a=1, with b=\"2\"");
    EXPECT_EQ(to_string(Scope{}), "without closing entries");
}

}  // namespace
}  // namespace accubooks::reports
