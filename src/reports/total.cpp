#include "reports/total.h"

namespace accubooks::reports {

std::string to_text(Total units, const base::Commodity& commodity) {
    return base::to_string(base::Decimal{units, commodity.scale});
}

}  // namespace accubooks::reports
