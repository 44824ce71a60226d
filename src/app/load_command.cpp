#include "app/load_command.h"

#include <csignal>
#include <fstream>
#include <iostream>

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/progress.h"
#include "app/run.h"
#include "app/workbench.h"
#include "base/utf8.h"
#include "ops/load.h"

namespace accubooks::app {
namespace {

constexpr std::uint64_t kRequestsPreset = 500;
constexpr std::size_t kTokensMax = 100'000;  // each costs the run a kilobyte
constexpr std::size_t kTokenLengthMax = 512;

std::unexpected<base::Error> bad_tokens(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "load.bad_tokens", std::move(detail));
}

// Never says what the file holds: it may be anything, a secret first of all.
base::Result<std::vector<std::string>> tokens_from(std::istream& input, std::string_view name) {
    std::vector<std::string> tokens;
    std::string line;
    while (std::getline(input, line)) {
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        if (line.empty()) {
            continue;
        }
        const bool plain = std::ranges::all_of(line, [](char c) { return c > ' ' && c < 0x7F; });
        if (!plain || line.size() > kTokenLengthMax) {
            return bad_tokens(
                fmt::format("{} has a line that is no token; give one token a line.", name)
            );
        }
        if (tokens.size() == kTokensMax) {
            return bad_tokens(
                fmt::format("{} has more than {} tokens; give fewer.", name, kTokensMax)
            );
        }
        tokens.push_back(line);
    }
    if (tokens.empty()) {
        return bad_tokens(fmt::format("{} has no token; give one a line.", name));
    }
    return tokens;
}

base::Result<std::vector<std::string>> read_tokens(const std::string& file) {
    if (file == "-") {
        return tokens_from(std::cin, "Standard input");
    }
    std::ifstream input{file};
    if (!input) {
        return bad_tokens(fmt::format("{} can't be read.", file));
    }
    struct ::stat about{};
    if (::stat(file.c_str(), &about) == 0 && (about.st_mode & (S_IRGRP | S_IROTH)) != 0) {
        say(fmt::format(
            "accubooks: {} can be read by others than its owner; chmod 600 keeps its tokens "
            "secret.",
            file
        ));
    }
    return tokens_from(input, file);
}

base::Result<ops::LoadSettings> settings_of(const LoadOptions& options) {
    AB_TRY(origin, net::Origin::parse(options.url));
    AB_TRY(tokens, read_tokens(options.token_file));
    ops::LoadSettings settings{
        .origin = std::move(origin),
        .tokens = std::move(tokens),
        .plan = {.requests = options.requests, .duration = options.duration, .rate = options.rate},
        .concurrency = options.concurrency,
        .seed = options.seed,
        .timeout = options.timeout,
    };
    if (!options.requests && !options.duration) {
        settings.plan.requests = kRequestsPreset;
    }
    if (options.mix) {
        AB_TRY(mix, ops::LoadMix::read(*options.mix));
        settings.mix = mix;
    }
    return settings;
}

// A line that is written over on a terminal; elsewhere one every five seconds.
class Ticker {
public:
    void show(const ops::LoadProgress& progress) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(progress.elapsed);
        if (!on_terminal_ &&
            seconds < std::chrono::floor<std::chrono::seconds>(last_.elapsed) + kStep) {
            return;
        }
        const std::chrono::duration<double> elapsed = progress.elapsed - last_.elapsed;
        fmt::print(
            stderr,
            "{}{} s: {} requests, {} errors, {:.0f} a second{}",
            on_terminal_ ? kWipe : "",
            seconds.count(),
            progress.requests,
            progress.errors,
            static_cast<double>(progress.requests - last_.requests) / elapsed.count(),
            on_terminal_ ? "" : "\n"
        );
        std::fflush(stderr);
        last_ = progress;
    }
    void finish() const {
        if (on_terminal_ && last_.elapsed > last_.elapsed.zero()) {
            fmt::print(stderr, kWipe);
        }
    }

private:
    static constexpr const char* kWipe = "\r\x1b[K";
    static constexpr std::chrono::seconds kStep{5};
    bool on_terminal_ = ::isatty(STDERR_FILENO) == 1;
    ops::LoadProgress last_;  // that was shown
};

bool write_json(const std::string& file, const std::string& json) {
    if (file == "-") {
        fmt::print("{}\n", json);
        return true;
    }
    std::ofstream output{file, std::ios::binary | std::ios::trunc};
    output << json << '\n';
    output.close();
    if (!output) {
        say(fmt::format("accubooks: {} can't be written.", file));
        return false;
    }
    return true;
}

void explain(const ops::Load& load) {
    for (const std::string& what : load.whats()) {
        say("  " + base::printable(what));
    }
    if (load.retries() > 0 || load.resent() > 0) {
        say(fmt::format(
            "{} posts were asked again to settle them, {} stayed unsettled; {} requests were sent "
            "twice since their connection had been closed.",
            load.retries(),
            load.unsettled(),
            load.resent()
        ));
    }
}

}  // namespace

int drive_load(const LoadOptions& options) {
    std::signal(SIGPIPE, SIG_IGN);
    auto settings = settings_of(options);
    if (!settings) {
        complain(settings.error());
        return kExitRefused;
    }
    const base::SystemClock clock;
    boost::asio::io_context io{1};
    ops::Load load{io.get_executor(), *std::move(settings), clock, base::system_random()};
    Progress preparing{"Preparing the books"};
    const auto prepared =
        run(io, load.prepare([&preparing](double share) { preparing.show(share); }));
    preparing.finish();
    if (!prepared) {
        complain(prepared.error());
        return kExitRefused;
    }
    boost::asio::signal_set interrupts{io, SIGINT, SIGTERM};
    interrupts.async_wait([&load](const boost::system::error_code& error, int) {
        if (!error) {
            load.stop();
        }
    });
    Ticker ticker;
    const ops::LoadReport report =
        run(io, load.run([&ticker](const ops::LoadProgress& progress) { ticker.show(progress); }));
    ticker.finish();
    explain(load);
    const bool json_to_output = options.json == "-";
    fmt::print(json_to_output ? stderr : stdout, "{}", to_table(report));
    if (options.json && !write_json(*options.json, to_json(report))) {
        return kExitRefused;
    }
    return report.requests > 0 && report.error_rate() <= options.max_error_rate ? kExitDone
                                                                                : kExitRefused;
}

}  // namespace accubooks::app
