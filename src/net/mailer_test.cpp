#include "net/mailer.h"

#include <fstream>
#include <future>
#include <iterator>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "testing/temporary_folder.h"

namespace accubooks::net {
namespace {

Mailing send(Mailer::Settings settings) {
    Mailer mailer{std::move(settings)};
    Mail mail{
        .from = {},
        .to = "bob@example.com",
        .subject = "Welcome\r\nBcc: eve@example.com",
        .text = "The secret:\nabc\x1b[31m\n",
        .id = "invitation.1",
    };
    boost::asio::io_context context;
    auto sent = boost::asio::co_spawn(
        context,
        mailer.send(std::move(mail), base::deadline_in(std::chrono::seconds{30})),
        boost::asio::use_future
    );
    context.run();
    return sent.get();
}

TEST(Mailer, PutsAMailIntoTheOutboxWhereThereIsNoServer) {
    const testing::TemporaryFolder folder;
    const auto outbox = folder.path() / "launch" / "outbox";
    const Mailing mailing = send({.outbox = outbox});
    EXPECT_EQ(mailing.outcome, Mailing::Outcome::not_sent);
    EXPECT_EQ(mailing.detail, outbox / "invitation.1.txt");
    std::ifstream file{mailing.detail};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_TRUE(
        text.starts_with("NOT SENT: no mail server is configured.\n"
                         "To: bob@example.com\n"
                         "Subject: Welcome")
    ) << text;
    EXPECT_EQ(text.find("\nBcc"), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("\n\nThe secret:\nabc"), std::string::npos) << text;
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(
        std::filesystem::status(mailing.detail).permissions() & others, std::filesystem::perms::none
    );
}

TEST(Mailer, SaysWhyAMailFailed) {
    const testing::TemporaryFolder folder;
    std::ofstream{folder.path() / "file"} << "no folder";
    const Mailing unwritten = send({.outbox = folder.path() / "file"});
    EXPECT_EQ(unwritten.outcome, Mailing::Outcome::failed);
    EXPECT_NE(unwritten.detail.find("can't be written"), std::string::npos) << unwritten.detail;
    const Mailing unsent = send({
        .smtp = SmtpServer{.url = "smtp://127.0.0.1:1"},
        .from = "books@example.com",
    });
    EXPECT_EQ(unsent.outcome, Mailing::Outcome::failed);
    EXPECT_FALSE(unsent.detail.empty());
}

}  // namespace
}  // namespace accubooks::net
