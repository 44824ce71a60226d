#include "ledger/account.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::ledger {
namespace {

constexpr std::array<std::string_view, 5> kTypeNames = {
    "asset", "liability", "equity", "revenue", "expense"
};
constexpr std::size_t kCodeLengthMax = 100;
constexpr std::size_t kNameLengthMax = 200;

bool has_blank_edge(std::string_view text) {
    return text.starts_with(' ') || text.ends_with(' ');
}

void check_name(const std::string& name, std::vector<base::FieldError>& wrong) {
    if (!base::is_plain_text(name) || name.empty() || base::characters_in(name) > kNameLengthMax) {
        wrong.push_back({"/name", "1 to 200 characters of plain text"});
    }
}

void check_subtype(
    const std::string& subtype, AccountType type, std::vector<base::FieldError>& wrong
) {
    const auto& subtypes = subtypes_of(type);
    if (!subtype.empty() && std::ranges::find(subtypes, subtype) == subtypes.end()) {
        wrong.push_back(
            {"/subtype",
             fmt::format("of type {} it is one of: {}", to_string(type), fmt::join(subtypes, ", "))}
        );
    }
}

base::Result<void> refuse_breaches(std::string detail, std::vector<base::FieldError> wrong) {
    if (wrong.empty()) {
        return {};
    }
    return base::refuse(
        base::ErrorKind::invalid, "ledger.bad_account", std::move(detail), std::move(wrong)
    );
}

}  // namespace

std::string_view to_string(AccountType type) {
    return kTypeNames[static_cast<std::size_t>(type)];
}

base::Result<AccountType> parse_account_type(std::string_view text) {
    const auto found = std::ranges::find(kTypeNames, text);
    if (found == kTypeNames.end()) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.bad_account_type",
            fmt::format("'{}' is no account type; give {}.", text, fmt::join(kTypeNames, ", "))
        );
    }
    return static_cast<AccountType>(found - kTypeNames.begin());
}

const std::vector<std::string_view>& subtypes_of(AccountType type) {
    static const std::array<std::vector<std::string_view>, 5> subtypes = {{
        {"cash",
         "bank",
         "clearing",
         "suspense",
         "receivable",
         "inventory",
         "prepaid",
         "input_tax",
         "fixed",
         "accum_depreciation",
         "other"},
        {"payable",
         "card",
         "suspense",
         "output_tax",
         "tax_deferred",
         "payroll",
         "accrued",
         "deferred_income",
         "customer_deposits",
         "loan",
         "other"},
        {"capital", "drawings", "retained", "opening_balance", "other"},
        {"sales", "discount_given", "other", "fx_gain"},
        {"cogs",
         "operating",
         "payroll",
         "depreciation",
         "interest",
         "bad_debt",
         "fx_loss",
         "rounding",
         "other"},
    }};
    return subtypes[static_cast<std::size_t>(type)];
}

bool holds_one_commodity(std::string_view subtype) {
    return subtype == "bank" || subtype == "cash" || subtype == "card";
}

base::Result<void> check(const NewAccount& account) {
    std::vector<base::FieldError> wrong;
    if (!base::is_plain_text(account.code) || account.code.empty() ||
        base::characters_in(account.code) > kCodeLengthMax || has_blank_edge(account.code)) {
        wrong.push_back({"/code", "1 to 100 characters of plain text without blanks around it"});
    }
    check_name(account.name, wrong);
    for (const auto& [pointer, text] :
         {std::pair{"/parent_code", &account.parent_code},
          std::pair{"/commodity", &account.commodity}}) {
        if (*text && !base::is_plain_text(**text)) {
            wrong.push_back({pointer, "plain text"});
        }
    }
    check_subtype(account.subtype, account.type, wrong);
    return refuse_breaches("The account was not made; correct the named fields.", std::move(wrong));
}

base::Result<void> check(const AccountChange& change, const Account& account) {
    std::vector<base::FieldError> wrong;
    if (change.name) {
        check_name(*change.name, wrong);
    }
    if (change.subtype) {
        check_subtype(*change.subtype, account.type, wrong);
        const bool is_new = *change.subtype != account.subtype;
        if (is_new && holds_one_commodity(*change.subtype) && !account.commodity &&
            !account.imported) {
            wrong.push_back({"/subtype", "of an account for any commodity not bank, cash or card"});
        }
    }
    return refuse_breaches(
        "The account was not changed; correct the named fields.", std::move(wrong)
    );
}

}  // namespace accubooks::ledger
