#pragma once

#include "reports/comparison.h"
#include "reports/date_range.h"
#include "reports/scope.h"

namespace accubooks::reports {

/// What a report is asked for, the same for each of them.
struct ReportQuery {
    DateRange range{};
    Comparison comparison{};
    Scope scope{};
};

}  // namespace accubooks::reports
