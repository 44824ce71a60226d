#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "net/http.h"

namespace accubooks::net {

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
    /// Errors: `http.too_many_streams`.
    base::Result<Place> enter(base::Uuid user);

private:
    std::size_t per_user_;
    std::size_t in_all_;
    std::mutex mutex_;
    std::map<base::Uuid, std::size_t> open_;
    std::size_t all_ = 0;
};

/// What a client asks of a stream by the query, and by the header of a browser that connects again.
struct StreamRequest {
    /// Behind which event it goes on, `Last-Event-ID` or `after`; none: it wants what comes from
    /// now on.
    std::optional<std::int64_t> after{};
    std::chrono::seconds lasts{};  // `seconds`, else an hour
};
/// Errors: `http.bad_event_id`, those of allow_query and query_int.
base::Result<StreamRequest> stream_request(const Request& request);

/// Server-sent events for one client. It looks each second, and as soon as there is news, which it
/// asks for several times a second. Where there is nothing to say a comment comes within 5 s,
/// because a client takes a connection that is silent for 10 s for dead.
class EventStream {
public:
    EventStream(StreamCap::Place place, std::chrono::seconds lasts)
        : place_{std::move(place)}, ends_at_{base::deadline_in(lasts)} {}
    virtual ~EventStream() = default;
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// To the end: of its time, of the client, of the right, or of the server's serving.
    base::Task<void> write(BodyWriter& writer);

protected:
    /// The frames that are new, or none of them; no value when the client's right is gone, so that
    /// a revoked right closes the stream within 5 s.
    virtual base::Task<std::optional<std::string>> look(base::Deadline deadline) = 0;
    /// Whether a look would find anything; asked so often that it must cost next to nothing, so it
    /// leaves the client's right to `look`.
    virtual base::Task<bool> has_news(base::Deadline deadline) = 0;

private:
    bool is_over(const BodyWriter& writer) const;
    base::Task<void> wait_for_look(const BodyWriter& writer);

    StreamCap::Place place_;
    base::Deadline ends_at_;
    int silent_ = 0;  // looks in a row without a word
};

/// The answer that is this stream.
Response stream_response(std::shared_ptr<EventStream> stream);

/// "id: 41\nevent: launch.decision\ndata: {…}\n\n". JSON has no line ends of its own, so one data
/// line is enough.
std::string event_frame(std::int64_t id, std::string_view event, std::string_view json);
/// The numbers begin anew, and so does whoever listens.
inline constexpr std::string_view kResetFrame = "event: reset\ndata: {}\n\n";

}  // namespace accubooks::net
