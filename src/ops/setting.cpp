#include "ops/setting.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "net/peer.h"
#include "ops/listen_address.h"
#include "telemetry/log.h"

namespace accubooks::ops {
namespace {

using Kind = Setting::Kind;

constexpr std::string_view kNone = "none";
constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kTenMinutes = 600'000;

// Sorted by key, as find_setting and every list want it.
constexpr auto kSettings = std::to_array<Setting>({
    {"audit.directory",
     Kind::folder,
     Takes::restart,
     0,
     0,
     "none",
     "Folder of the audit log's key and last checkpoint; none is audit in the data folder."},
    {"backup.archive_queue_mb",
     Kind::count,
     Takes::restart,
     64,
     1'000'000,
     "4096",
     "Mebibytes of the database's log that may wait to be archived; more is thrown away, and said."
    },
    {"backup.directory",
     Kind::folder,
     Takes::restart,
     0,
     0,
     "backup",
     "Folder of the private cluster's backups; a relative one is below the data folder."},
    {"backup.keep_full",
     Kind::count,
     Takes::restart,
     1,
     1000,
     "7",
     "Full backups to keep; older ones are removed, with the log of before them."},
    {"database.connections.reserved",
     Kind::count,
     Takes::live,
     0,
     10000,
     "10",
     "Connections of the server that all pools together leave to commands, backups and people."},
    {"database.ops_pool.max",
     Kind::count,
     Takes::restart,
     1,
     1000,
     "4",
     "Connections of the pool for operations, which serves while the tenants' pool is exhausted."},
    {"database.ops_pool.min",
     Kind::count,
     Takes::restart,
     0,
     1000,
     "1",
     "Connections that the pool for operations keeps warm."},
    {"database.pool.acquire_timeout_ms",
     Kind::milliseconds,
     Takes::live,
     1,
     kTenMinutes,
     "10000",
     "How long a request waits for a connection, connecting included."},
    {"database.pool.connecting_max",
     Kind::count,
     Takes::live,
     1,
     1000,
     "8",
     "Attempts to connect under way at a time."},
    {"database.pool.connection_timeout_ms",
     Kind::milliseconds,
     Takes::live,
     1,
     kTenMinutes,
     "2000",
     "How long one attempt to connect may take."},
    {"database.pool.idle_timeout_ms",
     Kind::milliseconds,
     Takes::live,
     1,
     kDay,
     "30000",
     "How long a connection above the minimum stays idle before it is closed."},
    {"database.pool.leak_after_ms",
     Kind::milliseconds,
     Takes::live,
     1,
     kDay,
     "60000",
     "How long a connection may be lent before that is reported as a leak."},
    {"database.pool.lifetime_ms",
     Kind::milliseconds,
     Takes::live,
     1,
     kDay,
     "1800000",
     "How long a connection lives, give or take a tenth by chance; it ends between two loans."},
    {"database.pool.max",
     Kind::count,
     Takes::live,
     1,
     10000,
     "50",
     "Connections of the tenants' pool at most, for each instance."},
    {"database.pool.min",
     Kind::count,
     Takes::live,
     0,
     10000,
     "10",
     "Connections that the tenants' pool keeps warm."},
    {"database.pool.queue_max",
     Kind::count,
     Takes::live,
     1,
     1'000'000,
     "1000",
     "Requests that may wait for a connection; one more is refused at once."},
    {"database.pool.reclaim_after_ms",
     Kind::milliseconds,
     Takes::live,
     0,
     kDay,
     "0",
     "How long a connection may be lent before it is taken away from its borrower; 0 for ever."},
    {"database.pool.tenant_max",
     Kind::count,
     Takes::live,
     0,
     10000,
     "25",
     "Connections that one tenant may have at a time; 0 for as many as there are."},
    {"identity.directory",
     Kind::folder,
     Takes::restart,
     0,
     0,
     "none",
     "Folder of secret.key, which seals second factors; none is identity in the data folder."},
    {"identity.tenants_per_person",
     Kind::count,
     Takes::restart,
     0,
     1'000'000,
     "10",
     "Tenants that a person may make without an operator, in all; 0: operators make them."},
    {"launch.directory",
     Kind::folder,
     Takes::restart,
     0,
     0,
     "launch",
     "Folder of the launch's outbox, policy and evidence; a relative one is where the program was "
     "started."},
    {"launch.plan",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "File of the launch plan; none is the program's own, launch/plan.yaml."},
    {"launch.url",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "Public address that an execution is watched through as well, http://HOST:PORT."},
    {"log.level",
     Kind::level,
     Takes::restart,
     0,
     0,
     "info",
     "The least important lines that the log still takes."},
    {"notify.from",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "Address that notifications, invitations and new passwords come from; needed with "
     "notify.smtp_url."},
    {"notify.smtp_login_file",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "File with the user and the password of the mail server, a line each."},
    {"notify.smtp_url",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "Mail server of notifications, invitations and new passwords, smtp://HOST:PORT or "
     "smtps://HOST:PORT."},
    {"notify.webhook_hosts",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "Hosts that notifications may be posted to, with commas between them."},
    {"notify.webhook_private",
     Kind::count,
     Takes::restart,
     0,
     1,
     "0",
     "1 lets the webhook be on this machine or a private network, also without TLS."},
    {"notify.webhook_url",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "Webhook that takes notifications as Slack's do; file:PATH keeps it out of the settings."},
    {"posting.batch_entries",
     Kind::count,
     Takes::restart,
     1,
     10000,
     "512",
     "Entries that one batch of a tenant posts at most."},
    {"posting.batch_lines",
     Kind::count,
     Takes::restart,
     1,
     100'000,
     "5000",
     "Lines that one batch of a tenant posts at most, unless one entry alone has more."},
    {"posting.batch_timeout_ms",
     Kind::milliseconds,
     Takes::restart,
     100,
     kTenMinutes,
     "10000",
     "How long one batch may take at the database."},
    {"posting.combined_batches",
     Kind::count,
     Takes::restart,
     1,
     64,
     "1",
     "Transactions under way, at most, in which entries of several tenants are posted together."},
    {"posting.combined_tenants",
     Kind::count,
     Takes::restart,
     1,
     1000,
     "64",
     "Tenants, at most, whose entries one transaction posts together; 1 for no such transactions."},
    {"posting.queue_entries",
     Kind::count,
     Takes::restart,
     1,
     1'000'000,
     "2048",
     "Entries of one tenant that may wait to be posted; one more is refused at once."},
    {"posting.queue_entries_all",
     Kind::count,
     Takes::restart,
     1,
     10'000'000,
     "100000",
     "Entries of all tenants that may wait to be posted."},
    {"server.client_connections",
     Kind::count,
     Takes::restart,
     1,
     65535,
     "1024",
     "Connections that one address may have open; this machine may have any number."},
    {"server.drain_delay_ms",
     Kind::milliseconds,
     Takes::restart,
     0,
     60'000,
     "0",
     "From \"not ready\" to the end of accepting at a stop, so that a balancer looks elsewhere "
     "first."},
    {"server.lanes",
     Kind::count,
     Takes::restart,
     0,
     64,
     "0",
     "Threads that serve HTTP; 0 is one less than the machine has cores."},
    {"server.listen", Kind::address, Takes::restart, 0, 0, "127.0.0.1:8080", "Address of the API."},
    {"server.ops_listen",
     Kind::address,
     Takes::restart,
     0,
     0,
     "127.0.0.1:8081",
     "Address of health, metrics and the pool's configuration."},
    {"server.tls_cert",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "File of the certificate that the API's listener shows, its chain behind it, in PEM."},
    {"server.tls_key",
     Kind::text,
     Takes::restart,
     0,
     0,
     "none",
     "File of the certificate's key, in PEM."},
    {"server.trusted_proxies",
     Kind::networks,
     Takes::restart,
     0,
     0,
     "none",
     "Proxies whose X-Forwarded-For says who the client is, and X-Forwarded-Proto how it came."},
    {"web.directory",
     Kind::folder,
     Takes::restart,
     0,
     0,
     "none",
     "Folder of the built web client; none is where the build put it, if it did."},
});
static_assert(std::ranges::is_sorted(kSettings, {}, &Setting::key));

/// How many letters must change to make one text the other (Levenshtein).
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, replaced}));
        }
    }
    return row.back();
}

std::unexpected<base::Error> bad_value(const Setting& setting, std::string_view given) {
    return base::refuse(
        base::ErrorKind::invalid,
        "settings.bad_value",
        fmt::format("{} must be {}, not {}.", setting.key, shape_of(setting), given)
    );
}

bool is_good_text(const Setting& setting, std::string_view text) {
    switch (setting.kind) {
        case Kind::address:
            return parse_listen_address(text).has_value();
        case Kind::networks:
            return text == kNone || std::ranges::all_of(networks_of(text), net::is_network);
        case Kind::folder:
        case Kind::text:
            return !text.empty() && base::is_plain_text(text);
        default:
            return telemetry::level_from(text).has_value();
    }
}

base::Result<Value> value_from_json(const Setting& setting, const boost::json::value& json) {
    Value value;
    if (json.is_int64()) {
        value = json.get_int64();
    } else if (json.is_string()) {
        value = std::string{json.get_string()};
    } else {
        return bad_value(setting, boost::json::serialize(json));
    }
    AB_CHECK(check(setting, value));
    return value;
}

}  // namespace

std::span<const Setting> registry() {
    return kSettings;
}

const Setting* find_setting(std::string_view key) {
    const auto found = std::ranges::lower_bound(kSettings, key, {}, &Setting::key);
    return found != kSettings.end() && found->key == key ? &*found : nullptr;
}

base::Result<const Setting*> setting_of(std::string_view key) {
    if (const Setting* const found = find_setting(key)) {
        return found;
    }
    // A key is as long as its writer likes, and the comparison takes time by its length.
    const std::string_view compared = key.substr(0, 100);
    const auto& nearest = *std::ranges::min_element(kSettings, {}, [compared](const Setting& one) {
        return distance(compared, one.key);
    });
    return base::refuse(
        base::ErrorKind::invalid,
        "settings.unknown_key",
        fmt::format("There is no setting {}; the one most like it is {}.", compared, nearest.key)
    );
}

std::string shape_of(const Setting& setting) {
    switch (setting.kind) {
        case Kind::count:
            return fmt::format("a whole number from {} to {}", setting.least, setting.most);
        case Kind::milliseconds:
            return fmt::format(
                "a whole number of milliseconds from {} to {}", setting.least, setting.most
            );
        case Kind::address:
            return "HOST:PORT, such as 127.0.0.1:8080";
        case Kind::networks:
            return "IP addresses or networks with commas between them, or none";
        case Kind::folder:
            return "the path of a folder, or none";
        case Kind::text:
            return "a text on one line, or none";
        case Kind::level:
            return "debug, info, warning or error";
    }
    std::unreachable();
}

base::Result<void> check(const Setting& setting, const Value& value) {
    const auto* const number = std::get_if<std::int64_t>(&value);
    if (setting.is_number()) {
        if (number == nullptr || *number < setting.least || *number > setting.most) {
            return bad_value(setting, to_string(value));
        }
    } else if (number != nullptr || !is_good_text(setting, std::get<std::string>(value))) {
        return bad_value(setting, to_string(value));
    }
    return {};
}

base::Result<Value> parse_value(const Setting& setting, std::string_view text) {
    Value value;
    if (setting.is_number()) {
        std::int64_t number = 0;
        const char* const begin = text.data();
        const char* const end = begin + text.size();
        const auto [stopped, error] = std::from_chars(begin, end, number);
        if (error != std::errc{} || stopped != end || text.empty()) {
            return bad_value(setting, text.empty() ? "empty" : text);
        }
        value = number;
    } else {
        value = std::string{text};
    }
    AB_CHECK(check(setting, value));
    return value;
}

std::string to_string(const Value& value) {
    const auto* const number = std::get_if<std::int64_t>(&value);
    return number != nullptr ? fmt::format("{}", *number) : std::get<std::string>(value);
}

Values presets(Takes takes) {
    Values values;
    for (const Setting& setting : kSettings) {
        if (setting.takes == takes) {
            values.emplace(setting.key, *parse_value(setting, setting.preset));
        }
    }
    return values;
}

base::Result<void> check_together(const Values& live) {
    const std::int64_t min = number_of(live, "database.pool.min");
    const std::int64_t max = number_of(live, "database.pool.max");
    if (min > max) {
        return base::refuse(
            base::ErrorKind::invalid,
            "settings.contradiction",
            fmt::format(
                "database.pool.min is {} and database.pool.max is {}; the minimum can't be more "
                "than the maximum.",
                min,
                max
            )
        );
    }
    return {};
}

std::string to_json(const Values& values) {
    // Keys are ASCII and a map's are sorted; numbers are whole: written so, it is canonical.
    base::JsonWriter json;
    json.begin_object();
    for (const auto& [key, value] : values) {
        std::visit([&](const auto& held) { json.member(key, held); }, value);
    }
    json.end_object();
    return std::move(json).take();
}

base::Result<Values> values_from_json(std::string_view json) {
    AB_TRY(parsed, base::parse_json(json));
    Values values;
    for (const auto& [key, held] : parsed.as_object()) {
        AB_TRY(setting, setting_of(key));
        AB_TRY(value, value_from_json(*setting, held));
        values.emplace(setting->key, std::move(value));
    }
    return values;
}

std::int64_t number_of(const Values& values, std::string_view key) {
    const auto found = values.find(key);
    base::ensure(found != values.end(), "values are made complete before they are asked");
    return std::get<std::int64_t>(found->second);
}

const std::string& text_of(const Values& values, std::string_view key) {
    const auto found = values.find(key);
    base::ensure(found != values.end(), "values are made complete before they are asked");
    return std::get<std::string>(found->second);
}

std::vector<std::string> networks_of(std::string_view text) {
    std::vector<std::string> networks;
    if (text == kNone) {
        return networks;
    }
    while (true) {
        const auto comma = std::min(text.find(','), text.size());
        std::string_view one = text.substr(0, comma);
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        networks.emplace_back(one.substr(0, one.find_last_not_of(' ') + 1));
        if (comma == text.size()) {
            return networks;
        }
        text.remove_prefix(comma + 1);
    }
}

pg::PoolSettings pool_settings(const Values& live) {
    const auto count = [&live](std::string_view key) {
        return static_cast<std::uint32_t>(number_of(live, key));
    };
    const auto time = [&live](std::string_view key) {
        return std::chrono::milliseconds{number_of(live, key)};
    };
    pg::PoolSettings settings;
    settings.min = count("database.pool.min");
    settings.max = count("database.pool.max");
    settings.idle_timeout = time("database.pool.idle_timeout_ms");
    settings.connection_timeout = time("database.pool.connection_timeout_ms");
    settings.acquire_timeout = time("database.pool.acquire_timeout_ms");
    settings.queue_max = count("database.pool.queue_max");
    settings.connecting_max = count("database.pool.connecting_max");
    settings.tenant_max = count("database.pool.tenant_max");
    settings.lifetime = time("database.pool.lifetime_ms");
    settings.leak_after = time("database.pool.leak_after_ms");
    settings.reclaim_after = time("database.pool.reclaim_after_ms");
    return settings;
}

}  // namespace accubooks::ops
