#include "reports/general_ledger.h"

#include <algorithm>

namespace accubooks::reports {

bool AccountLedger::leads_to_closing() const {
    const bool is_still = lines.empty();
    return (is_still ? account.opening : lines.back().balance) == account.closing &&
           (is_still ? account.base_opening : lines.back().base_balance) == account.base_closing;
}

bool GeneralLedger::balanced() const {
    return (is_of_one_account || totals.balanced()) &&
           std::ranges::all_of(accounts, &AccountLedger::leads_to_closing);
}

}  // namespace accubooks::reports
