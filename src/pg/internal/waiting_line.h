#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "pg/internal/slots.h"

namespace accubooks::pg {

/// Who waits for a connection of a pool, and who is next. Pure, like the PoolCore that it is a part
/// of.
///
/// First in, first out. A tenant is served with the connections lent to it and with its waiters in
/// line, `tenant_max` at most (0: as many as there are); one more stands aside, and joins the line
/// at its end when the tenant is served with one less.
class WaitingLine {
public:
    using Time = std::chrono::steady_clock::time_point;
    using WaiterId = Handle<struct WaiterTag>;

    explicit WaitingLine(std::uint32_t tenant_max) : tenant_max_{tenant_max} {}

    /// At the end of the line, or aside.
    WaiterId join(std::optional<base::TenantId> tenant, Time deadline);
    /// Before everybody, in the place of a connection that its tenant was served with.
    WaiterId come_back(std::optional<base::TenantId> tenant, Time deadline);
    void leave(WaiterId waiter);
    /// Everybody, those in line first.
    std::vector<WaiterId> leave_all();
    /// The first leaves with a connection, with which its tenant is served from now on.
    std::optional<base::TenantId> take_first();
    /// A connection came back that the tenant was served with.
    void end_service(std::optional<base::TenantId> tenant);
    void set_tenant_max(std::uint32_t tenant_max);

    bool has(WaiterId waiter) const { return waiters_.has(waiter); }
    /// Of those in line, of whom there must be one.
    WaiterId first() const { return waiters_.id_at(line_.front()); }
    Time first_deadline() const { return waiters_[first()].deadline; }
    std::uint32_t in_line() const { return line_.size(); }
    std::uint32_t in_all() const { return line_.size() + aside_; }

private:
    struct Waiter : Links {
        bool is_aside = false;
        std::uint64_t arrival = 0;  // in order
        Time deadline{};
        std::optional<base::TenantId> tenant{};
    };
    struct Tenant {
        std::uint32_t served = 0;
        SlotList aside{};
    };

    bool is_at_cap(const Tenant& tenant) const;
    void let_in(Tenant& tenant);
    void forget_idle_tenants();

    std::uint32_t tenant_max_;
    Slots<Waiter, WaiterId> waiters_;
    SlotList line_;  // in order of arrival
    std::unordered_map<base::TenantId, Tenant> tenants_;
    std::uint32_t aside_ = 0;
    std::uint32_t served_ = 0;  // sum over tenants
    std::uint64_t arrivals_ = 0;
};

}  // namespace accubooks::pg
