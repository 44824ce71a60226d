#include "ops/revision.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::ops {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLeaseLeast = std::chrono::seconds{1};
constexpr milliseconds kLeaseMost = std::chrono::hours{7 * 24};
constexpr std::size_t kReasonBytesMax = 1000;

std::string_view bytes_of(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string bytes_of(std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(bits >> shift & 0xFFU));
    }
    return bytes;
}

std::string list_of(const std::vector<base::Uuid>& boots) {
    std::string text;
    for (const base::Uuid& boot : boots) {
        text += (text.empty() ? "" : ",") + base::to_string(boot);
    }
    return text;
}

base::Result<void> check_live(const Values& values) {
    for (const auto& [key, value] : values) {
        AB_TRY(setting, setting_of(key));
        if (setting->takes == Takes::restart) {
            return base::refuse(
                base::ErrorKind::conflict,
                "settings.needs_restart",
                fmt::format(
                    "{} needs a restart: set it in the file, the environment or by flag, and start "
                    "the instances again.",
                    key
                )
            );
        }
        AB_CHECK(check(*setting, value));
    }
    return {};
}

base::Result<void> check_form(const Proposal& proposal) {
    const std::string& reason = proposal.reason;
    if (reason.empty() || reason.size() > kReasonBytesMax || !base::is_plain_text(reason)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "settings.bad_reason",
            fmt::format("A change has a reason of 1 to {} bytes on one line.", kReasonBytesMax)
        );
    }
    const auto& lease = proposal.confirm_within;
    if (lease && (*lease < kLeaseLeast || *lease > kLeaseMost)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "settings.bad_lease",
            "The time to confirm a change in is at least 1 second and at most 7 days."
        );
    }
    return {};
}

}  // namespace

std::string_view to_string(Origin origin) {
    switch (origin) {
        case Origin::seed:
            return "seed";
        case Origin::set:
            return "set";
        case Origin::file:
            return "file";
        case Origin::rollback:
            return "rollback";
        case Origin::revert:
            return "revert";
        case Origin::expiry:
            return "expiry";
    }
    std::unreachable();
}

base::Digest digest_of(const Revision& revision, const base::Digest& before) {
    base::Sha256 hash;
    const auto add_text = [&hash](std::string_view text) {
        hash.update(bytes_of(base::sha256(text)));
    };
    hash.update(bytes_of(before)).update(bytes_of(revision.number));
    add_text(revision.settings);
    add_text(to_string(revision.origin));
    hash.update(bytes_of(revision.restores.value_or(0)));
    add_text(revision.author);
    add_text(revision.reason);
    hash.update(bytes_of(std::int64_t{revision.confirm_within.value_or(milliseconds{0}).count()}));
    add_text(list_of(revision.expected));
    hash.update(bytes_of(revision.created_at.unix_micros()));
    return hash.finish();
}

base::Result<Values> values_of(const Revision& revision) {
    AB_TRY(own, values_from_json(revision.settings));
    AB_CHECK(check_live(own));
    Values values = presets(Takes::live);
    own.merge(values);
    AB_CHECK(check_together(own));
    return own;
}

base::Result<Values> decide(const Sight& now, const Proposal& proposal) {
    AB_CHECK(check_form(proposal));
    AB_CHECK(check_live(proposal.values));
    if (proposal.parent && *proposal.parent != now.newest.number) {
        return base::refuse(
            base::ErrorKind::conflict,
            "settings.another_came_first",
            fmt::format(
                "Revision {} by {} came first; look at it with accubooks config diff {} {}, then "
                "decide again.",
                now.newest.number,
                now.newest.author,
                *proposal.parent,
                now.newest.number
            )
        );
    }
    // An execution goes on in steps: the next takes the place of its own last one.
    const bool goes_on = proposal.execution && proposal.author == now.newest.author;
    if (now.lease && proposal.origin != Origin::rollback && !goes_on) {
        return base::refuse(
            base::ErrorKind::conflict,
            "settings.awaits_confirmation",
            fmt::format(
                "Revision {} awaits confirmation: accubooks config confirm keeps it, accubooks "
                "config rollback takes it back.",
                now.newest.number
            )
        );
    }
    // A rollback is from what was confirmed: it confirms nothing that still awaits it.
    AB_TRY(values, values_of(proposal.origin == Origin::rollback ? now.confirmed : now.newest));
    for (const auto& [key, value] : proposal.values) {
        values.insert_or_assign(key, value);
    }
    AB_CHECK(check_together(values));
    return values;
}

}  // namespace accubooks::ops
