#pragma once

#include <string>

#include "base/decimal.h"
#include "base/money.h"

namespace accubooks::reports {

/// Units of a commodity, summed. Each kept month fits 64 bits, a sum of months and accounts
/// needn't: money that goes back and forth makes turnover without bound. 120 000 months, 200 000
/// accounts and 20 000 commodities, as many as books have, stay below 2^113.
using Total = base::Decimal::Mantissa;

/// Plain digits with those of the commodity after the point: "-12.50".
std::string to_text(Total units, const base::Commodity& commodity);

}  // namespace accubooks::reports
