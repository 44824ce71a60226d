#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "net/internal/answer.h"
#include "net/internal/body_budget.h"
#include "net/internal/channel.h"
#include "net/internal/request_parser.h"
#include "net/server.h"
#include "telemetry/throttle.h"

namespace accubooks::net {

/// What all sessions of a server share.
struct Service {
    HttpSettings settings;
    HttpServer::Parts parts;
    BodyBudget::Shared shared{};
    std::atomic<bool> draining = false;  // each answer is its connection's last
    telemetry::Throttle overloads{};     // lines about requests that were only too many
};

/// One connection's requests, answered in order until the client or `finish` ends it. Lives on its
/// lane.
class Session {
public:
    Session(Service& service, Channel& channel, std::string peer, std::size_t lane);

    /// Returns when the connection may be closed.
    base::Task<void> run();

    /// Makes the answer under way the last. While there is none, the next request is waited for
    /// until then; what has come by then is answered.
    void finish(base::Deadline idle_until) {
        finishing_ = true;
        idle_until_ = idle_until;
    }
    /// Whether no byte of a request has come since the last answer: closing now loses nothing.
    bool idle() const { return idle_; }

private:
    struct Exchange;

    base::Task<bool> serve_one();
    // The size of the header block at the front of the buffer.
    base::Task<base::Result<std::size_t>> read_header();
    base::Task<bool> invite_body();
    base::Task<base::Result<void>> read_body(RequestParser& parser, BodyBudget& budget);
    base::Task<Channel::Read> fill(std::size_t most, base::Deadline deadline);
    base::Task<base::Result<Response>> handle(const Handler& handler, const Request& request);
    base::Task<void> write_stream(
        const std::function<base::Task<void>(BodyWriter&)>& stream, const Request& request
    );
    // Logs what a handler threw; what it means to its client.
    base::Error failed(const std::exception_ptr& failure, const Request& request) const;
    // Whether the connection goes on.
    base::Task<bool> answer(
        Exchange& exchange, base::Result<Response> result, std::string_view allow = {}
    );
    void record(const Exchange& exchange, int status, std::string_view code, bool sent) const;

    Service& service_;
    Channel& channel_;
    std::string peer_;
    std::size_t lane_;
    std::string buffer_;  // bytes read and not yet used
    bool finishing_ = false;
    base::Deadline idle_until_ = base::Deadline::max();
    bool idle_ = true;
};

}  // namespace accubooks::net
