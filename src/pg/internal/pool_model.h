#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "pg/internal/pool_core.h"

/// What a pool should be, kept the plain way: for simulations that hold a PoolCore to it.
namespace accubooks::pg {

struct ModelWaiter {
    PoolCore::WaiterId id;
    std::optional<base::TenantId> tenant;
    PoolCore::Time deadline;
    std::uint64_t arrival = 0;
    bool is_again = false;  // its connection was found to have ended
};

struct ModelConnection {
    enum class State : std::uint8_t { connecting, idle, checking, lent, cleaning };
    PoolCore::ConnectionId id;
    State state = State::connecting;
    PoolCore::Time since{};
    bool is_alive = true;
    bool is_suspect = false;  // an error was met since it was last known to be good
    std::optional<base::TenantId> tenant{};

    /// As far as the model knows it becomes idle; a close says otherwise.
    void settle(PoolCore::Time now) {
        state = State::idle;
        since = now;
        tenant.reset();
    }
};

/// Names a connection or a waiter among all that ever were.
std::uint64_t number_of(auto handle) {
    return (std::uint64_t{handle.slot} << 32U) | handle.serial;
}

/// Who waits, whoever has to wait aside because their tenant is at its cap, and every connection.
class PoolModel {
public:
    using State = ModelConnection::State;
    using Tenant = std::optional<base::TenantId>;

    explicit PoolModel(PoolSettings of) : settings{of} {}

    void add_waiter(const ModelWaiter& waiter) {
        if (waiter.tenant && is_at_cap(*waiter.tenant)) {
            aside[waiter.tenant->value].push_back(waiter);
        } else {
            queue.push_back(waiter);
        }
    }
    const ModelWaiter* find_waiter(PoolCore::WaiterId id) const {
        const auto is_it = [id](const ModelWaiter& waiter) { return waiter.id == id; };
        if (const auto found = std::ranges::find_if(queue, is_it); found != queue.end()) {
            return &*found;
        }
        for (const auto& [tenant, waiters] : aside) {
            if (const auto found = std::ranges::find_if(waiters, is_it); found != waiters.end()) {
                return &*found;
            }
        }
        return nullptr;
    }
    void forget_waiter(PoolCore::WaiterId id) {
        const ModelWaiter* const found = find_waiter(id);
        if (found == nullptr) {
            return;
        }
        const Tenant tenant = found->tenant;
        const auto is_it = [id](const ModelWaiter& waiter) { return waiter.id == id; };
        if (std::erase_if(queue, is_it) > 0) {
            end_service(tenant);
        } else {
            std::erase_if(aside[tenant->value], is_it);
        }
    }
    /// Those whose deadline is at `until` or before, in the queue first.
    std::vector<PoolCore::WaiterId> waiting(PoolCore::Time until) const {
        std::vector<PoolCore::WaiterId> found;
        const auto add = [&](const std::deque<ModelWaiter>& waiters) {
            for (const ModelWaiter& waiter : waiters) {
                if (waiter.deadline <= until) {
                    found.push_back(waiter.id);
                }
            }
        };
        add(queue);
        for (const auto& [tenant, waiters] : aside) {
            add(waiters);
        }
        return found;
    }
    std::size_t waiting_aside() const {
        std::size_t sum = 0;
        for (const auto& [tenant, waiters] : aside) {
            sum += waiters.size();
        }
        return sum;
    }
    std::size_t waiting() const { return queue.size() + waiting_aside(); }
    /// The first but for those whose connection ended in the same breath: what was decided for
    /// others together with that stays.
    bool is_first(const ModelWaiter& waiter) const {
        const auto first = std::ranges::find(queue, false, &ModelWaiter::is_again);
        return waiter.is_again || (first != queue.end() && first->id == waiter.id);
    }

    bool is_at_cap(base::TenantId tenant) const {
        return settings.tenant_max > 0 && served(tenant) >= settings.tenant_max;
    }
    /// One less is served of this tenant, so that whoever waits aside may come.
    void end_service(const Tenant& tenant) {
        if (!tenant) {
            return;
        }
        auto& waiters = aside[tenant->value];
        while (!waiters.empty() && !is_at_cap(*tenant)) {
            queue.push_back(waiters.front());
            waiters.pop_front();
        }
    }
    /// New settings: whom a new cap lets in comes in order of arrival.
    void resize(PoolSettings to) {
        settings = to;
        const auto before = static_cast<std::ptrdiff_t>(queue.size());
        for (const auto& [tenant, waiters] : aside) {
            end_service(base::TenantId{tenant});
        }
        std::ranges::sort(queue.begin() + before, queue.end(), {}, &ModelWaiter::arrival);
    }

    std::size_t count(State state) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            connections, [state](const auto& each) { return each.second.state == state; }
        ));
    }
    void suspect_all() {
        for (auto& [number, each] : connections) {
            each.is_suspect = each.is_suspect || each.state != State::connecting;
        }
    }

    PoolSettings settings;
    std::map<std::uint64_t, ModelConnection> connections{};  // by number_of
    std::deque<ModelWaiter> queue{};
    std::map<std::int64_t, std::deque<ModelWaiter>> aside{};  // by tenant

private:
    std::size_t served(base::TenantId tenant) const {
        const auto waiters = std::ranges::count(queue, Tenant{tenant}, &ModelWaiter::tenant);
        const auto lent = std::ranges::count_if(connections, [&tenant](const auto& each) {
            return each.second.state == State::lent && each.second.tenant == tenant;
        });
        return static_cast<std::size_t>(waiters + lent);
    }
};

}  // namespace accubooks::pg
