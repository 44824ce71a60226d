#include "launch/event_stream.h"

#include <fmt/format.h>

#include "audit/act.h"
#include "audit/leaf.h"
#include "base/json_writer.h"

namespace accubooks::launch {
namespace {

// How the acts of the launch begin, and among them those about people's roles.
constexpr audit::Action kOfLaunch{"launch."};
constexpr audit::Action kOfRoles{"launch.role_"};

}  // namespace

bool may_hear(const std::set<RoleName>& roles, std::string_view action) {
    const bool is_of_people_or_log = !action.starts_with(kOfLaunch) || action.starts_with(kOfRoles);
    if (is_of_people_or_log) {
        return roles.contains(RoleName::requester_lead) ||
               roles.contains(RoleName::executive_operator);
    }
    return !roles.empty();
}

std::string to_frame(const audit::LoggedAct& act) {
    const auto leaf = audit::Leaf::parse(act.entry);
    base::ensure(leaf.has_value(), "the log holds only entries that can be read");
    base::JsonWriter json;
    json.begin_object()
        .member("seq", leaf->seq)
        .member("time", base::to_rfc3339(leaf->time))
        .member("actor", leaf->actor)
        .member("action", leaf->action)
        .member("object", leaf->object)
        .key("payload")
        .raw(act.payload)
        .end_object();
    // JSON has no line ends of its own, so one data line is enough.
    return fmt::format(
        "id: {}\nevent: {}\ndata: {}\n\n", leaf->seq, leaf->action, std::move(json).take()
    );
}

base::Result<StreamCap::Place> StreamCap::enter(base::Uuid user) {
    const std::lock_guard lock{mutex_};
    std::size_t& theirs = open_[user];
    if (theirs >= per_user_ || all_ >= in_all_) {
        if (theirs == 0) {
            open_.erase(user);
        }
        return base::refuse(
            base::ErrorKind::throttled,
            "launch.too_many_streams",
            fmt::format(
                "A person may have {} event streams open, all together {}; close one.",
                per_user_,
                in_all_
            )
        );
    }
    ++theirs;
    ++all_;
    return Place{*this, user};
}

void StreamCap::Place::leave() {
    if (cap_ == nullptr) {
        return;
    }
    const std::lock_guard lock{cap_->mutex_};
    const auto theirs = cap_->open_.find(user_);
    if (--theirs->second == 0) {
        cap_->open_.erase(theirs);
    }
    --cap_->all_;
}

}  // namespace accubooks::launch
