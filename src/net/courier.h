#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "net/mail.h"
#include "net/webhook.h"

namespace accubooks::net {

/// Who takes mail: smtp://HOST[:PORT] or smtps://HOST[:PORT]. Without s, and on another machine,
/// the connection must still become an encrypted one (STARTTLS).
struct SmtpServer {
    std::string url;
    std::string user{};  // empty: no sign-in
    std::string password{};
};

struct Webhook {
    WebhookUrl url;
    std::vector<std::string> hosts{};  // those that may be posted to
    bool may_be_private = false;       // on this machine or a private network
};

/// Sends mail and posts to webhooks, one after another on a thread of its own, since libcurl's
/// transfers block. Hosts are looked up before that and beside (base/host_look_up.h), within the
/// 10 s that a connection may take and the deadline, so that a silent name server holds up no other
/// message. From any lane.
///
/// A result is the receipt, what the receiver said when it took the message ("250 2.0.0 queued as
/// 4711", "HTTP 200"). Errors: `delivery.failed` with the reason, also past the deadline;
/// `delivery.busy` when too many wait; those of compose, check_host; `delivery.private_address`.
class Courier {
public:
    Courier();
    /// Waits for the transfer under way.
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    /// The server's host is looked up here, and the connection goes to one of its addresses.
    base::Task<base::Result<std::string>> send(
        SmtpServer server, Mail mail, base::Deadline deadline
    );

    /// The host is looked up here, every address it has must be allowed, and the connection
    /// goes to one of exactly those. Redirections aren't followed.
    base::Task<base::Result<std::string>> post(
        Webhook webhook, std::string json, base::Deadline deadline
    );

private:
    class Turn;
    std::atomic<std::size_t> waiting_ = 0;
    boost::asio::thread_pool thread_{1};
};

}  // namespace accubooks::net
