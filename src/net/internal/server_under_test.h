#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "net/etag.h"
#include "net/json_body.h"
#include "net/server.h"
#include "testing/fake_clock.h"
#include "testing/http_client.h"

namespace accubooks::net {

/// A server on a free port of the loopback interface with a route for each thing that tests look
/// at. For tests.
class TestServer {
public:
    explicit TestServer(HttpSettings settings = {}, std::size_t lanes = 2)
        : log_{clock_, telemetry::Level::info, [this](std::string_view line) { keep(line); }},
          http_metrics_{metrics_, "test"},
          lanes_{lanes},
          server_{settings, parts()} {
        add_routes();
        const auto listening = server_.listen("127.0.0.1:0");
        EXPECT_TRUE(listening.has_value()) << listening.error().detail;
    }
    /// One that goes on with sockets of another, which are its own from here on.
    TestServer(std::vector<int> sockets, std::size_t lanes)
        : log_{clock_, telemetry::Level::info, [this](std::string_view line) { keep(line); }},
          http_metrics_{metrics_, "test"},
          lanes_{lanes},
          server_{{}, parts()} {
        add_routes();
        const auto listening = server_.adopt(sockets);
        EXPECT_TRUE(listening.has_value()) << listening.error().detail;
    }

    testing::HttpClient connect() const { return testing::HttpClient{server_.port()}; }
    HttpServer& server() { return server_; }
    std::uint16_t port() const { return server_.port(); }
    telemetry::Metrics& metrics() { return metrics_; }

    /// Lets the route /gated answer, and /stream end.
    void open_gate() { gate_open_ = true; }

    void wait_for_ended_streams(int streams) const {
        const base::Deadline deadline = base::deadline_in(std::chrono::seconds{20});
        while (streams_ended_ < streams) {
            base::ensure(std::chrono::steady_clock::now() < deadline, "streams end");
            std::this_thread::yield();
        }
    }

    /// How the exposition says so many requests are under way.
    static std::string active_requests(int requests) {
        return "http_server_active_requests{listener=\"test\"} " + std::to_string(requests) + "\n";
    }

    /// Until the server has read the headers of so many unanswered requests; sent bytes alone prove
    /// nothing.
    void wait_for_active(int requests) const {
        const std::string line = active_requests(requests);
        const base::Deadline deadline = base::deadline_in(std::chrono::seconds{20});
        while (!metrics_.exposition().contains(line)) {
            base::ensure(
                std::chrono::steady_clock::now() < deadline, "requests that were sent are read"
            );
            std::this_thread::yield();
        }
    }

    /// The first `count` lines of the log, once there are that many.
    std::vector<std::string> log_lines(std::size_t count) {
        std::unique_lock lock{mutex_};
        const bool there =
            more_.wait_for(lock, std::chrono::seconds{20}, [&] { return lines_.size() >= count; });
        EXPECT_TRUE(there) << "only " << lines_.size() << " lines";
        lines_.resize(count);
        return lines_;
    }

    /// Whether a second server could go on with these.
    base::Result<void> another(std::vector<int> sockets) {
        HttpServer second{{}, parts()};
        return second.adopt(sockets);
    }

    /// Whether a second server with those settings could listen there.
    base::Result<void> another(std::string_view address, HttpSettings settings = {}) {
        HttpServer second{std::move(settings), parts()};
        return second.listen(address);
    }

private:
    using Answer = base::Task<base::Result<Response>>;

    static base::Error error_of(const std::exception_ptr&, Method) {
        return {
            .kind = base::ErrorKind::unknown_outcome,
            .code = "http.internal",
            .detail = "Something failed here; it was logged under this request's id.",
        };
    }

    HttpServer::Parts parts() {
        return {
            .lanes = lanes_,
            .router = router_,
            .clock = clock_,
            .log = log_,
            .metrics = http_metrics_,
            .random = base::system_random(),
            .error_of = error_of,
        };
    }

    void add_routes() {
        router_.add(Method::get, "/hello", [](const Request&) -> Answer {
            co_return Response::text(200, "hello", "text/plain");
        });
        router_.add(
            Method::post,
            "/echo",
            [](const Request& request) -> Answer {
                co_return Response::text(200, request.body, "application/octet-stream");
            },
            8UL * 1024 * 1024
        );
        router_.add(Method::post, "/json", [](const Request& request) -> Answer {
            AB_CO_TRY(value, json_body(request));
            co_return Response::empty(204);
        });
        router_.add(Method::get, "/t/{tenant_id}", [](const Request& request) -> Answer {
            AB_CO_TRY(id, request.path_id("tenant_id"));
            co_return Response::text(200, std::to_string(id), "text/plain");
        });
        router_.add(Method::get, "/over-tls", [](const Request& request) -> Answer {
            co_return Response::text(200, request.over_tls ? "over TLS" : "plainly", "text/plain");
        });
        router_.add(Method::get, "/long", [](const Request&) -> Answer {
            co_return Response::text(200, std::string(100'000, 'x'), "text/plain");
        });
        router_.add(Method::get, "/huge", [](const Request&) -> Answer {
            co_return Response::text(200, std::string(64'000'000, 'x'), "image/png");
        });
        router_.add(Method::get, "/versioned", [](const Request&) -> Answer {
            auto response = Response::text(200, std::string(2000, 'v'), "text/plain");
            set_etag_of_version(response, "7");
            co_return response;
        });
        router_.add(Method::get, "/refused", [](const Request&) -> Answer {
            co_return base::refuse(
                base::ErrorKind::conflict,
                "test.refused",
                "No.",
                {{.pointer = "/a", .detail = "Not this."}}
            );
        });
        router_.add(Method::get, "/broken", [](const Request&) -> Answer {
            throw std::runtime_error{"secret of the inside"};
            co_return Response::empty(204);
        });
        router_.add(Method::get, "/forged", [](const Request&) -> Answer {
            auto response = Response::empty(204);
            response.headers.add("X-Note", "a\r\nX-Forged: b");
            co_return response;
        });
        // Answers when the request's deadline comes; until then it can be cancelled.
        router_.add(Method::get, "/slow", [](const Request& request) -> Answer {
            boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
            timer.expires_at(request.deadline);
            co_await timer.async_wait(boost::asio::use_awaitable);
            co_return Response::text(200, "slow", "text/plain");
        });
        // Goes on once the gate is open, as long as it is wanted and its client is there.
        router_.add(Method::get, "/stream", [this](const Request&) -> Answer {
            Response response = Response::text(200, "", "text/event-stream");
            response.stream = std::bind_front(&TestServer::write_pieces, this);
            co_return response;
        });
        router_.add(Method::get, "/broken-stream", [](const Request&) -> Answer {
            Response response = Response::text(200, "", "text/plain");
            response.stream = [](BodyWriter& writer) -> base::Task<void> {
                co_await writer.write("a piece");
                throw std::runtime_error{"secret of the inside"};
            };
            co_return response;
        });
        // Answers once the gate is open, and nothing else happens on its lane until then.
        router_.add(Method::get, "/blocking", [this](const Request&) -> Answer {
            while (!gate_open_) {
                std::this_thread::yield();
            }
            co_return Response::text(200, "blocking", "text/plain");
        });
        // Answers once the gate is open.
        router_.add(Method::get, "/gated", std::bind_front(&TestServer::wait_at_gate, this));
    }

    base::Task<void> write_pieces(BodyWriter& writer) {
        boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
        bool is_there = co_await writer.write("first ");
        while (is_there && !gate_open_ && writer.is_wanted()) {
            timer.expires_after(std::chrono::milliseconds{1});
            co_await timer.async_wait(boost::asio::use_awaitable);
            is_there = co_await writer.write(".");
        }
        co_await writer.write(" last");
        ++streams_ended_;
    }

    Answer wait_at_gate(const Request&) {
        boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
        while (!gate_open_) {
            timer.expires_after(std::chrono::milliseconds{1});
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
        co_return Response::text(200, "gated", "text/plain");
    }

    void keep(std::string_view line) {
        const std::lock_guard lock{mutex_};
        lines_.emplace_back(line);
        more_.notify_all();
    }

    testing::FakeClock clock_;
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<std::string> lines_;  // guarded
    std::atomic<bool> gate_open_ = false;
    std::atomic<int> streams_ended_ = 0;
    telemetry::Log log_;
    telemetry::Metrics metrics_;
    telemetry::HttpMetrics http_metrics_;
    Router router_;
    Lanes lanes_;
    HttpServer server_;
};

}  // namespace accubooks::net
