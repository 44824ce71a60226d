#include "net/internal/session.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "net/internal/body_pace.h"
#include "net/internal/target.h"
#include "net/peer.h"

namespace accubooks::net {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kHeaderRead = 4096;
constexpr std::size_t kBodyRead = 64UL * 1024;
constexpr std::size_t kBlankLinesMax = 4;
constexpr std::string_view kHeaderEnd = "\r\n\r\n";

std::unexpected<base::Error> refuse_bytes(std::string_view code, std::string detail) {
    return base::refuse(base::ErrorKind::invalid, code, std::move(detail));
}

bool is_request_id(std::string_view text) {
    constexpr std::size_t kMost = 64;
    return !text.empty() && text.size() <= kMost && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '.' || c == '_' || c == '-';
    });
}

std::string what_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

}  // namespace

// One request and what its answer depends on, from its header to the last byte of the answer.
struct Session::Exchange {
    explicit Exchange(const telemetry::HttpMetrics& its_metrics) : metrics{its_metrics} {
        metrics.started();
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    ~Exchange() {
        if (!answered) {
            metrics.abandoned();
        }
    }

    const telemetry::HttpMetrics& metrics;
    Request request{};
    bool http_1_0 = false;
    bool keep_alive = false;  // as the client wants it; until its header is read nothing is known
    bool unread = true;       // whether the client may still be sending this request
    bool answered = false;
    Steady::time_point start = Steady::now();
};

Session::Session(Service& service, Channel& channel, std::string peer, std::size_t lane)
    : service_{service}, channel_{channel}, peer_{std::move(peer)}, lane_{lane} {}

base::Task<void> Session::run() {
    bool open = true;
    while (open) {
        open = co_await serve_one();
    }
}

base::Task<Channel::Read> Session::fill(std::size_t most, base::Deadline deadline) {
    const std::size_t before = buffer_.size();
    buffer_.resize(before + most);
    const auto read = co_await channel_.read(std::span{buffer_}.subspan(before), deadline);
    buffer_.resize(before + read.bytes);
    co_return read;
}

base::Task<bool> Session::serve_one() {
    if (buffer_.empty()) {
        buffer_ = {};  // an idle connection keeps no more than one small read
        idle_ = true;
        // The last request may have come already; past every deadline it is still read.
        const auto deadline =
            std::min(base::deadline_in(service_.settings.idle_timeout), idle_until_);
        const auto read = co_await fill(kHeaderRead, deadline);
        idle_ = false;
        if (read.bytes == 0) {
            co_return false;
        }
    }
    const auto block = co_await read_header();

    Exchange exchange{service_.parts.metrics};
    Request& request = exchange.request;
    request.peer = peer_;
    request.lane = lane_;
    request.method = Method::other;
    request.request_id =
        to_string(base::uuid_v7(service_.parts.clock.now(), service_.parts.random));
    if (!block) {
        co_return co_await answer(exchange, std::unexpected{block.error()});
    }

    RequestParser parser{service_.settings.body_bytes_max};
    auto head = parser.head(std::string_view{buffer_}.substr(0, *block));
    buffer_.erase(0, *block);
    if (!head) {
        co_return co_await answer(exchange, std::unexpected{std::move(head).error()});
    }
    exchange.http_1_0 = head->http_1_0;
    request.method = head->method;
    request.headers = std::move(head->headers);
    request.query = std::move(head->query);
    if (const auto id = request.headers.find("X-Request-Id"); id && is_request_id(*id)) {
        request.request_id = *id;
    }

    const auto& proxies = service_.settings.trusted_proxies;
    request.peer = client_of(peer_, request.headers, proxies);
    request.over_tls = channel_.is_encrypted() || came_over_tls(peer_, request.headers, proxies);
    if (service_.settings.tls && !channel_.is_encrypted() && !is_loopback(peer_) &&
        !is_in(peer_, proxies)) {
        co_return co_await answer(
            exchange,
            refuse_bytes("http.tls_required", "Ask again by https; this is not encrypted.")
        );
    }

    std::string allow;
    auto match = service_.parts.router.match(head->method, head->path, &allow);
    const auto fits = parser.limit_body(match ? match->body_bytes_max : kBodyBytesOfRoute);
    if (match && !fits) {
        request.route = match->route;
        co_return co_await answer(exchange, std::unexpected{fits.error()});
    }
    if (match || (fits && !head->expects_continue)) {
        // Read also when it is refused: then the connection can go on.
        if (head->expects_continue && buffer_.empty() && !co_await invite_body()) {
            co_return false;
        }
        BodyBudget budget{
            service_.shared, service_.settings, share_of(request.peer, service_.settings)
        };
        const auto read = co_await read_body(parser, budget);
        if (!read) {
            // Its client may take a while to hear of it; nobody else needs to wait for that.
            parser.take_body();
            budget.give_back();
            co_return co_await answer(exchange, std::unexpected{read.error()});
        }
        exchange.keep_alive = head->keep_alive;
        exchange.unread = false;
        if (match) {
            request.path = percent_decode(head->path).value_or(std::string{});
            request.route = match->route;
            request.parameters = std::move(match->parameters);
            request.body = parser.take_body();
            request.deadline = base::deadline_in(service_.settings.request_timeout);
            auto result = co_await handle(*match->handler, request);
            co_return co_await answer(exchange, std::move(result));
        }
    }
    co_return co_await answer(exchange, std::unexpected{std::move(match).error()}, allow);
}

base::Task<base::Result<std::size_t>> Session::read_header() {
    const std::size_t most = service_.settings.header_bytes_max;
    const base::Deadline deadline = base::deadline_in(service_.settings.header_timeout);
    std::size_t blank_lines = 0;
    while (true) {
        // Some clients send an empty line behind a body (RFC 9112 §2.2).
        while (buffer_.starts_with("\r\n") && blank_lines < kBlankLinesMax) {
            buffer_.erase(0, 2);
            ++blank_lines;
        }
        const auto end = buffer_.find(kHeaderEnd);
        const std::size_t size =
            end == std::string::npos ? buffer_.size() : end + kHeaderEnd.size();
        // First, and only as far as the header may reach: so the answer doesn't depend on how the
        // bytes came in pieces.
        if (has_bare_line_feed(std::string_view{buffer_}.substr(0, std::min(size, most)))) {
            co_return refuse_bytes("http.bad_request", "Header lines must end with CR LF.");
        }
        if (size > most) {
            co_return refuse_bytes(
                "http.header_too_large",
                fmt::format("Address and headers may have {} bytes at most.", most)
            );
        }
        if (end != std::string::npos) {
            co_return size;
        }
        const auto read = co_await fill(kHeaderRead, deadline);
        if (read.timed_out) {
            co_return refuse_bytes("http.timeout", "The header took too long.");
        }
        if (read.bytes == 0) {
            co_return refuse_bytes("http.bad_request", "The header ended early.");
        }
    }
}

base::Task<bool> Session::invite_body() {
    co_return co_await channel_.write(
        "HTTP/1.1 100 Continue\r\n\r\n", {}, service_.settings.write_timeout
    );
}

base::Task<base::Result<void>> Session::read_body(RequestParser& parser, BodyBudget& budget) {
    const HttpSettings& settings = service_.settings;
    const base::Deadline deadline = base::deadline_in(settings.body_timeout);
    BodyPace pace{
        settings.body_bytes_per_second_min, settings.body_pace_window, base::Deadline::clock::now()
    };
    while (!parser.complete()) {
        if (buffer_.empty()) {
            const auto read = co_await fill(kBodyRead, std::min(deadline, pace.due()));
            if (read.bytes == 0 && !read.timed_out) {
                co_return refuse_bytes("http.bad_request", "The body ended early.");
            }
        }
        AB_CO_TRY(taken, parser.body(buffer_));
        buffer_.erase(0, taken);
        AB_CO_CHECK(budget.grow_to(parser.body_bytes()));
        const base::Deadline now = base::Deadline::clock::now();
        if (!parser.complete() && (now >= deadline || !pace.keeps_up(parser.body_bytes(), now))) {
            co_return refuse_bytes("http.timeout", "The body came too slowly.");
        }
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<Response>> Session::handle(const Handler& handler, const Request& request) {
    std::exception_ptr failure;
    try {
        co_return co_await handler(request);
    } catch (...) {
        failure = std::current_exception();
    }
    co_return std::unexpected{failed(failure, request)};
}

base::Error Session::failed(const std::exception_ptr& failure, const Request& request) const {
    base::Error error = service_.parts.error_of(failure, request.method);
    const bool is_overload = error.kind == base::ErrorKind::overloaded;
    // An outage of the database fails every request alike; each has its own line "request" anyway.
    const auto held_back = is_overload ? service_.overloads.pass(error.code, Steady::now())
                                       : std::optional<std::uint64_t>{0};
    if (held_back) {
        service_.parts.log.write(
            is_overload ? telemetry::Level::warning : telemetry::Level::error,
            "request failed",
            {{"request_id", request.request_id},
             {"route", request.route},
             {"code", error.code},
             {"reason", what_of(failure)},
             {"others_since_last_line", static_cast<std::int64_t>(*held_back)}}
        );
    }
    return error;
}

base::Task<void> Session::write_stream(
    const std::function<base::Task<void>(BodyWriter&)>& stream, const Request& request
) {
    class Writer final : public BodyWriter {
    public:
        explicit Writer(Session& session) : session_{session} {}
        base::Task<bool> write(std::string piece) override {
            co_return co_await session_.channel_.write(
                piece, {}, session_.service_.settings.write_timeout
            );
        }
        bool is_wanted() const override {
            return !session_.finishing_ && !session_.service_.draining;
        }

    private:
        Session& session_;
    };
    Writer writer{*this};
    std::exception_ptr failure;
    try {
        co_await stream(writer);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        failed(failure, request);
    }
}

base::Task<bool> Session::answer(
    Exchange& exchange, base::Result<Response> result, std::string_view allow
) {
    const Request& request = exchange.request;
    const std::string_view code = result ? std::string_view{} : result.error().code;
    Response response = result ? *std::move(result) : problem(result.error(), request.request_id);
    if (!allow.empty()) {
        response.headers.set("Allow", std::string{allow});
    }
    const auto stream = std::move(response.stream);
    const bool keep = exchange.keep_alive && !stream && !finishing_ && !service_.draining;
    const AnswerTo to{
        .method = request.method,
        .http_1_0 = exchange.http_1_0,
        .keep_alive = keep,
        .is_stream = static_cast<bool>(stream),
        .request_id = request.request_id,
        .accept_encoding = request.headers.find("Accept-Encoding").value_or(""),
        .if_none_match = request.headers.find("If-None-Match").value_or(""),
    };
    const auto wire = render(
        std::move(response), to, service_.settings.gzip_bytes_min, service_.parts.clock.now()
    );
    const bool sent =
        co_await channel_.write(wire.head, wire.body, service_.settings.write_timeout);
    record(exchange, wire.status, code, sent);
    exchange.answered = true;
    if (sent && stream && request.method != Method::head) {
        co_await write_stream(stream, request);
    }
    if (sent && !keep && exchange.unread) {
        co_await channel_.linger(base::deadline_in(service_.settings.linger_timeout));
    }
    co_return sent&& keep;
}

void Session::record(const Exchange& exchange, int status, std::string_view code, bool sent) const {
    const Request& request = exchange.request;
    const auto now = Steady::now();
    const auto took = now - exchange.start;
    service_.parts.metrics.answered(
        {.method = to_string(request.method),
         .route = request.route,
         .status = status,
         .error_type = status >= 500 ? code : std::string_view{},
         .traffic = telemetry::traffic_of(request.headers.find("User-Agent").value_or("")),
         .is_delivered = sent},
        took,
        now
    );
    const auto tenant = request.parameters.find("tenant_id");
    const auto duration_us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    service_.parts.log.write(
        telemetry::Level::info,
        "request",
        {{"request_id", request.request_id},
         {"tenant", tenant == request.parameters.end() ? std::string_view{} : tenant->second},
         {"method", to_string(request.method)},
         {"route", request.route},
         {"status", std::int64_t{status}},
         {"code", code},
         {"duration_us", duration_us},
         {"peer", request.peer},
         {"sent", sent}}
    );
}

}  // namespace accubooks::net
