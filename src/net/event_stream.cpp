#include "net/event_stream.h"

#include <charconv>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace accubooks::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t kSecondsMax = 3600;
constexpr std::int64_t kIdMax = (std::int64_t{1} << 53) - 1;
constexpr seconds kLooksEvery{1};
/// An event is on a screen within a quarter of a second.
constexpr milliseconds kAsksEvery{100};
constexpr seconds kPatience{4};
/// A client that doesn't read holds the stream open no longer than that past its right.
constexpr seconds kWritesWithin{3};
constexpr int kLooksWithoutWord = 5;

/// False also when the client hasn't taken all of it in time, however slowly it reads.
base::Task<bool> send(BodyWriter& writer, std::string frames) {
    using namespace boost::asio::experimental::awaitable_operators;
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, kWritesWithin};
    const auto first =
        co_await (writer.write(std::move(frames)) || timer.async_wait(boost::asio::use_awaitable));
    co_return first.index() == 0 && std::get<0>(first);
}

}  // namespace

base::Result<StreamCap::Place> StreamCap::enter(base::Uuid user) {
    const std::lock_guard lock{mutex_};
    std::size_t& theirs = open_[user];
    if (theirs >= per_user_ || all_ >= in_all_) {
        if (theirs == 0) {
            open_.erase(user);
        }
        return base::refuse(
            base::ErrorKind::throttled,
            "http.too_many_streams",
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

base::Result<StreamRequest> stream_request(const Request& request) {
    AB_CHECK(request.allow_query({"after", "seconds"}));
    AB_TRY(lasts, request.query_int("seconds", 0, kSecondsMax));
    AB_TRY(after, request.query_int("after", 0, kIdMax));
    StreamRequest wanted{.after = after, .lasts = seconds{lasts.value_or(kSecondsMax)}};
    const auto header = request.headers.find("Last-Event-ID");
    if (!header) {
        return wanted;
    }
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(header->data(), header->data() + header->size(), id);
    if (error != std::errc{} || end != header->data() + header->size() || id < 0 || id > kIdMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.bad_event_id",
            "Last-Event-ID is the number of an event of this stream."
        );
    }
    wanted.after = id;
    return wanted;
}

bool EventStream::is_over(const BodyWriter& writer) const {
    return !writer.is_wanted() || base::Deadline::clock::now() >= ends_at_;
}

base::Task<void> EventStream::wait_for_look(const BodyWriter& writer) {
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    for (milliseconds waited{}; waited < kLooksEvery; waited += kAsksEvery) {
        timer.expires_after(kAsksEvery);
        co_await timer.async_wait(boost::asio::use_awaitable);
        if (is_over(writer) || co_await has_news(base::deadline_in(kPatience))) {
            co_return;
        }
    }
}

base::Task<void> EventStream::write(BodyWriter& writer) {
    bool goes_on = co_await send(writer, ": accubooks events\n\n");
    while (goes_on) {
        auto frames = co_await look(base::deadline_in(kPatience));
        if (!frames) {
            co_return;
        }
        if (!frames->empty() || ++silent_ >= kLooksWithoutWord) {
            silent_ = 0;
            goes_on = co_await send(writer, frames->empty() ? ":\n\n" : *std::move(frames));
        }
        if (!goes_on || is_over(writer)) {
            co_return;
        }
        co_await wait_for_look(writer);
    }
}

Response stream_response(std::shared_ptr<EventStream> stream) {
    Response response = Response::text(200, "", "text/event-stream");
    response.stream = [stream = std::move(stream)](BodyWriter& writer) {
        return stream->write(writer);
    };
    return response;
}

std::string event_frame(std::int64_t id, std::string_view event, std::string_view json) {
    return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, event, json);
}

}  // namespace accubooks::net
