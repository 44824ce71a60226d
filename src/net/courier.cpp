#include "net/courier.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/host_look_up.h"
#include "base/utf8.h"
#include "net/peer.h"

namespace accubooks::net {
namespace {

using base::ErrorKind;
using base::refuse;
using base::Result;

constexpr std::size_t kWaitingMax = 64;
constexpr std::chrono::milliseconds kConnectPatience{10'000};
constexpr std::size_t kAnswerMax = std::size_t{64} << 10;
constexpr std::size_t kReceiptMax = 200;

/// What was looked up for a transfer, as libcurl takes it: no line or one, "HOST:PORT:ADDRESS,…".
/// Its own look-up would wait for a silent name server past every deadline.
using Route = std::vector<std::string>;
using Addresses = std::vector<std::string>;

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

List list_of(const std::vector<std::string>& lines) {
    curl_slist* list = nullptr;
    for (const std::string& line : lines) {
        curl_slist* const longer = curl_slist_append(list, line.c_str());
        if (longer == nullptr) {
            curl_slist_free_all(list);
            throw std::bad_alloc{};
        }
        list = longer;
    }
    return {list, curl_slist_free_all};
}

/// What is sent, and what came back.
struct Transfer {
    std::string_view to_send{};
    std::string taken{};  // the last line with which the receiver took the message
    std::size_t received = 0;
};

std::size_t give(char* into, std::size_t size, std::size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    const std::size_t bytes = std::min(size * count, transfer.to_send.size());
    std::ranges::copy(transfer.to_send.substr(0, bytes), into);
    transfer.to_send.remove_prefix(bytes);
    return bytes;
}

std::size_t hear(char* line, std::size_t size, std::size_t count, void* context) {
    std::string_view text{line, size * count};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    if (text.starts_with("250 ")) {
        static_cast<Transfer*>(context)->taken =
            base::printable(text.substr(0, std::min(text.size(), kReceiptMax)));
    }
    return size * count;
}

/// The answer's content is nobody's business, but it has an end.
std::size_t drop(char*, std::size_t size, std::size_t count, void* context) {
    auto& received = static_cast<Transfer*>(context)->received;
    received += size * count;
    return received > kAnswerMax ? 0 : size * count;
}

std::unexpected<base::Error> failed(std::string_view to, std::string_view why) {
    return refuse(
        ErrorKind::overloaded,
        "delivery.failed",
        fmt::format("{} didn't take the message: {}.", to, base::printable(why))
    );
}

long milliseconds_until(base::Deadline deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - base::Deadline::clock::now()
    );
    return std::max<long>(1, static_cast<long>(left.count()));
}

/// What every transfer has: deadlines, no proxy of the environment, no signals, no redirections.
Result<Curl> prepared(base::Deadline deadline, Transfer& transfer, const char* protocols) {
    Curl curl{curl_easy_init(), curl_easy_cleanup};
    if (!curl) {
        return failed("libcurl", "it doesn't start");
    }
    CURL* const handle = curl.get();
    const long patience = milliseconds_until(deadline);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, patience);
    curl_easy_setopt(
        handle,
        CURLOPT_CONNECTTIMEOUT_MS,
        std::min(patience, static_cast<long>(kConnectPatience.count()))
    );
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(handle, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    return curl;
}

base::Deadline connected_by(base::Deadline deadline) {
    return std::min(deadline, base::deadline_in(kConnectPatience));
}

Route route_to(std::string_view host, std::string_view port, const Addresses& addresses) {
    return {fmt::format("{}:{}:{}", host, port, fmt::join(addresses, ","))};
}

bool is_on_this_machine(std::string_view url) {
    std::string_view rest = url.substr(std::min(url.find("://") + 3, url.size()));
    rest = rest.substr(0, rest.find_first_of(":/"));
    return rest == "localhost" || is_loopback(rest);
}

struct Place {
    std::string host;
    std::string port;
};

/// Where the mail server's address leads. Errors: `delivery.failed`.
Result<Place> place_of(const SmtpServer& server) {
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url{curl_url(), curl_url_cleanup};
    Place place;
    const auto part = [&url](CURLUPart which, unsigned flags, std::string& into) {
        char* text = nullptr;
        const CURLUcode code = curl_url_get(url.get(), which, &text, flags);
        if (code == CURLUE_OK) {
            into = text;
            curl_free(text);
        }
        return code;
    };
    CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, server.url.c_str(), 0);
    code = code != CURLUE_OK ? code : part(CURLUPART_HOST, 0, place.host);
    code = code != CURLUE_OK ? code : part(CURLUPART_PORT, CURLU_DEFAULT_PORT, place.port);
    if (code != CURLUE_OK) {
        return failed("The mail server", curl_url_strerror(code));
    }
    return place;
}

Result<std::string> send_now(
    const SmtpServer& server, const Mail& mail, const Route& route, base::Deadline deadline
) {
    AB_TRY(message, compose(mail));
    Transfer transfer{.to_send = message};
    AB_TRY(curl, prepared(deadline, transfer, "smtp,smtps"));
    const List to = list_of({"<" + mail.to + ">"});
    const List routes = list_of(route);
    CURL* const handle = curl.get();
    curl_easy_setopt(handle, CURLOPT_URL, server.url.c_str());
    curl_easy_setopt(handle, CURLOPT_RESOLVE, routes.get());
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(
        handle,
        CURLOPT_USE_SSL,
        static_cast<long>(is_on_this_machine(server.url) ? CURLUSESSL_TRY : CURLUSESSL_ALL)
    );
    if (!server.user.empty()) {
        curl_easy_setopt(handle, CURLOPT_USERNAME, server.user.c_str());
        curl_easy_setopt(handle, CURLOPT_PASSWORD, server.password.c_str());
    }
    const CURLcode code = curl_easy_perform(handle);
    if (code != CURLE_OK) {
        return failed("The mail server", curl_easy_strerror(code));
    }
    if (transfer.taken.empty()) {
        return failed("The mail server", "it said no 250");
    }
    return std::move(transfer.taken);
}

/// Whether anything may be posted there, whatever the host's address.
Result<void> check(const Webhook& webhook) {
    AB_CHECK(check_host(webhook.url, webhook.hosts));
    if (!webhook.url.is_encrypted && !webhook.may_be_private) {
        return refuse(
            ErrorKind::forbidden,
            "delivery.private_address",
            "The webhook isn't https; notify.webhook_private = 1 allows that on this network."
        );
    }
    return {};
}

/// Every address of the host must be allowed, and the connection goes to one of exactly those.
Result<Route> allowed_route(const Webhook& webhook, const Addresses& addresses) {
    for (const std::string& address : addresses) {
        if (!webhook.may_be_private && !is_public_address(address)) {
            return refuse(
                ErrorKind::forbidden,
                "delivery.private_address",
                fmt::format(
                    "{} is {}, which is this machine's or a private network's; "
                    "notify.webhook_private = 1 allows that.",
                    webhook.url.host,
                    address
                )
            );
        }
    }
    return route_to(webhook.url.host, std::to_string(webhook.url.port), addresses);
}

Result<std::string> post_now(
    const Webhook& webhook, const std::string& json, const Route& route, base::Deadline deadline
) {
    Transfer transfer;
    AB_TRY(curl, prepared(deadline, transfer, "http,https"));
    const List routes = list_of(route);
    const List headers = list_of({"Content-Type: application/json", "Expect:"});
    CURL* const handle = curl.get();
    curl_easy_setopt(handle, CURLOPT_URL, webhook.url.text.c_str());
    curl_easy_setopt(handle, CURLOPT_RESOLVE, routes.get());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, json.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(json.size()));
    const CURLcode code = curl_easy_perform(handle);
    if (code != CURLE_OK) {
        return failed(webhook.url.host, curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299) {
        return failed(webhook.url.host, fmt::format("it said HTTP {}", status));
    }
    return fmt::format("HTTP {}", status);
}

template <class Work>
base::Task<Result<std::string>> there(Work work) {
    co_return work();
}

}  // namespace

/// One place among those that wait.
class Courier::Turn {
public:
    explicit Turn(Courier& courier)
        : courier_{courier}, is_granted_{courier.waiting_.fetch_add(1) < kWaitingMax} {}
    ~Turn() { courier_.waiting_.fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    Result<void> granted() const {
        if (is_granted_) {
            return {};
        }
        return refuse(
            ErrorKind::overloaded, "delivery.busy", "Too many messages wait to be sent already."
        );
    }

private:
    Courier& courier_;
    bool is_granted_;
};

Courier::Courier() {
    base::ensure(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl starts");
}

Courier::~Courier() {
    thread_.join();
}

base::Task<Result<std::string>> Courier::send(
    SmtpServer server, Mail mail, base::Deadline deadline
) {
    const Turn turn{*this};
    AB_CO_CHECK(turn.granted());
    AB_CO_TRY(place, place_of(server));
    Route route;
    if (!place.host.starts_with('[')) {  // an IPv6 address needs no look-up
        const auto addresses = co_await base::addresses_of(place.host, connected_by(deadline));
        if (!addresses) {
            co_return failed("The mail server", addresses.error());
        }
        route = route_to(place.host, place.port, *addresses);
    }
    co_return co_await boost::asio::co_spawn(
        thread_,
        there([&] { return send_now(server, mail, route, deadline); }),
        boost::asio::use_awaitable
    );
}

base::Task<Result<std::string>> Courier::post(
    Webhook webhook, std::string json, base::Deadline deadline
) {
    const Turn turn{*this};
    AB_CO_CHECK(turn.granted());
    AB_CO_CHECK(check(webhook));
    const auto addresses = co_await base::addresses_of(webhook.url.host, connected_by(deadline));
    if (!addresses) {
        co_return failed(webhook.url.host, addresses.error());
    }
    AB_CO_TRY(route, allowed_route(webhook, *addresses));
    co_return co_await boost::asio::co_spawn(
        thread_,
        there([&] { return post_now(webhook, json, route, deadline); }),
        boost::asio::use_awaitable
    );
}

}  // namespace accubooks::net
