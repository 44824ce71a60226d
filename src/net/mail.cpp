#include "net/mail.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "net/printable_lines.h"

namespace accubooks::net {
namespace {

constexpr std::size_t kAddressMax = 254;  // RFC 5321
constexpr std::size_t kLocalMax = 64;
constexpr std::size_t kBase64LineMax = 76;
/// Bytes of one encoded word: with its frame it must not pass 75 characters (RFC 2047).
constexpr std::size_t kWordBytes = 42;

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What an unquoted local part is made of (RFC 5322, atext).
bool is_atom(char c) {
    return is_alphanumeric(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.contains(c);
}

/// Parts with dots between them, none empty.
template <class Good>
bool is_dotted(std::string_view text, Good is_good) {
    bool follows_dot = true;
    for (const char c : text) {
        if (c == '.' ? follows_dot : !is_good(c)) {
            return false;
        }
        follows_dot = c == '.';
    }
    return !follows_dot;
}

bool is_domain(std::string_view text) {
    const auto is_label = [](char c) { return is_alphanumeric(c) || c == '-'; };
    return is_dotted(text, is_label) && !text.starts_with('-') && !text.ends_with('-');
}

/// A header's text in encoded words, a letter never split over two.
std::string encoded_words(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        const std::size_t whole =
            base::utf8_prefix(text.substr(0, std::min(text.size(), kWordBytes)));
        words += fmt::format(
            "{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", base::to_base64(text.substr(0, whole))
        );
        text.remove_prefix(whole);
    }
    return words;
}

/// "Sat, 31 Jan 2026 09:30:00 +0000"
std::string mail_date(base::Instant at) {
    using namespace std::chrono;
    static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    const sys_time<microseconds> time{microseconds{at.unix_micros()}};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(time - day)};
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
        kDays.at(weekday{day}.c_encoding()),
        static_cast<unsigned>(date.day()),
        kMonths.at(static_cast<unsigned>(date.month()) - 1),
        static_cast<int>(date.year()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count()
    );
}

}  // namespace

base::Result<void> check_mail_address(std::string_view address) {
    const auto at = address.rfind('@');
    const bool is_good = address.size() <= kAddressMax && at != std::string_view::npos &&
                         at <= kLocalMax && is_dotted(address.substr(0, at), is_atom) &&
                         is_domain(address.substr(at + 1));
    if (!is_good) {
        return base::refuse(
            base::ErrorKind::invalid,
            "delivery.bad_address",
            fmt::format(
                "{} is no mail address such as ann@example.com.",
                base::printable(address.substr(0, 100))
            )
        );
    }
    return {};
}

base::Result<std::string> compose(const Mail& mail) {
    AB_CHECK(check_mail_address(mail.from));
    AB_CHECK(check_mail_address(mail.to));
    base::ensure(
        std::ranges::all_of(mail.id, [](char c) { return is_alphanumeric(c) || c == '.'; }),
        "an id is made by the program"
    );
    const std::string domain = mail.from.substr(mail.from.rfind('@') + 1);
    std::string message = fmt::format(
        "Date: {}\r\nFrom: {}\r\nTo: {}\r\nMessage-ID: <{}@{}>\r\nSubject: {}\r\n"
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        mail_date(mail.at),
        mail.from,
        mail.to,
        mail.id,
        domain,
        encoded_words(base::printable(mail.subject))
    );
    const std::string body = base::to_base64(printable_lines(mail.text, "\r\n"));
    for (std::size_t at = 0; at < body.size(); at += kBase64LineMax) {
        message += body.substr(at, kBase64LineMax) + "\r\n";
    }
    return message;
}

}  // namespace accubooks::net
