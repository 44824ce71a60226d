#include "app/option_groups.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "ledger/tags.h"

namespace accubooks::app {
namespace {

std::optional<std::chrono::milliseconds> duration_of(const std::string& text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [unit, error] = std::from_chars(text.data(), end, value);
    const std::string_view named{unit, static_cast<std::size_t>(end - unit)};
    const double factor = named == "ms"                   ? 1
                          : named == "s" || named.empty() ? 1'000
                          : named == "m"                  ? 60'000
                          : named == "h"                  ? 3'600'000
                                                          : 0;
    constexpr double kWeek = 604'800'000;
    const double ms = value * factor;
    if (error != std::errc{} || !(ms >= 1 && ms <= kWeek)) {
        return std::nullopt;
    }
    return std::chrono::milliseconds{static_cast<std::int64_t>(ms)};
}

template <class Duration>
void add_time(
    CLI::App& command, const std::string& name, Duration& duration, const std::string& help
) {
    command
        .add_option_function<std::string>(
            name, [&duration](const std::string& text) { duration = *duration_of(text); }, help
        )
        ->check([](const std::string& text) {
            return duration_of(text) ? std::string{} : "give a time such as 10m, 30s or 500ms";
        });
}

}  // namespace

void add_duration(
    CLI::App& command,
    const std::string& name,
    std::chrono::milliseconds& duration,
    const std::string& help
) {
    add_time(command, name, duration, help);
}

void add_duration(
    CLI::App& command,
    const std::string& name,
    std::optional<std::chrono::milliseconds>& duration,
    const std::string& help
) {
    add_time(command, name, duration, help);
}

void add_database(CLI::App& command, DatabaseOptions& options) {
    auto* data_dir = command.add_option_function<std::string>(
        "--data-dir",
        [&options](const std::string& path) { options.data_dir = path; },
        "folder of the private PostgreSQL cluster (default: var)"
    );
    auto* url = command.add_option_function<std::string>(
        "--database-url",
        [&options](const std::string& text) { options.url = text; },
        "an existing PostgreSQL server instead; a password belongs into PGPASSFILE or "
        "ACCUBOOKS_DATABASE_URL"
    );
    const auto not_empty = [](const std::string& text) {
        return text.empty() ? std::string{"is empty"} : std::string{};
    };
    data_dir->check(not_empty);
    url->check(not_empty);
    data_dir->excludes(url);
}

void add_config(CLI::App& command, std::optional<std::filesystem::path>& config) {
    command.add_option_function<std::string>(
        "--config",
        [&config](const std::string& path) { config = path; },
        "file of settings, TOML (default: accubooks.toml in the data folder, if it is there)"
    );
}

void add_date(
    CLI::App& command,
    const std::string& name,
    std::optional<base::Date>& date,
    const std::string& help
) {
    command
        .add_option_function<std::string>(
            name, [&date](const std::string& text) { date = *base::Date::parse(text); }, help
        )
        ->check([](const std::string& text) {
            return base::Date::parse(text) ? std::string{} : "give a day as YYYY-MM-DD";
        });
}

void add_tags(CLI::App& command, std::map<std::string, std::string>& tags) {
    command
        .add_option_function<std::vector<std::string>>(
            "--tag",
            [&tags](const std::vector<std::string>& texts) {
                for (const std::string& text : texts) {
                    const auto tag = ledger::parse_tag(text);
                    tags.insert_or_assign(tag->first, tag->second);
                }
            },
            "NAME=VALUE, of entries with this tag only; several: with all of them"
        )
        ->check([](const std::string& text) {
            return ledger::parse_tag(text) ? std::string{} : "give a tag as NAME=VALUE";
        });
}

}  // namespace accubooks::app
