#include "audit/internal/sequencer.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/act.h"
#include "audit/internal/json_fields.h"
#include "audit/internal/sequencing.h"
#include "audit/log.h"
#include "base/canonical_json.h"

namespace accubooks::audit {
namespace {

constexpr std::int64_t kBatch = 500;

std::unexpected<base::Error> conflict(std::string_view code, std::string detail) {
    return base::refuse(base::ErrorKind::conflict, code, std::move(detail));
}

/// The payload of the leaf that opens a log after another one.
std::string payload_of(const SignedCheckpoint& last, std::string_view reason) {
    const auto text = base::canonical_json(boost::json::object{
        {"reason", reason},
        {"previous",
         {
             {"origin", last.checkpoint.origin},
             {"size", last.checkpoint.tree.size},
             {"root", base::to_hex(last.checkpoint.tree.root)},
             {"note", to_string(last.note)},
         }},
    });
    base::ensure(text.has_value(), "a reason is plain text, and a checkpoint was read");
    return *text;
}

}  // namespace

/// The checkpoint that such a leaf tells of; none when it is no such leaf.
std::optional<SignedCheckpoint> handed_over_by(const StoredLeaf& first) {
    const auto leaf = Leaf::parse(first.entry);
    const auto payload = base::canonicalise(first.payload);
    if (!leaf || leaf->action != kReopened || !payload ||
        payload_digest(first.salt, first.payload) != leaf->payload_sha256) {
        return std::nullopt;
    }
    const auto document = read_json(first.payload, kNoteBytesMax * 2, "audit.bad_leaf");
    const auto* const previous = document && document->is_object()
                                     ? document->get_object().if_contains("previous")
                                     : nullptr;
    const auto* const note = previous != nullptr && previous->is_object()
                                 ? previous->get_object().if_contains("note")
                                 : nullptr;
    if (note == nullptr || !note->is_string()) {
        return std::nullopt;
    }
    auto checkpoint = SignedCheckpoint::parse(std::string_view{note->get_string()});
    return checkpoint ? std::optional{*std::move(checkpoint)} : std::nullopt;
}

base::Task<base::Result<void>> Sequencer::sequence(base::Deadline deadline) {
    std::int64_t taken = kBatch;
    while (taken == kBatch) {
        AB_CO_TRY(count, co_await sequence_batch(deadline));
        taken = count;
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<std::int64_t>> Sequencer::sequence_batch(base::Deadline deadline) {
    pg::Lease lease = co_await with_.ops.acquire(deadline);
    co_await begin(*lease, deadline);
    co_await lock_sequencer(*lease, deadline);
    auto log = co_await newest_log(*lease, deadline);
    if (!log) {
        AB_CO_TRY(made, co_await open_first(*lease, deadline));
        log = std::move(made);
    }
    if (!log) {
        co_return 0;  // rolled back by the pool
    }
    Waiting waiting = co_await waiting_acts(*lease, horizon_, kBatch, deadline);
    if (!waiting.acts.empty()) {
        Nodes peaks = co_await nodes_of(
            *lease, log->number, subtrees_of({.begin = 0, .end = log->size}), deadline
        );
        Growth growth = grow(*log, std::move(peaks), waiting.acts);
        co_await insert_leaves(
            *lease, log->number, std::move(growth.leaves), std::move(growth.nodes), deadline
        );
    }
    co_await lease->commit(deadline);
    horizon_ = std::move(waiting.horizon);
    co_return std::ssize(waiting.acts);
}

base::Task<base::Result<std::optional<StoredLog>>> Sequencer::open_first(
    pg::Connection& connection, base::Deadline deadline
) {
    if (!with_.folder) {
        co_return std::optional<StoredLog>{};
    }
    AB_CO_TRY(last, co_await with_.disk.run([this] { return with_.folder->last_signed(); }));
    if (last) {
        co_return conflict(
            "audit.log_behind",
            fmt::format(
                "The database has no audit log, but {} entries of {} were signed: the database "
                "was set back, or {} is another server's. If it was restored on purpose, run "
                "accubooks audit reopen.",
                last->checkpoint.tree.size,
                last->checkpoint.origin,
                with_.folder->path().string()
            )
        );
    }
    AB_CO_TRY(made, co_await with_.disk.run([this] {
        return with_.folder->key_or_new(with_.random);
    }));
    const base::PublicKey public_key = made.public_key();
    VerifierKey log_key{.name = first_origin(public_key), .key = public_key};
    co_await insert_log(connection, 1, std::move(log_key), with_.clock.now(), deadline);
    co_return co_await newest_log(connection, deadline);
}

base::Task<base::Result<SignedCheckpoint>> Sequencer::last_signed(
    pg::Connection& connection, std::optional<StoredLog> log, base::Deadline deadline
) {
    if (with_.folder) {
        AB_CO_TRY(kept, co_await with_.disk.run([this] { return with_.folder->last_signed(); }));
        if (kept) {
            co_return *std::move(kept);
        }
    }
    if (log) {
        auto stored = co_await newest_checkpoint(connection, log->number, 1, deadline);
        if (stored) {
            co_return *std::move(stored);
        }
    }
    co_return conflict(
        "audit.nothing_to_reopen", "The audit log has signed nothing yet; it can go on."
    );
}

base::Task<base::Result<base::Uuid>> Sequencer::open_next(
    base::PublicKey key, std::string actor, std::string reason, base::Deadline deadline
) {
    pg::Lease lease = co_await with_.ops.acquire(deadline);
    co_await begin(*lease, deadline);
    co_await lock_sequencer(*lease, deadline);
    const auto log = co_await newest_log(*lease, deadline);
    AB_CO_TRY(last, co_await last_signed(*lease, log, deadline));
    Act act{
        .actor = std::move(actor),
        .action = std::string{kReopened},
        .object = last.checkpoint.origin,
        .object_digest = base::sha256(to_string(last.note)),
        .payload = payload_of(last, reason),
    };
    const base::Instant now = with_.clock.now();
    const base::Uuid id = co_await record(*lease, std::move(act), now, deadline, with_.random);
    const auto stored = co_await act_of(*lease, id, deadline);
    const StoredLog next{
        .number = log ? log->number + 1 : 1,
        .key = {.name = next_origin(last.checkpoint.origin), .key = key},
    };
    Growth growth = grow(next, {}, {*stored});
    co_await insert_log(*lease, next.number, next.key, now, deadline);
    co_await insert_leaves(
        *lease, next.number, std::move(growth.leaves), std::move(growth.nodes), deadline
    );
    co_await lease->commit(deadline);
    co_return id;
}

}  // namespace accubooks::audit
