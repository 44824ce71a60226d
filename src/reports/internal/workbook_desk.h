#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.h"
#include "reports/xlsx.h"

namespace accubooks::reports {

/// Makes workbooks on a thread of its own, one after another: a large one takes a second, which no
/// lane has. For any lane.
class WorkbookDesk {
public:
    /// Errors: `reports.busy` when too many wait, and those of to_xlsx.
    template <class Report>
    base::Task<base::Result<std::string>> make(Report report) {
        const Turn turn{waiting_};
        if (!turn.is_granted()) {
            co_return base::refuse(
                base::ErrorKind::overloaded,
                "reports.busy",
                "Too many spreadsheets are being made at this moment; try again in a few seconds."
            );
        }
        co_return co_await boost::asio::co_spawn(
            thread_.get_executor(), make_here(std::move(report)), boost::asio::use_awaitable
        );
    }

private:
    static constexpr std::size_t kWaitingMax = 16;

    /// One place among those that are made or wait to be.
    class Turn {
    public:
        explicit Turn(std::atomic<std::size_t>& waiting)
            : waiting_{waiting}, is_granted_{waiting.fetch_add(1) < kWaitingMax} {}
        ~Turn() { waiting_.fetch_sub(1); }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        bool is_granted() const { return is_granted_; }

    private:
        std::atomic<std::size_t>& waiting_;
        bool is_granted_;
    };

    template <class Report>
    static base::Task<base::Result<std::string>> make_here(Report report) {
        co_return to_xlsx(report);
    }

    std::atomic<std::size_t> waiting_ = 0;
    boost::asio::thread_pool thread_{1};
};

}  // namespace accubooks::reports
