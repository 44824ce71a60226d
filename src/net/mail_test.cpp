#include "net/mail.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/base64.h"
#include "base/utf8.h"

namespace accubooks::net {
namespace {

Mail mail(std::string subject, std::string text) {
    return {
        .from = "books@example.com",
        .to = "ann@example.com",
        .subject = std::move(subject),
        .text = std::move(text),
        .id = "n.7",
        .at = base::Instant::from_unix_micros(1769851800000000),
    };
}

TEST(Mail, IsWrittenAsTheStandardSays) {
    EXPECT_EQ(
        compose(mail("Grüße", "Line 1\nLine 2\n")).value(),
        "Date: Sat, 31 Jan 2026 09:30:00 +0000\r\n"
        "From: books@example.com\r\n"
        "To: ann@example.com\r\n"
        "Message-ID: <n.7@example.com>\r\n"
        "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "TGluZSAxDQpMaW5lIDINCg==\r\n"
    );
}

TEST(Mail, TakesPlainAddressesOnly) {
    for (const char* good : {"ann@example.com", "a.b+c@x-y.example", "o'neil@example.co.uk"}) {
        EXPECT_TRUE(check_mail_address(good).has_value()) << good;
    }
    for (const std::string_view bad :
         {"",
          "@",
          "ann",
          "ann@",
          "@example.com",
          "ann@-x.com",
          "ann@x..com",
          ".ann@x.com",
          "ann.@x.com",
          "a nn@x.com",
          "Ann <ann@x.com>",
          "ann@x.com\r\nBcc: eve@x.com",
          "\"ann\"@x.com",
          "ann@[127.0.0.1]",
          "ann@x.com,eve@x.com",
          "ann@münchen.de",
          "ann@x.com>",
          "<ann@x.com"}) {
        EXPECT_EQ(check_mail_address(bad).error().code, "delivery.bad_address") << bad;
    }
}

/// The headers' names, and the body behind the empty line.
std::vector<std::string> names_of(std::string_view message, std::string& body) {
    std::vector<std::string> names;
    while (true) {
        const auto end = message.find("\r\n");
        const std::string_view line = message.substr(0, end);
        message.remove_prefix(end + 2);
        if (line.empty()) {
            body = message;
            return names;
        }
        RC_ASSERT(line.size() <= 78U);
        RC_ASSERT(line.find_first_of("\r\n") == std::string_view::npos);
        if (line.front() != ' ') {
            names.emplace_back(line.substr(0, line.find(':')));
        }
    }
}

RC_GTEST_PROP(
    Mail, TakesNoHeaderAndNoControlCharacterFromData, (std::string subject, std::string text)
) {
    subject += *rc::gen::element<std::string>("", "\r\nBcc: eve@example.com", "\n\n", "\x1b[31m");
    text +=
        *rc::gen::element<std::string>("", "\r\n.\r\nMAIL FROM:<eve@example.com>", "\x1b]0;x\a");
    const std::string message = compose(mail(subject, text)).value();
    RC_ASSERT(std::ranges::all_of(message, [](char c) {
        return c == '\r' || c == '\n' || (c >= ' ' && c <= '~');
    }));
    std::string body;
    const std::vector<std::string> expected{
        "Date",
        "From",
        "To",
        "Message-ID",
        "Subject",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding"
    };
    RC_ASSERT(names_of(message, body) == expected);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    std::string lines = base::from_base64(body).value();
    std::erase_if(lines, [](char c) { return c == '\r' || c == '\n'; });
    RC_ASSERT(lines.empty() || base::is_plain_text(lines));
}

}  // namespace
}  // namespace accubooks::net
