#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace accubooks::net {

/// The threads that everything asynchronous runs on. Each lane is one thread with an event loop of
/// its own, so what is kept per lane needs no lock.
class Lanes {
public:
    /// Starts `count` threads, 1 to 256.
    explicit Lanes(std::size_t count);
    /// Stops and joins the threads; what still waits on a lane is destroyed unfinished, so stop
    /// servers and pools first.
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    std::size_t size() const;
    boost::asio::any_io_executor executor(std::size_t lane) const;

private:
    struct Lane;
    std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace accubooks::net
