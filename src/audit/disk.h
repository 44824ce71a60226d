#pragma once

#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.h"

namespace accubooks::audit {

/// Where waiting for the disk holds up nobody: one thread.
class Disk {
public:
    /// What `work` returns or throws.
    template <class Work>
    base::Task<std::invoke_result_t<Work>> run(Work work) {
        // In an optional, since co_spawn wants what can be made empty.
        auto result = co_await boost::asio::co_spawn(
            thread_.get_executor(), wrap(std::move(work)), boost::asio::use_awaitable
        );
        co_return *std::move(result);
    }

private:
    template <class Work>
    static base::Task<std::optional<std::invoke_result_t<Work>>> wrap(Work work) {
        co_return work();
    }

    boost::asio::thread_pool thread_{1};
};

}  // namespace accubooks::audit
