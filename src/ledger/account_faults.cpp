#include "ledger/account_faults.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kAccountStandings{
    .name = "ledger.account_standings",
    .text = R"sql(
select a.account_id, a.commodity, a.active,
       not a.imported and exists (select from books.account b where b.tenant_id = $1 and b.parent_id = a.account_id)
  from books.account a
 where a.tenant_id = $1
   and a.account_id = any($2))sql",
};

/// Why a line with this account is refused; none where it isn't for this reason.
using Judge = std::optional<std::string> (*)(const DraftLine&, const AccountStanding&);

std::optional<std::string> inactive(const DraftLine& /*line*/, const AccountStanding& account) {
    return account.active ? std::nullopt
                          : std::optional<std::string>{"an account that isn't active any more"};
}

std::optional<std::string> above_others(const DraftLine& /*line*/, const AccountStanding& account) {
    return account.is_above_others
               ? std::optional<std::string>{"an account with accounts below it; post to one of them"
                 }
               : std::nullopt;
}

std::optional<std::string> of_other_commodity(
    const DraftLine& line, const AccountStanding& account
) {
    return account.commodity && *account.commodity != line.commodity
               ? std::optional{fmt::format("the account holds {} alone", *account.commodity)}
               : std::nullopt;
}

struct Fault {
    std::string_view code;
    std::string_view member;
    Judge judge;
};

constexpr std::array kFaults{
    Fault{"ledger.account_inactive", "account_id", inactive},
    Fault{"ledger.parent_account", "account_id", above_others},
    Fault{"ledger.wrong_commodity", "currency", of_other_commodity},
};

}  // namespace

base::Task<AccountStandings> account_standings(
    pg::TenantTransaction& transaction, std::vector<base::AccountId> ids
) {
    std::vector<std::int64_t> values(ids.size());
    std::ranges::transform(ids, values.begin(), &base::AccountId::value);
    const auto rows = co_await transaction.execute(
        kAccountStandings, pg::Params::of(transaction.tenant(), values)
    );
    AccountStandings found;
    for (int at = 0; at < rows.size(); ++at) {
        found.emplace(
            base::AccountId{rows[at].get<std::int64_t>(0)},
            AccountStanding{
                .commodity = rows[at].get<std::optional<std::string>>(1),
                .active = rows[at].get<bool>(2),
                .is_above_others = rows[at].get<bool>(3),
            }
        );
    }
    co_return found;
}

bool is_for_an_account(std::string_view code) {
    return std::ranges::find(kFaults, code, &Fault::code) != kFaults.end();
}

std::vector<base::FieldError> lines_at_fault(
    std::string_view code, const Draft& draft, const AccountStandings& accounts
) {
    const auto* const fault = std::ranges::find(kFaults, code, &Fault::code);
    std::vector<base::FieldError> wrong;
    for (std::size_t at = 0; fault != kFaults.end() && at < draft.lines.size(); ++at) {
        const DraftLine& line = draft.lines[at];
        const auto found = accounts.find(line.account);
        auto why = found == accounts.end() ? std::nullopt : fault->judge(line, found->second);
        if (why) {
            wrong.push_back(
                {.pointer = fmt::format("/lines/{}/{}", at, fault->member),
                 .detail = std::move(*why)}
            );
        }
    }
    return wrong;
}

}  // namespace accubooks::ledger
