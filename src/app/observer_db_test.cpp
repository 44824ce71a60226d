#include <condition_variable>
#include <map>
#include <mutex>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/health_probe.h"
#include "app/service.h"
#include "app/tenure.h"
#include "launch/assessment.h"
#include "launch/observer.h"
#include "launch/rehearsal.h"
#include "ops/change.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::app {
namespace {

using launch::FactSample;
using launch::InstanceSample;
using launch::LoadPurpose;
using launch::LoadSample;
using launch::Measurement;
using launch::ProbeSample;
using launch::Reading;
using launch::ReadingKind;
using std::chrono::seconds;

constexpr std::chrono::minutes kPatience{2};

base::Task<ops::Sight> first_settings(pg::Endpoint endpoint) {
    const base::Deadline deadline = base::deadline_in(seconds{30});
    const auto connection = co_await pg::Connection::open(std::move(endpoint), deadline);
    co_return *co_await ops::open_settings(
        *connection, ops::presets(ops::Takes::live), "a test", deadline
    );
}

/// An instance that serves on a database of its own, as `serve` wires it.
class Instance {
public:
    explicit Instance(std::string name)
        : service_{options(std::move(name))},
          probe_{service_.lanes.executor(0), service_.ops, service_.health},
          listeners_{std::make_unique<Listeners>(service_, net::HttpSettings{})} {
        EXPECT_TRUE(listeners_->api.listen("127.0.0.1:0"));
        EXPECT_TRUE(listeners_->operations.listen("127.0.0.1:0"));
        probe_.start();
        service_.settings.start(
            fmt::format("127.0.0.1:{}", listeners_->api.port()),
            fmt::format("127.0.0.1:{}", listeners_->operations.port())
        );
    }
    ~Instance() {
        stop_listening();
        probe_.stop();
        service_.settings.stop();
        on_lane(close_pools());
    }

    template <class T>
    T on_lane(base::Task<T> task) {
        return boost::asio::co_spawn(
                   service_.lanes.executor(0), std::move(task), boost::asio::use_future
        )
            .get();
    }
    void call_on_lane(const std::function<void()>& act) { on_lane(call(act)); }

    /// As if the process had been killed: nobody answers at its addresses any more.
    void stop_listening() { listeners_.reset(); }

    const testing::TestDatabase& database() const { return database_; }
    Service& service() { return service_; }

private:
    Service::Options options(std::string name) const {
        const base::SystemClock clock;
        ops::Sight settings = testing::run(first_settings(database_.endpoint("accubooks_ops")));
        return {
            .lanes = 2,
            .app = database_.endpoint("accubooks_app"),
            .ops = database_.endpoint("accubooks_ops"),
            .app_pool = ops::pool_settings(*ops::values_of(settings.newest)),
            .ops_pool = {.min = 1, .max = 4},
            .log_level = telemetry::Level::error,
            .identity =
                {.instance = std::move(name),
                 .boot_id = base::uuid_v7(clock.now(), base::system_random()),
                 .version = "1",
                 .other_connections = 5},
            .settings = std::move(settings),
        };
    }
    static base::Task<void> call(const std::function<void()>& act) {
        act();
        co_return;
    }
    base::Task<void> close_pools() {
        const base::Deadline deadline = base::deadline_in(seconds{30});
        co_await service_.poster.close(deadline);
        co_await service_.app.close(deadline);
        co_await service_.ops.close(deadline);
    }

    testing::TestDatabase database_;
    Service service_;
    HealthProbe probe_;
    std::unique_ptr<Listeners> listeners_;
};

/// What an Observer measured, for a test that waits until it has measured enough.
class Seen {
public:
    void add(Measurement measurement) {
        {
            const std::scoped_lock lock{mutex_};
            all_.push_back(std::move(measurement));
        }
        changed_.notify_all();
    }
    template <class Sample>
    std::vector<Sample> of() const {
        const std::scoped_lock lock{mutex_};
        std::vector<Sample> found;
        for (const Measurement& one : all_) {
            if (const auto* sample = std::get_if<Sample>(&one)) {
                found.push_back(*sample);
            }
        }
        return found;
    }
    /// Whether a sample of this kind comes of which this holds.
    template <class Sample>
    bool await(const std::function<bool(const Sample&)>& holds) {
        std::unique_lock lock{mutex_};
        std::size_t looked_at = 0;
        return changed_.wait_for(lock, kPatience, [&] {
            for (; looked_at < all_.size(); ++looked_at) {
                const auto* sample = std::get_if<Sample>(&all_[looked_at]);
                if (sample != nullptr && holds(*sample)) {
                    return true;
                }
            }
            return false;
        });
    }
    bool await_fact(std::string_view metric, const std::function<bool(const Reading&)>& holds) {
        return await<FactSample>([&](const FactSample& fact) {
            return fact.metric == metric && holds(fact.reading);
        });
    }
    bool await_value(std::string_view metric, std::int64_t value) {
        return await_fact(metric, [value](const Reading& reading) {
            return reading.has_value() && reading.value == value;
        });
    }
    launch::Measurements measurements() const {
        const std::scoped_lock lock{mutex_};
        launch::Measurements measured;
        for (const Measurement& one : all_) {
            measured.add(one);
        }
        return measured;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Measurement> all_;
};

/// An Observer of a rehearsal of one instance, "a".
class Watch {
public:
    explicit Watch(Instance& instance) : instance_{instance} {
        Service& service = instance.service();
        instance_.call_on_lane([&] {
            observer_ = std::make_unique<launch::Observer>(
                launch::Observer::Parts{
                    .on = service.lanes.executor(0),
                    .ops = service.ops,
                    .app = service.app,
                    .directory = service.directory,
                    .clock = service.clock,
                    .log = service.log,
                },
                launch::Observed{
                    .execution = {.change = 1, .revision = 1, .attempt = 1},
                    .plan = plan,
                    .is_rehearsal = true,
                    .instances = {"a"},
                },
                [this](Measurement measurement) { seen.add(std::move(measurement)); }
            );
            observer_->start();
        });
    }
    ~Watch() {
        instance_.on_lane(observer_->stop());
        instance_.call_on_lane([this] { observer_.reset(); });
    }
    launch::Observer& operator*() { return *observer_; }

    const launch::Plan plan = launch::rehearsal_of(launch::default_plan(), 300);
    Seen seen;

private:
    Instance& instance_;
    std::unique_ptr<launch::Observer> observer_;
};

TEST(Observer, MeasuresAServingInstanceFromBothSides) {
    Instance instance{"a"};
    const Service& service = instance.service();
    Watch watch{instance};
    Seen& seen = watch.seen;

    EXPECT_TRUE(seen.await<InstanceSample>([](const InstanceSample& sample) {
        return sample.instance == "a" && sample.pool_max == 50 && sample.synthetic.requests > 50 &&
               sample.synthetic.errors == 0 && sample.max_us > 0 && sample.wait && sample.routes &&
               !sample.routes->empty();
    }));
    EXPECT_TRUE(seen.await<LoadSample>([](const LoadSample& sample) {
        return sample.purpose == LoadPurpose::steady && sample.counts.requests > 0 &&
               sample.counts.errors == 0;
    }));
    EXPECT_TRUE(seen.await<ProbeSample>([](const ProbeSample& sample) {
        return sample.counts.requests > 0 && sample.counts.errors == 0 && sample.first_success;
    }));
    for (const char* metric :
         {"health_failures",
          "longest_lock_wait",
          "replication_lag",
          "open_p0",
          "instance_divergence",
          "trial_balance_violations",
          "integrity_violations",
          "isolation_violations",
          "fingerprint_differences"}) {
        SCOPED_TRACE(metric);
        EXPECT_TRUE(seen.await_value(metric, 0));
    }
    EXPECT_TRUE(seen.await_fact("database_cpu", [](const Reading& reading) {
        return reading.has_value() && reading.value > 0 && reading.value < 1'000'000;
    }));
    for (const char* metric : {"backup_age", "acknowledgement_age"}) {
        SCOPED_TRACE(metric);
        EXPECT_TRUE(seen.await_fact(metric, [](const Reading& reading) {
            return reading.kind == ReadingKind::no_data && !reading.why.empty();
        }));
    }

    const auto heard = seen.of<InstanceSample>();
    const base::Instant from = heard.back().at;
    EXPECT_TRUE(seen.await<InstanceSample>([&](const InstanceSample& sample) {
        return sample.at - from > seconds{5};
    }));
    const launch::Setting setting{.instances = {"a"}, .applied_at = from};
    const launch::Measurements measured = seen.measurements();
    const launch::Assessment assessment{watch.plan, setting, measured};
    const launch::TimeSpan window{.from = from, .to = service.clock.now()};
    const Reading apart = assessment.read("source_disagreement", window);
    ASSERT_TRUE(apart.has_value()) << apart.why;
    // A busy machine answers late at the window's ends; what only probes ask would be a third.
    EXPECT_LE(apart.value, 2 * watch.plan.phase1.no_data.sources_disagree.ppm);
    EXPECT_GE(apart.samples, 4 * watch.plan.phase1.workload.rate_per_second_max);
}

TEST(Observer, SendsTheSmokeRunOnceHoweverOftenItIsAskedFor) {
    Instance instance{"a"};
    Watch watch{instance};
    for (const std::int64_t wanted : {30, 30, 45}) {
        instance.call_on_lane([&] { (*watch).run_smoke(wanted, 8); });
    }
    std::int64_t answered = 0;
    EXPECT_TRUE(watch.seen.await<LoadSample>([&](const LoadSample& sample) {
        answered += sample.purpose == LoadPurpose::smoke ? sample.counts.requests : 0;
        return answered >= 45;
    }));
    instance.call_on_lane([&] { (*watch).run_smoke(45, 8); });
    EXPECT_TRUE(watch.seen.await_fact("open_p0", [](const Reading&) { return true; }));
    const launch::Measurements measured = watch.seen.measurements();
    const launch::TimeSpan ever{
        .from = base::Instant{}, .to = instance.service().clock.now() + seconds{60}
    };
    EXPECT_EQ(measured.smoke(ever).requests, 45);
    EXPECT_EQ(measured.smoke(ever).errors, 0);
    EXPECT_EQ(measured.smoke_latencies_us(ever).size(), 45U);
}

TEST(Observer, FindsBooksThatWereTamperedWithAndTenantsThatSeeEachOther) {
    Instance instance{"a"};
    Watch watch{instance};
    ASSERT_TRUE(watch.seen.await_value("integrity_violations", 0));
    ASSERT_TRUE(watch.seen.await_value("isolation_violations", 0));
    instance.database().run_script("postgres", R"sql(
set session_replication_role = replica;
update books.journal_entry set description = 'paid twice'
 where tenant_id = (select tenant_id from platform.tenant where name = 'Canary')
   and number = 1;
alter table books.account disable row level security;)sql");
    instance.on_lane((*watch).probe_books(base::deadline_in(seconds{30})));
    std::map<std::string, Reading> last;
    for (const FactSample& fact : watch.seen.of<FactSample>()) {
        last[fact.metric] = fact.reading;
    }
    EXPECT_TRUE(last["integrity_violations"].has_value());
    EXPECT_GT(last["integrity_violations"].value, 0);
    EXPECT_TRUE(last["isolation_violations"].has_value());
    EXPECT_GT(last["isolation_violations"].value, 0);
    EXPECT_EQ(last["trial_balance_violations"].value, 0);
}

TEST(Observer, FindsWhatChangedThoughItMustNot) {
    struct Case {
        const char* what;
        const char* sql;
    };
    // No memberships of roles: those are the whole server's, which other tests share.
    const Case cases[] = {
        {"security_boundary", "grant select on books.journal_line to accubooks_ops"},
        {"security_boundary", "alter table books.account no force row level security"},
        {"security_boundary",
         "create policy more on books.account as permissive for select using (true)"},
        {"schema", "alter table books.account add column note text"},
        {"schema", "alter table books.journal_entry disable trigger user"},
    };
    Instance instance{"a"};
    Watch watch{instance};
    ASSERT_TRUE(watch.seen.await_value("fingerprint_differences", 0));
    const auto now = [&] {
        return instance.on_lane((*watch).fingerprints(base::deadline_in(seconds{30})));
    };
    auto before = now();
    for (const Case& c : cases) {
        SCOPED_TRACE(c.sql);
        instance.database().run_script("postgres", c.sql);
        const auto after = now();
        const Reading reading = launch::differences(before, after);
        EXPECT_TRUE(reading.has_value()) << reading.why;
        EXPECT_EQ(reading.value, 1);
        for (std::size_t at = 0; at < before.size(); ++at) {
            EXPECT_EQ(before[at].digest != after[at].digest, before[at].what == c.what);
        }
        before = after;
    }
    EXPECT_TRUE(watch.seen.await_value("fingerprint_differences", 2));
}

TEST(Observer, HearsNothingOfAnInstanceThatIsGoneAndSaysSo) {
    Instance instance{"a"};
    Watch watch{instance};
    ASSERT_TRUE(watch.seen.await<LoadSample>([](const LoadSample& sample) {
        return sample.counts.requests > 0;
    }));
    ASSERT_TRUE(watch.seen.await<InstanceSample>([](const InstanceSample&) { return true; }));
    instance.stop_listening();
    EXPECT_TRUE(watch.seen.await_fact("health_failures", [](const Reading& reading) {
        return reading.value >= 3;
    }));
    EXPECT_TRUE(watch.seen.await<ProbeSample>([](const ProbeSample& sample) {
        return sample.counts.errors > 0;
    }));
    EXPECT_TRUE(watch.seen.await<LoadSample>([](const LoadSample& sample) {
        return sample.counts.errors > 0;
    }));
    const base::Instant last = watch.seen.of<InstanceSample>().back().at;
    EXPECT_TRUE(watch.seen.await<ProbeSample>([&](const ProbeSample& sample) {
        return sample.span.to - last > seconds{1};
    }));
    const launch::Setting setting{.instances = {"a"}, .applied_at = last};
    const launch::Measurements measured = watch.seen.measurements();
    const launch::Assessment assessment{watch.plan, setting, measured};
    const base::Instant now = instance.service().clock.now();
    EXPECT_GE(assessment.silence(last, now).inside, seconds{1});
    EXPECT_LT(assessment.silence(last, now).outside, seconds{1});
}

TEST(Observer, FindsAnInstanceTooManyAndOneThatIsMissing) {
    Instance instance{"a"};
    Watch watch{instance};
    ASSERT_TRUE(watch.seen.await_value("instance_divergence", 0));
    instance.database().run_script(
        "postgres", R"sql(
insert into platform.instance (boot_id, instance, version, api_address, ops_address, other_connections, started_at, last_seen_at)
values ('01890a5d-ac96-774b-bcce-b302099a8057', 'b', '1', '127.0.0.1:1', '127.0.0.1:2', 5, now(), now());)sql"
    );
    EXPECT_TRUE(watch.seen.await_value("instance_divergence", 1));
}

}  // namespace
}  // namespace accubooks::app
