#include "net/lanes.h"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "base/error.h"

namespace accubooks::net {

struct Lanes::Lane {
    boost::asio::io_context events{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy{
        events.get_executor()
    };
    std::thread thread{[this] { events.run(); }};

    Lane() = default;
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;
    ~Lane() {
        events.stop();
        thread.join();
    }
};

Lanes::Lanes(std::size_t count) {
    constexpr std::size_t kMost = 256;
    base::ensure(count >= 1 && count <= kMost, "the settings allow 1 to 256 lanes");
    for (std::size_t i = 0; i < count; ++i) {
        lanes_.push_back(std::make_unique<Lane>());
    }
}

Lanes::~Lanes() = default;

std::size_t Lanes::size() const {
    return lanes_.size();
}

boost::asio::any_io_executor Lanes::executor(std::size_t lane) const {
    return lanes_.at(lane)->events.get_executor();
}

}  // namespace accubooks::net
