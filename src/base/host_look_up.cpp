#include "base/host_look_up.h"

#include <array>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <netdb.h>

namespace accubooks::base {

namespace asio = boost::asio;

struct HostLookUp::Waiter {
    asio::any_io_executor executor;
    std::function<void()> over;
    std::optional<HostAddresses> answer{};  // under the mutex of all look-ups
};

namespace {

HostAddresses ask_the_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
        return std::unexpected{
            fmt::format("nobody knows where {} is: {}", host, gai_strerror(error))
        };
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned{found, freeaddrinfo};
    std::vector<std::string> addresses;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(
                one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST
            ) == 0) {
            addresses.emplace_back(text.data());
        }
    }
    if (addresses.empty()) {
        return std::unexpected{fmt::format("{} has no address", host)};
    }
    return addresses;
}

/// The look-ups under way and who waits for them.
class LookUps {
public:
    using Waiter = HostLookUp::Waiter;

    void ask(const std::string& host, const std::shared_ptr<Waiter>& waiter) {
        const std::lock_guard lock{mutex_};
        const auto [under_way, is_new] = waiting_.try_emplace(host);
        under_way->second.push_back(waiter);
        if (!is_new) {
            return;
        }
        try {
            // Detached, because nothing ends the system's wait, and joining would wait with it.
            std::thread{[this, host] { answer(host, ask_the_system(host)); }}.detach();
        } catch (const std::system_error& error) {
            tell(
                host, std::unexpected{fmt::format("{} can't be looked up: {}", host, error.what())}
            );
        }
    }

    void leave(const std::string& host, const std::shared_ptr<Waiter>& waiter) {
        const std::lock_guard lock{mutex_};
        if (const auto under_way = waiting_.find(host); under_way != waiting_.end()) {
            std::erase(under_way->second, waiter);
        }
    }

    std::optional<HostAddresses> answer_of(const Waiter& waiter) {
        const std::lock_guard lock{mutex_};
        return waiter.answer;
    }

private:
    void answer(const std::string& host, const HostAddresses& found) {
        const std::lock_guard lock{mutex_};
        tell(host, found);
    }

    /// With the mutex held, so that who leaves isn't told afterwards.
    void tell(const std::string& host, const HostAddresses& found) {
        const auto under_way = waiting_.extract(host);
        for (const std::shared_ptr<Waiter>& waiter : under_way.mapped()) {
            waiter->answer = found;
            asio::post(waiter->executor, [weak = std::weak_ptr{waiter}] {
                if (const auto still_there = weak.lock()) {
                    still_there->over();
                }
            });
        }
    }

    std::mutex mutex_;
    std::map<std::string, std::vector<std::shared_ptr<Waiter>>> waiting_;
};

/// The process has one resolver. Never destroyed: a look-up may outlive `main`.
LookUps& look_ups() {
    static auto* const all = new LookUps;
    return *all;
}

}  // namespace

HostLookUp::HostLookUp(
    const std::string& host, asio::any_io_executor executor, std::function<void()> over
)
    : host_{host},
      waiter_{
          std::make_shared<Waiter>(Waiter{.executor = std::move(executor), .over = std::move(over)})
      } {
    look_ups().ask(host_, waiter_);
}

HostLookUp::~HostLookUp() {
    look_ups().leave(host_, waiter_);
}

std::optional<HostAddresses> HostLookUp::answer() const {
    return look_ups().answer_of(*waiter_);
}

Task<HostAddresses> addresses_of(std::string host, Deadline deadline) {
    boost::system::error_code no_address;
    asio::ip::make_address(host, no_address);
    if (!no_address) {
        co_return std::vector{std::move(host)};
    }
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer until{executor, deadline};
    const HostLookUp look_up{host, executor, [&until] { until.cancel(); }};
    const auto [woken] = co_await until.async_wait(asio::as_tuple(asio::use_awaitable));
    auto answer = look_up.answer();
    if (!answer && woken) {
        throw boost::system::system_error{woken};  // the caller was cancelled
    }
    if (!answer) {
        co_return std::unexpected{no_answer_in_time(host)};
    }
    co_return *std::move(answer);
}

std::string no_answer_in_time(const std::string& host) {
    return fmt::format("no name server said in time where {} is", host);
}

}  // namespace accubooks::base
