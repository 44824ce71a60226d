#include <filesystem>
#include <fstream>
#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "audit/act.h"
#include "audit/leaf.h"
#include "audit/log.h"
#include "audit/log_folder.h"
#include "audit/log_reader.h"
#include "testing/fake_clock.h"
#include "testing/test_cluster.h"

namespace accubooks::audit {
namespace {

namespace fs = std::filesystem;

base::Deadline soon() {
    return base::deadline_in(std::chrono::seconds{30});
}
const auto kNow = base::Instant::from_unix_micros(1'767'225'600'000'000);

class Place {
public:
    Place()
        : path_{fs::temp_directory_path() / fmt::format("audit_log.{}.{}", ::getpid(), next_++)} {}
    ~Place() { fs::remove_all(path_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    const fs::path& path() const { return path_; }

private:
    static inline int next_ = 0;
    fs::path path_;
};

/// A database with its pool and an instance that lengthens its log.
class LogTest : public ::testing::Test {
protected:
    ~LogTest() override {
        log.reset();
        finish(pool.close(soon()));
    }

    /// Runs the task to its end; the pool's own timers go on, so the context never runs dry.
    template <class T>
    T finish(base::Task<T> task) {
        auto result = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
        io.restart();
        while (result.wait_for(std::chrono::seconds{0}) != std::future_status::ready &&
               io.run_one() > 0) {
        }
        return result.get();
    }

    std::unique_ptr<Log> make_log(std::optional<fs::path> folder) {
        return std::make_unique<Log>(Log::Parts{
            .on = io.get_executor(), .ops = pool, .clock = clock, .log = quiet, .folder = folder
        });
    }

    base::Task<base::Uuid> record_act(std::string object) {
        static constexpr pg::Statement kBegin{.name = "test.begin", .text = "begin"};
        pg::Lease lease = co_await pool.acquire(soon());
        co_await lease->execute(kBegin, {}, soon());
        Act act{.actor = "system", .action = "test.happened", .object = std::move(object)};
        const base::Uuid id = co_await record(*lease, std::move(act), kNow, soon());
        co_await lease->commit(soon());
        co_return id;
    }
    base::Uuid happens(const std::string& object) { return finish(record_act(object)); }

    base::Result<Included> included(Log& by, base::Uuid act) {
        return finish(by.await_inclusion(act, soon()));
    }
    Included see(const std::string& object) {
        auto found = included(*log, happens(object));
        EXPECT_TRUE(found.has_value()) << found.error().detail;
        return *found;
    }
    template <class T>
    T read(std::function<base::Task<T>(pg::Connection&)> what) {
        return finish([](pg::Pool& from, auto look) -> base::Task<T> {
            pg::Lease lease = co_await from.acquire(soon());
            co_return co_await look(*lease);
        }(pool, what));
    }
    LogView view() {
        return *read<base::Result<LogView>>([](pg::Connection& c) { return look(c, soon()); });
    }
    /// As somebody who may do anything with the database.
    void tamper(std::string_view sql) {
        database.run_script(
            "postgres", fmt::format("set session_replication_role = replica; {}", sql)
        );
    }
    /// The state of the database after the first `leaves`, as a restored backup has it.
    void set_back(std::int64_t leaves) {
        tamper(fmt::format(
            "delete from audit.cosignature; delete from audit.checkpoint where size > {0}; "
            "delete from audit.node where (index + 1) << level > {0}; "
            "delete from audit.act where number in (select act from audit.leaf where seq >= {0}); "
            "delete from audit.leaf where seq >= {0}",
            leaves
        ));
    }

    testing::TestDatabase database;
    Place place;
    testing::FakeClock clock{kNow};
    telemetry::Log quiet{clock, telemetry::Level::error};
    boost::asio::io_context io{1};
    pg::Pool pool{
        io.get_executor(), "operations", database.endpoint("accubooks_ops"), {.min = 0, .max = 8}
    };
    std::unique_ptr<Log> log = make_log(place.path() / "audit");
};

TEST_F(LogTest, AnActBecomesAProvenLeaf) {
    const Included first = see("one");
    const Included second = see("two");
    const LogView seen = view();
    EXPECT_EQ(seen.size, 2);
    EXPECT_TRUE(seen.key.name.starts_with("accubooks.dev/"));
    EXPECT_TRUE(verify(first.proof, first.entry, seen.key));
    EXPECT_TRUE(verify(second.proof, second.entry, seen.key));
    const auto leaf = Leaf::parse(second.entry);
    ASSERT_TRUE(leaf.has_value());
    EXPECT_EQ(leaf->object, "two");
    EXPECT_EQ(leaf->seq, 1);
    EXPECT_EQ(leaf->time, kNow);
    EXPECT_EQ(leaf->prev_leaf, leaf_hash(first.entry));
    const auto acts = read<base::Result<std::vector<LoggedAct>>>([](pg::Connection& c) {
        return acts_from(c, 1, 10, soon());
    });
    ASSERT_EQ(acts->size(), 1U);
    EXPECT_EQ(payload_digest(acts->at(0).salt, acts->at(0).payload), leaf->payload_sha256);
}

TEST_F(LogTest, WhatWasRolledBackNeverHappened) {
    finish([](pg::Pool& from) -> base::Task<void> {
        static constexpr pg::Statement kBegin{.name = "test.begin", .text = "begin"};
        pg::Lease lease = co_await from.acquire(soon());
        co_await lease->execute(kBegin, {}, soon());
        co_await record(*lease, {"system", "test.happened", "never"}, kNow, soon());
    }(pool));
    see("one");
    EXPECT_EQ(view().size, 1);
    EXPECT_EQ(included(*log, base::Uuid{}).error().code, "audit.no_such_act");
}

TEST_F(LogTest, AnActOfATransactionThatTookLongComesLate) {
    const auto slow = finish(pg::Connection::open(database.endpoint("accubooks_ops"), soon()));
    static constexpr pg::Statement kBegin{.name = "test.begin", .text = "begin"};
    finish(slow->execute(kBegin, {}, soon()));
    const auto late = finish(record(*slow, {"system", "test.happened", "late"}, kNow, soon()));
    see("early");
    see("early too");  // the horizon has moved by now, were it wrong
    finish(slow->commit(soon()));
    const auto found = included(*log, late);
    ASSERT_TRUE(found.has_value()) << found.error().detail;
    EXPECT_EQ(Leaf::parse(found->entry)->seq, 2);
}

TEST_F(LogTest, ManyActsAreMoreThanOneBatch) {
    database.run_script(
        "accubooks_ops",
        "insert into audit.act (act_id, actor, action, object, payload, salt, recorded_at) "
        "select gen_random_uuid(), 'system', 'test.happened', n::text, '{}', "
        "sha256(n::text::bytea), "
        "now() from generate_series(1, 1234) n"
    );
    const Included last = see("last");
    EXPECT_EQ(view().size, 1235);
    EXPECT_TRUE(verify(last.proof, last.entry, view().key));
    const auto proof = read<base::Result<InclusionProof>>([](pg::Connection& c) {
        return inclusion_of(c, 700, soon());
    });
    const auto acts = read<base::Result<std::vector<LoggedAct>>>([](pg::Connection& c) {
        return acts_from(c, 700, 1, soon());
    });
    EXPECT_TRUE(verify(*proof, acts->at(0).entry, view().key));
}

TEST_F(LogTest, InstancesThatShareTheFolderTakeTurns) {
    const auto second = make_log(place.path() / "audit");
    std::vector<std::future<base::Result<Included>>> waiting;
    std::vector<base::Uuid> acts;
    for (int i = 0; i < 20; ++i) {
        acts.push_back(happens(fmt::format("act {}", i)));
    }
    for (std::size_t i = 0; i < acts.size(); ++i) {
        Log& by = i % 2 == 0 ? *log : *second;
        waiting.push_back(
            boost::asio::co_spawn(io, by.await_inclusion(acts[i], soon()), boost::asio::use_future)
        );
    }
    for (auto& one : waiting) {
        while (one.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
            io.run_one();
        }
        const auto found = one.get();
        ASSERT_TRUE(found.has_value()) << found.error().detail;
        EXPECT_TRUE(verify(found->proof, found->entry, view().key));
    }
    EXPECT_EQ(view().size, 20);
}

TEST_F(LogTest, WhoHasNoKeyWaitsForWhoHas) {
    see("one");
    const auto keyless = make_log(std::nullopt);
    const base::Uuid act = happens("two");
    const auto shortly = base::deadline_in(std::chrono::milliseconds{300});
    EXPECT_EQ(finish(keyless->await_inclusion(act, shortly)).error().code, "audit.not_in_time");
    EXPECT_EQ(view().size, 2);  // it has its place
    EXPECT_EQ(view().checkpoint->checkpoint.tree.size, 1);
    EXPECT_TRUE(included(*log, act).has_value());
    Place elsewhere;  // a folder of its own gets no key, since the log has one
    const auto stranger = make_log(elsewhere.path());
    EXPECT_EQ(
        finish(stranger->await_inclusion(
                   happens("three"), base::deadline_in(std::chrono::milliseconds{300})
               ))
            .error()
            .code,
        "audit.not_in_time"
    );
    EXPECT_FALSE(fs::exists(elsewhere.path() / "log.key"));
}

TEST_F(LogTest, AnActThatIsAwaitedIsALeafWithoutWaitingForTheNextStep) {
    const auto end = [this] {
        return finish([](pg::Pool& from) -> base::Task<LogEnd> {
            pg::Lease lease = co_await from.acquire(soon());
            co_return (co_await end_of_log(*lease, soon())).value();
        }(pool));
    };
    see("one");
    EXPECT_FALSE(end().lacks_last);
    happens("two");
    EXPECT_TRUE(end().lacks_last);
    finish(log->hasten(soon()));
    EXPECT_FALSE(end().lacks_last);
    EXPECT_EQ(end().size, 2);
    EXPECT_EQ(view().checkpoint->checkpoint.tree.size, 2);
}

TEST_F(LogTest, WhoComesWhileAStepTakesLongWaitsUntilTheDeadline) {
    see("one");
    std::vector<pg::Lease> all;
    while (pool.status().used < pool.status().effective.settings.max) {
        all.push_back(finish(pool.acquire(soon())));
    }
    auto step = boost::asio::co_spawn(io, log->advance(soon()), boost::asio::use_future);
    const auto shortly = [] { return base::deadline_in(std::chrono::milliseconds{50}); };
    finish(log->hasten(shortly()));
    EXPECT_EQ(finish(log->advance(shortly())).error().code, "audit.not_in_time");
    EXPECT_NE(step.wait_for(std::chrono::seconds{0}), std::future_status::ready);
    all.clear();
    EXPECT_TRUE(finish(log->advance(soon())).has_value());
    EXPECT_TRUE(step.get().has_value());
}

TEST_F(LogTest, ALogThatCannotGoOnIsNotHastened) {
    see("one");
    const fs::path key = place.path() / "audit" / "log.key";
    fs::permissions(key, fs::perms::group_read, fs::perm_options::add);
    happens("two");
    finish(log->hasten(soon()));
    EXPECT_EQ(view().size, 2) << "it has its place, unsigned";
    happens("three");
    finish(log->hasten(soon()));
    EXPECT_EQ(view().size, 2);
}

TEST_F(LogTest, ACheckpointThatWasSignedAndNotStoredIsStoredLater) {
    see("one");
    const std::string before = to_string(view().checkpoint->note);
    tamper("delete from audit.checkpoint");  // as after a kill between file and database
    ASSERT_TRUE(finish(log->advance(soon())).has_value());
    EXPECT_EQ(to_string(view().checkpoint->note), before);
}

TEST_F(LogTest, KeepsItsKeyToItself) {
    see("one");
    const fs::path key = place.path() / "audit" / "log.key";
    EXPECT_EQ(fs::status(key).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    fs::permissions(key, fs::perms::group_read, fs::perm_options::add);
    EXPECT_EQ(finish(log->advance(soon())).error().code, "audit.bad_log_key");
    fs::permissions(key, fs::perms::group_read, fs::perm_options::remove);
    std::ofstream{key} << "accubooks-log-key-1 AAAA\n";
    EXPECT_EQ(finish(log->advance(soon())).error().code, "audit.bad_log_key");
}

TEST_F(LogTest, ADatabaseThatWasSetBackIsNotSignedUntilTheLogIsReopened) {
    see("one");
    see("two");
    const Included third = see("three");
    const LogView before = view();
    set_back(2);
    const base::Uuid act = happens("after the restore");
    const auto refused = included(*log, act);
    ASSERT_FALSE(refused.has_value());
    // Three leaves again, but not the three that were signed.
    EXPECT_EQ(refused.error().code, "audit.log_forked");
    set_back(2);
    EXPECT_EQ(finish(log->advance(soon())).error().code, "audit.log_behind");

    const auto reopened = finish(log->reopen("cli:operator", "restored", soon()));
    ASSERT_TRUE(reopened.has_value()) << reopened.error().detail;
    const LogView after = view();
    EXPECT_EQ(after.key.name, before.key.name + "/2");
    EXPECT_EQ(after.key.key, before.key.key);
    EXPECT_EQ(after.size, 1);
    EXPECT_EQ(after.logs.size(), 2U);
    const auto leaf = Leaf::parse(reopened->entry);
    EXPECT_EQ(leaf->action, kReopened);
    EXPECT_EQ(leaf->object_digest, base::sha256(to_string(before.checkpoint->note)));
    EXPECT_TRUE(verify(reopened->proof, reopened->entry, after.key));

    const Included next = see("life goes on");
    EXPECT_EQ(Leaf::parse(next.entry)->seq, 1);
    EXPECT_EQ(
        finish(log->reopen("cli:operator", "again", soon())).error().code, "audit.nothing_to_reopen"
    );
}

TEST_F(LogTest, ALogThatWasReopenedInAnOlderDatabaseIsReopenedAgain) {
    see("one");
    see("two");
    set_back(1);
    ASSERT_TRUE(finish(log->reopen("cli:operator", "first", soon())).has_value());
    // The same backup once more: the log that was opened meanwhile is gone.
    tamper(
        "delete from audit.checkpoint where log = 2; delete from audit.node where log = 2; "
        "delete from audit.leaf where log = 2; delete from audit.log where log = 2"
    );
    EXPECT_EQ(finish(log->advance(soon())).error().code, "audit.log_behind");
    const auto again = finish(log->reopen("cli:operator", "second", soon()));
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_TRUE(view().key.name.ends_with("/launch-audit/3"));
}

TEST_F(LogTest, AnotherDatabaseIsNotTakenForTheLogs) {
    see("one");
    const testing::TestDatabase other;
    pg::Pool elsewhere{
        io.get_executor(), "other", other.endpoint("accubooks_ops"), {.min = 0, .max = 4}
    };
    Log there{{
        .on = io.get_executor(),
        .ops = elsewhere,
        .clock = clock,
        .log = quiet,
        .folder = place.path() / "audit",
    }};
    EXPECT_EQ(finish(there.advance(soon())).error().code, "audit.log_behind");
    finish(elsewhere.close(soon()));
}

TEST_F(LogTest, AChangedLeafIsNoticed) {
    see("one");
    see("two");
    tamper("update audit.node set hash = sha256('forged') where level = 0 and index = 0");
    tamper("update audit.node set hash = sha256('forged') where level = 1 and index = 0");
    happens("three");
    EXPECT_EQ(finish(log->advance(soon())).error().code, "audit.log_forked");
}

TEST_F(LogTest, ALostFolderIsNoticed) {
    see("one");
    fs::remove(place.path() / "audit" / "last-checkpoint");
    happens("two");
    EXPECT_EQ(finish(log->advance(soon())).error().code, "audit.log_behind");
    const auto reopened = finish(log->reopen("cli:operator", "disk lost", soon()));
    ASSERT_TRUE(reopened.has_value()) << reopened.error().detail;
}

TEST_F(LogTest, GrowthIsProvenToWitnesses) {
    see("one");
    const LogView small = view();
    see("two");
    see("three");
    const auto proof = read<base::Result<ConsistencyProof>>([](pg::Connection& c) {
        return consistency_from(c, 1, soon());
    });
    EXPECT_TRUE(verify(*proof, small.checkpoint->checkpoint.tree, small.key));
    const auto whole = read<base::Result<ConsistencyProof>>([](pg::Connection& c) {
        return consistency_from(c, 0, soon());
    });
    EXPECT_TRUE(whole->path.empty());
    const auto more = read<base::Result<ConsistencyProof>>([](pg::Connection& c) {
        return consistency_from(c, 4, soon());
    });
    EXPECT_EQ(more.error().code, "audit.no_such_leaf");
}

TEST_F(LogTest, AWitnessCosignsAndIsRemembered) {
    see("one");
    const LogView seen = view();
    std::array<std::uint8_t, 32> seed{7};
    const base::SigningKey key{seed};
    const VerifierKey witness{
        .name = "witness.test/w1", .type = KeyType::cosignature, .key = key.public_key()
    };
    const Cosignature good{
        .origin = seen.key.name,
        .size = 1,
        .witness = witness,
        .signature = cosign(seen.checkpoint->checkpoint, witness.name, key, kNow),
    };
    const auto add = [this](Cosignature one) {
        return read<base::Result<bool>>([one](pg::Connection& c) {
            return add_cosignature(c, one, "user:w", kNow, soon());
        });
    };
    EXPECT_TRUE(add(good).value());
    EXPECT_FALSE(add(good).value());  // known by now
    EXPECT_EQ(*verify_cosignature(*view().checkpoint, witness), kNow);
    EXPECT_EQ(view().checkpoint->note.signatures.size(), 2U);
    Cosignature wrong = good;
    wrong.signature.bytes[20] ^= 1;
    EXPECT_EQ(add(wrong).error().code, "audit.bad_signature");
    Cosignature of_nothing = good;
    of_nothing.size = 5;
    EXPECT_EQ(add(of_nothing).error().code, "audit.no_such_checkpoint");
    Cosignature by_a_log = good;
    by_a_log.witness.type = KeyType::ed25519;
    EXPECT_EQ(add(by_a_log).error().code, "audit.bad_vkey");
    see("two");
    EXPECT_EQ(view().size, 3);  // that a witness joined is itself an act
}

TEST_F(LogTest, NothingLoggedIsSaidSo) {
    const auto none =
        read<base::Result<LogView>>([](pg::Connection& c) { return look(c, soon()); });
    EXPECT_EQ(none.error().code, "audit.no_log");
}

}  // namespace
}  // namespace accubooks::audit
