#include "telemetry/route_class.h"

#include <gtest/gtest.h>

namespace accubooks::telemetry {
namespace {

TEST(RouteClass, IsTheKindOfWork) {
    struct Case {
        std::string_view method;
        std::string_view route;
        RouteClass is;
    };
    using enum RouteClass;
    const Case cases[] = {
        {"POST", "/api/v1/session", sign_in},
        {"GET", "/api/v1/me/keys", sign_in},
        {"POST", "/api/v1/invitations/acceptance", sign_in},
        {"GET", "/api/v1/tenants/{tenant_id}", read},
        {"HEAD", "/api/v1/tenants/{tenant_id}/accounts/{account_id}", read},
        {"POST", "/api/v1/tenants/{tenant_id}/journal-entries", write},
        {"POST", "/api/v1/tenants/{tenant_id}/journal-entries:batch", write},
        {"DELETE", "/api/v1/tenants/{tenant_id}/drafts/{draft_id}", write},
        {"GET", "/api/v1/tenants/{tenant_id}/reports/balance-sheet", report},
        {"POST", "/api/v1/tenants/{tenant_id}/imports:preview", transfer},
        {"GET", "/api/v1/tenants/{tenant_id}/export", transfer},
        {"GET", "/api/v1/tenants/{tenant_id}/audit/export", transfer},
        {"GET", "/api/v1/tenants/{tenant_id}/audit", read},
        {"GET", "/api/v1/launch/events", control},
        {"GET", "/api/v1/ops", control},
        {"GET", "/api/v1/ops/events", control},
        {"GET", "web client", web},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.route);
        EXPECT_EQ(to_string(route_class_of(c.method, c.route)), to_string(c.is));
    }
}

TEST(RouteClass, FilesOfTheWebClientAndControlAreNotJudged) {
    for (std::size_t i = 0; i < kRouteClasses; ++i) {
        const auto one = static_cast<RouteClass>(i);
        EXPECT_EQ(is_judged(one), one != RouteClass::web && one != RouteClass::control)
            << to_string(one);
    }
}

}  // namespace
}  // namespace accubooks::telemetry
