#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "net/internal/peer_shares.h"
#include "net/server.h"

namespace accubooks::net {

/// The bytes of bodies that one request holds, from the server's budget and from its client's share
/// of it. A quarter of the budget is kept for small bodies, so that large ones, however many, leave
/// room to sign in and to post. Gives everything back when it ends.
class BodyBudget {
public:
    /// What a server's requests and connections have in common.
    struct Shared {
        std::atomic<std::size_t> bytes = 0;
        PeerShares peers;
    };

    /// `network` is the client's; empty for one without a share of its own. All references outlive
    /// this.
    BodyBudget(Shared& shared, const HttpSettings& settings, std::string network);
    BodyBudget(const BodyBudget&) = delete;
    BodyBudget& operator=(const BodyBudget&) = delete;
    ~BodyBudget() { give_back(); }

    /// Takes what `bytes` are more than it holds. Errors: `http.overloaded`,
    /// `http.too_much_from_address`.
    base::Result<void> grow_to(std::size_t bytes);

    void give_back();

private:
    Shared& shared_;
    const HttpSettings& settings_;
    std::string network_;
    std::size_t held_ = 0;
};

}  // namespace accubooks::net
