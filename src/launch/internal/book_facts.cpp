#include "launch/internal/book_facts.h"

#include <chrono>

#include <fmt/format.h>

#include "launch/internal/instance_address.h"
#include "launch/internal/load_settings.h"
#include "ledger/verification.h"
#include "ops/load_traffic.h"
#include "pg/tenant_transaction.h"
#include "reports/trial_balance.h"

namespace accubooks::launch {
namespace {

using base::Task;

constexpr std::chrono::seconds kAnswerWithin{5};

// Of rows that only the other tenant may see; and of one's own, or the look would prove nothing.
constexpr pg::Statement kRowsSeen{
    .name = "launch.rows_seen",
    .text = R"sql(
select count(*) filter (where tenant_id = $1), count(*) filter (where tenant_id <> $1)
  from (select tenant_id from books.account
        union all
        select tenant_id from books.ledger) rows)sql",
};

Reading count_of(std::int64_t violations, std::int64_t samples) {
    return {.kind = ReadingKind::value, .value = violations, .samples = samples};
}

Reading nothing_to_look_at() {
    return {.kind = ReadingKind::no_data, .why = "The tenants to look at aren't open yet."};
}

Task<Reading> trial_balances(
    pg::Pool& app, std::vector<base::TenantId> tenants, base::Deadline deadline
) {
    std::int64_t violations = 0;
    for (const base::TenantId tenant : tenants) {
        const auto balance = co_await reports::trial_balance(app, tenant, {}, deadline);
        if (!balance) {
            co_return provider_error(balance.error().detail);
        }
        violations += balance->balanced() ? 0 : 1;
    }
    co_return count_of(violations, static_cast<std::int64_t>(tenants.size()));
}

Task<Reading> integrity(
    pg::Pool& app, std::vector<base::TenantId> tenants, base::Deadline deadline
) {
    std::int64_t violations = 0;
    std::uint64_t entries = 0;
    for (const base::TenantId tenant : tenants) {
        const ledger::Verification found =
            co_await ledger::verify(app, tenant, [](std::uint64_t, std::uint64_t) {}, deadline);
        violations += static_cast<std::int64_t>(found.breaches);
        entries += found.entries;
    }
    co_return entries == 0 ? nothing_to_look_at()
                           : count_of(violations, static_cast<std::int64_t>(entries));
}

Task<Reading> isolation_of_rows(pg::Pool& app, base::TenantId tenant, base::Deadline deadline) {
    auto transaction =
        co_await pg::TenantTransaction::begin(app, tenant, pg::Access::read_only, deadline);
    const auto rows = co_await transaction.execute(kRowsSeen, pg::Params::of(tenant));
    const auto own = rows[0].get<std::int64_t>(0);
    const auto foreign = rows[0].get<std::int64_t>(1);
    co_await transaction.commit();
    co_return own == 0 ? nothing_to_look_at() : count_of(foreign, own);
}

/// Asks an instance for one tenant's books with the other one's token.
Task<Reading> isolation_of_answers(
    const Observing& observing,
    const ops::Boot& boot,
    std::string token,
    base::TenantId other,
    base::Deadline deadline
) {
    const auto origin = origin_of(boot.who.api_address);
    if (!origin) {
        co_return provider_error(fmt::format("{} has no address.", boot.who.instance));
    }
    net::HttpClient client{observing.parts.on, *origin};
    const ops::LoadBooks caller{.token = std::move(token), .tenant = other.value, .currency = {}};
    net::ClientRequest request =
        ops::LoadTraffic::get(caller, fmt::format("/api/v1/tenants/{}/commodities", other.value));
    std::string why;
    try {
        const auto answer = co_await client.send(
            std::move(request), std::min(deadline, base::deadline_in(kAnswerWithin))
        );
        if (answer.status == 403 || answer.status == 404) {
            co_return count_of(0, 1);
        }
        if (answer.status < 300) {
            co_return count_of(1, 1);
        }
        why = fmt::format("{} answers {}.", boot.who.instance, answer.status);
    } catch (const net::ClientFailure& failure) {
        why = fmt::format("{}: {}.", boot.who.instance, failure.what());
    }
    co_return provider_error(std::move(why));
}

/// Violations add up; what wasn't seen leaves no value, unless there is a violation already.
void add(Reading& sum, const Reading& part) {
    if (sum.has_value() && part.has_value()) {
        sum.value += part.value;
        sum.samples += part.samples;
        return;
    }
    const bool hides_violation = !part.has_value() && sum.has_value() && sum.value > 0;
    const bool fills_gap = part.has_value() && part.value == 0;
    if (!hides_violation && !fills_gap) {
        sum = part;
    }
}

Task<Reading> isolation(const Observing& observing, base::Deadline deadline) {
    const SyntheticTenant one = *observing.load_tenant;
    const SyntheticTenant other = *observing.canary;
    Reading sum = count_of(0, 0);
    add(sum, co_await isolation_of_rows(observing.parts.app, one.id, deadline));
    add(sum, co_await isolation_of_rows(observing.parts.app, other.id, deadline));
    const auto boots = observing.boots;
    for (const std::string& instance : observing.observed.instances) {
        const auto boot = boots.find(instance);
        if (boot == boots.end()) {
            add(sum, provider_error(fmt::format("{} isn't live.", instance)));
            continue;
        }
        const ops::Boot& asked = boot->second;
        add(sum, co_await isolation_of_answers(observing, asked, one.token, other.id, deadline));
        add(sum, co_await isolation_of_answers(observing, asked, other.token, one.id, deadline));
    }
    co_return sum;
}

/// A database that fails is a reading too.
Task<Reading> or_failure(Task<Reading> look) {
    try {
        co_return co_await std::move(look);
    } catch (const pg::Failure& failure) {
        co_return provider_error(failure.what());
    }
}

}  // namespace

Task<void> look_at_books(Observing& observing, base::Deadline deadline) {
    if (!observing.load_tenant || !observing.canary || !observing.is_canary_filled) {
        for (const char* metric :
             {"trial_balance_violations", "integrity_violations", "isolation_violations"}) {
            observing.fact(metric, nothing_to_look_at());
        }
        co_return;
    }
    const std::vector<base::TenantId> both{observing.load_tenant->id, observing.canary->id};
    pg::Pool& app = observing.parts.app;
    observing.fact(
        "trial_balance_violations", co_await or_failure(trial_balances(app, both, deadline))
    );
    // The canary's books stay small; those of the load grow with every execution, and their trial
    // balance and each answer about them are checked as it is.
    observing.fact(
        "integrity_violations",
        co_await or_failure(integrity(app, {observing.canary->id}, deadline))
    );
    observing.fact("isolation_violations", co_await or_failure(isolation(observing, deadline)));
}

Task<bool> fill_canary(Observing& observing) {
    const auto boots = observing.boots;
    for (const auto& [instance, boot] : boots) {
        const auto origin = origin_of(boot.who.api_address);
        if (!origin) {
            continue;
        }
        ops::Load load{
            observing.parts.on,
            load_settings(observing.plan(), *origin, observing.canary->token),
            observing.parts.clock,
            observing.parts.random
        };
        const auto prepared = co_await load.prepare();
        if (prepared) {
            co_return true;
        }
    }
    co_return false;
}

}  // namespace accubooks::launch
