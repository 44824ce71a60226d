#include "pg/pool.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "pg/internal/pool_state.h"

namespace accubooks::pg {

namespace asio = boost::asio;

Lease::Lease(
    std::shared_ptr<PoolState> pool,
    std::unique_ptr<Connection> connection,
    std::chrono::steady_clock::time_point since
)
    : pool_{std::move(pool)}, connection_{std::move(connection)}, since_{since} {}

Lease& Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        release();
        pool_ = std::move(other.pool_);
        connection_ = std::move(other.connection_);
        since_ = other.since_;
    }
    return *this;
}

Lease::~Lease() {
    release();
}

// Giving back needs a few bytes for its message to the owner; without them the process ends, as
// anywhere in Asio. NOLINTNEXTLINE(bugprone-exception-escape)
void Lease::release() noexcept {
    if (connection_ == nullptr) {
        return;
    }
    const auto pool = std::exchange(pool_, nullptr);
    asio::dispatch(
        pool->owner(),
        [pool, connection = std::move(connection_), since = since_]() mutable {
            pool->give_back(std::move(connection), since);
        }
    );
}

Pool::Pool(
    asio::any_io_executor owner,
    std::string name,
    Endpoint endpoint,
    PoolSettings settings,
    PoolObserver observer
)
    : state_{std::make_shared<PoolState>(
          std::move(owner), std::move(name), std::move(endpoint), settings, std::move(observer)
      )} {
    base::ensure(check(settings).has_value(), "a pool is made with settings that were checked");
    asio::post(state_->owner(), [state = state_] { state->pump(); });
}

// NOLINTNEXTLINE(bugprone-exception-escape): as above
Pool::~Pool() {
    asio::dispatch(state_->owner(), [state = state_] { state->shut(); });
}

base::Task<Lease> Pool::acquire(base::Deadline deadline, std::optional<base::TenantId> /*tenant*/) {
    const auto state = state_;
    if (co_await asio::this_coro::executor == state->owner()) {
        co_return co_await state->acquire(deadline);
    }
    co_return co_await asio::co_spawn(
        state->owner(), state->acquire(deadline), asio::use_awaitable
    );
}

base::Result<void> Pool::resize(PoolSettings settings) {
    AB_CHECK(check(settings));
    asio::dispatch(state_->owner(), [state = state_, settings] { state->resize(settings); });
    return {};
}

PoolStatus Pool::status() const {
    return state_->status();
}

const std::string& Pool::name() const {
    return state_->name();
}

base::Task<void> Pool::close(base::Deadline deadline) {
    const auto state = state_;
    co_await asio::co_spawn(state->owner(), state->close(deadline), asio::use_awaitable);
}

}  // namespace accubooks::pg
