#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/notification.h"
#include "launch/notification_sender.h"
#include "testing/fake_clock.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::launch {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::TestDatabase;

constexpr std::string_view kExecutive = "0190a000-0000-7000-8000-000000000001";
constexpr std::string_view kOnCall = "0190a000-0000-7000-8000-000000000002";

base::Deadline soon() {
    return base::deadline_in(30s);
}

Stakeholder stakeholder(RoleName role, std::string_view id) {
    return {.role = role, .user = *base::Uuid::parse(id)};
}

class NotificationTest : public ::testing::Test {
protected:
    NotificationTest() {
        for (const auto& [id, name] : {std::pair{kExecutive, "Eve"}, std::pair{kOnCall, "Ole"}}) {
            database.run_script(
                "accubooks_owner",
                fmt::format(
                    "insert into platform.app_user (user_id, email, name, password_hash) values "
                    "('{}', lower('{}@example.com'), '{}', 'x')",
                    id,
                    name,
                    name
                )
            );
        }
    }
    ~NotificationTest() override { fs::remove_all(folder); }

    void tell(std::string transition) {
        const auto work = [](pg::Endpoint endpoint, std::string of) -> base::Task<void> {
            const auto connection = co_await pg::Connection::open(std::move(endpoint), soon());
            co_await notify(
                *connection,
                {.transition = std::move(of),
                 .kind = "approval_notice",
                 .subject = "Phase 1 is\r\nBcc: x",
                 .fields = {{"Change", "CHG-0001"}, {"Reason", "a\nRole: b\x1b[31m"}}},
                {stakeholder(RoleName::executive_operator, kExecutive),
                 stakeholder(RoleName::on_call, kOnCall)},
                soon()
            );
        };
        testing::run(work(database.endpoint("accubooks_ops"), std::move(transition)));
    }

    std::vector<Receipt> receipts(std::string transition) {
        std::vector<Receipt> found;
        const auto work = [](pg::Endpoint endpoint, std::string of, std::vector<Receipt>* into
                          ) -> base::Task<void> {
            const auto connection = co_await pg::Connection::open(std::move(endpoint), soon());
            *into = co_await receipts_of(*connection, std::move(of), soon());
        };
        testing::run(work(database.endpoint("accubooks_ops"), std::move(transition), &found));
        return found;
    }

    /// One look of one instance.
    std::size_t send() {
        std::size_t attempts = 0;
        const auto work = [](NotificationTest* test, std::size_t* into) -> base::Task<void> {
            const auto on = co_await boost::asio::this_coro::executor;
            pg::Pool pool{
                on, "ops", test->database.endpoint("accubooks_ops"), {.min = 0, .max = 1}
            };
            NotificationSender sender{
                {.on = on,
                 .ops = pool,
                 .clock = test->clock,
                 .log = test->log,
                 .instance = "test",
                 .channels = {.outbox = test->folder}}
            };
            *into = co_await sender.send_due();
            co_await pool.close(soon());
        };
        testing::run(work(this, &attempts));
        return attempts;
    }

    TestDatabase database;
    testing::FakeClock clock;
    telemetry::Log log{clock, telemetry::Level::error};
    fs::path folder = fs::temp_directory_path() / ("accubooks-outbox-" + database.name());
};

TEST_F(NotificationTest, IsMadeOncePerTransitionAndRecipient) {
    tell("change/1/event/2");
    tell("change/1/event/2");
    tell("change/1/event/3");
    const auto found = receipts("change/1/event/2");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].person->role, RoleName::executive_operator);
    EXPECT_EQ(found[1].person->role, RoleName::on_call);
    EXPECT_FALSE(found[2].person.has_value());
    for (const Receipt& receipt : found) {
        EXPECT_EQ(receipt.told, Told::waiting);
        EXPECT_FALSE(receipt.is_received());
    }
    const std::vector all{
        stakeholder(RoleName::executive_operator, kExecutive),
        stakeholder(RoleName::on_call, kOnCall)
    };
    EXPECT_EQ(without_receipt(all, found), all);
    EXPECT_EQ(without_receipt(all, {}), all);
}

TEST_F(NotificationTest, WithoutChannelsGoesToTheOutboxAndSaysSo) {
    tell("change/1/event/2");
    EXPECT_EQ(send(), 3U);
    EXPECT_EQ(send(), 0U);  // each once
    const auto found = receipts("change/1/event/2");
    const std::vector all{
        stakeholder(RoleName::executive_operator, kExecutive),
        stakeholder(RoleName::on_call, kOnCall)
    };
    EXPECT_TRUE(without_receipt(all, found).empty());
    for (const Receipt& receipt : found) {
        EXPECT_EQ(receipt.told, Told::not_sent);
        EXPECT_EQ(receipt.channel, "outbox");
        EXPECT_EQ(receipt.attempts, 1);
        std::ifstream file{receipt.detail};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        EXPECT_THAT(text, HasSubstr("NOT SENT"));
        EXPECT_THAT(text, HasSubstr("\nSubject: Phase 1 is\\x0d\\x0aBcc: x\n"));
        EXPECT_THAT(text, HasSubstr("\nReason: a\\x0aRole: b\\x1b[31m\n"));
    }
}

TEST_F(NotificationTest, ThatFailedIsTriedAgainWhenItsTimeHasCome) {
    tell("change/1/event/2");
    std::ofstream{folder} << "no folder";
    EXPECT_EQ(send(), 3U);
    EXPECT_EQ(send(), 0U);  // not yet
    for (const Receipt& receipt : receipts("change/1/event/2")) {
        EXPECT_EQ(receipt.told, Told::failed);
        EXPECT_THAT(receipt.detail, HasSubstr("can't be written"));
    }
    fs::remove(folder);
    // As if the time had passed: records never change, so their clock is moved by the superuser.
    database.run_script(
        "postgres",
        "set session_replication_role = replica; update launch.notification_receipt set at = at - "
        "interval '1 hour'"
    );
    EXPECT_EQ(send(), 3U);
    for (const Receipt& receipt : receipts("change/1/event/2")) {
        EXPECT_EQ(receipt.told, Told::not_sent);
        EXPECT_EQ(receipt.attempts, 2);
    }
}

TEST_F(NotificationTest, OfAnInstanceThatWasKilledIsSentByAnother) {
    tell("change/1/event/2");
    database.run_script(
        "accubooks_ops",
        "insert into launch.notification_attempt (notification_id, attempt, instance, "
        "leased_until) "
        "select notification_id, 1, 'killed', clock_timestamp() + interval '1 minute' from "
        "launch.notification"
    );
    EXPECT_EQ(send(), 0U);  // it may still be at it
    database.run_script(
        "postgres",
        "set session_replication_role = replica; update launch.notification_attempt set "
        "leased_until = clock_timestamp()"
    );
    EXPECT_EQ(send(), 3U);
}

TEST_F(NotificationTest, NeverChanges) {
    tell("change/1/event/2");
    send();
    for (const char* table : {"notification", "notification_attempt", "notification_receipt"}) {
        for (const char* sql : {"delete from launch.{}", "truncate launch.{} cascade"}) {
            EXPECT_THROW(
                database.run_script("postgres", fmt::format(fmt::runtime(sql), table)), pg::Failure
            );
        }
    }
}

TEST(NotificationChannels, AreReadFromTheSettings) {
    const NotificationChannels::Texts none{"none", "none", "none", "none", "none", false, "x"};
    const auto nothing = NotificationChannels::read(none).value();
    EXPECT_FALSE(nothing.smtp || nothing.webhook);
    auto texts = none;
    texts.smtp_url = "smtp://127.0.0.1:25";
    EXPECT_EQ(NotificationChannels::read(texts).error().code, "delivery.bad_address");
    texts.from = "books@example.com";
    EXPECT_TRUE(NotificationChannels::read(texts)->smtp.has_value());
    texts.smtp_login_file = "/nowhere";
    EXPECT_EQ(NotificationChannels::read(texts).error().code, "delivery.no_secret");
    texts = none;
    texts.webhook_url = "https://hooks.example.com/x";
    EXPECT_EQ(NotificationChannels::read(texts).error().code, "delivery.host_not_allowed");
    texts.webhook_hosts = "other.example.com, hooks.example.com";
    EXPECT_EQ(NotificationChannels::read(texts)->webhook->hosts.size(), 2U);
}

}  // namespace
}  // namespace accubooks::launch
