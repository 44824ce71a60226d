#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "launch/assessment.h"
#include "launch/execution_log.h"
#include "launch/measurement.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// What is to be seen of an execution at a moment, made of what is recorded alone.
struct ExecutionView {
    base::Instant at;
    Milliseconds covered{};  // of the present state's window, time with data
    Milliseconds window{};   // zero where the state has none
    /// Each pre-check as it is now, or as it was when the last was known; a reason says what an
    /// inconclusive one waits for.
    std::vector<CheckOutcome> checks{};
    /// Each criterion by which the state passes, as it would be judged now; a reason says what is
    /// missing yet.
    std::vector<Verdict> criteria{};
    /// What the criteria's metrics were over the baseline, by name; without those that had no data,
    /// and without what is itself a comparison with it.
    std::map<std::string, std::int64_t, std::less<>> baseline{};
    std::vector<Verdict> triggers{};  // that hold now
    SourcesSilent silence{};
};
/// `checks` are those of now, which count while the pre-checks are looked at.
ExecutionView view_of(
    const Attempt& attempt,
    const Measurements& measured,
    const std::vector<CheckOutcome>& checks,
    base::Instant now
);

/// The execution with its view, and why it isn't in the next state yet: one JSON object.
std::string view_json(const Attempt& attempt, const ExecutionView& view);

/// Views for everybody who watches: measurements are read once, and a view is made once a second at
/// most however many look. Calls may come from anywhere and throw pg::Failure.
class ExecutionViews {
public:
    struct Parts {
        boost::asio::any_io_executor on;  // where its state lives
        pg::Pool& ops;                    // connections are accubooks_ops
        const base::Clock& clock;
    };
    explicit ExecutionViews(const Parts& parts);
    ~ExecutionViews();
    ExecutionViews(const ExecutionViews&) = delete;
    ExecutionViews& operator=(const ExecutionViews&) = delete;

    /// Of the execution of that number over all changes, as JSON. Errors:
    /// `launch.execution_not_found`, `launch.bad_payload`.
    base::Task<base::Result<std::string>> look(std::int64_t execution, base::Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::launch
