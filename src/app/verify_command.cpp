#include "app/verify_command.h"

#include <fmt/format.h>

#include "app/progress.h"
#include "app/run.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "ledger/verification.h"

namespace accubooks::app {
namespace {

struct Sum {
    std::uint64_t tenants = 0;
    std::uint64_t entries = 0;
    std::uint64_t lines = 0;
    std::uint64_t breaches = 0;
};

void print_breaches(const ledger::Verification& found) {
    for (const ledger::Breach& breach : found.first_breaches) {
        fmt::print(
            "tenant {}: {}: {}\n", breach.tenant.value, breach.check, base::printable(breach.detail)
        );
    }
    if (found.breaches > found.first_breaches.size()) {
        fmt::print("… and {} more breaches.\n", found.breaches - found.first_breaches.size());
    }
}

void write_breaches(base::JsonWriter& json, const ledger::Verification& found) {
    for (const ledger::Breach& breach : found.first_breaches) {
        json.begin_object();
        json.member("tenant_id", breach.tenant.value);
        json.member("check", breach.check);
        json.member("detail", breach.detail);
        json.end_object();
    }
}

}  // namespace

int verify_books(Workbench& workbench, const VerifyOptions& options) {
    const std::vector<base::TenantId> tenants =
        options.tenant ? std::vector{base::TenantId{*options.tenant}}
                       : run(workbench.io(), workbench.directory().all_tenants(command_deadline()));
    Progress progress{"Verifying"};
    Sum sum;
    base::JsonWriter json;
    json.begin_object().key("breaches").begin_array();
    for (const base::TenantId tenant : tenants) {
        const auto show = [&](std::uint64_t done, std::uint64_t of) {
            const double here = of == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(of);
            progress.show(
                (static_cast<double>(sum.tenants) + here) / static_cast<double>(tenants.size())
            );
        };
        const ledger::Verification found =
            run(workbench.io(), ledger::verify(workbench.app(), tenant, show, command_deadline()));
        ++sum.tenants;
        sum.entries += found.entries;
        sum.lines += found.lines;
        sum.breaches += found.breaches;
        if (options.json) {
            write_breaches(json, found);
        } else if (found.breaches != 0) {
            progress.finish();
            print_breaches(found);
        }
    }
    progress.finish();
    json.end_array();
    json.member("tenants", sum.tenants).member("entries", sum.entries).member("lines", sum.lines);
    json.member("breach_count", sum.breaches).end_object();
    if (options.json) {
        fmt::print("{}\n", std::move(json).take());
    }
    say(fmt::format(
        "Verified {} tenants, {} entries, {} lines: {} breaches.",
        sum.tenants,
        sum.entries,
        sum.lines,
        sum.breaches
    ));
    return sum.breaches == 0 ? kExitDone : kExitRefused;
}

}  // namespace accubooks::app
