#include "ledger/anchor.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "net/periodic_task.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {
namespace {

constexpr std::chrono::hours kEvery{1};
constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::minutes kPatience{5};

constexpr pg::Statement kBegin{.name = "ledger.begin_anchor", .text = "begin"};

constexpr pg::Statement kHead{
    .name = "ledger.head_to_anchor",
    .text = "select epoch, last_number, head_hash from books.ledger where tenant_id = $1",
};

// The newest of them stands near the end, and the gates are behind it.
constexpr pg::Statement kLastAnchored{
    .name = "ledger.last_anchored",
    .text = R"sql(
select a.recorded_at,
       (select g.action from audit.act g where g.number > a.number and g.action = any ($2) order by g.number limit 1)
  from audit.act a
 where a.action = $1
 order by a.number desc
 limit 1)sql",
};

// Held to the end of the transaction that records: of two instances one finds it done.
constexpr pg::Statement kLock{
    .name = "ledger.lock_anchor",
    .text = "select pg_advisory_xact_lock(hashtext('ledger.anchor')) is null",
};

std::string payload_of(const std::vector<LedgerHead>& heads, std::string_view why) {
    boost::json::object payload{{"tenants", heads.size()}, {"why", why}};
    if (heads.size() <= kHeadsListed) {
        boost::json::array list;
        for (const LedgerHead& head : heads) {
            list.push_back(boost::json::object{
                {"tenant_id", head.tenant.value},
                {"epoch", head.epoch},
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
        digest.update(fmt::format(
            "{} {} {} {}\n", head.tenant.value, head.epoch, head.number, base::to_hex(head.hash)
        ));
    }
    return digest.finish();
}

struct HeadAnchor::State {
    Parts parts;
    std::vector<std::string> gates;
    net::PeriodicTask looks;

    explicit State(const Parts& given)
        : parts{given},
          gates{given.gates.begin(), given.gates.end()},
          looks{{
              .on = given.on,
              .pause = kLook,
              .work = [this] { return anchor_if_due(base::deadline_in(kPatience)); },
              .failed = [this](const std::exception& failure) { tell(failure.what()); },
          }} {}

    base::Task<LedgerHead> head_of(base::TenantId tenant, base::Deadline deadline) {
        auto transaction = co_await pg::TenantTransaction::begin(
            parts.app, tenant, pg::Access::read_only, deadline
        );
        const auto rows = co_await transaction.execute(kHead, pg::Params::of(tenant));
        LedgerHead head{.tenant = tenant};
        if (!rows.empty()) {
            head.epoch = rows[0].get<std::int32_t>(0);
            head.number = rows[0].get<std::int64_t>(1);
            head.hash = rows[0].get<base::Digest>(2);
        }
        co_await transaction.commit();
        co_return head;
    }

    base::Task<std::vector<LedgerHead>> heads(base::Deadline deadline) {
        const auto all = co_await parts.directory.all_tenants(deadline);
        std::vector<LedgerHead> found;
        found.reserve(all.size());
        for (const base::TenantId tenant : all) {
            found.push_back(co_await head_of(tenant, deadline));
        }
        co_return found;
    }

    base::Task<base::Uuid> record(
        pg::Connection& connection,
        std::vector<LedgerHead> found,
        std::string actor,
        const std::string& why,
        base::Deadline deadline
    ) {
        audit::Act act{
            .actor = std::move(actor),
            .action = std::string{kHeadsAnchored},
            .object = "ledgers",
            .object_digest = digest_of(found),
            .payload = payload_of(found, why),
        };
        return audit::record(connection, std::move(act), parts.clock.now(), deadline);
    }

    base::Task<base::Uuid> anchor(std::string actor, std::string why, base::Deadline deadline) {
        auto found = co_await heads(deadline);
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        co_await lease->execute(kBegin, {}, deadline);
        const base::Uuid id =
            co_await record(*lease, std::move(found), std::move(actor), why, deadline);
        co_await lease->commit(deadline);
        co_return id;
    }

    /// Why the heads are to be anchored now; none when they needn't be.
    base::Task<std::optional<std::string>> due(
        pg::Connection& connection, base::Deadline deadline
    ) {
        const auto rows = co_await connection.execute(
            kLastAnchored, pg::Params::of(kHeadsAnchored, gates), deadline
        );
        if (!rows.empty() && !rows[0].is_null(1)) {
            co_return fmt::format("after {}", rows[0].get<std::string>(1));
        }
        const bool is_due = rows.empty() || parts.clock.now() - rows[0].get<base::Instant>(0) >=
                                                std::chrono::microseconds{kEvery};
        co_return is_due ? std::optional<std::string>{"every hour"} : std::nullopt;
    }

    base::Task<bool> is_due(base::Deadline deadline) {
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        const auto why = co_await due(*lease, deadline);
        co_return why.has_value();
    }

    base::Task<void> anchor_if_due(base::Deadline deadline) {
        if (!co_await is_due(deadline)) {
            co_return;
        }
        auto found = co_await heads(deadline);
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        co_await lease->execute(kBegin, {}, deadline);
        co_await lease->execute(kLock, {}, deadline);
        // Another instance may have been faster.
        if (auto why = co_await due(*lease, deadline)) {
            co_await record(*lease, std::move(found), "system", *why, deadline);
        }
        co_await lease->commit(deadline);
    }

    void tell(std::string_view what) const {
        parts.journal.write(
            telemetry::Level::warning, "the ledgers' heads weren't anchored", {{"error", what}}
        );
    }
};

HeadAnchor::HeadAnchor(const Parts& parts) : state_{std::make_shared<State>(parts)} {}

HeadAnchor::~HeadAnchor() = default;

base::Task<base::Result<audit::Included>> HeadAnchor::anchor(
    std::string actor, std::string why, base::Deadline deadline
) {
    const base::Uuid id = co_await state_->anchor(std::move(actor), std::move(why), deadline);
    co_return co_await state_->parts.log.await_inclusion(id, deadline);
}

base::Task<void> HeadAnchor::anchor_if_due(base::Deadline deadline) {
    return state_->anchor_if_due(deadline);
}

void HeadAnchor::start() {
    state_->looks.start();
}

void HeadAnchor::stop() {
    state_->looks.stop();
}

}  // namespace accubooks::ledger
