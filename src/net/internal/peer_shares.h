#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace accubooks::net {

/// What each client holds of a server, over all its lanes. Knows the clients that hold something
/// and no others, so it is as large as the connections and requests are many. Safe from any thread.
class PeerShares {
public:
    /// Whether the network may have one more connection; it has it then, until `give_connection`.
    bool take_connection(const std::string& network, std::uint32_t most);
    void give_connection(const std::string& network);

    /// Likewise for bytes of bodies.
    bool take_bytes(const std::string& network, std::size_t bytes, std::size_t most);
    void give_bytes(const std::string& network, std::size_t bytes);

    /// How many networks hold something.
    std::size_t size() const;

private:
    struct Share {
        std::uint32_t connections = 0;
        std::size_t bytes = 0;
    };
    using Shares = std::unordered_map<std::string, Share>;

    void forget_if_empty(Shares::iterator share);

    mutable std::mutex mutex_;
    Shares shares_;
};

}  // namespace accubooks::net
