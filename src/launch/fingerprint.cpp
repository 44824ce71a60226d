#include "launch/fingerprint.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "launch/internal/assessment_parts.h"
#include "launch/internal/instance_address.h"
#include "launch/internal/schema_fingerprint.h"
#include "net/http_client.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

constexpr std::string_view kNotApplicable = "not applicable";
constexpr std::size_t kAnswerBytesMax = 65'536;
constexpr std::chrono::seconds kPatience{5};

std::unexpected<base::Error> bad_fingerprints(std::string_view instance) {
    return base::refuse(
        base::ErrorKind::conflict,
        "launch.bad_fingerprints",
        fmt::format("What answers for {} doesn't tell its fingerprints.", instance)
    );
}

/// Of what instances tell of themselves.
using Part = std::optional<base::Digest> (*)(const ops::OwnFingerprints&);
struct InstancePart {
    std::string_view what;
    Part part;
};
constexpr std::array kInstanceParts{
    InstancePart{"build", [](const ops::OwnFingerprints& of) { return std::optional{of.build}; }},
    InstancePart{
        "api_description",
        [](const ops::OwnFingerprints& of) { return std::optional{of.api_description}; }
    },
    InstancePart{
        "calculation_suite",
        [](const ops::OwnFingerprints& of) { return std::optional{of.calculation_suite}; }
    },
    InstancePart{"web_bundle", [](const ops::OwnFingerprints& of) { return of.web_bundle; }},
};

/// By instance; what one couldn't tell is its error.
using Told = std::map<std::string, Result<ops::OwnFingerprints>>;

Task<Result<ops::OwnFingerprints>> ask(
    boost::asio::any_io_executor on, ops::Boot boot, base::Deadline deadline
) {
    const std::string& instance = boot.who.instance;
    const auto origin = origin_of(boot.who.ops_address);
    if (!origin) {
        co_return bad_fingerprints(instance);
    }
    net::HttpClient client{
        std::move(on), *origin, net::HttpClientSettings{.body_bytes_max = kAnswerBytesMax}
    };
    net::ClientRequest request{.target = "/api/health/fingerprints", .repeatable = true};
    request.headers.add("User-Agent", "accubooks-observer");
    std::string why;
    try {
        const auto answer = co_await client.send(
            std::move(request), std::min(deadline, base::deadline_in(kPatience))
        );
        if (answer.status == 200) {
            co_return read_own_fingerprints(answer.body, instance);
        }
        why = fmt::format("answers {}", answer.status);
    } catch (const net::ClientFailure& failure) {
        why = failure.what();
    }
    co_return base::refuse(
        base::ErrorKind::conflict,
        "launch.bad_fingerprints",
        fmt::format("{} doesn't tell its fingerprints: {}.", instance, why)
    );
}

/// Over all instances, in the order of their names. One that serves nothing of the kind beside one
/// that does is a difference like any other.
Fingerprint over_all(const InstancePart& part, const Told& told) {
    Fingerprint found{.what = std::string{part.what}};
    base::Sha256 sum;
    bool has_any = false;
    for (const auto& [instance, its] : told) {
        if (!its) {
            found.why = its.error().detail;
            return found;
        }
        const auto digest = part.part(*its);
        has_any = has_any || digest.has_value();
        sum.update(fmt::format("{} {}\n", instance, digest ? base::to_hex(*digest) : kNotApplicable)
        );
    }
    if (told.empty()) {
        found.why = "No instance is live.";
    } else if (has_any) {
        found.digest = sum.finish();
    } else {
        found.is_applicable = false;
    }
    return found;
}

/// Of the database's catalogs.
Task<Fingerprint> of_catalogs(pg::Pool& ops, std::string what, base::Deadline deadline) {
    Fingerprint found{.what = what};
    try {
        auto lease = co_await ops.acquire(deadline);
        found.digest = what == "schema" ? co_await schema_fingerprint(*lease, deadline)
                                        : co_await security_fingerprint(*lease, deadline);
    } catch (const pg::Failure& failure) {
        found.why = failure.what();
    }
    co_return found;
}

bool is_known(const Fingerprint& one) {
    return one.digest.has_value() || !one.is_applicable;
}

}  // namespace

Result<ops::OwnFingerprints> read_own_fingerprints(
    std::string_view json, std::string_view instance
) {
    const auto parsed = base::parse_json(json);
    const auto* object = parsed ? parsed->if_object() : nullptr;
    const auto text = [object](std::string_view name) -> std::optional<std::string_view> {
        const auto* member = object == nullptr ? nullptr : object->if_contains(name);
        if (member == nullptr || !member->is_string()) {
            return std::nullopt;
        }
        return std::string_view{member->get_string()};
    };
    if (text("instance") != instance) {
        return bad_fingerprints(instance);
    }
    const auto digest = [&text](std::string_view name) {
        return base::digest_from_hex(text(name).value_or(""));
    };
    const auto build = digest("build");
    const auto api_description = digest("api_description");
    const auto calculation_suite = digest("calculation_suite");
    const auto* bundle = object->if_contains("web_bundle");
    const auto web_bundle = digest("web_bundle");
    const bool has_no_bundle = bundle != nullptr && bundle->is_null();
    if (!build || !api_description || !calculation_suite || !(has_no_bundle || web_bundle)) {
        return bad_fingerprints(instance);
    }
    return ops::OwnFingerprints{
        .build = *build,
        .api_description = *api_description,
        .calculation_suite = *calculation_suite,
        .web_bundle = has_no_bundle ? std::nullopt : std::optional{*web_bundle},
    };
}

Task<std::vector<Fingerprint>> take_fingerprints(
    boost::asio::any_io_executor on,
    pg::Pool& ops,
    std::vector<std::string> wanted,
    std::vector<ops::Boot> instances,
    base::Deadline deadline
) {
    Told told;
    for (const ops::Boot& boot : instances) {
        auto its = co_await ask(on, boot, deadline);
        told.emplace(boot.who.instance, std::move(its));
    }
    std::vector<Fingerprint> taken;
    for (const std::string& what : wanted) {
        const auto* const part = std::ranges::find(kInstanceParts, what, &InstancePart::what);
        if (part != kInstanceParts.end()) {
            taken.push_back(over_all(*part, told));
        } else if (what == "schema" || what == "security_boundary") {
            taken.push_back(co_await of_catalogs(ops, what, deadline));
        } else {
            taken.push_back({.what = what, .why = "This program doesn't know how to take it."});
        }
    }
    co_return taken;
}

bool are_known(const std::vector<Fingerprint>& fingerprints) {
    return std::ranges::all_of(fingerprints, is_known);
}

Reading differences(const std::vector<Fingerprint>& before, const std::vector<Fingerprint>& after) {
    std::vector<std::string_view> changed;
    std::string unknown;
    for (const Fingerprint& then : before) {
        const auto now = std::ranges::find(after, then.what, &Fingerprint::what);
        if (now == after.end() || !is_known(then) || !is_known(*now)) {
            unknown = fmt::format(
                "{} wasn't taken on both sides: {}",
                then.what,
                now == after.end() || !is_known(then) ? then.why : now->why
            );
        } else if (then.digest != now->digest) {
            changed.push_back(then.what);
        }
    }
    if (changed.empty() && !unknown.empty()) {
        return {.kind = ReadingKind::provider_error, .why = std::move(unknown)};
    }
    if (before.empty()) {
        return no_data("Nothing is to be compared.");
    }
    Reading found = value(std::ssize(changed), std::ssize(before));
    if (!changed.empty()) {
        found.why = fmt::format("Not as before: {}.", fmt::join(changed, ", "));
    }
    return found;
}

std::vector<std::pair<std::string, std::string>> texts_of(
    const std::vector<Fingerprint>& fingerprints
) {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const Fingerprint& one : fingerprints) {
        if (one.digest) {
            texts.emplace_back(one.what, base::to_hex(*one.digest));
        } else {
            texts.emplace_back(one.what, one.is_applicable ? one.why : kNotApplicable);
        }
    }
    return texts;
}

std::vector<Fingerprint> fingerprints_of(
    const std::vector<std::pair<std::string, std::string>>& texts
) {
    std::vector<Fingerprint> fingerprints;
    for (const auto& [what, text] : texts) {
        const auto digest = base::digest_from_hex(text);
        const bool is_applicable = text != kNotApplicable;
        fingerprints.push_back({
            .what = what,
            .digest = digest ? std::optional{*digest} : std::nullopt,
            .is_applicable = is_applicable,
            .why = digest || !is_applicable ? "" : text,
        });
    }
    return fingerprints;
}

}  // namespace accubooks::launch
