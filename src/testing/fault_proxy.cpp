#include "testing/fault_proxy.h"

#include <array>
#include <future>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "base/task.h"

namespace accubooks::testing {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;

namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kLook{5};

struct Link {
    explicit Link(asio::io_context& io) : near{io}, far{io} {}

    void end() {
        boost::system::error_code ignored;
        near.close(ignored);
        far.close(ignored);
    }

    tcp::socket near;
    stream_protocol::socket far;
};

}  // namespace

struct FaultProxy::State {
    explicit State(std::string to)
        : upstream{std::move(to)},
          acceptor{io, tcp::endpoint{asio::ip::make_address("127.0.0.1"), 0}},
          port{acceptor.local_endpoint().port()} {
        asio::co_spawn(io, accept(), asio::detached);
        thread = std::thread{[this] { io.run(); }};
    }

    base::Task<void> accept() {
        for (;;) {
            auto link = std::make_shared<Link>(io);
            const auto [error] = co_await acceptor.async_accept(link->near, kAsTuple);
            if (error) {
                co_return;
            }
            ++made;
            boost::system::error_code refused;
            link->far.connect(stream_protocol::endpoint{upstream}, refused);
            if (refuses || refused) {
                link->end();
                continue;
            }
            links.insert(link);
            asio::co_spawn(io, pass(link, &link->near, &link->far), asio::detached);
            asio::co_spawn(io, pass(link, &link->far, &link->near), asio::detached);
        }
    }

    base::Task<void> pass(std::shared_ptr<Link> link, auto* from, auto* to) {
        std::array<char, 16384> bytes{};
        asio::steady_timer timer{io};
        for (;;) {
            const auto [error, size] =
                co_await from->async_read_some(asio::buffer(bytes), kAsTuple);
            if (pause > std::chrono::milliseconds{0}) {
                timer.expires_after(pause);
                co_await timer.async_wait(kAsTuple);
            }
            while (is_black_hole && links.contains(link)) {
                timer.expires_after(kLook);
                co_await timer.async_wait(kAsTuple);
            }
            if (error) {
                break;
            }
            const auto [failed, written] =
                co_await asio::async_write(*to, asio::buffer(bytes.data(), size), kAsTuple);
            if (failed) {
                break;
            }
        }
        links.erase(link);
        link->end();
    }

    void end_links() {
        for (const auto& link : std::exchange(links, {})) {
            link->end();
        }
    }

    /// Runs `change` on the proxy's thread and waits for it.
    template <class Change>
    auto apply(Change change) {
        std::packaged_task<std::invoke_result_t<Change>()> task{std::move(change)};
        auto done = task.get_future();
        asio::post(io, std::move(task));
        return done;
    }

    asio::io_context io{1};
    std::string upstream;
    tcp::acceptor acceptor;
    std::uint16_t port;
    std::set<std::shared_ptr<Link>> links;
    std::size_t made = 0;
    std::chrono::milliseconds pause{0};
    bool is_black_hole = false;
    bool refuses = false;
    std::thread thread;
};

FaultProxy::FaultProxy(std::string upstream)
    : state_{std::make_unique<State>(std::move(upstream))} {}

// NOLINTNEXTLINE(bugprone-exception-escape): a test that can't tell its thread to end is over
FaultProxy::~FaultProxy() {
    asio::post(state_->io, [this] {
        state_->acceptor.close();
        state_->end_links();
    });
    state_->thread.join();
}

std::uint16_t FaultProxy::port() const {
    return state_->port;
}

std::string FaultProxy::conninfo() const {
    return fmt::format(" host=127.0.0.1 port={}", state_->port);
}

void FaultProxy::delay(std::chrono::milliseconds each_way) {
    state_->apply([this, each_way] { state_->pause = each_way; }).get();
}

void FaultProxy::black_hole(bool is_one) {
    state_->apply([this, is_one] { state_->is_black_hole = is_one; }).get();
}

void FaultProxy::cut() {
    state_->apply([this] { state_->end_links(); }).get();
}

void FaultProxy::refuse(bool refuses) {
    state_->apply([this, refuses] { state_->refuses = refuses; }).get();
}

void FaultProxy::lead_to(std::string upstream) {
    state_->apply([this, &upstream] { state_->upstream = std::move(upstream); }).get();
}

std::size_t FaultProxy::links() const {
    return state_->apply([this] { return state_->links.size(); }).get();
}

std::size_t FaultProxy::links_made() const {
    return state_->apply([this] { return state_->made; }).get();
}

}  // namespace accubooks::testing
