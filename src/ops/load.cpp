#include "ops/load.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "ops/load_traffic.h"

namespace accubooks::ops {
namespace {

namespace asio = boost::asio;
using base::Result;
using base::Task;
using Steady = std::chrono::steady_clock;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

// How long a sleeping worker needs to hear that the run is over.
constexpr std::chrono::milliseconds kNap{200};
// Of a worker without a schedule, before it knocks again where nobody took its connection.
constexpr std::chrono::milliseconds kPause{50};
constexpr std::chrono::milliseconds kRetryPause{100};

// How many entries the books of one token remember, to read them back: of many books fewer, so that
// memory is bounded; one takes half a kilobyte.
std::size_t posted_kept(std::size_t books) {
    constexpr std::size_t kOfOne = 64;
    constexpr std::size_t kOfAll = 100'000;
    return std::clamp<std::size_t>(kOfAll / std::max<std::size_t>(books, 1), 1, kOfOne);
}

std::unexpected<base::Error> not_prepared(std::string detail) {
    return base::refuse(base::ErrorKind::conflict, "load.not_prepared", std::move(detail));
}

std::string run_id(const base::RandomBytes& random) {
    std::array<std::uint8_t, 8> bytes{};
    random(bytes);
    return base::to_hex(bytes);
}

std::string today(const base::Clock& clock) {
    return base::to_rfc3339(clock.now()).substr(0, 10);
}

LoadPlan bounded(LoadPlan plan) {
    plan.requests =
        std::min(plan.requests.value_or(LoadStats::kRequestsMax), LoadStats::kRequestsMax);
    return plan;
}

Task<void> sleep_until(Steady::time_point until) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_at(until);
    co_await timer.async_wait(asio::use_awaitable);
}

// Whether a post that ended so may have been done.
bool is_open(const LoadVerdict& verdict) {
    return verdict.kind == "timeout" || verdict.kind == "closed" || verdict.kind == "http_500" ||
           verdict.kind == "http_502" || verdict.kind == "http_504";
}

}  // namespace

struct Load::State {
    State(
        asio::any_io_executor its_executor,
        LoadSettings its_settings,
        const base::Clock& clock,
        const base::RandomBytes& random
    )
        : executor{std::move(its_executor)},
          settings{std::move(its_settings)},
          run{run_id(random)},
          traffic{run, today(clock)},
          schedule{bounded(settings.plan)},
          client{
              executor,
              settings.origin,
              {.connections_max = settings.concurrency, .body_bytes_max = 256UL * 1024 * 1024}
          },
          books(settings.tokens.size()),
          ended{executor} {
        ended.expires_at(Steady::time_point::max());
    }

    asio::any_io_executor executor;
    LoadSettings settings;
    std::string run;
    LoadTraffic traffic;
    LoadSchedule schedule;
    LoadStats stats;
    net::HttpClient client;
    std::vector<LoadBooks> books;
    std::vector<std::string> whats;
    std::map<std::string, std::size_t> whats_of_kind;
    std::uint64_t retries = 0;
    std::uint64_t unsettled = 0;
    Steady::time_point began;
    Steady::duration last_answer{};

    // Workers under way; `ended` is cancelled when the last has gone.
    std::uint32_t running = 0;
    std::exception_ptr failure;
    asio::steady_timer ended;

    // Preparation's own.
    std::size_t next_books = 0;
    std::size_t prepared = 0;
    std::function<void(double)> show_prepared;
    std::optional<base::Error> refusal;

    template <class Work>
    Task<void> together(std::uint32_t count, Work work) {
        running = count;
        for (std::uint32_t i = 0; i < count; ++i) {
            asio::co_spawn(executor, work(), [this](const std::exception_ptr& thrown) {
                if (thrown && !failure) {
                    failure = thrown;
                    schedule.stop();
                }
                if (--running == 0) {
                    ended.cancel();
                }
            });
        }
        if (running > 0) {
            co_await ended.async_wait(kAsTuple);
        }
    }

    void rethrow_failure() const {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    Task<Result<boost::json::value>> ask(net::ClientRequest request, int status) {
        const std::string about =
            fmt::format("{} {}", net::to_string(request.method), request.target);
        std::optional<net::ClientAnswer> answer;
        std::string why;
        try {
            answer = co_await client.send(std::move(request), base::deadline_in(settings.timeout));
        } catch (const net::ClientFailure& caught) {
            why = caught.what();
        }
        if (!answer) {
            co_return not_prepared(fmt::format("{}: {}.", about, why));
        }
        if (answer->status != status) {
            co_return not_prepared(fmt::format(
                "{} was answered with {}: {}",
                about,
                answer->status,
                answer->body.substr(0, LoadTraffic::kShown)
            ));
        }
        auto parsed = base::parse_json(answer->body);
        if (!parsed) {
            co_return not_prepared(
                fmt::format("{} was answered with no JSON: {}", about, parsed.error().detail)
            );
        }
        co_return parsed;
    }

    // Whose books the token opens: it names exactly one tenant.
    Task<Result<void>> identify(LoadBooks& its) {
        AB_CO_TRY(who, co_await ask(LoadTraffic::get(its, "/api/v1/session"), 200));
        const auto* tenants = who.is_object() ? who.as_object().if_contains("tenants") : nullptr;
        const auto* list = tenants == nullptr ? nullptr : tenants->if_array();
        const auto* tenant =
            list == nullptr || list->size() != 1 ? nullptr : list->front().if_object();
        const auto* id = tenant == nullptr ? nullptr : tenant->if_contains("tenant_id");
        const auto* currency = tenant == nullptr ? nullptr : tenant->if_contains("base_currency");
        if (id == nullptr || !id->is_int64() || currency == nullptr || !currency->is_string()) {
            co_return not_prepared("The server doesn't say which one tenant a token is for.");
        }
        its.tenant = id->get_int64();
        its.currency = currency->get_string();
        co_return Result<void>{};
    }

    Task<Result<void>> find_accounts(LoadBooks& its) {
        std::string cursor;
        while (true) {
            const std::string target = fmt::format(
                "/api/v1/tenants/{}/accounts?limit=1000{}{}",
                its.tenant,
                cursor.empty() ? "" : "&cursor=",
                cursor
            );
            AB_CO_TRY(page, co_await ask(LoadTraffic::get(its, target), 200));
            const auto* items = page.is_object() ? page.as_object().if_contains("items") : nullptr;
            if (items == nullptr || !items->is_array()) {
                co_return not_prepared(target + " was answered without items.");
            }
            for (const auto& item : items->get_array()) {
                note_account(its, item);
            }
            const auto* next = page.as_object().if_contains("next");
            if (next == nullptr || !next->is_string()) {
                co_return Result<void>{};
            }
            cursor = next->get_string();
        }
    }

    static void note_account(LoadBooks& its, const boost::json::value& item) {
        const auto* account = item.if_object();
        const auto* id = account == nullptr ? nullptr : account->if_contains("id");
        const auto* code = account == nullptr ? nullptr : account->if_contains("code");
        if (id == nullptr || !id->is_int64() || code == nullptr || !code->is_string()) {
            return;
        }
        const std::string_view text = code->get_string();
        const bool needed =
            std::ranges::find(LoadTraffic::kAccounts, text, &LoadTraffic::NeededAccount::code) !=
            LoadTraffic::kAccounts.end();
        if (needed && !has_account(its, text)) {
            its.accounts.push_back({.id = id->get_int64(), .code = std::string{text}});
        }
    }

    static bool has_account(const LoadBooks& its, std::string_view code) {
        return std::ranges::find(its.accounts, code, &LoadBooks::Account::code) !=
               its.accounts.end();
    }

    // The same key from every run, so that two that prepare at once make one account.
    Task<Result<void>> make_accounts(LoadBooks& its) {
        for (const LoadTraffic::NeededAccount& needed : LoadTraffic::kAccounts) {
            if (has_account(its, needed.code)) {
                continue;
            }
            base::JsonWriter body;
            body.begin_object()
                .member("code", needed.code)
                .member("name", needed.name)
                .member("type", needed.type)
                .end_object();
            auto request = LoadTraffic::post(
                its,
                fmt::format("/api/v1/tenants/{}/accounts", its.tenant),
                fmt::format("load-account-{}", needed.code),
                std::move(body).take()
            );
            AB_CO_TRY(made, co_await ask(std::move(request), 201));
            note_account(its, made);
            if (!has_account(its, needed.code)) {
                co_return not_prepared("The server answers a new account without its id and code.");
            }
        }
        co_return Result<void>{};
    }

    Task<Result<void>> post_first(LoadBooks& its, std::size_t index) {
        const LoadCall call = traffic.make(
            LoadOperation::post,
            its,
            LoadStats::kRequestsMax + index,
            LoadRandom{settings.seed + LoadStats::kRequestsMax + index}
        );
        const LoadVerdict verdict = co_await attempt(call, its);
        if (!verdict.is_right()) {
            co_return not_prepared(verdict.what);
        }
        co_return Result<void>{};
    }

    Task<Result<void>> prepare_books(std::size_t index) {
        LoadBooks& its = books[index];
        its.token = std::move(settings.tokens[index]);
        its.posted_kept = posted_kept(books.size());
        AB_CO_CHECK(co_await identify(its));
        AB_CO_CHECK(co_await find_accounts(its));
        AB_CO_CHECK(co_await make_accounts(its));
        AB_CO_CHECK(co_await post_first(its, index));
        co_return Result<void>{};
    }

    Task<void> prepare_some() {
        while (!refusal && next_books < books.size()) {
            const auto done = co_await prepare_books(next_books++);
            if (!done && !refusal) {
                refusal = done.error();
            }
            if (show_prepared) {
                show_prepared(static_cast<double>(++prepared) / static_cast<double>(books.size()));
            }
        }
    }

    Task<LoadVerdict> attempt(const LoadCall& call, LoadBooks& its) {
        LoadVerdict verdict;
        try {
            const net::ClientAnswer answer =
                co_await client.send(call.request, base::deadline_in(settings.timeout));
            verdict = LoadTraffic::judge(call, answer, its);
        } catch (const net::ClientFailure& caught) {
            verdict.kind = to_string(caught.kind());
            verdict.what = fmt::format(
                "{} {}: {}.",
                net::to_string(call.request.method),
                call.request.target,
                caught.what()
            );
        }
        co_return verdict;
    }

    Task<void> settle(const LoadCall& call, LoadBooks& its) {
        for (int i = 0; i < kRetries; ++i) {
            co_await sleep_until(Steady::now() + kRetryPause * (1 << i));
            ++retries;
            const LoadVerdict verdict = co_await attempt(call, its);
            if (!is_open(verdict) && verdict.kind != "connect") {
                co_return;
            }
        }
        ++unsettled;
    }

    Task<void> serve(LoadSchedule::Turn turn) {
        LoadRandom random{settings.seed ^ (turn.index * 0xD1B54A32D192ED03ULL)};
        LoadBooks& its = books[turn.index % books.size()];
        const LoadOperation operation = settings.mix.choose(random.next());
        const LoadCall call = traffic.make(operation, its, turn.index, random);
        const LoadVerdict verdict = co_await attempt(call, its);
        last_answer = Steady::now() - began;
        if (verdict.is_right()) {
            stats.succeeded(last_answer, last_answer - turn.start);
            co_return;
        }
        stats.failed(verdict.kind);
        if (whats_of_kind[verdict.kind]++ < kWhatsKept) {
            whats.push_back(verdict.what);
        }
        if (!call.posts.empty() && is_open(verdict)) {
            co_await settle(call, its);
        } else if (verdict.kind == "connect" && !settings.plan.rate) {
            co_await sleep_until(Steady::now() + kPause);
        }
    }

    Task<void> work() {
        while (const auto turn = schedule.next(Steady::now() - began)) {
            const auto start = began + turn->start;
            while (!schedule.stopped() && Steady::now() < start) {
                co_await sleep_until(std::min(start, Steady::now() + kNap));
            }
            if (!schedule.stopped()) {
                co_await serve(*turn);
            }
        }
    }

    LoadProgress progress() const {
        return {
            .requests = stats.requests(),
            .errors = stats.errors(),
            .elapsed = Steady::now() - began,
        };
    }

    Task<void> watch(std::function<void(const LoadProgress&)> show) {
        auto next = began + std::chrono::seconds{1};
        while (running > 0) {
            co_await sleep_until(std::min(next, Steady::now() + kNap));
            if (Steady::now() >= next && running > 0) {
                next += std::chrono::seconds{1};
                show(progress());
            }
        }
    }
};

Load::Load(
    asio::any_io_executor executor,
    LoadSettings settings,
    const base::Clock& clock,
    const base::RandomBytes& random
)
    : state_{std::make_unique<State>(std::move(executor), std::move(settings), clock, random)} {}

Load::~Load() = default;

Task<Result<void>> Load::prepare(std::function<void(double)> show) {
    State& state = *state_;
    state.show_prepared = std::move(show);
    base::ensure(!state.books.empty(), "a load has at least one token");
    const auto count = std::min<std::size_t>(state.settings.concurrency, state.books.size());
    co_await state.together(static_cast<std::uint32_t>(count), [&state] {
        return state.prepare_some();
    });
    state.rethrow_failure();
    if (state.refusal) {
        co_return std::unexpected{*state.refusal};
    }
    co_return Result<void>{};
}

Task<LoadReport> Load::run(std::function<void(const LoadProgress&)> show) {
    State& state = *state_;
    state.began = Steady::now();
    bool watching = true;
    asio::steady_timer watched{state.executor, Steady::time_point::max()};
    state.running = state.settings.concurrency;
    asio::co_spawn(
        state.executor,
        state.watch(std::move(show)),
        [&](const std::exception_ptr& thrown) {
            state.failure = state.failure ? state.failure : thrown;
            watching = false;
            watched.cancel();
        }
    );
    co_await state.together(state.settings.concurrency, [&state] { return state.work(); });
    if (watching) {
        co_await watched.async_wait(kAsTuple);
    }
    state.rethrow_failure();
    co_return state.stats.report(state.last_answer, state.settings.seed, state.settings.mix);
}

void Load::stop() {
    state_->schedule.stop();
}

LoadProgress Load::progress() const {
    return state_->progress();
}

std::span<const std::uint32_t> Load::latencies_us() const {
    return state_->stats.latencies_us();
}

std::uint64_t Load::retries() const {
    return state_->retries;
}

std::uint64_t Load::unsettled() const {
    return state_->unsettled;
}

std::uint64_t Load::resent() const {
    return state_->client.resent();
}

const std::vector<std::string>& Load::whats() const {
    return state_->whats;
}

}  // namespace accubooks::ops
