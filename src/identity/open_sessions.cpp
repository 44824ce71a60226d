#include "identity/open_sessions.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kList{
    .name = "identity.list_sessions",
    .text = R"sql(
select session_id, token_digest, created_at, last_used_at, expires_at, peer, user_agent
  from platform.session
 where user_id = $1
   and expires_at > $2
 order by created_at, session_id)sql",
};

// None of them: all.
constexpr pg::Statement kEnd{
    .name = "identity.end_sessions_of",
    .text = R"sql(
delete from platform.session
 where user_id = $1
   and session_id = coalesce($2, session_id))sql",
};

}  // namespace

base::Task<std::vector<OpenSession>> OpenSessions::list(base::Uuid user, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kList, pg::Params::of(user, clock_.now()), deadline);
    std::vector<OpenSession> sessions;
    sessions.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        sessions.push_back({
            .session_id = row.get<base::Uuid>(0),
            .digest = row.get<base::Digest>(1),
            .created_at = row.get<base::Instant>(2),
            .last_used_at = row.get<base::Instant>(3),
            .expires_at = row.get<base::Instant>(4),
            .peer = row.get<std::string>(5),
            .user_agent = row.get<std::string>(6),
        });
    }
    co_return sessions;
}

base::Task<base::Result<void>> OpenSessions::end(
    base::Uuid user, base::Uuid session_id, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    const auto ended = co_await lease->execute(kEnd, pg::Params::of(user, session_id), deadline);
    if (ended.affected() == 0) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "identity.session_not_found",
            "The person has no such session; it may have ended."
        );
    }
    co_return base::Result<void>{};
}

base::Task<void> OpenSessions::end_all(base::Uuid user, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    co_await lease->execute(kEnd, pg::Params::of(user, std::optional<base::Uuid>{}), deadline);
}

}  // namespace accubooks::identity
