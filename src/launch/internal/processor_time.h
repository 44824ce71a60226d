#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "launch/verdict.h"

namespace accubooks::launch {

// How busy a PostgreSQL server on this machine keeps the processors, from what Linux tells: of its
// control group, where it has one of its own (cgroup v2), else of its processes.

/// What is used of /proc/PID/stat (proc_pid_stat(5)); times are in clock ticks.
struct ProcessStat {
    std::string name;
    std::int64_t parent = 0;
    std::int64_t own_ticks = 0;      // user and system
    std::int64_t ended_ticks = 0;    // of children that have ended and were waited for
    std::int64_t started_ticks = 0;  // since the machine's boot
};
std::optional<ProcessStat> parse_process_stat(std::string_view text);

/// "uptime idle" in seconds, of which the first: /proc/uptime.
std::optional<std::chrono::milliseconds> parse_uptime(std::string_view text);

/// Process ids with a space behind each: /proc/PID/task/TID/children.
std::optional<std::vector<std::int64_t>> parse_children(std::string_view text);

/// The path in the one line of a cgroup v2, "0::/path"; none without.
std::optional<std::string> parse_control_group(std::string_view text);

/// `usage_usec` of a control group's cpu.stat.
std::optional<std::chrono::microseconds> parse_group_usage(std::string_view text);

/// "quota period" of cpu.max: how many processors the group may use, in thousandths; none for
/// "max", which is all there are.
struct GroupQuota {
    std::optional<std::int64_t> milli_processors{};
};
std::optional<GroupQuota> parse_group_quota(std::string_view text);

/// Where Linux tells; tests have folders of their own.
struct ProcFolders {
    std::filesystem::path proc{"/proc"};
    std::filesystem::path control_groups{"/sys/fs/cgroup"};
    std::int64_t processors = 1;
    std::int64_t ticks_per_second = 100;

    static ProcFolders of_this_machine();
};

/// Watches one server. It is taken for one on this machine when the process that serves a backend
/// is PostgreSQL's and its parent was started when the server says it was; otherwise, and at the
/// first look, there is no data.
class DatabaseProcessor {
public:
    explicit DatabaseProcessor(ProcFolders folders) : folders_{std::move(folders)} {}

    /// The share of all processors that the server may use which it used since the look before, in
    /// ppm. `backend_pid` is of a connection to it.
    Reading look(
        std::int64_t backend_pid,
        base::Instant server_started_at,
        base::Instant now,
        std::chrono::steady_clock::time_point steady
    );

private:
    struct Used {
        std::int64_t server = 0;  // its process id
        std::chrono::microseconds time{};
        std::int64_t milli_processors = 0;
    };
    std::optional<Used> used(
        std::int64_t backend_pid, base::Instant server_started_at, base::Instant now
    ) const;
    std::optional<Used> used_by_group(std::int64_t server) const;
    std::optional<Used> used_by_processes(std::int64_t server) const;
    std::optional<ProcessStat> stat_of(std::int64_t process) const;
    std::optional<std::string> text_of(const std::filesystem::path& file) const;

    ProcFolders folders_;
    std::optional<Used> before_{};
    std::chrono::steady_clock::time_point before_at_;
};

}  // namespace accubooks::launch
