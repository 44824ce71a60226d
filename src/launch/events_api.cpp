#include <charconv>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "audit/leaf.h"
#include "audit/log_reader.h"
#include "launch/change_api.h"
#include "launch/event_stream.h"
#include "launch/internal/requests.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;
using std::chrono::seconds;

constexpr std::int64_t kSecondsMax = 3600;
constexpr std::int64_t kSeqMax = (std::int64_t{1} << 53) - 1;
constexpr std::int64_t kLeavesAtOnce = 100;
/// A revoked right closes the stream within 5 s: it is looked at before anything is sent, and so
/// often even when there is nothing to send.
constexpr seconds kEvery{1};
constexpr seconds kPatience{4};
/// A client that doesn't read holds the stream open no longer than that past its right.
constexpr seconds kWritesWithin{3};
/// A client takes a connection on which nothing comes for 10 s for dead.
constexpr int kLooksWithoutWord = 5;

/// One client's stream. It owns what it was asked with, since it outlives the handler.
class Stream {
public:
    Stream(LaunchApi api, Request request, StreamCap::Place place, std::int64_t lasts)
        : api_{api},
          request_{std::move(request)},
          place_{std::move(place)},
          ends_at_{base::deadline_in(seconds{lasts})} {}

    /// Where the client goes on: behind the last leaf that it has, or with what comes from now on.
    void go_on(std::string origin, std::int64_t next) {
        origin_ = std::move(origin);
        next_ = next;
    }

    Task<void> write(net::BodyWriter& writer) {
        boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
        bool goes_on = co_await send(writer, ": accubooks launch events\n\n");
        while (goes_on) {
            goes_on = co_await look(writer);
            if (!goes_on || !writer.is_wanted() || base::Deadline::clock::now() >= ends_at_) {
                break;
            }
            timer.expires_after(kEvery);
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
    }

private:
    /// Sends what is new and may be heard; whether the client is there and still has a right.
    Task<bool> look(net::BodyWriter& writer) {
        request_.deadline = base::deadline_in(kPatience);
        const auto actor = co_await actor_of(api_, request_);
        if (!actor) {
            co_return false;
        }
        const auto acts = co_await new_acts();
        if (!acts) {
            co_return acts.error().code == "audit.no_log";
        }
        std::string frames = std::exchange(is_reset_, false) ? "event: reset\ndata: {}\n\n" : "";
        for (const audit::LoggedAct& act : *acts) {
            next_ = act.seq + 1;
            const auto leaf = audit::Leaf::parse(act.entry);
            if (leaf && may_hear(actor->person.roles, leaf->action)) {
                frames += to_frame(act);
            }
        }
        if (frames.empty() && ++silent_ < kLooksWithoutWord) {
            co_return true;
        }
        silent_ = 0;
        co_return co_await send(writer, frames.empty() ? ":\n\n" : std::move(frames));
    }

    /// False also when the client hasn't taken all of it in time, however slowly it reads.
    static Task<bool> send(net::BodyWriter& writer, std::string frames) {
        using namespace boost::asio::experimental::awaitable_operators;
        boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, kWritesWithin};
        const auto first = co_await (
            writer.write(std::move(frames)) || timer.async_wait(boost::asio::use_awaitable)
        );
        co_return first.index() == 0 && std::get<0>(first);
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
    StreamCap::Place place_;
    base::Deadline ends_at_;
    std::string origin_;
    std::int64_t next_ = 0;
    int silent_ = 0;
    bool is_reset_ = false;
};

/// Behind which leaf a client goes on, by the header of a browser that connects again or by the
/// query; none: it wants what comes from now on.
Result<std::optional<std::int64_t>> last_seen(const Request& request) {
    AB_TRY(after, request.query_int("after", 0, kSeqMax));
    const auto header = request.headers.find("Last-Event-ID");
    if (!header) {
        return after;
    }
    std::int64_t seq = 0;
    const auto [end, error] = std::from_chars(header->data(), header->data() + header->size(), seq);
    if (error != std::errc{} || end != header->data() + header->size() || seq < 0 ||
        seq > kSeqMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.bad_event_id",
            "Last-Event-ID is the number of an event of this stream."
        );
    }
    return seq;
}

Task<Result<Response>> get_events(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({"after", "seconds"}));
    AB_CO_TRY(lasts, request.query_int("seconds", 0, kSecondsMax));
    AB_CO_TRY(seen, last_seen(request));
    AB_CO_TRY(place, api.streams.enter(actor.person.user));
    const auto stream =
        std::make_shared<Stream>(api, request, std::move(place), lasts.value_or(kSecondsMax));
    {
        pg::Lease lease = co_await api.ops.acquire(request.deadline);
        const auto end = co_await audit::end_of_log(*lease, request.deadline);
        if (end) {
            stream->go_on(end->origin, seen ? *seen + 1 : end->size);
        }
    }
    Response response = Response::text(200, "", "text/event-stream");
    response.stream = [stream](net::BodyWriter& writer) { return stream->write(writer); };
    co_return response;
}

}  // namespace

void mount_events(net::Router& router, LaunchApi api) {
    Routes{router, api}.add(net::Method::get, "/api/v1/launch/events", get_events);
}

}  // namespace accubooks::launch
