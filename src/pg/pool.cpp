#include "pg/pool.h"

#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "pg/internal/pool_state.h"

namespace accubooks::pg {

namespace asio = boost::asio;

namespace {

/// Runs `work` on the owner's executor for a caller on another. As co_spawn would by itself, but
/// for cancellation: that of Asio 1.81 refers to the coroutine's own state, which may have ended
/// when the request arrives on its executor. Here the signal lives as long as anybody may emit it.
base::Task<Lease> on_owner(asio::any_io_executor owner, base::Task<Lease> work) {
    auto start = [owner, work = std::move(work)](auto handler) mutable {
        const auto signal = std::make_shared<asio::cancellation_signal>();
        const auto caller = asio::get_associated_executor(handler, owner);
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign([signal, owner](asio::cancellation_type type) {
                asio::post(owner, [signal, type] { signal->emit(type); });
            });
        }
        auto finish = [signal, caller, handler = std::move(handler)](
                          std::exception_ptr thrown, Lease lease
                      ) mutable {
            asio::post(
                caller,
                [handler = std::move(handler),
                 thrown = std::move(thrown),
                 lease = std::move(lease)]() mutable {
                    std::move(handler)(std::move(thrown), std::move(lease));
                }
            );
        };
        asio::co_spawn(
            owner, std::move(work), asio::bind_cancellation_slot(signal->slot(), std::move(finish))
        );
    };
    co_return co_await asio::
        async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, Lease)>(
            std::move(start), asio::use_awaitable
        );
}

}  // namespace

Lease::Lease(
    std::shared_ptr<PoolState> pool, std::unique_ptr<Connection> connection, std::uint64_t loan
)
    : pool_{std::move(pool)}, connection_{std::move(connection)}, loan_{loan} {}

Lease& Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        end();
        pool_ = std::move(other.pool_);
        connection_ = std::move(other.connection_);
        loan_ = other.loan_;
    }
    return *this;
}

Lease::~Lease() {
    end();
}

// Giving back needs a few bytes for its message to the owner; without them the process ends, as
// anywhere in Asio. NOLINTNEXTLINE(bugprone-exception-escape)
void Lease::end() noexcept {
    if (connection_ == nullptr) {
        return;
    }
    asio::dispatch(
        pool_->owner(),
        [pool = pool_, connection = std::move(connection_), loan = loan_]() mutable {
            pool->give_back(std::move(connection), loan);
        }
    );
}

void Lease::release() noexcept {
    if (connection_ == nullptr && pool_ != nullptr) {
        pool_->count_misuse();
    }
    end();
}

Connection& Lease::misused() const {
    if (pool_ != nullptr) {
        pool_->count_misuse();
    }
    throw Failure{"the connection was given back before this use", {.kind = Failure::Kind::server}};
}

Pool::Pool(
    asio::any_io_executor owner,
    std::string name,
    Endpoint endpoint,
    PoolSettings settings,
    PoolObserver observer,
    base::RandomBytes random
)
    : state_{std::make_shared<PoolState>(
          std::move(owner),
          std::move(name),
          std::move(endpoint),
          settings,
          std::move(observer),
          std::move(random)
      )} {
    base::ensure(check(settings).has_value(), "a pool is made with settings that were checked");
    asio::post(state_->owner(), [state = state_] { state->tick(); });
}

// NOLINTNEXTLINE(bugprone-exception-escape): as above
Pool::~Pool() {
    asio::dispatch(state_->owner(), [state = state_] { state->shut(); });
}

base::Task<Lease> Pool::acquire(
    base::Deadline deadline, std::optional<base::TenantId> tenant, std::string request_id
) {
    const auto state = state_;
    if (co_await asio::this_coro::executor == state->owner()) {
        co_return co_await state->acquire(deadline, tenant, std::move(request_id));
    }
    auto work = state->acquire(deadline, tenant, std::move(request_id));
    co_return co_await on_owner(state->owner(), std::move(work));
}

base::Result<std::uint64_t> Pool::resize(PoolSettings settings) {
    AB_CHECK(check(settings));
    // Numbered here, so that the later of two calls holds, whichever reaches the owner first.
    const std::uint64_t version = state_->next_version();
    asio::dispatch(state_->owner(), [state = state_, settings, version] {
        state->resize(settings, version);
    });
    return version;
}

PoolStatus Pool::status() const {
    return state_->status();
}

PoolTimes Pool::times() const {
    return state_->times();
}

const std::string& Pool::name() const {
    return state_->name();
}

base::Task<void> Pool::close(base::Deadline deadline) {
    const auto state = state_;
    co_await asio::co_spawn(state->owner(), state->close(deadline), asio::use_awaitable);
}

}  // namespace accubooks::pg
