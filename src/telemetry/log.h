#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"

namespace accubooks::telemetry {

enum class Level : std::uint8_t { debug, info, warning, error };

/// "debug", "info", "warning" or "error".
std::optional<Level> level_from(std::string_view text);

/// One named fact of a log line; the value must outlive the call only.
struct LogField {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, bool> value;
};

/// Where finished lines go, without their line end; called from one thread at a time.
using LogSink = std::function<void(std::string_view line)>;

/// The structured log: one JSON object per line with "time" (RFC 3339 in microseconds), "level",
/// "message" and the named fields. Control characters are always escaped and each text ends at 4
/// KiB, so nothing a client sends can forge or flood a line. A field named like a secret
/// ("password", "token", "cookie", "authorization", …) is written as
/// "[secret]"; request headers and bodies are never passed at all.
///
/// Lines are written by a thread of the log's own from a queue of 8192; when it is full the oldest
/// line is dropped and counted, since a stuck terminal must not stop the books. The destructor
/// writes what is queued. For any thread.
class Log {
public:
    /// To standard error.
    Log(const base::Clock& clock, Level least);
    Log(const base::Clock& clock, Level least, LogSink sink);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void write(Level level, std::string_view message, std::span<const LogField> fields) const;
    void write(Level level, std::string_view message, std::initializer_list<LogField> fields = {})
        const {
        write(level, message, std::span{fields.begin(), fields.size()});
    }

    /// Lines lost because the queue was full.
    std::uint64_t dropped() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::telemetry
