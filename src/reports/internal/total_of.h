#pragma once

#include <string_view>

#include "base/decimal.h"
#include "base/error.h"
#include "pg/value.h"
#include "reports/total.h"

namespace accubooks::reports {

/// A column that is a sum of units, as text.
inline Total total_of(const pg::Row& from, int column) {
    const auto total = base::Decimal::parse(from.get<std::string_view>(column));
    base::ensure(total && total->places() == 0, "a sum of whole units is whole and below 2^113");
    return total->mantissa();
}

}  // namespace accubooks::reports
