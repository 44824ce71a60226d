#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "audit/log_reader.h"
#include "base/error.h"
#include "base/ids.h"
#include "launch/role_name.h"

namespace accubooks::launch {

// Server-sent events of the launch: the leaves of the audit log as they come, numbered as they are
// there, so that a client that lost its connection goes on behind the last one that it has.

/// Whether somebody with these roles hears of such an act: everybody in the launch of changes,
/// executions and incidents; of people's roles and keys, and of the log itself, those who answer
/// for the launch.
bool may_hear(const std::set<RoleName>& roles, std::string_view action);

/// "id: 41\nevent: launch.decision\ndata: {…}\n\n". Expects a leaf that can be read.
std::string to_frame(const audit::LoggedAct& act);

/// Streams that are open on this instance, so that nobody takes all of them. May be called from any
/// thread.
class StreamCap {
public:
    /// One more stream of a user, as long as this lives.
    class Place {
    public:
        Place(StreamCap& cap, base::Uuid user) : cap_{&cap}, user_{user} {}
        ~Place() { leave(); }
        Place(Place&& other) noexcept
            : cap_{std::exchange(other.cap_, nullptr)}, user_{other.user_} {}
        Place& operator=(Place&&) = delete;

    private:
        void leave();
        StreamCap* cap_;
        base::Uuid user_;
    };

    StreamCap(std::size_t per_user, std::size_t in_all) : per_user_{per_user}, in_all_{in_all} {}
    /// Errors: `launch.too_many_streams`.
    base::Result<Place> enter(base::Uuid user);

private:
    std::size_t per_user_;
    std::size_t in_all_;
    std::mutex mutex_;
    std::map<base::Uuid, std::size_t> open_;
    std::size_t all_ = 0;
};

}  // namespace accubooks::launch
