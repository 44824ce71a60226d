#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace accubooks::testing {

/// A network between a test and its server that can be made bad: listens on 127.0.0.1 and passes
/// bytes to and from the Unix socket at `upstream`, on a thread of its own. Each call takes effect
/// before it returns, for links under way as for later ones.
class FaultProxy {
public:
    explicit FaultProxy(std::string upstream);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    std::uint16_t port() const;
    /// Words for the end of a libpq connection string, so that it leads through here.
    std::string conninfo() const;

    void delay(std::chrono::milliseconds each_way);
    /// From now on nothing passes, in either direction, and no end is told of the other's.
    void black_hole(bool is_one);
    /// Ends every link there is, at both ends.
    void cut();
    /// Whether a new link is cut as soon as it is made.
    void refuse(bool refuses);
    /// Where later links lead.
    void lead_to(std::string upstream);

    std::size_t links() const;       // now
    std::size_t links_made() const;  // since start

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::testing
