#include "audit/leaf.h"
#include "audit/log_reader.h"
#include "launch/change_api.h"
#include "launch/event_stream.h"
#include "launch/internal/requests.h"
#include "net/event_stream.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

constexpr std::int64_t kLeavesAtOnce = 100;

/// One client's stream. It owns what it was asked with, since it outlives the handler.
class Stream final : public net::EventStream {
public:
    Stream(LaunchApi api, Request request, net::StreamCap::Place place, std::chrono::seconds lasts)
        : EventStream{std::move(place), lasts}, api_{api}, request_{std::move(request)} {}

    /// Where the client goes on: behind the last leaf that it has, or with what comes from now on.
    void go_on(std::string origin, std::int64_t next) {
        origin_ = std::move(origin);
        next_ = next;
    }

private:
    Task<std::optional<std::string>> look(base::Deadline deadline) override {
        request_.deadline = deadline;
        const auto actor = co_await actor_of(api_, request_);
        if (!actor) {
            co_return std::nullopt;
        }
        const auto acts = co_await new_acts();
        if (!acts) {
            co_return acts.error().code == "audit.no_log" ? std::optional{std::string{}}
                                                          : std::nullopt;
        }
        std::string frames{std::exchange(is_reset_, false) ? net::kResetFrame : ""};
        for (const audit::LoggedAct& act : *acts) {
            next_ = act.seq + 1;
            const auto leaf = audit::Leaf::parse(act.entry);
            if (leaf && may_hear(actor->person.roles, leaf->action)) {
                frames += to_frame(act);
            }
        }
        co_return frames;
    }

    /// An act that is no leaf yet is made one: it is shown as it happens.
    Task<bool> has_news(base::Deadline deadline) override {
        auto end = co_await end_of_log(deadline);
        if (end && end->lacks_last) {
            co_await api_.log.hasten(deadline);
            end = co_await end_of_log(deadline);
        }
        co_return end && (end->origin != origin_ || end->size != next_);
    }

    Task<Result<audit::LogEnd>> end_of_log(base::Deadline deadline) {
        pg::Lease lease = co_await api_.ops.acquire(deadline);
        co_return co_await audit::end_of_log(*lease, deadline);
    }

    Task<Result<std::vector<audit::LoggedAct>>> new_acts() {
        pg::Lease lease = co_await api_.ops.acquire(request_.deadline);
        AB_CO_TRY(end, co_await audit::end_of_log(*lease, request_.deadline));
        if (end.origin != origin_ || end.size < next_) {
            go_on(end.origin, 0);  // another log goes on from the one before
            is_reset_ = true;
        }
        if (end.size == next_) {
            co_return std::vector<audit::LoggedAct>{};
        }
        co_return co_await audit::acts_from(*lease, next_, kLeavesAtOnce, request_.deadline);
    }

    LaunchApi api_;
    Request request_;
    std::string origin_;
    std::int64_t next_ = 0;
    bool is_reset_ = false;
};

Task<Result<Response>> get_events(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(wanted, net::stream_request(request));
    AB_CO_TRY(place, api.streams.enter(actor.person.user));
    const auto stream = std::make_shared<Stream>(api, request, std::move(place), wanted.lasts);
    {
        pg::Lease lease = co_await api.ops.acquire(request.deadline);
        const auto end = co_await audit::end_of_log(*lease, request.deadline);
        if (end) {
            stream->go_on(end->origin, wanted.after ? *wanted.after + 1 : end->size);
        }
    }
    co_return net::stream_response(stream);
}

}  // namespace

void mount_events(net::Router& router, LaunchApi api) {
    Routes{router, api}.add(net::Method::get, "/api/v1/launch/events", get_events);
}

}  // namespace accubooks::launch
