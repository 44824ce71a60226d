#include "app/demo.h"

#include <fstream>
#include <unordered_map>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "app/demo_books.h"
#include "base/ids.h"
#include "ledger/account_store.h"
#include "ledger/chart.h"
#include "pg/author.h"

namespace accubooks::app {
namespace {

constexpr const char* kName = "Lantern Coffee Roasters (demo)";
constexpr const char* kEmail = "demo@accubooks.test";
constexpr const char* kActor = "demo";
constexpr const char* kCurrency = "USD";
constexpr std::size_t kEntriesPerBatch = 500;
constexpr std::uint64_t kSeed = 20240601;

base::Deadline deadline() {
    return base::deadline_in(std::chrono::minutes{2});
}

/// Ids by account code; the chart is made when the books have no accounts yet.
base::Task<base::Result<std::unordered_map<std::string, base::AccountId>>> demo_accounts(
    DemoParts parts, base::TenantId tenant
) {
    auto transaction = co_await pg::TenantTransaction::begin(
        parts.app, tenant, pg::Access::read_write, deadline()
    );
    co_await pg::act_as(transaction, {.actor = kActor});
    auto chart = ledger::chart_named("us", kCurrency);
    base::ensure(chart.has_value(), "there is a US chart");
    AB_CO_TRY(made, co_await ledger::insert_chart(transaction, *std::move(chart)));
    const std::vector<ledger::Account> accounts =
        made ? *std::move(made) : co_await ledger::all_accounts(transaction);
    co_await transaction.commit();
    std::unordered_map<std::string, base::AccountId> ids;
    for (const ledger::Account& account : accounts) {
        ids.emplace(account.code, account.id);
    }
    co_return ids;
}

ledger::Draft draft_of(
    const DemoEntry& entry, const std::unordered_map<std::string, base::AccountId>& accounts
) {
    ledger::Draft draft{
        .date = entry.date,
        .description = entry.description,
        .reference = entry.reference,
        .lines = {},
    };
    for (const DemoLine& line : entry.lines) {
        if (line.cents == 0) {
            continue;
        }
        draft.lines.push_back({
            .account = accounts.at(line.account_code),
            .amount = base::Decimal{line.cents, 2},
            .commodity = line.currency,
            .base_amount = line.currency == kCurrency
                               ? std::nullopt
                               : std::optional{base::Decimal{line.base_cents, 2}},
        });
    }
    return draft;
}

/// The year that ended with the last whole month, so that a demo always looks like today's.
base::Date first_day_of_demo(base::Instant now) {
    const auto days =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::microseconds>{
            std::chrono::microseconds{now.unix_micros()}
        });
    const std::chrono::year_month_day today{days};
    const auto first = today.year() / today.month() / std::chrono::day{1} - std::chrono::years{1};
    return base::Date::from_unix_days(
        static_cast<std::int32_t>(std::chrono::sys_days{first}.time_since_epoch().count())
    );
}

/// False when the program was told to stop before the end.
base::Task<base::Result<bool>> post_year(DemoParts parts, base::TenantId tenant) {
    AB_CO_TRY(accounts, co_await demo_accounts(parts, tenant));
    const auto year = demo_year(first_day_of_demo(parts.clock.now()), kSeed);
    for (std::size_t first = 0; first < year.size(); first += kEntriesPerBatch) {
        if (parts.is_stopping()) {
            co_return false;
        }
        std::vector<base::Result<ledger::Draft>> drafts;
        for (std::size_t at = first; at < std::min(first + kEntriesPerBatch, year.size()); ++at) {
            drafts.emplace_back(draft_of(year[at], accounts));
        }
        const std::string key = fmt::format("demo-{}", first);
        const ledger::Journal::Request request{
            .tenant = tenant,
            .idempotency_key = key,
            .actor = kActor,
            .deadline = deadline(),
        };
        const base::Digest content = base::sha256(key);
        AB_CO_CHECK(co_await parts.journal.claim_batch(request, content));
        const auto results = co_await parts.journal.post_batch(request, std::move(drafts), content);
        for (const auto& result : results) {
            if (!result) {
                co_return std::unexpected(result.error());
            }
        }
    }
    co_return true;
}

base::Result<bool> keep_sign_in(const std::filesystem::path& file, const DemoSignIn& sign_in) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const std::string text = sign_in.email + '\n' + sign_in.password + '\n';
    const bool written = descriptor >= 0 && ::write(descriptor, text.data(), text.size()) ==
                                                static_cast<ssize_t>(text.size());
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!written) {
        return base::refuse(
            base::ErrorKind::invalid,
            "app.cannot_write",
            fmt::format("{} can't be written.", file.string())
        );
    }
    return true;
}

std::optional<DemoSignIn> read_sign_in(const std::filesystem::path& file) {
    std::ifstream input{file};
    DemoSignIn sign_in;
    if (std::getline(input, sign_in.email) && std::getline(input, sign_in.password)) {
        return sign_in;
    }
    return std::nullopt;
}

}  // namespace

std::string generated_password() {
    constexpr std::string_view kLetters =
        "abcdefghjkmnpqrstuvwxyz23456789";  // none that look alike
    constexpr std::size_t kLength = 23;     // four groups of five
    const base::RandomBytes random = base::system_random();
    std::string password;
    while (password.size() < kLength) {
        std::uint8_t byte = 0;
        random({&byte, 1});
        if (byte >= 256 / kLetters.size() * kLetters.size()) {
            continue;  // the remainder would favour the first letters
        }
        if (password.size() % 6 == 5) {
            password += '-';
        }
        password += kLetters[byte % kLetters.size()];
    }
    return password;
}

base::Task<base::Result<std::optional<DemoSignIn>>> make_demo(
    DemoParts parts, std::optional<std::filesystem::path> sign_in_file
) {
    const auto known_user = co_await parts.directory.find_user(kEmail, deadline());
    auto tenant = co_await parts.directory.find_tenant(kName, deadline());
    // The user is made after the books: with both there, the books are whole.
    if (!known_user || !tenant) {
        if (!tenant) {
            AB_CO_TRY(
                made,
                co_await parts.directory.create_tenant(
                    {.name = kName, .currency = kCurrency, .actor = kActor}, deadline()
                )
            );
            tenant = made;
        }
        AB_CO_TRY(is_whole, co_await post_year(parts, *tenant));
        if (!is_whole) {
            co_return std::nullopt;
        }
    }
    base::Uuid user{};
    std::optional<DemoSignIn> sign_in;
    if (known_user) {
        user = *known_user;
        sign_in = sign_in_file ? read_sign_in(*sign_in_file) : std::nullopt;
    } else {
        sign_in = {.email = kEmail, .password = generated_password()};
        if (sign_in_file) {
            AB_CO_TRY(kept, keep_sign_in(*sign_in_file, *sign_in));
        }
        AB_CO_TRY(
            made,
            co_await parts.directory.create_user(
                {.email = kEmail, .name = "Demo owner", .password = sign_in->password}, deadline()
            )
        );
        user = made;
    }
    // Each time: an earlier start may have ended between the two.
    AB_CO_CHECK(co_await parts.directory.add_member(
        user, *tenant, identity::Role::owner, deadline(), kActor
    ));
    co_return sign_in;
}

}  // namespace accubooks::app
