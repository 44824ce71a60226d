#include "launch/notification.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

constexpr std::size_t kSubjectBytes = 300;
constexpr std::size_t kBodyBytes = 20'000;

// A notice that was told of before changes nothing.
constexpr pg::Statement kNotify{
    .name = "launch.notify",
    .text = R"sql(
insert into launch.notification (transition, recipient, user_id, role, kind, subject, body)
select $1, coalesce(r.user_id::text, 'webhook'), r.user_id, r.role, $2, $3, $4
  from unnest($5::uuid[], $6::text[]) r(user_id, role)
    on conflict on constraint notification__once do nothing)sql",
};

constexpr pg::Statement kReceipts{
    .name = "launch.receipts",
    .text = R"sql(
select n.transition, n.kind, n.user_id, n.role, r.channel, r.outcome, r.detail, r.at,
       (select count(*) from launch.notification_attempt a where a.notification_id = n.notification_id)
  from launch.notification n
  left join lateral (select r.channel, r.outcome, r.detail, r.at
                       from launch.notification_receipt r
                      where r.notification_id = n.notification_id
                      order by r.outcome = 'failed', r.attempt desc
                      limit 1) r on true
 where n.transition = $1
    or starts_with(n.transition, $1 || '/')
 order by n.user_id is null, n.role, n.user_id, n.notification_id)sql",
};

std::string shortened(std::string text, std::size_t bytes) {
    if (text.size() > bytes) {
        text.resize(base::utf8_prefix(std::string_view{text}.substr(0, bytes)));
    }
    return text;
}

Told told_of(std::string_view outcome) {
    return outcome == "sent" ? Told::sent : outcome == "not_sent" ? Told::not_sent : Told::failed;
}

}  // namespace

std::string text_of(const Notice& notice) {
    std::string text;
    for (const auto& [name, value] : notice.fields) {
        text += fmt::format("{}: {}\n", base::printable(name), base::printable(value));
    }
    return text;
}

std::string_view to_string(Told told) {
    switch (told) {
        case Told::waiting:
            return "waiting";
        case Told::sent:
            return "sent";
        case Told::not_sent:
            return "not_sent";
        case Told::failed:
            return "failed";
    }
    std::unreachable();
}

base::Task<void> notify(
    pg::Connection& connection,
    Notice notice,
    std::vector<Stakeholder> recipients,
    base::Deadline deadline
) {
    std::vector<std::optional<base::Uuid>> users;
    std::vector<std::optional<std::string>> roles;
    for (const Stakeholder& recipient : recipients) {
        users.emplace_back(recipient.user);
        roles.emplace_back(std::string{to_string(recipient.role)});
    }
    users.emplace_back(std::nullopt);
    roles.emplace_back(std::nullopt);
    co_await connection.execute(
        kNotify,
        pg::Params::of(
            notice.transition,
            notice.kind,
            shortened(base::printable(notice.subject), kSubjectBytes),
            shortened(text_of(notice), kBodyBytes),
            users,
            roles
        ),
        deadline
    );
}

base::Task<std::vector<Receipt>> receipts_of(
    pg::Connection& connection, std::string transition, base::Deadline deadline
) {
    const pg::Rows rows =
        co_await connection.execute(kReceipts, pg::Params::of(transition), deadline);
    std::vector<Receipt> receipts;
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        Receipt receipt{
            .transition = row.get<std::string>(0),
            .kind = row.get<std::string>(1),
            .attempts = row.get<std::int64_t>(8),
        };
        if (const auto user = row.get<std::optional<base::Uuid>>(2)) {
            const auto role = parse_role_name(row.get<std::string_view>(3));
            base::ensure(role.has_value(), "the table's constraint knows the same words");
            receipt.person = Stakeholder{.role = *role, .user = *user};
        }
        if (!row.is_null(5)) {
            receipt.told = told_of(row.get<std::string_view>(5));
            receipt.channel = row.get<std::string>(4);
            receipt.detail = row.get<std::string>(6);
            receipt.at = row.get<base::Instant>(7);
        }
        receipts.push_back(std::move(receipt));
    }
    co_return receipts;
}

std::vector<Stakeholder> without_receipt(
    const std::vector<Stakeholder>& stakeholders, const std::vector<Receipt>& receipts
) {
    std::vector<Stakeholder> untold;
    std::ranges::copy_if(
        stakeholders,
        std::back_inserter(untold),
        [&receipts](const Stakeholder& stakeholder) {
            return std::ranges::none_of(receipts, [&stakeholder](const Receipt& receipt) {
                return receipt.is_received() && receipt.person &&
                       receipt.person->user == stakeholder.user;
            });
        }
    );
    return untold;
}

}  // namespace accubooks::launch
