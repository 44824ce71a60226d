#include "app/reload.h"

#include <atomic>
#include <csignal>
#include <future>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include "ops/change.h"

namespace accubooks::app {
namespace {

namespace asio = boost::asio;
using telemetry::Level;

constexpr std::chrono::seconds kPatience{10};

}  // namespace

struct Reload::State {
    Parts parts;
    asio::signal_set signals;
    std::atomic<bool> stopping = false;
    std::future<void> running;

    void refused(const base::Error& error) const {
        parts.log.write(Level::error, "the settings file was not taken: " + error.detail);
    }

    base::Task<void> read() {
        if (!parts.file) {
            parts.log.write(Level::warning, "there is no settings file to read again");
            co_return;
        }
        const auto given = ops::read_settings_file(*parts.file);
        if (!given) {
            refused(given.error());
            co_return;
        }
        const base::Deadline deadline = base::deadline_in(kPatience);
        const auto connection = co_await pg::Connection::open(parts.endpoint, deadline);
        ops::Proposal proposal = ops::proposal_of(*given);
        proposal.author = parts.author;
        proposal.reason = fmt::format("SIGHUP: {}", parts.file->string()).substr(0, 900);
        const auto made = co_await ops::propose(*connection, std::move(proposal), deadline);
        if (!made) {
            refused(made.error());
        } else if (made->is_new) {
            parts.log.write(
                Level::info,
                "the settings file became a revision: " + ops::to_string(made->changes),
                {{"revision", made->revision.number}}
            );
        } else {
            parts.log.write(
                Level::info,
                "the settings file says what is in force already",
                {{"revision", made->revision.number}}
            );
        }
    }

    base::Task<void> wait() {
        while (!stopping) {
            const auto [error, signal] =
                co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
            if (error || stopping) {
                break;
            }
            parts.certificate();
            try {
                co_await read();
            } catch (const std::exception& failure) {
                parts.log.write(
                    Level::error,
                    "the settings file was not taken",
                    {{"error", std::string_view{failure.what()}}}
                );
            }
        }
    }
};

Reload::Reload(const Parts& parts)
    : state_{new State{parts, asio::signal_set{parts.on, SIGHUP}, false, {}}} {}

Reload::~Reload() {
    base::ensure(
        !state_->running.valid(), "what reads the settings again is stopped before it ends"
    );
}

void Reload::start() {
    state_->running = asio::co_spawn(state_->parts.on, state_->wait(), asio::use_future);
}

void Reload::stop() {
    if (!state_->running.valid()) {
        return;
    }
    state_->stopping = true;
    asio::post(state_->parts.on, [state = state_] { state->signals.cancel(); });
    state_->running.wait();
    state_->running = {};
}

}  // namespace accubooks::app
