#include "pg/internal/conninfo.h"

#include <algorithm>
#include <memory>
#include <ranges>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

namespace accubooks::pg {

namespace {

constexpr std::pair<std::string_view, std::string_view> kDefaultSettings[] = {
    {"TimeZone", "UTC"},
    {"client_min_messages", "warning"},
    {"lock_timeout", "10000"},
    {"idle_in_transaction_session_timeout", "60000"},
};

/// A dead peer is noticed within 10 s, although it acknowledges nothing.
constexpr std::pair<std::string_view, std::string_view> kDefaultParameters[] = {
    {"tcp_user_timeout", "10000"},
    {"keepalives_idle", "30"},
    {"client_encoding", "UTF8"},
};

void append_setting(std::string& options, std::string_view name, std::string_view value) {
    options += options.empty() ? "-c " : " -c ";
    options += name;
    options += '=';
    for (const char character : value) {
        if (character == ' ' || character == '\\') {
            options += '\\';
        }
        options += character;
    }
}

/// "a,,b" has three parts; an empty text has one.
std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    for (const auto& part : std::views::split(list, ',')) {
        parts.emplace_back(part.begin(), part.end());
    }
    if (parts.empty()) {
        parts.emplace_back();
    }
    return parts;
}

bool is_name(const std::string& host) {
    boost::system::error_code no_address;
    boost::asio::ip::make_address(host, no_address);
    return !host.empty() && !host.starts_with('/') && !host.starts_with('@') && no_address;
}

}  // namespace

ConnectParameters::ConnectParameters(const Endpoint& endpoint) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed{
        PQconninfoParse(endpoint.conninfo.c_str(), nullptr), PQconninfoFree
    };
    if (parsed == nullptr) {
        // libpq's own message would quote the string, and with it a password.
        throw Failure{
            "the database URL can't be read; write it as postgresql://USER@HOST:PORT/DATABASE",
            {.kind = Failure::Kind::connect}
        };
    }
    for (const auto* option = parsed.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) {
            pairs_.emplace_back(option->keyword, option->val);
        }
    }
    take_hosts_of_the_environment();
    for (const auto& [keyword, value] : kDefaultParameters) {
        if (auto& held = at(std::string{keyword}); held.empty()) {
            held = value;
        }
    }
    if (auto& name = at("application_name"); name.empty()) {
        name = endpoint.application_name;
    }
    std::string options;
    for (const auto& [name, value] : kDefaultSettings) {
        append_setting(options, name, value);
    }
    if (auto& own = at("options"); !own.empty()) {
        options += ' ' + own;
    }
    for (const auto& [name, value] : endpoint.settings) {
        append_setting(options, name, value);
    }
    if (!endpoint.role.empty()) {
        append_setting(options, "role", endpoint.role);
    }
    at("options") = options;
}

void ConnectParameters::take_hosts_of_the_environment() {
    if (!value_of("service").empty()) {
        return;  // its file says where the server is, and libpq alone reads it
    }
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> defaults{
        PQconndefaults(), PQconninfoFree
    };
    for (const auto* option = defaults.get(); option != nullptr && option->keyword != nullptr;
         ++option) {
        const std::string_view keyword = option->keyword;
        const bool says_where = keyword == "host" || keyword == "hostaddr" || keyword == "port";
        if (says_where && option->val != nullptr && value_of(keyword).empty()) {
            at(option->keyword) = option->val;
        }
    }
}

std::string& ConnectParameters::at(const std::string& keyword) {
    const auto found =
        std::ranges::find(pairs_, keyword, &std::pair<std::string, std::string>::first);
    if (found != pairs_.end()) {
        return found->second;
    }
    return pairs_.emplace_back(keyword, "").second;
}

std::string_view ConnectParameters::value_of(std::string_view keyword) const {
    const auto found =
        std::ranges::find(pairs_, keyword, &std::pair<std::string, std::string>::first);
    return found == pairs_.end() ? std::string_view{} : found->second;
}

std::vector<std::string> ConnectParameters::names() const {
    if (!value_of("hostaddr").empty()) {
        return {};
    }
    std::vector<std::string> hosts = parts_of(value_of("host"));
    std::erase_if(hosts, [](const std::string& host) { return !is_name(host); });
    return hosts;
}

bool ConnectParameters::give_addresses(
    const std::map<std::string, std::vector<std::string>>& of_names
) {
    const std::vector<std::string> hosts = parts_of(value_of("host"));
    const std::vector<std::string> ports = parts_of(value_of("port"));
    const bool has_ports = hosts.size() > 1 && ports.size() == hosts.size();
    const std::vector<std::string> itself(1);
    std::vector<std::string> new_hosts;
    std::vector<std::string> addresses;
    std::vector<std::string> new_ports;
    for (std::size_t at = 0; at < hosts.size(); ++at) {
        const auto found = of_names.find(hosts[at]);
        for (const std::string& address : found == of_names.end() ? itself : found->second) {
            new_hosts.push_back(hosts[at]);
            addresses.push_back(address);
            new_ports.push_back(has_ports ? ports[at] : "");
        }
    }
    at("host") = fmt::format("{}", fmt::join(new_hosts, ","));
    at("hostaddr") = fmt::format("{}", fmt::join(addresses, ","));
    if (has_ports) {
        at("port") = fmt::format("{}", fmt::join(new_ports, ","));
    }
    return !new_hosts.empty();
}

std::vector<const char*> ConnectParameters::keywords() const {
    std::vector<const char*> list;
    list.reserve(pairs_.size() + 1);
    for (const auto& [keyword, value] : pairs_) {
        list.push_back(keyword.c_str());
    }
    list.push_back(nullptr);
    return list;
}

std::vector<const char*> ConnectParameters::values() const {
    std::vector<const char*> list;
    list.reserve(pairs_.size() + 1);
    for (const auto& [keyword, value] : pairs_) {
        list.push_back(value.c_str());
    }
    list.push_back(nullptr);
    return list;
}

}  // namespace accubooks::pg
