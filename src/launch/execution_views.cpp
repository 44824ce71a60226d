#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "launch/execution_book.h"
#include "launch/execution_store.h"
#include "launch/execution_view.h"
#include "launch/prechecks.h"

namespace accubooks::launch {
namespace {

namespace asio = boost::asio;
using base::Result;
using base::Task;

constexpr std::int64_t kLinesAtOnce = 500;
constexpr std::chrono::milliseconds kFresh{900};
constexpr std::chrono::milliseconds kAgain{20};

}  // namespace

struct ExecutionViews::State {
    explicit State(const Parts& with) : parts{with} {}

    Parts parts;
    /// Of the execution that was looked at last: whoever watches, watches the one that runs.
    std::optional<Attempt> attempt{};
    Measurements measured{};
    std::int64_t lines = 0;
    std::string view{};
    base::Deadline made_at{};
    bool is_busy = false;

    bool is_fresh(std::int64_t execution) const {
        return attempt && attempt->row.number == execution && !view.empty() &&
               base::Deadline::clock::now() < made_at + kFresh;
    }

    Task<Result<std::string>> look(std::int64_t execution, base::Deadline deadline) {
        asio::steady_timer timer{parts.on};
        while (is_busy) {
            if (base::Deadline::clock::now() >= deadline) {
                co_return base::refuse(
                    base::ErrorKind::overloaded,
                    "http.overloaded",
                    "The execution is being judged for somebody else; look again in a moment."
                );
            }
            timer.expires_after(kAgain);
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (is_fresh(execution)) {
            co_return view;
        }
        is_busy = true;
        const std::shared_ptr<void> done{nullptr, [this](void*) { is_busy = false; }};
        AB_CO_CHECK(co_await read_on(execution, deadline));
        const base::Instant now = parts.clock.now();
        const std::vector<CheckOutcome> checks = co_await checks_at(now, deadline);
        view = view_json(*attempt, view_of(*attempt, measured, checks, now));
        made_at = base::Deadline::clock::now();
        co_return view;
    }

    /// While they are being looked at.
    Task<std::vector<CheckOutcome>> checks_at(base::Instant now, base::Deadline deadline) {
        if (attempt->execution.state != ExecutionState::precheck) {
            co_return std::vector<CheckOutcome>{};
        }
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        co_return co_await look_at_prechecks(*lease, *attempt, measured, now, deadline);
    }

    Task<Result<void>> read_on(std::int64_t execution, base::Deadline deadline) {
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        if (!attempt || attempt->row.number != execution) {
            const auto row = co_await find_execution(*lease, execution, deadline);
            if (!row) {
                co_return execution_not_found();
            }
            AB_CO_TRY(loaded, co_await load_attempt(*lease, *row, deadline));
            attempt.emplace(std::move(loaded));
            measured = {};
            lines = 0;
        } else {
            AB_CO_CHECK(co_await catch_up(*lease, *attempt, deadline));
        }
        std::vector<std::string> next;
        do {
            next = co_await lines_after(
                *lease, execution, EvidenceFile::measurements, lines, kLinesAtOnce, deadline
            );
            for (const std::string& line : next) {
                AB_CO_TRY(measurement, parse_measurement(line));
                measured.add(std::move(measurement));
                ++lines;
            }
        } while (std::ssize(next) == kLinesAtOnce);
        co_return Result<void>{};
    }
};

ExecutionViews::ExecutionViews(const Parts& parts) : state_{std::make_shared<State>(parts)} {}
ExecutionViews::~ExecutionViews() = default;

Task<Result<std::string>> ExecutionViews::look(std::int64_t execution, base::Deadline deadline) {
    const auto state = state_;
    auto made = co_await asio::co_spawn(
        state->parts.on,
        [](std::shared_ptr<State> of, std::int64_t number, base::Deadline by
        ) -> Task<std::optional<Result<std::string>>> {
            co_return co_await of->look(number, by);
        }(state, execution, deadline),
        asio::use_awaitable
    );
    co_return *std::move(made);
}

}  // namespace accubooks::launch
