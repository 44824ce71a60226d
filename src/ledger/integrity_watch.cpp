#include "ledger/integrity_watch.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "net/bell.h"
#include "net/periodic_task.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {
namespace {

constexpr std::chrono::minutes kEvery{5};
constexpr std::chrono::hours kPatience{1};
/// After so long without a round's end nothing is known any more.
constexpr std::chrono::minutes kRoundIsGoodFor{3 * kEvery};

// After a restore, and after an act on a period, the chain ends in their link until the next entry.
constexpr pg::Statement kQuickCheck{
    .name = "ledger.quick_check",
    .text = R"sql(
select (select coalesce(sum(b.base_debit), 0) = coalesce(sum(b.base_credit), 0)
          from books.account_balance b
         where b.tenant_id = $1),
       (select l.last_number = coalesce(e.number, 0)
               and (l.head_hash = coalesce(e.chain_hash, l.head_hash)
                    or exists (select
                                 from books.ledger_epoch p
                                where p.tenant_id = $1 and p.epoch = l.epoch and p.after_number = l.last_number)
                    or exists (select
                                 from books.period_act p
                                where p.tenant_id = $1 and p.number = l.period_acts and p.after_number = l.last_number))
          from books.ledger l
          left join lateral (select j.number, j.chain_hash
                               from books.journal_entry j
                              where j.tenant_id = $1
                              order by j.number desc
                              limit 1) e on true
         where l.tenant_id = $1),
       not exists (select from books.ledger l where l.tenant_id <> $1),
       coalesce((select l.last_number from books.ledger l where l.tenant_id = $1), 0))sql",
};

std::string_view sentence_of(std::size_t check) {
    constexpr std::array<std::string_view, 3> kSentences{
        "the kept balances' debits aren't their credits",
        "the ledger doesn't end where its journal does",
        "rows of another tenant can be seen",
    };
    return kSentences.at(check);
}

/// The series of one check.
struct Series {
    telemetry::Counter violations;
    telemetry::Gauge open;
    telemetry::Gauge last_success;
};

Series series_of(telemetry::Metrics& metrics, const char* check) {
    const telemetry::Labels labels{{"check", check}};
    return {
        .violations = metrics.counter(
            "accubooks_integrity_violations_total", "Breaches found, again in each round.", labels
        ),
        .open = metrics.gauge(
            "accubooks_integrity_violations_open", "Breaches found by the last round.", labels
        ),
        .last_success = metrics.gauge(
            "accubooks_integrity_check_last_success_timestamp_seconds",
            "When the last whole round ended.",
            labels
        ),
    };
}

}  // namespace

base::Task<QuickCheck> quick_check(pg::Pool& app, base::TenantId tenant, base::Deadline deadline) {
    auto transaction =
        co_await pg::TenantTransaction::begin(app, tenant, pg::Access::read_only, deadline);
    const auto rows = co_await transaction.execute(kQuickCheck, pg::Params::of(tenant));
    QuickCheck found{.last_entry = rows[0].get<std::int64_t>(kQuickChecks.size())};
    for (std::size_t check = 0; check < kQuickChecks.size(); ++check) {
        // Null is a tenant without books.
        if (!rows[0].get<std::optional<bool>>(static_cast<int>(check)).value_or(true)) {
            found.breaches.push_back({
                .tenant = tenant,
                .check = kQuickChecks.at(check),
                .detail = fmt::format("tenant {}: {}", tenant.value, sentence_of(check)),
            });
        }
    }
    co_await transaction.commit();
    co_return found;
}

struct IntegrityWatch::State {
    Parts parts;
    std::array<Series, kQuickChecks.size()> series;
    mutable std::mutex mutex;
    std::optional<Round> last_round;            // guarded
    std::map<base::TenantId, Look> last_looks;  // guarded
    std::set<base::TenantId> looked_at;         // now, by somebody who asked; on `on`
    net::Bell look_ended;
    net::PeriodicTask looks;

    explicit State(const Parts& given)
        : parts{given},
          series{
              series_of(given.metrics, kQuickChecks[0]),
              series_of(given.metrics, kQuickChecks[1]),
              series_of(given.metrics, kQuickChecks[2]),
          },
          mutex{},
          look_ended{given.on},
          looks{{
              .on = given.on,
              .pause = kEvery,
              .work = [this] { return look(base::deadline_in(kPatience)); },
              .failed =
                  [this](const std::exception& failure) {
                      parts.log.write(
                          telemetry::Level::warning,
                          "books can't be checked",
                          {{"error", std::string_view{failure.what()}}}
                      );
                  },
          }} {}

    /// One line each, and how many there are of each check.
    void tell(
        const std::vector<Breach>& breaches, std::array<double, kQuickChecks.size()>& counts
    ) {
        for (const Breach& breach : breaches) {
            const auto at = static_cast<std::size_t>(
                std::ranges::find(kQuickChecks, breach.check) - kQuickChecks.begin()
            );
            counts.at(at) += 1;
            parts.log.write(
                telemetry::Level::error,
                "the books aren't as they must be",
                {{"check", std::string_view{breach.check}},
                 {"detail", std::string_view{breach.detail}}}
            );
        }
    }

    base::Task<Look> check(base::TenantId tenant, base::Deadline deadline) {
        // A change that is made meanwhile may not be seen.
        const base::Instant begun = parts.clock.now();
        auto found = co_await quick_check(parts.app, tenant, deadline);
        const std::lock_guard lock{mutex};
        const auto kept =
            last_looks.insert_or_assign(tenant, Look{.at = begun, .found = std::move(found)});
        co_return kept.first->second;
    }

    std::optional<Look> last_look(base::TenantId tenant) const {
        const std::lock_guard lock{mutex};
        const auto last = last_looks.find(tenant);
        const bool is_known =
            last != last_looks.end() && parts.clock.now() - last->second.at <= kRoundIsGoodFor;
        return is_known ? std::optional{last->second} : std::nullopt;
    }

    /// On `on`. Who asks for books that somebody looks at waits for what is found.
    base::Task<Look> look_at(base::TenantId tenant, base::Deadline deadline) {
        while (looked_at.contains(tenant)) {
            if (base::Deadline::clock::now() >= deadline) {
                co_return co_await check(tenant, deadline);  // which says so
            }
            co_await look_ended.wait(deadline);
        }
        if (auto last = last_look(tenant)) {
            co_return *std::move(last);
        }
        looked_at.insert(tenant);
        const auto end = [this, tenant] {
            looked_at.erase(tenant);
            look_ended.ring();
        };
        std::optional<Look> look;
        try {
            look = co_await check(tenant, deadline);
        } catch (...) {
            end();
            throw;
        }
        end();
        co_return *std::move(look);
    }

    void keep(const Round& round) {
        const std::lock_guard lock{mutex};
        last_round = round;
    }

    base::Task<void> look(base::Deadline deadline) {
        std::array<double, kQuickChecks.size()> counts{};
        std::vector<Breach> all;
        const std::vector<base::TenantId> known = co_await parts.directory.all_tenants(deadline);
        for (const base::TenantId tenant : known) {
            if (looks.is_stopping()) {
                co_return;
            }
            const Look seen = co_await check(tenant, deadline);
            tell(seen.found.breaches, counts);
            for (const Breach& breach : seen.found.breaches) {
                if (all.size() < kBreachesMax) {
                    all.push_back(breach);
                }
            }
        }
        const auto now = static_cast<double>(parts.clock.now().unix_micros()) / 1e6;
        for (std::size_t check = 0; check < kQuickChecks.size(); ++check) {
            const Series& one = series.at(check);
            one.violations.add(counts.at(check));
            one.open.set(counts.at(check));
            one.last_success.set(now);
        }
        keep({
            .at = std::chrono::steady_clock::now(),
            .of_books = static_cast<std::uint64_t>(counts[0] + counts[1]),
            .of_isolation = static_cast<std::uint64_t>(counts[2]),
        });
        if (!all.empty()) {
            co_await parts.found(std::move(all), deadline);
        }
    }
};

IntegrityWatch::IntegrityWatch(const Parts& parts) : state_{std::make_shared<State>(parts)} {}

IntegrityWatch::~IntegrityWatch() = default;

void IntegrityWatch::start() {
    state_->looks.start();
}

void IntegrityWatch::stop() {
    state_->looks.stop();
}

std::optional<IntegrityWatch::Round> IntegrityWatch::last_round() const {
    const std::lock_guard lock{state_->mutex};
    const auto& last = state_->last_round;
    const auto now = std::chrono::steady_clock::now();
    return last && now - last->at <= kRoundIsGoodFor ? last : std::nullopt;
}

std::optional<IntegrityWatch::Look> IntegrityWatch::last_look(base::TenantId tenant) const {
    return state_->last_look(tenant);
}

base::Task<IntegrityWatch::Look> IntegrityWatch::look_at(
    base::TenantId tenant, base::Deadline deadline
) {
    if (auto last = last_look(tenant)) {
        co_return *std::move(last);
    }
    co_return co_await boost::asio::co_spawn(
        state_->parts.on, state_->look_at(tenant, deadline), boost::asio::use_awaitable
    );
}

base::Task<void> IntegrityWatch::look(base::Deadline deadline) {
    return state_->look(deadline);
}

}  // namespace accubooks::ledger
