#include "ledger/anchor.h"

#include <atomic>
#include <future>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::hours kEvery{1};
constexpr std::chrono::minutes kLook{1};
constexpr std::chrono::minutes kPatience{5};

constexpr pg::Statement kBegin{.name = "ledger.begin_anchor", .text = "begin"};

constexpr pg::Statement kTenants{
    .name = "ledger.tenants_to_anchor",
    .text = "select tenant_id from platform.tenant order by tenant_id",
};

constexpr pg::Statement kHead{
    .name = "ledger.head_to_anchor",
    .text = "select last_number, head_hash from books.ledger where tenant_id = $1",
};

// The newest of them stands near the end.
constexpr pg::Statement kLastAnchored{
    .name = "ledger.last_anchored",
    .text = R"sql(
select recorded_at
  from audit.act
 where action = $1
 order by number desc
 limit 1)sql",
};

std::string payload_of(const std::vector<LedgerHead>& heads, std::string_view why) {
    boost::json::object payload{{"tenants", heads.size()}, {"why", why}};
    if (heads.size() <= kHeadsListed) {
        boost::json::array list;
        for (const LedgerHead& head : heads) {
            list.push_back(boost::json::object{
                {"tenant_id", head.tenant.value},
                {"number", head.number},
                {"head", base::to_hex(head.hash)},
            });
        }
        payload["heads"] = std::move(list);
    }
    auto text = base::canonical_json(payload);
    base::ensure(text.has_value(), "numbers of entries are below 2^53, and reasons plain text");
    return *std::move(text);
}

}  // namespace

base::Digest digest_of(std::span<const LedgerHead> heads) {
    base::Sha256 digest;
    for (const LedgerHead& head : heads) {
        digest.update(
            fmt::format("{} {} {}\n", head.tenant.value, head.number, base::to_hex(head.hash))
        );
    }
    return digest.finish();
}

struct HeadAnchor::State {
    Parts parts;
    asio::steady_timer timer;
    std::atomic<bool> stopping = false;
    std::future<void> running;

    base::Task<std::vector<base::TenantId>> tenants(base::Deadline deadline) {
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        const auto rows = co_await lease->execute(kTenants, {}, deadline);
        std::vector<base::TenantId> found;
        found.reserve(static_cast<std::size_t>(rows.size()));
        for (int i = 0; i < rows.size(); ++i) {
            found.push_back(rows[i].get<base::TenantId>(0));
        }
        co_return found;
    }

    base::Task<LedgerHead> head_of(base::TenantId tenant, base::Deadline deadline) {
        auto transaction = co_await pg::TenantTransaction::begin(
            parts.app, tenant, pg::Access::read_only, deadline
        );
        const auto rows = co_await transaction.execute(kHead, pg::Params::of(tenant));
        LedgerHead head{.tenant = tenant};
        if (!rows.empty()) {
            head.number = rows[0].get<std::int64_t>(0);
            head.hash = rows[0].get<base::Digest>(1);
        }
        co_await transaction.commit();
        co_return head;
    }

    base::Task<base::Uuid> record_heads(
        std::string actor, std::string why, base::Deadline deadline
    ) {
        const auto all = co_await tenants(deadline);
        std::vector<LedgerHead> heads;
        heads.reserve(all.size());
        for (const base::TenantId tenant : all) {
            heads.push_back(co_await head_of(tenant, deadline));
        }
        audit::Act act{
            .actor = std::move(actor),
            .action = std::string{kHeadsAnchored},
            .object = "ledgers",
            .object_digest = digest_of(heads),
            .payload = payload_of(heads, why),
        };
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        co_await lease->execute(kBegin, {}, deadline);
        const base::Uuid id =
            co_await audit::record(*lease, std::move(act), parts.clock.now(), deadline);
        co_await lease->commit(deadline);
        co_return id;
    }

    base::Task<bool> is_due(base::Deadline deadline) {
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        const auto rows =
            co_await lease->execute(kLastAnchored, pg::Params::of(kHeadsAnchored), deadline);
        co_return rows.empty() ||
            parts.clock.now() - rows[0].get<base::Instant>(0) >= std::chrono::microseconds{kEvery};
    }

    base::Task<void> try_once() {
        try {
            const base::Deadline deadline = base::deadline_in(kPatience);
            const bool due = co_await is_due(deadline);
            if (due) {
                co_await record_heads("system", "every hour", deadline);
            }
        } catch (const std::exception& failure) {
            parts.journal.write(
                telemetry::Level::warning,
                "the ledgers' heads weren't anchored",
                {{"error", std::string_view{failure.what()}}}
            );
        }
    }

    base::Task<void> follow() {
        while (!stopping) {
            co_await try_once();
            timer.expires_after(kLook);
            if (stopping) {
                break;
            }
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
};

HeadAnchor::HeadAnchor(const Parts& parts)
    : state_{new State{.parts = parts, .timer = asio::steady_timer{parts.on}, .running = {}}} {}

HeadAnchor::~HeadAnchor() {
    base::ensure(!state_->running.valid(), "what anchors the ledgers is stopped before it ends");
}

base::Task<base::Result<audit::Included>> HeadAnchor::anchor(
    std::string actor, std::string why, base::Deadline deadline
) {
    const base::Uuid id = co_await state_->record_heads(std::move(actor), std::move(why), deadline);
    co_return co_await state_->parts.log.await_inclusion(id, deadline);
}

void HeadAnchor::start() {
    state_->running = asio::co_spawn(state_->parts.on, state_->follow(), asio::use_future);
}

void HeadAnchor::stop() {
    if (!state_->running.valid()) {
        return;
    }
    state_->stopping = true;
    asio::post(state_->parts.on, [state = state_] { state->timer.cancel(); });
    state_->running.wait();
    state_->running = {};
}

}  // namespace accubooks::ledger
