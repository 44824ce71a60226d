#include "pg/internal/conninfo.h"

#include <algorithm>
#include <memory>
#include <string_view>

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

std::string& ConnectParameters::at(const std::string& keyword) {
    const auto found =
        std::ranges::find(pairs_, keyword, &std::pair<std::string, std::string>::first);
    if (found != pairs_.end()) {
        return found->second;
    }
    return pairs_.emplace_back(keyword, "").second;
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
