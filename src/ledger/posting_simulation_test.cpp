/// Plays seeded histories to a Poster on a pretended database and a pretended clock: answers come
/// late, in any order or never, connections are lost before and after the commit, a transaction
/// whose client has gone commits long afterwards, others lock books, clients ask again. Each
/// history is held to what the poster promises.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/internal/posting_promises_test.h"
#include "ledger/internal/pretended_store_test.h"
#include "testing/histories.h"

namespace accubooks::ledger {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::TenantId;
using pg::Failure;

class Simulation {
public:
    explicit Simulation(std::uint64_t seed)
        : random_{seed},
          limits_{any_limits()},
          is_faulty_{!one_in(4)},
          poster_{std::make_unique<Poster>(
              io_.get_executor(),
              std::make_unique<PretendedStore>(io_.get_executor(), calls_),
              limits_,
              [this] { return now_; }
          )} {}

    /// The first rule that was broken; empty when all held.
    std::string play() {
        const int steps = 40 + below(80);
        for (int step = 0; step < steps && broken().empty(); ++step) {
            any_step();
            settle();
        }
        wind_down();
        return broken();
    }

private:
    // Chance.

    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
    bool one_in(int odds) { return below(odds) == 0; }
    std::size_t index(std::size_t size) {
        return static_cast<std::size_t>(below(static_cast<int>(size)));
    }

    PosterLimits any_limits() {
        PosterLimits limits;
        limits.batch_entries = 1 + index(8);
        limits.batch_lines = 2 + index(20);
        limits.queue_entries = 1 + index(12);
        limits.queue_entries_all = limits.queue_entries + index(20);
        limits.combined_tenants = 1 + index(4);
        limits.combined_batches = 1 + index(3);
        limits.locked_runs = 1 + index(2);
        limits.close_looks = index(4);
        limits.combined_patience = 24h;  // of the real clock: no history takes so long
        limits.batch_timeout = std::chrono::milliseconds{100 + below(1000)};
        return limits;
    }

    // Events.

    void any_step() {
        switch (below(11)) {
            case 0:
            case 1:
            case 2:
            case 3:
                ask();
                break;
            case 4:
                ask_again();
                break;
            case 5:
            case 6:
            case 7:
                answer_something();
                break;
            case 8:
                commit_an_orphan();
                break;
            case 9:
                if (is_faulty_) {
                    one_in(6) ? crash() : pass_time(std::chrono::milliseconds{below(400)});
                }
                break;
            case 10:
                lock_or_unlock();
                break;
        }
    }

    /// Somebody else, the books of a tenant.
    void lock_or_unlock() {
        const std::int64_t tenant = 1 + below(4);
        if (locked_.erase(tenant) == 0) {
            locked_.insert(tenant);
        }
    }

    void ask() {
        const TenantId tenant{1 + below(4)};
        ClientRequest request{.tenant = tenant, .keys = {}, .contents = {}};
        const std::size_t size = one_in(4) ? 1 + index(6) : 1;
        for (std::size_t at = 0; at < size; ++at) {
            request.keys.push_back(fmt::format("k{}", ++keys_made_));
            request.contents.emplace_back(
                one_in(12)   ? kBad
                : one_in(20) ? kPoison
                             : std::string_view{request.keys.back()}
            );
        }
        request.is_late = is_faulty_ && one_in(15);
        send(std::move(request));
    }

    /// With a key that was used before: answered, unknown or under way; now and then for something
    /// else.
    void ask_again() {
        if (requests_.empty()) {
            return;
        }
        const ClientRequest& before = *requests_[index(requests_.size())];
        ClientRequest request{.tenant = before.tenant, .keys = {}, .contents = {}};
        const std::size_t at = index(before.keys.size());
        request.keys.push_back(before.keys[at]);
        request.contents.push_back(one_in(6) ? "something else" : before.contents[at]);
        send(std::move(request));
    }

    void send(ClientRequest request) {
        request.arrival = ++arrivals_;
        promises_.ask(request);
        std::vector<Posting> postings;
        for (std::size_t at = 0; at < request.keys.size(); ++at) {
            postings.push_back(posting_of(request.keys[at], request.contents[at]));
        }
        outstanding_[request.tenant.value] += postings.size();
        outstanding_all_ += postings.size();
        request.is_too_much = outstanding_[request.tenant.value] > limits_.queue_entries ||
                              poster_->depth() + postings.size() > limits_.queue_entries_all;
        const auto deadline = request.is_late ? now_ : now_ + 2 * limits_.batch_timeout;
        requests_.push_back(std::make_unique<ClientRequest>(std::move(request)));
        ClientRequest* const sent = requests_.back().get();
        asio::co_spawn(
            io_,
            poster_->post(sent->tenant, std::move(postings), deadline),
            [this, sent](const std::exception_ptr& thrown, auto results) {
                require(!thrown, "a post answers and doesn't throw");
                if (!thrown) {
                    answered(*sent, std::move(results));
                }
            }
        );
    }

    Posting posting_of(const std::string& key, const std::string& content) {
        static const auto commodities = std::make_shared<const std::vector<base::Commodity>>(
            std::vector<base::Commodity>{{.code = "USD", .scale = 2}}
        );
        Entry entry{.date = *base::Date::parse("2026-01-15"), .description = content};
        // The lines' number is the key's own, so that asking again is asking for the same.
        entry.lines.resize(2 + (std::hash<std::string>{}(key) % 7 == 0 ? 18 : 0));
        return {
            .entry = std::move(entry),
            .commodities = commodities,
            .idempotency_key = key,
            .request_hash = base::sha256(content),
            .posted_by = "user:test",
        };
    }

    void answer_something() {
        if (calls_.empty()) {
            return;
        }
        Call& call = *calls_[index(calls_.size())];
        if (call.is_answered()) {
            return;
        }
        using enum Failure::Kind;
        switch (is_faulty_ ? below(14) : 13) {
            case 0:
                fail(call, overloaded);  // no connection in time
                break;
            case 1:
                fail(call, connect);
                break;
            case 2:
                fail(call, server, one_in(2) ? "57P01" : "53100");
                break;
            case 3:
                lose(call, lost, index(3));
                break;
            case 4:
                lose(call, unknown_outcome, index(3));
                break;
            case 5:
                fail(call, deadline);  // cancelled, and the server said so
                break;
            default:
                execute(call);
                break;
        }
    }

    void answer(Call& call) {
        found_locked_.erase(call.batches.front().tenant.value);
        call.answer();
    }

    void fail(Call& call, Failure::Kind kind, std::string sqlstate = {}) {
        if (!call.is_combined && sqlstate == "55P03") {
            ++found_locked_[call.batches.front().tenant.value];
        } else {
            found_locked_.erase(call.batches.front().tenant.value);
        }
        call.fail(kind, std::move(sqlstate));
    }

    /// The database does what it was asked, and says so.
    void execute(Call& call) {
        const bool is_locked = std::ranges::any_of(call.batches, [this](const TenantBatch& batch) {
            return locked_.contains(batch.tenant.value);
        });
        // Of several tenants the locked ones are left out, unless it is other rows than the ledger.
        if (is_locked && (!call.is_combined || one_in(3))) {
            fail(call, Failure::Kind::server, "55P03");
            return;
        }
        if (!call.is_combined) {
            try {
                call.verdicts.push_back(journals_.post(call.batches.front()));
                answer(call);
            } catch (const Failure& refused) {
                fail(call, refused.kind(), std::string{refused.sqlstate()});
            }
            return;
        }
        if (one_in(10)) {
            fail(call, Failure::Kind::server, "22003");  // for whatever reason
            return;
        }
        if (call.scrutiny == Scrutiny::trusting && is_anything_refused(call.batches)) {
            fail(call, Failure::Kind::server, "23514");
            return;
        }
        call.verdicts = post_combined(call.batches);
        answer(call);
    }

    /// Of what isn't left out.
    bool is_anything_refused(const std::vector<TenantBatch>& batches) const {
        return std::ranges::any_of(batches, [this](const TenantBatch& batch) {
            return !journals_.takes_all(batch) && !locked_.contains(batch.tenant.value);
        });
    }

    Verdicts post_combined(const std::vector<TenantBatch>& batches) {
        Verdicts verdicts;
        for (const TenantBatch& batch : batches) {
            const bool is_left_out =
                !journals_.takes_all(batch) || locked_.contains(batch.tenant.value) || one_in(6);
            verdicts.push_back(is_left_out ? std::vector<PostingVerdict>{} : journals_.post(batch));
        }
        return verdicts;
    }

    /// The answer never comes. The transaction was not begun, has committed, or runs on and commits
    /// at some later time.
    void lose(Call& call, Failure::Kind kind, std::size_t how) {
        auto sent = std::make_unique<Sent>(call.batches, call.scrutiny);
        if (how == 1) {
            commit(*sent);
        } else if (how == 2) {
            orphans_.push_back(std::move(sent));
        }
        fail(call, kind);
    }

    void commit(const Sent& sent) {
        if (sent.copies.size() > 1) {
            if (sent.scrutiny == Scrutiny::close || !is_anything_refused(sent.copies)) {
                post_combined(sent.copies);
            }
            return;
        }
        try {
            journals_.post(sent.copies.front());
        } catch (const Failure&) {
            // Refused: nothing is done, and nobody hears of it.
        }
    }

    void commit_an_orphan() {
        if (orphans_.empty()) {
            return;
        }
        const auto chosen = orphans_.begin() + static_cast<std::ptrdiff_t>(index(orphans_.size()));
        commit(**chosen);
        orphans_.erase(chosen);
    }

    /// Of the server: every call under way is lost, what hasn't committed never will.
    void crash() {
        orphans_.clear();
        for (Call* const call : calls_) {
            if (!call->is_answered()) {
                lose(*call, Failure::Kind::lost, index(2));
            }
        }
    }

    /// A call past its deadline is ended by the store, whatever the server does.
    void pass_time(std::chrono::milliseconds time) {
        now_ += time;
        for (Call* const call : calls_) {
            if (call->deadline <= now_ && !call->is_answered()) {
                if (one_in(2)) {
                    fail(*call, Failure::Kind::deadline);
                } else {
                    lose(*call, Failure::Kind::unknown_outcome, index(3));
                }
            }
        }
    }

    void settle() {
        io_.restart();
        io_.poll();
        hold_invariants();
    }

    /// From any state everybody is answered, though the database never says a word again.
    void wind_down() {
        const bool is_dead = is_faulty_ && one_in(2);
        if (!is_dead && broken().empty()) {
            for (int turn = 0; turn < 2000 && free_ones_wait(); ++turn) {
                answer_something();
                settle();
            }
            require(!free_ones_wait(), "who isn't locked doesn't wait for who is");
        }
        if (!is_faulty_ || one_in(2)) {
            locked_.clear();  // else the callers' deadlines end it
        }
        // Also once a rule is broken: a poster isn't ended under its batches.
        for (int turn = 0; turn < 4000 && outstanding_all_ > 0; ++turn) {
            if (is_dead || !broken().empty() || turn > 2000) {
                pass_time(limits_.batch_timeout);
            } else if (!locked_.empty()) {
                pass_time(limits_.batch_timeout / 2);
                answer_something();
            } else {
                answer_something();
            }
            settle();
        }
        require(outstanding_all_ == 0, "everybody is answered in the end");
        while (!orphans_.empty()) {
            commit_an_orphan();
        }
        for (const auto& request : requests_) {
            if (request->answer) {
                promises_.hold_in_the_end(*request);
            }
        }
        require(poster_->depth() == 0, "nothing is left when all are answered");
        if (poster_->depth() != 0) {
            poster_.release();  // it would end the process, and with it this history's report
        }
    }

    bool free_ones_wait() const {
        return std::ranges::any_of(outstanding_, [this](const auto& outstanding) {
            return outstanding.second > 0 && !locked_.contains(outstanding.first);
        });
    }

    // Rules.

    void hold_invariants() {
        require(poster_->depth() <= limits_.queue_entries_all, "the queues are bounded");
        require(poster_->depth() == 0 || !calls_.empty(), "somebody works while anybody waits");
        std::set<std::int64_t> tenants;
        std::size_t combined = 0;
        std::size_t locked = 0;
        for (const Call* const call : calls_) {
            hold_call(*call, tenants);
            combined += call->is_combined ? 1 : 0;
            locked += found_locked_.contains(call->batches.front().tenant.value) ? 1 : 0;
        }
        require(combined <= limits_.combined_batches, "combined runs are bounded");
        require(locked <= limits_.locked_runs, "runs of locked tenants are bounded");
    }

    /// While nothing is lost: what is sent again is within a turn that is told later.
    void hold_patience(const Call& call) {
        const auto found = found_locked_.find(call.batches.front().tenant.value);
        const std::size_t turns = found == found_locked_.end() ? 0 : found->second;
        require(
            call.is_combined || is_faulty_ || call.lock_patience == lock_patience(limits_, turns),
            "who is locked out waits for longer, turn by turn"
        );
    }

    void hold_call(const Call& call, std::set<std::int64_t>& tenants) {
        hold_patience(call);
        std::size_t entries = 0;
        std::size_t lines = 0;
        std::int64_t last = 0;
        for (const TenantBatch& batch : call.batches) {
            require(
                tenants.insert(batch.tenant.value).second, "a tenant has one call under way at most"
            );
            require(
                !call.is_combined || !found_locked_.contains(batch.tenant.value),
                "a locked tenant goes alone"
            );
            require(batch.tenant.value > last, "tenants are locked in ascending order");
            last = batch.tenant.value;
            require(!batch.postings.empty(), "nothing is asked for nobody");
            for (const Posting* const posting : batch.postings) {
                ++entries;
                lines += posting->entry.lines.size();
            }
        }
        require(call.is_combined || call.batches.size() == 1, "only combined calls have several");
        require(call.batches.size() <= limits_.combined_tenants, "tenants of a call are bounded");
        require(entries <= limits_.batch_entries, "entries of a call are bounded");
        require(lines <= limits_.batch_lines || entries == 1, "lines of a call are bounded");
    }

    void answered(ClientRequest& request, std::vector<base::Result<Posted>> results) {
        promises_.hold(request, results);
        outstanding_[request.tenant.value] -= results.size();
        outstanding_all_ -= results.size();
        request.answer = std::move(results);
    }

    void require(bool holds, const char* rule) { promises_.require(holds, rule); }
    const std::string& broken() const { return promises_.broken(); }

    std::mt19937_64 random_;
    base::Deadline now_{1h};
    PosterLimits limits_;
    const bool is_faulty_;  // else answers are late and out of order, and nothing worse
    asio::io_context io_{1};
    Calls calls_;
    Journals journals_;
    std::vector<std::unique_ptr<Sent>> orphans_;  // transactions whose client has gone
    std::vector<std::unique_ptr<ClientRequest>> requests_;
    Promises promises_{journals_, is_faulty_};
    std::set<std::int64_t> locked_;  // tenants whose books somebody else has locked
    // How often the poster was told so of a tenant, by its last tries in succession.
    std::map<std::int64_t, std::size_t> found_locked_;
    std::map<std::int64_t, std::size_t> outstanding_;
    std::size_t outstanding_all_ = 0;
    std::uint64_t keys_made_ = 0;
    std::uint64_t arrivals_ = 0;
    std::unique_ptr<Poster> poster_;
};

TEST(PosterSimulation, KeepsItsPromisesInTenThousandHistories) {
    testing::play_histories(10'000, [](std::uint64_t seed) { return Simulation{seed}.play(); });
}

}  // namespace
}  // namespace accubooks::ledger
