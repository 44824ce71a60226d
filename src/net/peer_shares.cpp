#include "net/internal/peer_shares.h"

#include "base/error.h"

namespace accubooks::net {

bool PeerShares::take_connection(const std::string& network, std::uint32_t most) {
    const std::lock_guard lock{mutex_};
    const auto share = shares_.try_emplace(network).first;
    const bool taken = share->second.connections < most;
    share->second.connections += taken ? 1 : 0;
    forget_if_empty(share);
    return taken;
}

void PeerShares::give_connection(const std::string& network) {
    const std::lock_guard lock{mutex_};
    const auto share = shares_.find(network);
    base::ensure(
        share != shares_.end() && share->second.connections > 0, "what is given back was taken"
    );
    --share->second.connections;
    forget_if_empty(share);
}

bool PeerShares::take_bytes(const std::string& network, std::size_t bytes, std::size_t most) {
    const std::lock_guard lock{mutex_};
    const auto share = shares_.try_emplace(network).first;
    const bool taken = share->second.bytes <= most && bytes <= most - share->second.bytes;
    share->second.bytes += taken ? bytes : 0;
    forget_if_empty(share);
    return taken;
}

void PeerShares::give_bytes(const std::string& network, std::size_t bytes) {
    const std::lock_guard lock{mutex_};
    const auto share = shares_.find(network);
    base::ensure(
        share != shares_.end() && share->second.bytes >= bytes, "what is given back was taken"
    );
    share->second.bytes -= bytes;
    forget_if_empty(share);
}

std::size_t PeerShares::size() const {
    const std::lock_guard lock{mutex_};
    return shares_.size();
}

void PeerShares::forget_if_empty(Shares::iterator share) {
    if (share->second.connections == 0 && share->second.bytes == 0) {
        shares_.erase(share);
    }
}

}  // namespace accubooks::net
