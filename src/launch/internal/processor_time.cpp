#include "launch/internal/processor_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "launch/internal/assessment_parts.h"

namespace accubooks::launch {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t kFileBytesMax = 1'048'576;
constexpr std::int64_t kMilli = 1000;
// What clocks and ticks are rounded to when a process' start is told by two sides.
constexpr std::chrono::seconds kStartsApart{5};

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = text.find_first_not_of(" \n");
        if (begin == std::string_view::npos) {
            return words;
        }
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(" \n"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

// Of ticks, seconds and the like: centuries, and small enough to be converted.
constexpr std::int64_t kNumberMax = 1'000'000'000'000;
constexpr std::int64_t kMicrosecondsMax = 100'000 * kNumberMax;

std::optional<std::int64_t> number(std::string_view text, std::int64_t most = kNumberMax) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value >= 0 && value <= most
               ? std::optional{value}
               : std::nullopt;
}

bool is_postgres(std::string_view name) {
    return name == "postgres" || name == "postmaster";
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
    // A name may hold anything, closing brackets too.
    const auto open = text.find('(');
    const auto close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
        return std::nullopt;
    }
    const auto words = words_of(text.substr(close + 1));
    // The third field of the manual's list is the first one here.
    const auto field = [&words](std::size_t in_manual) {
        return in_manual - 3 < words.size() ? number(words[in_manual - 3]) : std::nullopt;
    };
    const auto parent = field(4);
    const auto user = field(14);
    const auto system = field(15);
    const auto ended_user = field(16);
    const auto ended_system = field(17);
    const auto started = field(22);
    if (!parent || !user || !system || !ended_user || !ended_system || !started) {
        return std::nullopt;
    }
    return ProcessStat{
        .name = std::string{text.substr(open + 1, close - open - 1)},
        .parent = *parent,
        .own_ticks = *user + *system,
        .ended_ticks = *ended_user + *ended_system,
        .started_ticks = *started,
    };
}

std::optional<milliseconds> parse_uptime(std::string_view text) {
    const auto words = words_of(text);
    const auto point = words.empty() ? std::string_view::npos : words[0].find('.');
    if (point == std::string_view::npos || words[0].size() != point + 3) {
        return std::nullopt;
    }
    const auto seconds = number(words[0].substr(0, point));
    const auto hundredths = number(words[0].substr(point + 1));
    return seconds && hundredths ? std::optional{milliseconds{*seconds * 1000 + *hundredths * 10}}
                                 : std::nullopt;
}

std::optional<std::vector<std::int64_t>> parse_children(std::string_view text) {
    std::vector<std::int64_t> children;
    for (const std::string_view word : words_of(text)) {
        const auto child = number(word);
        if (!child) {
            return std::nullopt;
        }
        children.push_back(*child);
    }
    return children;
}

std::optional<std::string> parse_control_group(std::string_view text) {
    constexpr std::string_view kPrefix = "0::/";
    const auto begin = text.starts_with(kPrefix) ? 0 : text.find("\n0::/");
    if (begin == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(text.find("::/", begin) + 2);
    text = text.substr(0, text.find('\n'));
    return text.contains("..") ? std::nullopt : std::optional{std::string{text}};
}

std::optional<microseconds> parse_group_usage(std::string_view text) {
    const auto words = words_of(text);
    const auto found = std::ranges::find(words, "usage_usec");
    if (found == words.end() || std::next(found) == words.end()) {
        return std::nullopt;
    }
    const auto usage = number(*std::next(found), kMicrosecondsMax);
    return usage ? std::optional{microseconds{*usage}} : std::nullopt;
}

std::optional<GroupQuota> parse_group_quota(std::string_view text) {
    const auto words = words_of(text);
    if (words.size() != 2) {
        return std::nullopt;
    }
    if (words[0] == "max") {
        return GroupQuota{};
    }
    const auto quota = number(words[0]);
    const auto period = number(words[1]);
    if (!quota || !period || *period == 0) {
        return std::nullopt;
    }
    return GroupQuota{.milli_processors = *quota * kMilli / *period};
}

ProcFolders ProcFolders::of_this_machine() {
    return {
        .processors = std::max<std::int64_t>(1, std::thread::hardware_concurrency()),
        .ticks_per_second = std::max<std::int64_t>(1, sysconf(_SC_CLK_TCK)),
    };
}

Reading DatabaseProcessor::look(
    std::int64_t backend_pid,
    base::Instant server_started_at,
    base::Instant now,
    std::chrono::steady_clock::time_point steady
) {
    const auto present = used(backend_pid, server_started_at, now);
    const auto before = std::exchange(before_, present);
    const auto before_at = std::exchange(before_at_, steady);
    if (!present) {
        return no_data("The database doesn't run where this program can see its processors.");
    }
    if (!before || before->server != present->server || steady <= before_at) {
        return no_data("The database's processors were looked at for the first time.");
    }
    const auto passed = std::chrono::duration_cast<microseconds>(steady - before_at);
    // A process that ends between two files is in neither or in both for a moment.
    const auto time = std::max(microseconds{}, present->time - before->time);
    const std::int64_t could = passed.count() * present->milli_processors / kMilli;
    if (could == 0) {
        return no_data("Two looks were too close together.");
    }
    const auto share = static_cast<__int128>(time.count()) * 1'000'000 / could;
    return value(static_cast<std::int64_t>(std::min<__int128>(share, kNumberMax)), 1);
}

std::optional<DatabaseProcessor::Used> DatabaseProcessor::used(
    std::int64_t backend_pid, base::Instant server_started_at, base::Instant now
) const {
    const auto backend = stat_of(backend_pid);
    const auto server = backend ? stat_of(backend->parent) : std::nullopt;
    const auto uptime_text = text_of(folders_.proc / "uptime");
    const auto uptime = uptime_text ? parse_uptime(*uptime_text) : std::nullopt;
    if (!server || !uptime || !is_postgres(backend->name) || !is_postgres(server->name)) {
        return std::nullopt;
    }
    const milliseconds after_boot{server->started_ticks * 1000 / folders_.ticks_per_second};
    const base::Instant started = now + -(*uptime - after_boot);
    if (std::chrono::abs(started - server_started_at) > kStartsApart) {
        return std::nullopt;
    }
    const std::int64_t process = backend->parent;
    const auto by_group = used_by_group(process);
    return by_group ? by_group : used_by_processes(process);
}

std::optional<DatabaseProcessor::Used> DatabaseProcessor::used_by_group(std::int64_t server) const {
    const auto group_of = [this](std::string_view process) -> std::optional<std::string> {
        const auto text = text_of(folders_.proc / process / "cgroup");
        return text ? parse_control_group(*text) : std::nullopt;
    };
    const auto group = group_of(fmt::to_string(server));
    // A group that this program is in too tells of both.
    if (!group || *group == "/" || group == group_of("self")) {
        return std::nullopt;
    }
    const std::filesystem::path folder = folders_.control_groups / group->substr(1);
    const auto usage_text = text_of(folder / "cpu.stat");
    const auto usage = usage_text ? parse_group_usage(*usage_text) : std::nullopt;
    if (!usage) {
        return std::nullopt;
    }
    const auto quota_text = text_of(folder / "cpu.max");
    const auto quota = quota_text ? parse_group_quota(*quota_text) : std::nullopt;
    const std::int64_t all = folders_.processors * kMilli;
    return Used{
        .server = server,
        .time = *usage,
        .milli_processors =
            quota ? std::min(all, std::max<std::int64_t>(1, quota->milli_processors.value_or(all)))
                  : all,
    };
}

std::optional<DatabaseProcessor::Used> DatabaseProcessor::used_by_processes(std::int64_t server
) const {
    const std::string name = fmt::to_string(server);
    const auto children_text = text_of(folders_.proc / name / "task" / name / "children");
    const auto children = children_text ? parse_children(*children_text) : std::nullopt;
    const auto itself = stat_of(server);
    if (!children || !itself) {
        return std::nullopt;
    }
    std::int64_t ticks = itself->own_ticks + itself->ended_ticks;
    for (const std::int64_t child : *children) {
        if (const auto found = stat_of(child)) {
            ticks += found->own_ticks + found->ended_ticks;
        }
    }
    return Used{
        .server = server,
        .time = microseconds{ticks * 1'000'000 / folders_.ticks_per_second},
        .milli_processors = folders_.processors * kMilli,
    };
}

std::optional<ProcessStat> DatabaseProcessor::stat_of(std::int64_t process) const {
    const auto text = text_of(folders_.proc / fmt::to_string(process) / "stat");
    return text ? parse_process_stat(*text) : std::nullopt;
}

std::optional<std::string> DatabaseProcessor::text_of(const std::filesystem::path& file) const {
    std::ifstream in{file, std::ios::binary};
    if (!in) {
        return std::nullopt;
    }
    std::string text;
    std::array<char, 4096> block{};
    while (in.read(block.data(), block.size()) || in.gcount() > 0) {
        text.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > kFileBytesMax) {
            return std::nullopt;
        }
    }
    return text;
}

}  // namespace accubooks::launch
