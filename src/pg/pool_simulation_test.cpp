/// Plays seeded histories to a PoolCore with pretended connections, a pretended server and a
/// pretended clock, in every order that events can come in, and holds each step to a simple model.
#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pg/internal/pool_core.h"
#include "pg/internal/pool_model.h"
#include "testing/histories.h"

namespace accubooks::pg {
namespace {

using namespace std::chrono_literals;
using Time = PoolCore::Time;
using ConnectionId = PoolCore::ConnectionId;
using WaiterId = PoolCore::WaiterId;
using Action = PoolCore::Action;
using Tenant = std::optional<base::TenantId>;

class Simulation {
public:
    explicit Simulation(std::uint64_t seed)
        : random_{seed}, model_{any_settings()}, core_{model_.settings, now_} {}

    /// The first rule that was broken; empty when all held.
    std::string play() {
        core_.tick(now_);
        finish_step("start");
        const int steps = 60 + below(120);
        for (int step = 0; step < steps && broken_.empty(); ++step) {
            any_step();
        }
        wind_down();
        return broken_;
    }

private:
    using State = ModelConnection::State;

    // Chance.

    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
    bool one_in(int odds) { return below(odds) == 0; }
    double draw() { return static_cast<double>(random_() % 1000) / 1000.0; }

    ModelConnection* any_of(auto wanted) {
        std::vector<ModelConnection*> found;
        for (auto& [number, each] : model_.connections) {
            if (wanted(each)) {
                found.push_back(&each);
            }
        }
        return found.empty()
                   ? nullptr
                   : found[static_cast<std::size_t>(below(static_cast<int>(found.size())))];
    }

    PoolSettings any_settings() {
        PoolSettings settings;
        settings.max = 1 + static_cast<std::uint32_t>(below(one_in(4) ? 40 : 6));
        settings.min = static_cast<std::uint32_t>(below(static_cast<int>(settings.max) + 1));
        settings.idle_timeout = std::chrono::milliseconds{1 + below(2000)};
        settings.queue_max = 1 + static_cast<std::uint32_t>(below(30));
        settings.connecting_max = 1 + static_cast<std::uint32_t>(below(8));
        settings.tenant_max = static_cast<std::uint32_t>(below(4));
        settings.lifetime = std::chrono::milliseconds{100 + below(20000)};
        settings.check_after = std::chrono::milliseconds{below(1500)};
        settings.leak_after = std::chrono::milliseconds{1 + below(3000)};
        settings.reclaim_after = std::chrono::milliseconds{one_in(2) ? 0 : 1 + below(5000)};
        return settings;
    }

    // Events.

    void any_step() {
        switch (below(16)) {
            case 0:
            case 1:
            case 2:
            case 3:
                acquire();
                break;
            case 4:
                give_up();
                break;
            case 5:
            case 6:
            case 7:
                complete_something();
                break;
            case 8:
            case 9:
            case 10:
                give_back();
                break;
            case 11:
                kill();
                break;
            case 12:
            case 13:
                pass_time();
                break;
            case 14:
                resize();
                break;
            case 15:
                change_server();
                break;
        }
    }

    void acquire() {
        const Tenant tenant =
            one_in(4) ? Tenant{} : Tenant{base::TenantId{1 + below(one_in(2) ? 1 : 3)}};
        const Time deadline = now_ + std::chrono::milliseconds{one_in(8) ? 0 : below(2000)};
        const std::size_t waiting = model_.waiting();
        const auto id = core_.acquire(tenant, deadline, now_);
        if (!id) {
            require(
                id.error() != AcquireRefusal::queue_full || waiting >= model_.settings.queue_max,
                "an acquire is refused for a full queue when it is full"
            );
            require(
                id.error() != AcquireRefusal::unreachable || model_.connections.empty(),
                "an acquire fails at once only when there is no connection"
            );
            finish_step("acquire refused");
            return;
        }
        ++asked_;
        const ModelWaiter waiter{
            .id = *id, .tenant = tenant, .deadline = deadline, .arrival = asked_
        };
        model_.add_waiter(waiter);
        finish_step("acquire");
    }

    void give_up() {
        const std::vector<WaiterId> all = model_.waiting(Time::max());
        if (all.empty()) {
            return;
        }
        give_up(all[static_cast<std::size_t>(below(static_cast<int>(all.size())))]);
    }

    void give_up(WaiterId id) {
        model_.forget_waiter(id);
        ++answered_;
        core_.give_up(id, now_);
        core_.give_up(id, now_);  // a second time means nothing
        finish_step("give up");
    }

    void complete_something() {
        auto* const connection = any_of([](const ModelConnection& each) {
            return each.state != State::idle && each.state != State::lent;
        });
        if (connection == nullptr) {
            return;
        }
        const ConnectionId id = connection->id;
        switch (connection->state) {
            case State::connecting:
                complete_connect(*connection);
                break;
            case State::checking: {
                const bool is_good = connection->is_alive && is_server_up_;
                if (is_good) {
                    connection->is_suspect = false;
                    connection->settle(now_);
                }
                core_.checked(id, is_good, now_);
                break;
            }
            case State::cleaning: {
                const bool is_clean = connection->is_alive && !one_in(8);
                if (is_clean) {
                    connection->settle(now_);
                }
                core_.cleaned(id, is_clean, now_);
                break;
            }
            case State::idle:
            case State::lent:
                break;
        }
        finish_step("complete");
    }

    void complete_connect(ModelConnection& connection) {
        const ConnectionId id = connection.id;
        const auto open = std::ranges::count_if(model_.connections, [](const auto& each) {
            return each.second.state != State::connecting && each.second.is_alive;
        });
        if (is_server_up_ && open < server_room_ && !one_in(10)) {
            if (failed_at_ && connection.since >= *failed_at_) {
                failed_at_.reset();
            }
            connection.is_suspect = false;
            connection.settle(now_);
            ++made_;
            core_.connected(id, draw(), now_);
            return;
        }
        const bool has_no_room = is_server_up_ && open >= server_room_;
        failed_at_ = !failed_at_ || connection.since >= *failed_at_ ? now_ : *failed_at_;
        model_.connections.erase(number_of(id));
        core_.connect_failed(
            id,
            has_no_room ? PoolCore::ConnectFailure::no_slot : PoolCore::ConnectFailure::other,
            draw(),
            now_
        );
    }

    void give_back() {
        auto* const connection =
            any_of([](const ModelConnection& each) { return each.state == State::lent; });
        if (connection != nullptr) {
            give_back(*connection);
        }
    }

    void give_back(ModelConnection& connection) {
        const ConnectionId id = connection.id;
        using enum PoolCore::Returned;
        const PoolCore::Returned how = !connection.is_alive ? (one_in(2) ? ended : suspect)
                                       : one_in(8)          ? dirty
                                       : one_in(20)         ? suspect
                                       : one_in(20)         ? ended
                                                            : clean;
        end_loan(connection);
        if (how == clean) {
            connection.settle(now_);
        } else if (how == dirty) {
            connection.state = State::cleaning;
        } else if (how == suspect) {
            model_.suspect_all();
        }
        const bool nobody_waits = model_.queue.empty();
        require(core_.give_back(id, how, now_), "what is lent can be given back");
        // With somebody waiting it may be lent again already.
        require(
            !nobody_waits || !core_.give_back(id, clean, now_),
            "a connection can't be given back twice"
        );
        finish_step("give back");
    }

    void end_loan(ModelConnection& connection) {
        used_ += now_ - connection.since;
        model_.end_service(std::exchange(connection.tenant, std::nullopt));
    }

    void kill() {
        if (auto* const connection = any_of([](const ModelConnection& each) {
                return each.state != State::connecting;
            })) {
            connection->is_alive = false;
        }
    }

    void pass_time() {
        now_ += one_in(10) ? std::chrono::milliseconds{below(60000)}
                           : std::chrono::milliseconds{below(300)};
        // A timer may be late, but comes.
        run_timers();
    }

    void run_timers() {
        std::vector<WaiterId> late = model_.waiting(now_);
        std::ranges::shuffle(late, random_);
        const bool waiters_first = one_in(2);
        if (!waiters_first) {
            tick();
        }
        for (const WaiterId id : late) {
            if (model_.find_waiter(id) != nullptr) {
                give_up(id);
            }
        }
        if (waiters_first) {
            tick();
        }
    }

    void tick() {
        if (core_.wake_at() > now_) {
            return;
        }
        core_.tick(now_);
        finish_step("tick");
        std::size_t overdue = 0;
        for (const auto& [number, each] : model_.connections) {
            overdue +=
                each.state == State::idle && now_ - each.since >= model_.settings.idle_timeout;
        }
        // Those that the same tick began to make come too late to count.
        require(
            overdue == 0 ||
                core_.counts().total() - core_.counts().connecting <= model_.settings.min,
            "idle connections beyond the minimum end"
        );
        require(
            core_.wake_at() > now_ || core_.counts().total() == 0, "a tick settles what is due"
        );
    }

    void resize() {
        max_integral_ += (now_ - max_since_) * model_.settings.max;
        max_since_ = now_;
        model_.resize(any_settings());
        ++version_;
        core_.resize(model_.settings, version_, now_);
        core_.resize(any_settings(), version_, now_);  // an older one changes nothing
        finish_step("resize");
    }

    void change_server() {
        if (one_in(3)) {
            is_server_up_ = !is_server_up_;
        } else {
            server_room_ = below(12);
        }
    }

    /// Everything ends well from every state: the server is back, borrowers give back, and nothing
    /// is left.
    void wind_down() {
        is_server_up_ = true;
        server_room_ = 1000;
        if (broken_.empty() && one_in(2)) {
            core_.close(now_);
            finish_step("close");
        }
        for (int turn = 0; turn < 400 && broken_.empty() && asked_ != answered_; ++turn) {
            complete_something();
            give_back();
            if (turn % 4 == 0) {
                now_ += 100ms;
                run_timers();
            }
        }
        require(asked_ == answered_, "every waiter is answered in the end");
        while (broken_.empty() && any_of([](const auto& c) { return c.state == State::lent; })) {
            give_back();
        }
        core_.shut(now_);
        finish_step("shut");
        for (int turn = 0; turn < 200 && broken_.empty() && !model_.connections.empty(); ++turn) {
            complete_something();
        }
        require(core_.is_drained(), "a pool that was shut is drained when all is answered");
        std::uint64_t closed = 0;
        for (const std::uint64_t count : core_.closed()) {
            closed += count;
        }
        require(closed == made_, "every connection made is closed, once, for a reason");
        require(core_.used_time(now_) == used_, "the time in use is the sum of all loans");
        max_integral_ += (now_ - max_since_) * model_.settings.max;
        require(core_.max_time(now_) == max_integral_, "the maximum is integrated over time");
    }

    // Actions.

    void finish_step(const char* step) {
        const std::size_t before = total_before_;
        std::vector<Action> actions;
        while (core_.has_actions() && broken_.empty()) {
            core_.take_actions(actions);
            for (const Action& action : actions) {
                carry_out(action);
            }
        }
        hold_invariants(before);
        total_before_ = model_.connections.size();
        if (!broken_.empty() && !is_told_) {
            is_told_ = true;
            broken_ += fmt::format(" (step \"{}\")", step);
        }
    }

    void carry_out(const Action& action) {
        using enum Action::Kind;
        const std::uint64_t number = number_of(action.connection);
        switch (action.kind) {
            case open:
                require(!model_.connections.contains(number), "a new connection has a new name");
                model_.connections[number] = {.id = action.connection, .since = now_};
                return;
            case lend:
                lend_to(action);
                return;
            case check:
                require_state(number, State::idle, "only an idle connection is checked");
                model_.connections[number].state = State::checking;
                return;
            case clean:
                require_state(number, State::cleaning, "only what came back open is cleaned");
                return;
            case close:
                require(model_.connections.contains(number), "only what is there is closed");
                require(
                    model_.connections[number].state != State::lent ||
                        !model_.connections[number].tenant,
                    "nothing is closed under its borrower"
                );
                model_.connections.erase(number);
                return;
            case refuse: {
                const ModelWaiter* const waiter = model_.find_waiter(action.waiter);
                require(waiter != nullptr, "only who waits is refused");
                require(
                    waiter == nullptr || action.refusal != AcquireRefusal::late ||
                        waiter->deadline <= now_,
                    "nobody is late before the deadline"
                );
                model_.forget_waiter(action.waiter);
                ++answered_;
                return;
            }
            case tell_leak:
                require_state(number, State::lent, "only a loan leaks");
                return;
            case take_away:
                require_state(number, State::lent, "only a loan is taken away");
                end_loan(model_.connections[number]);
                model_.connections.erase(number);
                require(
                    !core_.give_back(action.connection, PoolCore::Returned::clean, now_),
                    "what was taken away can't be given back"
                );
                return;
        }
    }

    void lend_to(const Action& action) {
        const std::uint64_t number = number_of(action.connection);
        require_state(number, State::idle, "only an idle connection is lent");
        const ModelWaiter* const found = model_.find_waiter(action.waiter);
        if (found == nullptr) {
            require(false, "only who waits is lent a connection");
            return;
        }
        const ModelWaiter waiter = *found;
        require(waiter.deadline > now_, "nobody past the deadline is lent a connection");
        require(model_.is_first(waiter), "the first in the queue is served first");
        ModelConnection& connection = model_.connections[number];
        require(!connection.is_suspect, "a suspect connection is checked before it is lent");
        require(
            now_ - connection.since <= model_.settings.check_after,
            "one idle for long is checked before it is lent"
        );
        require(
            model_.connections.size() <= model_.settings.max,
            "nothing is lent while there are too many"
        );
        std::erase_if(model_.queue, [&waiter](const auto& each) { return each.id == waiter.id; });
        if (!connection.is_alive && one_in(2)) {
            // The driver looks before it lends; now and then too early to see it.
            const WaiterId again = core_.not_lent(action.connection, waiter.deadline, now_);
            connection.tenant.reset();
            connection.state = State::idle;
            model_.queue.push_front(
                {.id = again, .tenant = waiter.tenant, .deadline = waiter.deadline, .is_again = true
                }
            );
            return;
        }
        connection.state = State::lent;
        connection.since = now_;
        connection.tenant = waiter.tenant;
        ++answered_;
    }

    // Rules.

    void hold_invariants(std::size_t total_before) {
        if (!broken_.empty()) {
            return;
        }
        const auto counts = core_.counts();
        require(counts.idle == model_.count(State::idle), "idle connections are counted");
        require(counts.lent == model_.count(State::lent), "loans are counted");
        require(counts.connecting == model_.count(State::connecting), "attempts are counted");
        require(counts.checking == model_.count(State::checking), "checks are counted");
        require(
            counts.used == model_.count(State::lent) + model_.count(State::cleaning),
            "cleanings are counted"
        );
        require(counts.waiting == model_.waiting(), "waiters are counted");
        require(
            model_.connections.size() <= std::max<std::size_t>(model_.settings.max, total_before),
            "there are never more than the maximum, or than there were when it shrank"
        );
        require(
            counts.total() <= model_.settings.max || counts.idle == 0,
            "excess is not kept while idle"
        );
        require(
            (core_.effective().version == version_) == (counts.total() <= model_.settings.max) ||
                core_.effective().version == version_,
            "limits hold as soon as no more connections are left than the maximum"
        );
        require(
            counts.connecting <=
                std::max<std::size_t>(model_.settings.connecting_max, connecting_before_),
            "there are never more attempts to connect than allowed at once"
        );
        connecting_before_ = counts.connecting;
        nobody_waits_in_vain(counts);
    }

    void nobody_waits_in_vain(const PoolCore::Counts& counts) {
        if (model_.queue.empty()) {
            require(
                model_.waiting_aside() == 0 || counts.lent > 0, "whoever is aside waits for a loan"
            );
            return;
        }
        for (const auto& [number, each] : model_.connections) {
            const bool is_ready = each.state == State::idle && !each.is_suspect &&
                                  now_ - each.since <= model_.settings.check_after;
            require(!is_ready, "nobody waits while an idle connection needs no check");
        }
        require(
            counts.idle == 0 || counts.checking >= model_.queue.size(),
            "idle connections are checked for those who wait"
        );
        require(
            failed_at_ || counts.connecting + counts.checking >= model_.queue.size() ||
                counts.connecting >= model_.settings.connecting_max ||
                counts.total() >= model_.settings.max,
            "a connection is made for everybody who waits, as far as there may be one"
        );
        require(
            counts.total() > 0 || core_.wake_at() != Time::max(),
            "somebody wakes the pool while anybody waits"
        );
    }

    void require(bool holds, const char* rule) {
        if (!holds && broken_.empty()) {
            broken_ = rule;
        }
    }
    void require_state(std::uint64_t number, State state, const char* rule) {
        const auto found = model_.connections.find(number);
        require(found != model_.connections.end() && found->second.state == state, rule);
    }

    std::mt19937_64 random_;
    Time now_{std::chrono::hours{1}};
    PoolModel model_;
    PoolCore core_;
    std::uint64_t version_ = 1;

    std::size_t total_before_ = 0;
    std::size_t connecting_before_ = 0;
    std::optional<Time> failed_at_;  // of the last attempt to connect, until one succeeds
    std::uint64_t asked_ = 0;
    std::uint64_t answered_ = 0;
    std::uint64_t made_ = 0;
    std::chrono::nanoseconds used_{};
    std::chrono::nanoseconds max_integral_{};
    Time max_since_ = now_;
    bool is_server_up_ = true;
    std::ptrdiff_t server_room_ = 1000;
    bool is_told_ = false;
    std::string broken_;
};

TEST(PoolSimulation, KeepsItsPromisesInTenThousandHistories) {
    testing::play_histories(10'000, [](std::uint64_t seed) { return Simulation{seed}.play(); });
}

}  // namespace
}  // namespace accubooks::pg
