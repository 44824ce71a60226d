// Bytes of a client through the real session, parser, router and answer, on a channel in memory.
//
// Laws: the session ends; every byte of its output is a well-formed answer; and the answers don't
// depend on the pieces the bytes arrived in.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "law.h"
#include "net/etag.h"
#include "net/internal/session.h"
#include "net/json_body.h"
#include "testing/fake_clock.h"

namespace accubooks::net {
namespace {

using Answer = base::Task<base::Result<Response>>;

constexpr std::string_view kInvitation = "HTTP/1.1 100 Continue\r\n\r\n";

class MemoryChannel final : public Channel {
public:
    MemoryChannel(std::string_view input, std::size_t step) : input_{input}, step_{step} {}

    base::Task<Read> read(std::span<char> into, base::Deadline) override {
        const std::size_t bytes = std::min({into.size(), step_, input_.size()});
        std::ranges::copy(input_.substr(0, bytes), into.begin());
        input_.remove_prefix(bytes);
        co_return Read{.bytes = bytes};
    }

    base::Task<bool> write(std::string_view head, std::string_view body, base::Deadline::duration)
        override {
        // Whether a client is invited to send its body depends on how much it sent uninvited.
        if (head != kInvitation) {
            output_ += head;
            output_ += body;
        }
        co_return true;
    }

    base::Task<void> linger(base::Deadline) override { co_return; }

    const std::string& output() const { return output_; }

private:
    std::string_view input_;
    std::size_t step_;
    std::string output_;
};

Answer look(const Request& request) {
    AB_CO_TRY(id, request.path_id("tenant_id"));
    AB_CO_CHECK(request.allow_query({"from", "limit", "text"}));
    AB_CO_TRY(from, request.query_date("from"));
    AB_CO_TRY(limit, request.query_int("limit", 1, 500));
    AB_CO_TRY(text, request.query_text("text"));
    co_return Response::json(
        200,
        fmt::format(
            "{}{}{}{}", id, limit.value_or(0), text.value_or(""), request.cookie("sid").value_or("")
        )
    );
}

Answer echo(const Request& request) {
    co_return Response::text(200, request.body, "text/plain");
}

Answer read_json(const Request& request) {
    AB_CO_TRY(value, json_body(request));
    co_return Response::empty(204);
}

Answer versioned(const Request&) {
    auto response = Response::text(200, std::string(2000, 'v'), "text/plain");
    set_etag_of_version(response, "7");
    co_return response;
}

Router routes() {
    Router router;
    router.add(Method::get, "/hello", echo);
    router.add(Method::post, "/echo", echo);
    router.add(Method::post, "/json", read_json);
    router.add(Method::get, "/versioned", versioned);
    router.add(Method::get, "/t/{tenant_id}", look);
    router.add(Method::put, "/t/{tenant_id}/entries/{number}", echo);
    router.add(Method::post, "/t/{tenant_id}/entries:batch", echo);
    return router;
}

// What all inputs share; only the counters of its metrics change.
struct World {
    ::accubooks::testing::FakeClock clock;
    telemetry::Log log{clock, telemetry::Level::error, [](std::string_view) {}};
    telemetry::Metrics registry;
    telemetry::HttpMetrics metrics{registry, "fuzz"};
    Lanes lanes{1};  // a server would have them; the session runs on the fuzzer's own thread
    Router router = routes();
    boost::asio::io_context events{1};
};

// Reads `output` as answers, one behind the other; HEAD's have a length and no body, so those are
// told by their fields.
void check_answers(std::string_view output, bool heads) {
    while (!output.empty()) {
        demand(output.starts_with("HTTP/1.1 "), "an answer starts with its status");
        const auto end = output.find("\r\n\r\n");
        demand(end != std::string_view::npos, "an answer's header ends");
        const std::string_view head = output.substr(0, end + 2);
        demand(head.find("\r\nX-Request-Id: ") != std::string_view::npos, "an answer has an id");
        output.remove_prefix(end + 4);
        constexpr std::string_view kLength = "\r\nContent-Length: ";
        const auto length = head.find(kLength);
        if (length == std::string_view::npos || heads) {
            return;
        }
        const auto bytes = std::strtoull(head.data() + length + kLength.size(), nullptr, 10);
        demand(bytes <= output.size(), "an answer is as long as it says");
        output.remove_prefix(bytes);
        if (head.find("\r\nConnection: close\r\n") != std::string_view::npos) {
            demand(output.empty(), "nothing follows the last answer");
        }
    }
}

std::string answers_to(World& world, std::string_view input, std::size_t step) {
    std::uint8_t next = 0;
    Service service{
        .settings = {.header_bytes_max = 2000, .body_bytes_max = 4000, .bodies_bytes_max = 4000},
        .parts = {
            .lanes = world.lanes,
            .router = world.router,
            .clock = world.clock,
            .log = world.log,
            .metrics = world.metrics,
            .random = [&next](std::span<std::uint8_t> bytes) { std::ranges::fill(bytes, next++); },
            .error_of = [](const std::exception_ptr&, Method) -> base::Error { std::abort(); },
        },
    };
    MemoryChannel channel{input, step};
    Session session{service, channel, "127.0.0.1", 0};
    bool ended = false;
    boost::asio::co_spawn(world.events, session.run(), [&](const std::exception_ptr& failure) {
        demand(failure == nullptr, "a session doesn't throw");
        ended = true;
    });
    world.events.restart();
    world.events.run();
    demand(ended, "a session ends");
    demand(service.shared.bytes == 0, "the budget of bodies is given back");
    return channel.output();
}

}  // namespace
}  // namespace accubooks::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace accubooks::net;
    static World world;
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const std::string whole = answers_to(world, input, 1U << 20U);
    const std::string pieces = answers_to(world, input, 1);
    demand(whole == pieces, "answers don't depend on the pieces");
    check_answers(whole, input.find("HEAD") != std::string_view::npos);
    return 0;
}
