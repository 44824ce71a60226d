#include "pg/internal/waiting_line.h"

#include <algorithm>
#include <utility>

namespace accubooks::pg {
namespace {

constexpr std::size_t kTenantsKept = 1024;  // beyond those with connections or waiters

}  // namespace

bool WaitingLine::is_at_cap(const Tenant& tenant) const {
    return tenant_max_ > 0 && tenant.served >= tenant_max_;
}

WaitingLine::WaiterId WaitingLine::join(std::optional<base::TenantId> tenant, Time deadline) {
    const WaiterId id = waiters_.add({{}, false, ++arrivals_, deadline, tenant});
    Tenant* const held = tenant ? &tenants_[*tenant] : nullptr;
    if (held != nullptr && is_at_cap(*held)) {
        waiters_[id].is_aside = true;
        held->aside.push_back(waiters_, id.slot);
        ++aside_;
        return id;
    }
    if (held != nullptr) {
        ++held->served;
        ++served_;
    }
    line_.push_back(waiters_, id.slot);
    return id;
}

WaitingLine::WaiterId WaitingLine::come_back(std::optional<base::TenantId> tenant, Time deadline) {
    const WaiterId id = waiters_.add({{}, false, 0, deadline, tenant});
    line_.push_front(waiters_, id.slot);
    return id;
}

void WaitingLine::leave(WaiterId id) {
    const Waiter waiter = waiters_[id];
    if (waiter.is_aside) {
        tenants_.at(*waiter.tenant).aside.remove(waiters_, id.slot);
        --aside_;
        waiters_.remove(id);
        return;
    }
    line_.remove(waiters_, id.slot);
    waiters_.remove(id);
    end_service(waiter.tenant);
}

std::vector<WaitingLine::WaiterId> WaitingLine::leave_all() {
    std::vector<WaiterId> left;
    left.reserve(in_all());
    // Those aside come into the line as it empties.
    while (line_.size() > 0) {
        left.push_back(first());
        leave(left.back());
    }
    for (auto& [id, tenant] : tenants_) {
        while (!tenant.aside.empty()) {
            left.push_back(waiters_.id_at(tenant.aside.front()));
            leave(left.back());
        }
    }
    return left;
}

std::optional<base::TenantId> WaitingLine::take_first() {
    const WaiterId id = first();
    const auto tenant = waiters_[id].tenant;
    line_.remove(waiters_, id.slot);
    waiters_.remove(id);
    return tenant;
}

void WaitingLine::end_service(std::optional<base::TenantId> tenant) {
    if (!tenant) {
        return;
    }
    Tenant& held = tenants_.at(*tenant);
    --held.served;
    --served_;
    let_in(held);
    forget_idle_tenants();
}

void WaitingLine::let_in(Tenant& tenant) {
    while (!tenant.aside.empty() && !is_at_cap(tenant)) {
        const std::uint32_t slot = tenant.aside.front();
        tenant.aside.remove(waiters_, slot);
        --aside_;
        waiters_[waiters_.id_at(slot)].is_aside = false;
        line_.push_back(waiters_, slot);
        ++tenant.served;
        ++served_;
    }
}

/// Those whom a higher cap lets in come in the order of their arrival, of all tenants.
void WaitingLine::set_tenant_max(std::uint32_t tenant_max) {
    tenant_max_ = tenant_max;
    const SlotList before = std::exchange(line_, {});
    for (auto& [id, tenant] : tenants_) {
        let_in(tenant);
    }
    std::vector<std::uint32_t> come;
    while (!line_.empty()) {
        come.push_back(line_.front());
        line_.remove(waiters_, line_.front());
    }
    std::ranges::sort(come, {}, [this](std::uint32_t slot) {
        return waiters_[waiters_.id_at(slot)].arrival;
    });
    line_ = before;
    for (const std::uint32_t slot : come) {
        line_.push_back(waiters_, slot);
    }
}

void WaitingLine::forget_idle_tenants() {
    // An entry is made and dropped seldom, not for every loan.
    const std::size_t busy = served_ + aside_;
    if (tenants_.size() > 2 * busy + kTenantsKept) {
        std::erase_if(tenants_, [](const auto& each) {
            return each.second.served == 0 && each.second.aside.empty();
        });
    }
}

}  // namespace accubooks::pg
