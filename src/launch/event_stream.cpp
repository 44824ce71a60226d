#include "launch/event_stream.h"

#include "audit/act.h"
#include "audit/leaf.h"
#include "base/json_writer.h"
#include "net/event_stream.h"

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
    return net::event_frame(leaf->seq, leaf->action, std::move(json).take());
}

}  // namespace accubooks::launch
