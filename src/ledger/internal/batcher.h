#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "ledger/posting.h"

namespace accubooks::ledger {

/// What the poster decides, without a database, a clock or threads: which entries go to the
/// database next, and with whom. The same calls give the same runs, so a simulation can play any
/// history. `Entry` is whatever stands for an entry: it has `lines()`, how many it has, and
/// `may_combine()`, whether it may share a transaction with other tenants' entries.
///
/// The rules:
/// - Entries of a tenant go in the order in which they came, and at most one run has any of them.
/// - Tenants take turns: one that was served and has more stands at the end of the line.
/// - A run is of one tenant alone, or combined: of several, with entries that all may. So many
///   combined ones as `combined_batches` are under way at most; what arrives meanwhile makes up the
///   next. Runs of one tenant alone are bounded by the pool's connections only.
/// - A combined run that hangs is passed: it counts no longer, and only its own tenants wait for
/// it.
/// - What a run leaves undone goes first again, and alone.
/// - A tenant whose books somebody else had locked goes alone until that is over. Such tenants take
///   turns among themselves, with `locked_runs` under way at most: they can't take up the pool.
template <class Entry>
class Batcher {
public:
    enum class Refusal : std::uint8_t {
        tenant_full,  // `queue_entries` wait already
        full,         // `queue_entries_all` wait or are under way already
    };

    /// One tenant's entries of a run, in order.
    struct Part {
        base::TenantId tenant;
        std::vector<Entry> entries;
        std::size_t locked_turns = 0;  // as Tenant's

        bool is_locked() const { return locked_turns != 0; }
    };

    /// To be posted in one transaction.
    struct Run {
        std::uint64_t number = 0;  // of a combined one; 0: of one tenant alone
        std::vector<Part> parts;   // by tenant, which is the order to lock them in; at least one

        bool is_combined() const { return number != 0; }
    };

    explicit Batcher(PosterLimits limits) : limits_{limits} {}

    /// All of `entries`, behind the tenant's others, or none of them.
    std::optional<Refusal> add(base::TenantId tenant, std::vector<Entry> entries);

    /// The next run, if there is one to begin now.
    std::optional<Run> next();

    /// The combined run of this number hangs, so that others may begin. Nothing when it has ended.
    void pass(std::uint64_t number) { combined_under_way_.erase(number); }

    /// A run that `next` gave has ended. What is still in its parts was left undone; of a run of
    /// one tenant alone the part says whether it was for a lock.
    void end(Run run);

    /// Entries waiting or under way.
    std::size_t depth() const { return depth_; }

private:
    struct Tenant {
        std::deque<Entry> waiting;
        std::size_t undone = 0;  // of those the first so many, which go alone
        std::size_t under_way = 0;
        bool is_under_way = false;
        // Runs alone in succession, up to the last one, that found somebody else's lock.
        std::size_t locked_turns = 0;

        bool is_locked() const { return locked_turns != 0; }
    };
    using Tenants = std::unordered_map<base::TenantId, Tenant>;

    static bool goes_combined(const Tenant& tenant) {
        return tenant.undone == 0 && tenant.waiting.front().may_combine();
    }
    void stand_in_line(base::TenantId id, const Tenant& tenant) {
        if (tenant.is_locked()) {
            locked_.push_back(id);
        } else if (goes_combined(tenant) && limits_.combined_tenants > 1) {
            combined_.push_back(id);
        } else {
            alone_.push_back(id);
        }
    }
    /// A run of the first in `line` alone.
    Run take_alone(std::deque<base::TenantId>& line);
    Part take(base::TenantId id, bool is_combined, std::size_t& entries, std::size_t& lines);

    PosterLimits limits_;
    Tenants tenants_;  // those with entries waiting or under way, and the locked ones
    // Tenants with entries waiting and none under way, by how their first entry goes.
    std::deque<base::TenantId> combined_;
    std::deque<base::TenantId> alone_;
    std::deque<base::TenantId> locked_;
    std::size_t locked_under_way_ = 0;
    std::size_t depth_ = 0;
    std::set<std::uint64_t> combined_under_way_;  // those that none has passed
    std::uint64_t last_number_ = 0;
};

template <class Entry>
auto Batcher<Entry>::add(base::TenantId id, std::vector<Entry> entries) -> std::optional<Refusal> {
    if (entries.empty()) {
        return std::nullopt;
    }
    const auto found = tenants_.find(id);
    const std::size_t waiting = found == tenants_.end() ? 0 : found->second.waiting.size();
    if (waiting + entries.size() > limits_.queue_entries) {
        return Refusal::tenant_full;
    }
    if (depth_ + entries.size() > limits_.queue_entries_all) {
        return Refusal::full;
    }
    depth_ += entries.size();
    Tenant& tenant = tenants_[id];
    std::ranges::move(entries, std::back_inserter(tenant.waiting));
    if (waiting == 0 && !tenant.is_under_way) {
        stand_in_line(id, tenant);
    }
    return std::nullopt;
}

template <class Entry>
auto Batcher<Entry>::take(
    base::TenantId id, bool is_combined, std::size_t& entries, std::size_t& lines
) -> Part {
    Tenant& tenant = tenants_.at(id);
    Part part{.tenant = id, .entries = {}, .locked_turns = tenant.locked_turns};
    while (!tenant.waiting.empty() && entries < limits_.batch_entries) {
        Entry& first = tenant.waiting.front();
        // An entry of more lines than a batch may have is a batch by itself.
        const bool fits = entries == 0 || lines + first.lines() <= limits_.batch_lines;
        if (!fits || (is_combined && !first.may_combine())) {
            break;
        }
        ++entries;
        lines += first.lines();
        tenant.undone -= tenant.undone > 0 ? 1 : 0;
        part.entries.push_back(std::move(first));
        tenant.waiting.pop_front();
    }
    tenant.under_way = part.entries.size();
    tenant.is_under_way = true;
    return part;
}

template <class Entry>
auto Batcher<Entry>::take_alone(std::deque<base::TenantId>& line) -> Run {
    Run run;
    std::size_t entries = 0;
    std::size_t lines = 0;
    run.parts.push_back(take(line.front(), false, entries, lines));
    line.pop_front();
    return run;
}

template <class Entry>
auto Batcher<Entry>::next() -> std::optional<Run> {
    if (!alone_.empty()) {
        return take_alone(alone_);
    }
    if (!locked_.empty() && locked_under_way_ < limits_.locked_runs) {
        ++locked_under_way_;
        return take_alone(locked_);
    }
    if (combined_.empty() || combined_under_way_.size() >= limits_.combined_batches) {
        return std::nullopt;
    }
    Run run;
    std::size_t entries = 0;
    std::size_t lines = 0;
    run.number = ++last_number_;
    combined_under_way_.insert(run.number);
    while (!combined_.empty() && run.parts.size() < limits_.combined_tenants &&
           entries < limits_.batch_entries) {
        Part part = take(combined_.front(), true, entries, lines);
        if (part.entries.empty()) {
            tenants_.at(part.tenant).is_under_way = false;
            break;  // it begins the next run
        }
        run.parts.push_back(std::move(part));
        combined_.pop_front();
    }
    std::ranges::sort(run.parts, {}, [](const Part& part) { return part.tenant.value; });
    return run;
}

template <class Entry>
void Batcher<Entry>::end(Run run) {
    pass(run.number);
    for (Part& part : run.parts) {
        const auto found = tenants_.find(part.tenant);
        base::ensure(
            found != tenants_.end() && found->second.is_under_way &&
                part.entries.size() <= found->second.under_way,
            "a run ends once, and with no more than it had"
        );
        Tenant& tenant = found->second;
        depth_ -= tenant.under_way - part.entries.size();
        tenant.is_under_way = false;
        tenant.under_way = 0;
        locked_under_way_ -= tenant.is_locked() ? 1 : 0;
        tenant.locked_turns = part.locked_turns;
        tenant.undone += part.entries.size();
        tenant.waiting.insert(
            tenant.waiting.begin(),
            std::move_iterator{part.entries.begin()},
            std::move_iterator{part.entries.end()}
        );
        if (!tenant.waiting.empty()) {
            stand_in_line(part.tenant, tenant);
        } else if (!tenant.is_locked()) {
            tenants_.erase(found);
        }
    }
}

}  // namespace accubooks::ledger
