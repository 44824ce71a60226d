#include "app/verify_command.h"

#include <fmt/format.h>

#include "app/progress.h"
#include "app/run.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace accubooks::app {
namespace {

using ledger::Epoch;
using ledger::Verification;

void print_breaches(const Verification& found) {
    for (const ledger::Breach& breach : found.first_breaches) {
        fmt::print(
            "tenant {}: {}: {}\n", breach.tenant.value, breach.check, base::printable(breach.detail)
        );
    }
    if (found.breaches > found.first_breaches.size()) {
        fmt::print("… and {} more breaches.\n", found.breaches - found.first_breaches.size());
    }
}

void print_epochs(base::TenantId tenant, const Verification& found) {
    for (const Epoch& epoch : found.epochs) {
        fmt::print(
            "tenant {}: epoch {} continues after entry {}: restored at {} to {}, {}: {}\n",
            tenant.value,
            epoch.number,
            epoch.after.value,
            base::to_rfc3339(epoch.restored_at),
            base::to_rfc3339(epoch.restored_to),
            epoch.replaced ? fmt::format("before, entry {} was the last", epoch.replaced->value)
                           : "which entry was the last before isn't known",
            base::printable(epoch.reason)
        );
    }
}

void write_breaches(base::JsonWriter& json, const Verification& found) {
    for (const ledger::Breach& breach : found.first_breaches) {
        json.begin_object();
        json.member("tenant_id", breach.tenant.value);
        json.member("check", breach.check);
        json.member("detail", breach.detail);
        json.end_object();
    }
}

void write_epochs(base::JsonWriter& json, base::TenantId tenant, const Verification& found) {
    for (const Epoch& epoch : found.epochs) {
        json.begin_object();
        json.member("tenant_id", tenant.value).member("epoch", epoch.number);
        json.member("after_number", epoch.after.value);
        json.member("previous_hash", base::to_hex(epoch.previous));
        json.member("restored_to", base::to_rfc3339(epoch.restored_to));
        json.member("restored_at", base::to_rfc3339(epoch.restored_at));
        json.key("replaced_number");
        if (epoch.replaced) {
            json.value(epoch.replaced->value);
        } else {
            json.value(nullptr);
        }
        json.member("reason", epoch.reason);
        json.end_object();
    }
}

void print_json(const VerifiedBooks& sum, const std::string& breaches, const std::string& epochs) {
    base::JsonWriter json;
    json.begin_object();
    json.key("breaches").raw(breaches).key("epochs").raw(epochs);
    json.member("tenants", sum.tenants).member("entries", sum.entries).member("lines", sum.lines);
    json.member("breach_count", sum.breaches).end_object();
    fmt::print("{}\n", std::move(json).take());
}

}  // namespace

std::string to_string(const VerifiedBooks& verified) {
    return fmt::format(
        "Verified {} tenants, {} entries, {} lines: {} breaches.",
        verified.tenants,
        verified.entries,
        verified.lines,
        verified.breaches
    );
}

VerifiedBooks verify_tenants(
    Workbench& workbench,
    const std::vector<base::TenantId>& tenants,
    const std::function<void(base::TenantId, const Verification&)>& on_tenant
) {
    Progress progress{"Verifying"};
    VerifiedBooks sum;
    for (const base::TenantId tenant : tenants) {
        const auto show = [&](std::uint64_t done, std::uint64_t of) {
            const double here = of == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(of);
            progress.show(
                (static_cast<double>(sum.tenants) + here) / static_cast<double>(tenants.size())
            );
        };
        const Verification found =
            run(workbench.io(), ledger::verify(workbench.app(), tenant, show, command_deadline()));
        ++sum.tenants;
        sum.entries += found.entries;
        sum.lines += found.lines;
        sum.breaches += found.breaches;
        if (on_tenant) {
            on_tenant(tenant, found);
        } else if (found.breaches != 0 || !found.epochs.empty()) {
            progress.finish();
            print_breaches(found);
            print_epochs(tenant, found);
        }
    }
    return sum;
}

int verify_books(Workbench& workbench, const VerifyOptions& options) {
    const std::vector<base::TenantId> tenants =
        options.tenant ? std::vector{base::TenantId{*options.tenant}}
                       : run(workbench.io(), workbench.directory().all_tenants(command_deadline()));
    VerifiedBooks sum;
    if (options.json) {
        base::JsonWriter breaches;
        base::JsonWriter epochs;
        breaches.begin_array();
        epochs.begin_array();
        sum = verify_tenants(
            workbench,
            tenants,
            [&](base::TenantId tenant, const Verification& found) {
                write_breaches(breaches, found);
                write_epochs(epochs, tenant, found);
            }
        );
        breaches.end_array();
        epochs.end_array();
        print_json(sum, std::move(breaches).take(), std::move(epochs).take());
    } else {
        sum = verify_tenants(workbench, tenants);
    }
    say(to_string(sum));
    return sum.breaches == 0 ? kExitDone : kExitRefused;
}

}  // namespace accubooks::app
