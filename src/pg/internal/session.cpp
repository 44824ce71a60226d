#include "pg/internal/session.h"

#include <cerrno>
#include <map>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/host_look_up.h"
#include "pg/internal/cancel_service.h"

namespace accubooks::pg {

namespace asio = boost::asio;

namespace {

/// A wait that Asio's own cancellation can't reach; see the class comment.
auto masked() {
    return asio::bind_cancellation_slot(
        asio::cancellation_slot{}, asio::as_tuple(asio::use_awaitable)
    );
}

/// The SQLSTATE in a message of verbosity "verbose": "FATAL:  53300: sorry, too many clients
/// already". libpq 15 has no other way to learn why a connection was refused.
std::string sqlstate_in(std::string_view message) {
    constexpr std::size_t kLength = 5;
    const auto mark = message.find(":  ");
    if (mark == std::string_view::npos || message.size() < mark + 3 + kLength + 1) {
        return {};
    }
    const std::string_view state = message.substr(mark + 3, kLength);
    const bool is_state =
        message[mark + 3 + kLength] == ':' &&
        state.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
    return is_state ? std::string{state} : std::string{};
}

}  // namespace

Session::Session(asio::any_io_executor executor)
    : executor_{std::move(executor)}, socket_{executor_}, timer_{executor_}, event_{executor_} {}

Session::~Session() {
    close();
}

void Session::close() {
    let_go_of_socket();
    const std::lock_guard lock{handle_mutex_};
    PQfinish(std::exchange(handle_, nullptr));
}

void Session::cut() {
    const std::lock_guard lock{handle_mutex_};
    if (handle_ != nullptr) {
        ::shutdown(PQsocket(handle_), SHUT_RDWR);
    }
}

void Session::request_cancel(const asio::any_io_executor& executor) {
    const std::lock_guard lock{handle_mutex_};
    if (handle_ != nullptr) {
        CancelService::cancel(handle_, executor, [] {});
    }
}

void Session::let_go_of_socket() {
    // The socket is libpq's: closed here too, its number would be closed twice, the second time
    // somebody else's.
    if (socket_.is_open()) {
        socket_.release();
    }
}

std::string Session::message() const {
    std::string text = handle_ == nullptr ? "the connection is closed" : PQerrorMessage(handle_);
    if (const auto location = text.find("\nLOCATION:"); location != std::string::npos) {
        text.erase(location);
    }
    return one_line(text);
}

bool Session::is_quiet() const {
    char byte = 0;
    const ssize_t count = recv(PQsocket(handle_), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

base::Task<std::vector<std::string>> Session::addresses_of(std::string host) {
    const base::HostLookUp look_up{host, caller_, [this] { event_.cancel(); }};
    auto answer = look_up.answer();
    while (!answer && interruption_ == Interruption::none) {
        event_.expires_at(asio::steady_timer::time_point::max());
        co_await event_.async_wait(masked());
        answer = look_up.answer();
    }
    if (!answer && interruption_ == Interruption::deadline) {
        throw Failure{base::no_answer_in_time(host), {.kind = Failure::Kind::connect}};
    }
    throw_if_interrupted();
    co_return answer->has_value() ? std::move(**answer) : std::vector<std::string>{};
}

base::Task<void> Session::look_up_hosts(ConnectParameters& parameters) {
    const std::vector<std::string> names = parameters.names();
    if (names.empty()) {
        co_return;
    }
    std::map<std::string, std::vector<std::string>> addresses;
    for (const std::string& name : names) {
        addresses[name] = co_await addresses_of(name);
    }
    if (!parameters.give_addresses(addresses)) {
        throw Failure{
            fmt::format("nobody knows the host {}", fmt::join(names, ", ")),
            {.kind = Failure::Kind::connect}
        };
    }
}

base::Task<void> Session::connect(ConnectParameters parameters) {
    co_await look_up_hosts(parameters);
    handle_ = PQconnectStartParams(parameters.keywords().data(), parameters.values().data(), 0);
    const auto refused = [this] {
        return Failure{
            message(),
            {.kind = Failure::Kind::connect, .sqlstate = sqlstate_in(PQerrorMessage(handle_))}
        };
    };
    if (handle_ == nullptr || PQstatus(handle_) == CONNECTION_BAD) {
        throw refused();
    }
    PQsetErrorVerbosity(handle_, PQERRORS_VERBOSE);
    auto direction = Descriptor::wait_write;
    for (;;) {
        // libpq may have gone on to another socket, so each wait gets a fresh descriptor.
        let_go_of_socket();
        socket_.assign(PQsocket(handle_));
        co_await wait(direction);
        let_go_of_socket();
        const auto state = PQconnectPoll(handle_);
        if (state == PGRES_POLLING_OK) {
            break;
        }
        if (state == PGRES_POLLING_FAILED) {
            throw refused();
        }
        direction = state == PGRES_POLLING_READING ? Descriptor::wait_read : Descriptor::wait_write;
    }
    socket_.assign(PQsocket(handle_));
    PQsetErrorVerbosity(handle_, PQERRORS_DEFAULT);
    base::ensure(PQsetnonblocking(handle_, 1) == 0, "a fresh connection has nothing to flush");
}

void Session::begin_call(
    asio::any_io_executor executor, base::Deadline deadline, asio::cancellation_slot slot
) {
    caller_ = std::move(executor);
    interruption_ = Interruption::none;
    slot_ = slot;
    if (slot_.is_connected()) {
        slot_.assign([this](asio::cancellation_type) { interrupt(Interruption::cancelled); });
    }
    arm(deadline);
}

void Session::end_call() {
    if (slot_.is_connected()) {
        slot_.clear();
    }
    slot_ = {};
    ++call_;
    timer_.cancel();
}

void Session::arm(base::Deadline deadline) {
    timer_.expires_at(deadline);
    const std::uint64_t call = ++call_;
    auto late = [weak = weak_from_this(), call](boost::system::error_code error) {
        const auto self = weak.lock();
        if (!error && self != nullptr && self->call_ == call) {
            self->interrupt(Interruption::deadline);
        }
    };
    timer_.async_wait(asio::bind_executor(caller_, std::move(late)));
}

void Session::interrupt(Interruption reason) {
    if (interruption_ == Interruption::none) {
        interruption_ = reason;
    }
    if (socket_.is_open()) {
        socket_.cancel();
    }
    event_.cancel();
}

Session::Interruption Session::begin_recovery(base::Deadline deadline) {
    if (slot_.is_connected()) {
        slot_.clear();
    }
    arm(deadline);
    return std::exchange(interruption_, Interruption::none);
}

void Session::throw_if_interrupted() const {
    if (interruption_ != Interruption::none) {
        throw Interrupted{};
    }
}

void Session::throw_lost() {
    const std::string text = message();
    close();
    throw Failure{text, {.kind = Failure::Kind::lost}};
}

base::Task<void> Session::wait(Descriptor::wait_type direction) {
    throw_if_interrupted();
    const auto [error] = co_await socket_.async_wait(direction, masked());
    throw_if_interrupted();
    if (error && error != asio::error::operation_aborted) {
        throw_lost();
    }
}

base::Task<void> Session::wait_for_both() {
    throw_if_interrupted();
    co_await asio::experimental::make_parallel_group(
        socket_.async_wait(Descriptor::wait_read, asio::deferred),
        socket_.async_wait(Descriptor::wait_write, asio::deferred)
    )
        .async_wait(asio::experimental::wait_for_one(), masked());
    throw_if_interrupted();
}

void Session::read_input() {
    if (PQconsumeInput(handle_) == 0) {
        // The results that came before the end are still to be had; when none is left, next_result
        // throws.
        if (PQstatus(handle_) == CONNECTION_BAD) {
            let_go_of_socket();
        }
    }
}

bool Session::deliver_notifications() {
    bool any = false;
    while (PGnotify* const notification = PQnotifies(handle_)) {
        const std::unique_ptr<PGnotify, decltype(&PQfreemem)> owner{notification, PQfreemem};
        any = true;
        if (on_notice) {
            on_notice(notification->extra);
        }
    }
    return any;
}

base::Task<void> Session::notification() {
    while (!deliver_notifications()) {
        co_await wait(Descriptor::wait_read);
        read_input();
        if (!is_open()) {
            throw_lost();
        }
    }
}

bool Session::flush_now() {
    const int left = PQflush(handle_);
    if (left < 0) {
        throw_lost();
    }
    return left == 0;
}

base::Task<void> Session::flush() {
    while (!flush_now()) {
        co_await wait_for_both();
        read_input();
        if (!is_open()) {
            throw_lost();
        }
    }
}

base::Task<ResultPtr> Session::next_result() {
    while (!has_result()) {
        if (!is_open()) {
            throw_lost();
        }
        co_await wait(Descriptor::wait_read);
        read_input();
    }
    co_return take_result();
}

ResultPtr Session::take_result() {
    ResultPtr result{PQgetResult(handle_)};
    if (!is_open()) {
        let_go_of_socket();
        // After a lost connection null results never end.
        if (result == nullptr) {
            throw_lost();
        }
    }
    return result;
}

base::Task<void> Session::cancel_statement() {
    const auto done = std::make_shared<bool>(false);
    CancelService::cancel(handle_, caller_, [done, weak = weak_from_this()] {
        *done = true;
        if (const auto self = weak.lock()) {
            self->event_.cancel();
        }
    });
    while (!*done) {
        throw_if_interrupted();
        event_.expires_at(asio::steady_timer::time_point::max());
        co_await event_.async_wait(masked());
    }
}

}  // namespace accubooks::pg
