#include "launch/policy_keeper.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "launch/notification.h"
#include "launch/roles.h"
#include "launch/stakeholders.h"
#include "launch/trust_policy.h"
#include "net/periodic_task.h"

namespace accubooks::launch {
namespace {

constexpr std::chrono::seconds kEvery{2};
constexpr std::chrono::seconds kPatience{10};

Notice notice_of(const audit::Policy& policy, const std::filesystem::path& file) {
    const std::string fingerprint = base::to_hex(audit::fingerprint(policy));
    return {
        .transition = fmt::format("policy/{}", fingerprint),
        .kind = "policy",
        .subject = "The launch's trust policy has changed",
        .fields =
            {
                {"Fingerprint", fingerprint},
                {"Keys of people", fmt::format("{}", policy.approvers.size())},
                {"Origins of the log", fmt::format("{}", policy.logs.size())},
                {"Witnesses", fmt::format("{}", policy.witnesses.size())},
                {"File", std::filesystem::absolute(file).string()},
                {"Verify by",
                 fmt::format("accubooks audit verify --policy-fingerprint {}", fingerprint)},
            },
    };
}

}  // namespace

struct PolicyKeeper::State {
    Parts parts;
    net::PeriodicTask looks;
    std::string told{};  // why it isn't written

    explicit State(const Parts& given)
        : parts{given},
          looks{{
              .on = given.on,
              .pause = kEvery,
              .work = [this] { return keep(base::deadline_in(kPatience)); },
              .failed = [this](const std::exception& failure) { tell(failure.what()); },
          }} {}

    std::filesystem::path file() const { return parts.folder / "policy.json"; }

    /// None while nothing was logged.
    base::Task<std::optional<audit::Policy>> wanted(
        pg::Connection& connection, base::Deadline deadline
    ) {
        const auto log = co_await audit::look(connection, deadline);
        const auto keys = co_await role_keys(connection, deadline);
        if (!log || keys.empty()) {
            co_return std::nullopt;
        }
        const RoleBook roles = co_await role_book(connection, deadline);
        co_return trust_policy_of(*log, roles, keys, parts.plan.approval);
    }

    base::Task<void> keep(base::Deadline deadline) {
        auto lease = co_await parts.ops.acquire(deadline);
        auto policy = co_await wanted(*lease, deadline);
        if (!policy) {
            co_return;
        }
        const auto present = audit::read_policy(file());
        if (!present && std::filesystem::exists(file())) {
            // What its readers demand stands in it alone.
            tell_once(fmt::format(
                "{} It isn't written anew, since how many witnesses it demands would be lost: "
                "bring "
                "it back from a copy, or move it away.",
                present.error().detail
            ));
            co_return;
        }
        told.clear();
        if (present) {
            policy->witnesses_required =
                std::min(present->witnesses_required, std::ssize(policy->witnesses));
        }
        if (present && *present == with_names_of(*present, *policy)) {
            co_return;
        }
        // First, so that a kill in between leaves nobody untold: of one fingerprint it is told
        // once.
        auto recipients = co_await recipients_of(
            *lease, std::nullopt, {kRoleNames.begin(), kRoleNames.end()}, deadline
        );
        co_await notify(*lease, notice_of(*policy, file()), std::move(recipients), deadline);
        const std::string fingerprint = base::to_hex(audit::write_policy(parts.folder, *policy));
        parts.log.write(
            telemetry::Level::info,
            "the trust policy was written",
            {{"fingerprint", std::string_view{fingerprint}}}
        );
    }

    void tell(std::string_view why) const {
        parts.log.write(
            telemetry::Level::error, "the trust policy can't be kept", {{"error", why}}
        );
    }

    /// Not again every two seconds.
    void tell_once(std::string why) {
        if (why != told) {
            tell(why);
            told = std::move(why);
        }
    }

    base::Task<void> refresh(base::Deadline deadline) {
        try {
            co_await keep(deadline);
        } catch (const std::exception& failure) {
            tell(failure.what());
        }
    }
};

PolicyKeeper::PolicyKeeper(const Parts& parts) : state_{std::make_shared<State>(parts)} {}

PolicyKeeper::~PolicyKeeper() = default;

void PolicyKeeper::start() {
    state_->looks.start();
}

void PolicyKeeper::stop() {
    state_->looks.stop();
}

base::Task<void> PolicyKeeper::refresh(base::Deadline deadline) {
    co_await boost::asio::co_spawn(
        state_->parts.on, state_->refresh(deadline), boost::asio::use_awaitable
    );
}

}  // namespace accubooks::launch
