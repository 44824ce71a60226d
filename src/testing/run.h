#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/task.h"

namespace accubooks::testing {

/// Runs the coroutine and all that it started to the end, and returns its result or throws what it
/// threw.
template <class T>
T run(boost::asio::io_context& context, base::Task<T> task) {
    std::exception_ptr thrown;
    if constexpr (std::is_void_v<T>) {
        boost::asio::co_spawn(context, std::move(task), [&thrown](const std::exception_ptr& e) {
            thrown = e;
        });
        context.restart();
        context.run();
        if (thrown != nullptr) {
            std::rethrow_exception(thrown);
        }
    } else {
        std::optional<T> result;
        boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& e, T value) {
            thrown = e;
            if (e == nullptr) {
                result.emplace(std::move(value));
            }
        });
        context.restart();
        context.run();
        if (thrown != nullptr) {
            std::rethrow_exception(thrown);
        }
        return std::move(result.value());
    }
}

/// The same on a context of its own.
template <class T>
T run(base::Task<T> task) {
    boost::asio::io_context context{1};
    return run(context, std::move(task));
}

}  // namespace accubooks::testing
