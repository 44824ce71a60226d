#include "audit/internal/signer.h"

#include <fmt/format.h>

#include "audit/internal/sequencing.h"

namespace accubooks::audit {
namespace {

std::unexpected<base::Error> conflict(std::string_view code, std::string detail) {
    return base::refuse(base::ErrorKind::conflict, code, std::move(detail));
}

}  // namespace

/// What has to be known to sign the log as the database has it.
struct Signer::Ready {
    StoredLog log;
    Checkpoint next;
    std::optional<SignedCheckpoint> last;
    std::vector<base::Digest> path;  // from `last` to `next`
    std::optional<SignedCheckpoint> handed_over;
    bool was_signed = false;  // the database has a checkpoint of this size
    bool has_signed = false;  // or of any
};

base::Task<base::Result<std::optional<base::SigningKey>>> Signer::key() {
    if (!with_.folder) {
        co_return std::optional<base::SigningKey>{};
    }
    co_return co_await with_.disk.run([this] { return with_.folder->key(); });
}

base::Task<base::Result<std::optional<Signer::Ready>>> Signer::make_ready(
    pg::Connection& connection, base::Deadline deadline
) {
    auto log = co_await newest_log(connection, deadline);
    if (!log || log->size == 0) {
        co_return std::optional<Ready>{};
    }
    Ready ready;
    ready.log = *log;
    AB_CO_TRY(last, co_await with_.disk.run([this] { return with_.folder->last_signed(); }));
    ready.last = std::move(last);
    std::vector<LeafRange> ranges;
    if (ready.last && ready.last->checkpoint.origin == log->key.name &&
        ready.last->checkpoint.tree.size >= 1 && ready.last->checkpoint.tree.size <= log->size) {
        ranges = consistency_ranges(ready.last->checkpoint.tree.size, log->size);
    }
    ranges.push_back({.begin = 0, .end = log->size});
    const Nodes nodes = co_await nodes_of(connection, log->number, subtrees_of(ranges), deadline);
    ready.path = hashes_of(ranges, nodes);
    const base::Digest root = ready.path.back();
    ready.path.pop_back();
    ready.next = {.origin = log->key.name, .tree = {.size = log->size, .root = root}};
    const auto first = co_await leaves_of(connection, log->number, 0, 1, deadline);
    ready.handed_over = first.empty() ? std::nullopt : handed_over_by(first[0]);
    const auto newest = co_await newest_checkpoint(connection, log->number, 1, deadline);
    ready.has_signed = newest.has_value();
    ready.was_signed = newest && newest->checkpoint.tree.size == log->size;
    co_return ready;
}

base::Result<SignedCheckpoint> Signer::sign(const base::SigningKey& key, const Ready& ready) {
    return with_.folder->sign_next(
        key,
        [&](const std::optional<SignedCheckpoint>& last) -> base::Result<Checkpoint> {
            if (last.has_value() != ready.last.has_value() ||
                (last && last->note.text != ready.last->note.text)) {
                return conflict("audit.not_in_time", "Another instance signs just now.");
            }
            if (!last && ready.has_signed) {
                return conflict(
                    "audit.log_behind",
                    fmt::format(
                        "{} has no last checkpoint, though the log has signed some: it was "
                        "lost. Put it back, or run accubooks audit reopen.",
                        with_.folder->path().string()
                    )
                );
            }
            if (last) {
                AB_CHECK(may_sign(*last, ready.next, ready.path, ready.handed_over));
            }
            return ready.next;
        }
    );
}

base::Task<base::Result<void>> Signer::sign_newest(base::Deadline deadline) {
    AB_CO_TRY(key, co_await this->key());
    if (!key) {
        co_return base::Result<void>{};
    }
    pg::Lease lease = co_await with_.ops.acquire(deadline);
    AB_CO_TRY(ready, co_await make_ready(*lease, deadline));
    if (!ready) {
        co_return base::Result<void>{};
    }
    if (ready->log.key.key != key->public_key()) {
        co_return conflict(
            "audit.log_behind",
            fmt::format(
                "The audit log {} has another key than {}: the database was replaced, or this "
                "folder is another server's. If it was restored on purpose, run accubooks audit "
                "reopen.",
                ready->log.key.name,
                with_.folder->path().string()
            )
        );
    }
    if (ready->was_signed && ready->last && ready->last->note.text == to_string(ready->next)) {
        co_return base::Result<void>{};
    }
    AB_CO_TRY(made, co_await with_.disk.run([&] { return sign(*key, *ready); }));
    co_await begin(*lease, deadline);
    co_await insert_checkpoint(*lease, ready->log.number, std::move(made), deadline);
    co_await lease->commit(deadline);
    co_return base::Result<void>{};
}

}  // namespace accubooks::audit
