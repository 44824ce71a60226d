#include "audit/log.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "audit/internal/sequencer.h"
#include "audit/internal/sequencing.h"
#include "audit/internal/signer.h"
#include "net/bell.h"
#include "net/periodic_task.h"

namespace accubooks::audit {
namespace {

namespace asio = boost::asio;
using telemetry::Level;

constexpr std::chrono::seconds kEvery{1};
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kAgain{100};

std::unexpected<base::Error> conflict(std::string_view code, std::string detail) {
    return base::refuse(base::ErrorKind::conflict, code, std::move(detail));
}

}  // namespace

struct Log::State {
    Parts parts;
    std::optional<LogFolder> folder;
    Disk disk;
    Sequencer sequencer;
    Signer signer;
    net::Bell step_ended;
    bool is_stepping = false;
    std::string complaint;  // the last one that was logged
    net::PeriodicTask steps;

    explicit State(const Parts& given)
        : parts{given},
          folder{given.folder ? std::optional<LogFolder>{*given.folder} : std::nullopt},
          sequencer{workplace()},
          signer{workplace()},
          step_ended{given.on},
          steps{{
              .on = given.on,
              .pause = kEvery,
              .work = [this] { return try_once(base::deadline_in(kPatience)); },
              .failed = [this](const std::exception& failure) { tell(failure.what()); },
          }} {}
    Workplace workplace() {
        return {
            .ops = parts.ops,
            .clock = parts.clock,
            .disk = disk,
            .folder = folder,
            .random = parts.random,
        };
    }

    base::Task<base::Result<void>> step(base::Deadline deadline) {
        AB_CO_CHECK(co_await sequencer.sequence(deadline));
        co_return co_await signer.sign_newest(deadline);
    }

    /// One step at a time in this program; who comes while one runs waits for its end, and then
    /// makes its own.
    base::Task<base::Result<void>> advance(base::Deadline deadline) {
        while (is_stepping) {
            if (base::Deadline::clock::now() >= deadline) {
                co_return base::refuse(
                    base::ErrorKind::overloaded,
                    "audit.not_in_time",
                    "Another step of the audit log takes longer than one could wait."
                );
            }
            co_await step_ended.wait(deadline);
        }
        is_stepping = true;
        const auto end = [this] {
            is_stepping = false;
            step_ended.ring();
        };
        std::optional<base::Result<void>> verdict;
        try {
            verdict.emplace(co_await step(deadline));
        } catch (...) {
            end();
            throw;
        }
        end();
        co_return *std::move(verdict);
    }

    base::Task<std::optional<Included>> look_up(base::Uuid act, base::Deadline deadline) {
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        const auto place = co_await place_of(*lease, act, deadline);
        if (!place) {
            co_return std::nullopt;
        }
        auto checkpoint =
            co_await newest_checkpoint(*lease, place->first, place->second + 1, deadline);
        if (!checkpoint) {
            co_return std::nullopt;
        }
        const auto ranges = inclusion_ranges(place->second, checkpoint->checkpoint.tree.size);
        const Nodes nodes =
            co_await nodes_of(*lease, place->first, audit::subtrees_of(ranges), deadline);
        auto leaves = co_await leaves_of(*lease, place->first, place->second, 1, deadline);
        co_return Included{
            .entry = std::move(leaves.at(0).entry),
            .proof =
                {
                    .index = place->second,
                    .path = hashes_of(ranges, nodes),
                    .checkpoint = *std::move(checkpoint),
                },
        };
    }

    base::Task<bool> is_recorded(base::Uuid act, base::Deadline deadline) {
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        const auto found = co_await act_of(*lease, act, deadline);
        co_return found.has_value();
    }

    base::Task<base::Result<Included>> await_inclusion(base::Uuid act, base::Deadline deadline) {
        const bool recorded = co_await is_recorded(act, deadline);
        if (!recorded) {
            co_return base::refuse(
                base::ErrorKind::not_found,
                "audit.no_such_act",
                "No such act was recorded, or its transaction hasn't committed."
            );
        }
        while (true) {
            if (auto included = co_await look_up(act, deadline)) {
                co_return *std::move(included);
            }
            const auto advanced = co_await advance(deadline);
            if (!advanced && advanced.error().code != "audit.not_in_time") {
                co_return std::unexpected(advanced.error());
            }
            if (auto included = co_await look_up(act, deadline)) {
                co_return *std::move(included);
            }
            if (base::Deadline::clock::now() + kAgain > deadline) {
                co_return base::refuse(
                    base::ErrorKind::overloaded,
                    "audit.not_in_time",
                    "The act is recorded, but no instance that holds the log's key has signed it "
                    "yet; it will be, once one runs."
                );
            }
            // Another instance signs, or will: this one hasn't the key.
            asio::steady_timer again{parts.on, kAgain};
            co_await again.async_wait(asio::use_awaitable);
        }
    }

    base::Task<base::Result<Included>> reopen(
        std::string actor, std::string reason, base::Deadline deadline
    ) {
        AB_CO_TRY(key, co_await signer.key());
        if (!key) {
            co_return conflict(
                "audit.no_log_key",
                "The folder of the log's key isn't known here; reopen the log where it is signed."
            );
        }
        const auto advanced = co_await advance(deadline);
        if (advanced) {
            co_return conflict(
                "audit.nothing_to_reopen",
                "The audit log can go on: the database has all that was signed."
            );
        }
        if (advanced.error().code != "audit.log_behind" &&
            advanced.error().code != "audit.log_forked") {
            co_return std::unexpected(advanced.error());
        }
        AB_CO_TRY(
            id,
            co_await sequencer.open_next(
                key->public_key(), std::move(actor), std::move(reason), deadline
            )
        );
        co_return co_await await_inclusion(id, deadline);
    }

    void tell(std::string what) {
        if (complaint != what) {
            complaint = std::move(what);
            if (!complaint.empty()) {
                parts.log.write(
                    Level::error,
                    "the audit log doesn't go on",
                    {{"error", std::string_view{complaint}}}
                );
            }
        }
    }

    base::Task<void> hasten(base::Deadline deadline) {
        if (is_stepping) {
            co_await step_ended.wait(deadline);
        } else if (complaint.empty()) {
            co_await try_once(deadline);
        }
    }

    base::Task<void> try_once(base::Deadline deadline) {
        const auto advanced = co_await advance(deadline);
        if (advanced || advanced.error().code != "audit.not_in_time") {
            tell(advanced ? std::string{} : advanced.error().detail);
        }
    }
};

Log::Log(const Parts& parts) : state_{new State{parts}} {}

Log::~Log() = default;

void Log::start() {
    state_->steps.start();
}

void Log::stop() {
    state_->steps.stop();
}

base::Task<base::Result<Included>> Log::await_inclusion(base::Uuid act, base::Deadline deadline) {
    co_return co_await asio::co_spawn(
        state_->parts.on, state_->await_inclusion(act, deadline), asio::use_awaitable
    );
}

base::Task<void> Log::hasten(base::Deadline deadline) {
    co_await asio::co_spawn(state_->parts.on, state_->hasten(deadline), asio::use_awaitable);
}

base::Task<base::Result<void>> Log::advance(base::Deadline deadline) {
    co_return co_await asio::co_spawn(
        state_->parts.on, state_->advance(deadline), asio::use_awaitable
    );
}

base::Task<base::Result<Included>> Log::reopen(
    std::string actor, std::string reason, base::Deadline deadline
) {
    co_return co_await asio::co_spawn(
        state_->parts.on,
        state_->reopen(std::move(actor), std::move(reason), deadline),
        asio::use_awaitable
    );
}

}  // namespace accubooks::audit
