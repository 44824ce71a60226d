#include "launch/notification_sender.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "base/utf8.h"
#include "net/outbox.h"
#include "net/periodic_task.h"

namespace accubooks::launch {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::refuse;
using base::Result;
using telemetry::Level;

namespace {

constexpr std::chrono::seconds kEvery{1};
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::seconds kTransferPatience{30};
constexpr std::size_t kDetailBytes = 1000;
constexpr std::string_view kNone = "none";

// Those whose newest attempt has failed long enough ago, or was lost, or that have none. Two
// instances that see the same one insert the same key, and one of them gets nothing. One at a time,
// and the lease is longer than a transfer's patience.
constexpr pg::Statement kClaim{
    .name = "launch.claim_notifications",
    .text = R"sql(
with due as (
    select n.notification_id, coalesce(a.attempt, 0) + 1 as attempt
      from launch.notification n
      left join lateral (select a.attempt, a.leased_until, r.outcome, r.at
                           from launch.notification_attempt a
                           left join launch.notification_receipt r using (notification_id, attempt)
                          where a.notification_id = n.notification_id
                          order by a.attempt desc
                          limit 1) a on true
     where not exists (select from launch.notification_receipt d
                        where d.notification_id = n.notification_id and d.outcome in ('sent', 'not_sent'))
       and coalesce(a.attempt, 0) < 30
       and (a.attempt is null
            or (a.outcome is null and a.leased_until < clock_timestamp())
            or a.at + least(interval '10 minutes', interval '1 second' * power(2, a.attempt)) < clock_timestamp())
     order by n.notification_id
     limit 1
), claimed as (
    insert into launch.notification_attempt (notification_id, attempt, instance, leased_until)
    select notification_id, attempt, $1, clock_timestamp() + interval '1 minute' from due
        on conflict do nothing
    returning notification_id, attempt
)
select c.notification_id, c.attempt, n.role, u.email, u.name, n.kind, n.subject, n.body, n.made_at
  from claimed c
  join launch.notification n using (notification_id)
  left join platform.app_user u on u.user_id = n.user_id)sql",
};

constexpr pg::Statement kReceive{
    .name = "launch.record_receipt",
    .text = R"sql(
insert into launch.notification_receipt (notification_id, attempt, channel, outcome, detail)
values ($1, $2, $3, $4, $5))sql",
};

/// One attempt that this instance is to make.
struct Claim {
    std::int64_t notification = 0;
    std::int32_t attempt = 0;
    std::optional<std::string> role{};  // none: the webhook's
    std::string email;
    std::string name;
    std::string kind;
    std::string subject;
    std::string body;
    base::Instant made_at{};
};

Claim claim_of(const pg::Row& row) {
    return {
        .notification = row.get<std::int64_t>(0),
        .attempt = row.get<std::int32_t>(1),
        .role = row.get<std::optional<std::string>>(2),
        .email = row.get<std::optional<std::string>>(3).value_or(""),
        .name = row.get<std::optional<std::string>>(4).value_or(""),
        .kind = row.get<std::string>(5),
        .subject = row.get<std::string>(6),
        .body = row.get<std::string>(7),
        .made_at = row.get<base::Instant>(8),
    };
}

struct Outcome {
    std::string_view channel;
    std::string_view outcome;
    std::string detail;
};

Outcome outcome_of(std::string_view channel, const Result<std::string>& receipt) {
    return receipt ? Outcome{channel, "sent", *receipt}
                   : Outcome{channel, "failed", receipt.error().detail};
}

/// A message that nobody sends.
Result<std::string> put(const fs::path& folder, const Claim& claim) {
    const std::string name = fmt::format(
        "{:06}-{}-{}.txt", claim.notification, claim.kind, claim.role.value_or("webhook")
    );
    const std::string to =
        claim.role ? fmt::format("{} ({}, {})", claim.name, *claim.role, claim.email) : "webhook";
    return net::put_in_outbox(
        folder,
        name,
        {.missing = claim.role ? "mail server" : "webhook",
         .to = to,
         .subject = claim.subject,
         .at = claim.made_at,
         .text = claim.body}
    );
}

Result<std::vector<std::string>> lines_of(const std::string& path) {
    std::ifstream file{path};
    std::vector<std::string> lines;
    for (std::string line; lines.size() < 2 && std::getline(file, line);) {
        lines.push_back(line);
    }
    if (lines.empty()) {
        return refuse(
            ErrorKind::invalid, "delivery.no_secret", fmt::format("{} can't be read.", path)
        );
    }
    return lines;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (text != kNone && !text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        std::string part{text.substr(0, comma)};
        std::erase(part, ' ');
        parts.push_back(std::move(part));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

}  // namespace

Result<NotificationChannels> NotificationChannels::read(const Texts& texts) {
    NotificationChannels channels{.outbox = texts.outbox};
    if (texts.smtp_url != kNone) {
        if (!texts.smtp_url.starts_with("smtp://") && !texts.smtp_url.starts_with("smtps://")) {
            return refuse(
                ErrorKind::invalid,
                "delivery.bad_url",
                "notify.smtp_url is smtp://HOST:PORT or smtps://HOST:PORT."
            );
        }
        AB_CHECK(net::check_mail_address(texts.from));
        channels.from = texts.from;
        channels.smtp = net::SmtpServer{.url = texts.smtp_url};
        if (texts.smtp_login_file != kNone) {
            AB_TRY(login, lines_of(texts.smtp_login_file));
            channels.smtp->user = login.front();
            channels.smtp->password = login.size() > 1 ? login[1] : "";
        }
    }
    if (texts.webhook_url != kNone) {
        std::string url = texts.webhook_url;
        if (url.starts_with("file:")) {
            AB_TRY(lines, lines_of(url.substr(5)));
            url = lines.front();
        }
        AB_TRY(parsed, net::WebhookUrl::parse(url));
        net::Webhook webhook{
            .url = parsed,
            .hosts = split(texts.webhook_hosts),
            .may_be_private = texts.webhook_private,
        };
        AB_CHECK(net::check_host(webhook.url, webhook.hosts));
        channels.webhook = std::move(webhook);
    }
    return channels;
}

struct NotificationSender::State {
    explicit State(Parts given)
        : parts{std::move(given)},
          task{{
              .on = parts.on,
              .pause = kEvery,
              .work = [this] { return work(); },
              .failed = [this](const std::exception& failure) { tell(failure); },
          }} {}

    Parts parts;
    net::Courier courier;
    net::PeriodicTask task;

    base::Task<std::optional<Claim>> claim() {
        const base::Deadline deadline = base::deadline_in(kPatience);
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        const pg::Rows rows =
            co_await lease->execute(kClaim, pg::Params::of(parts.instance), deadline);
        co_return rows.empty() ? std::nullopt : std::optional{claim_of(rows[0])};
    }

    base::Task<Outcome> deliver(const Claim& claim) {
        const base::Deadline deadline = base::deadline_in(kTransferPatience);
        const NotificationChannels& by = parts.channels;
        if (claim.role && by.smtp) {
            net::Mail mail{
                .from = by.from,
                .to = claim.email,
                .subject = claim.subject,
                .text = claim.body,
                .id = fmt::format("notification.{}", claim.notification),
                .at = claim.made_at,
            };
            co_return outcome_of(
                "mail", co_await courier.send(*by.smtp, std::move(mail), deadline)
            );
        }
        if (!claim.role && by.webhook) {
            const std::string text = claim.subject + "\n" + claim.body;
            co_return outcome_of(
                "webhook", co_await courier.post(*by.webhook, net::webhook_body(text), deadline)
            );
        }
        const auto file = put(by.outbox, claim);
        co_return file ? Outcome{"outbox", "not_sent", *file}
                       : Outcome{"outbox", "failed", file.error().detail};
    }

    base::Task<void> receive(const Claim& claim, Outcome outcome) {
        std::string detail = base::printable(outcome.detail);
        detail.resize(std::min(detail.size(), kDetailBytes));
        detail.resize(base::utf8_prefix(detail));
        const base::Deadline deadline = base::deadline_in(kPatience);
        pg::Lease lease = co_await parts.ops.acquire(deadline);
        co_await lease->execute(
            kReceive,
            pg::Params::of(
                claim.notification, claim.attempt, outcome.channel, outcome.outcome, detail
            ),
            deadline
        );
        parts.log.write(
            outcome.outcome == "failed" ? Level::warning : Level::info,
            "a notification's attempt has ended",
            {telemetry::LogField{"notification", claim.notification},
             telemetry::LogField{"channel", outcome.channel},
             telemetry::LogField{"outcome", outcome.outcome},
             telemetry::LogField{"detail", std::string_view{detail}}}
        );
    }

    base::Task<std::size_t> send_due() {
        std::size_t attempts = 0;
        while (!task.is_stopping()) {
            const auto claimed = co_await claim();
            if (!claimed) {
                break;
            }
            co_await receive(*claimed, co_await deliver(*claimed));
            ++attempts;
        }
        co_return attempts;
    }

    base::Task<void> work() { co_await send_due(); }

    /// The database's own check tells that it can't be asked; an attempt that it has heard nothing
    /// of is made again when its time is over.
    void tell(const std::exception& failure) const {
        parts.log.write(
            telemetry::Level::debug,
            "what is due to stakeholders couldn't be sent now",
            {telemetry::LogField{"reason", std::string_view{failure.what()}}}
        );
    }
};

NotificationSender::NotificationSender(Parts parts)
    : state_{std::make_unique<State>(std::move(parts))} {}

NotificationSender::~NotificationSender() = default;

void NotificationSender::start() {
    state_->task.start();
}

void NotificationSender::stop() {
    state_->task.stop();
}

base::Task<std::size_t> NotificationSender::send_due() {
    return state_->send_due();
}

}  // namespace accubooks::launch
