#include "telemetry/log.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/json_writer.h"

namespace accubooks::telemetry {

namespace {

constexpr std::size_t kQueueMax = 8192;
constexpr std::size_t kTextMax = 4096;

constexpr std::array<std::string_view, 6> kSecretWords{
    "password", "token", "cookie", "authorization", "secret", "csrf"
};

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool names_a_secret(std::string_view name) {
    return std::ranges::any_of(kSecretWords, [&](std::string_view word) {
        return !std::ranges::search(name, word, {}, to_lower).empty();
    });
}

std::string_view to_string(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            break;
    }
    return "error";
}

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FunctionSink(LogSink sink) : sink_{std::move(sink)} {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        sink_({message.payload.data(), message.payload.size()});
    }
    void flush_() override {}

    LogSink sink_;
};

std::string render(
    base::Instant at, Level level, std::string_view message, std::span<const LogField> fields
) {
    base::JsonWriter json{256};
    json.begin_object()
        .member("time", to_rfc3339(at))
        .member("level", to_string(level))
        .member("message", message.substr(0, kTextMax));
    for (const auto& field : fields) {
        json.key(field.name);
        if (names_a_secret(field.name)) {
            json.value("[secret]");
        } else if (const auto* text = std::get_if<std::string_view>(&field.value)) {
            json.value(text->substr(0, kTextMax));
        } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
            json.value(*number);
        } else {
            json.value(std::get<bool>(field.value));
        }
    }
    json.end_object();
    return std::move(json).take();
}

}  // namespace

std::optional<Level> level_from(std::string_view text) {
    for (const Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
        if (to_string(level) == text) {
            return level;
        }
    }
    return std::nullopt;
}

struct Log::State {
    State(const base::Clock& its_clock, Level its_least, spdlog::sink_ptr sink)
        : clock{its_clock},
          least{its_least},
          writer{std::make_shared<spdlog::details::thread_pool>(kQueueMax, 1)},
          logger{std::make_shared<spdlog::async_logger>(
              "accubooks", std::move(sink), writer, spdlog::async_overflow_policy::overrun_oldest
          )} {
        logger->set_pattern("%v");
        logger->set_level(spdlog::level::trace);
    }

    State(const State&) = delete;
    State& operator=(const State&) = delete;
    // The thread writes what is queued and ends before what it writes with goes.
    ~State() { writer.reset(); }

    const base::Clock& clock;
    Level least;
    std::shared_ptr<spdlog::details::thread_pool> writer;
    std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(const base::Clock& clock, Level least)
    : state_{
          std::make_unique<State>(clock, least, std::make_shared<spdlog::sinks::stderr_sink_mt>())
      } {}

Log::Log(const base::Clock& clock, Level least, LogSink sink)
    : state_{std::make_unique<State>(clock, least, std::make_shared<FunctionSink>(std::move(sink)))
      } {}

Log::~Log() = default;

void Log::write(Level level, std::string_view message, std::span<const LogField> fields) const {
    if (level < state_->least) {
        return;
    }
    const std::string line = render(state_->clock.now(), level, message, fields);
    state_->logger->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
}

std::uint64_t Log::dropped() const {
    return state_->writer->overrun_counter();
}

}  // namespace accubooks::telemetry
