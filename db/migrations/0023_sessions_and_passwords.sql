-- Sessions that their person can tell apart and end, and when they were used last.
-- Lock: access exclusive on platform.session, which is small and rewritten. Duration: milliseconds.

set local role accubooks_owner;

alter table platform.session
    -- What its person calls it; good for nothing else.
    add column session_id uuid not null default gen_random_uuid(),
    add column last_used_at timestamptz not null default clock_timestamp(),
    -- Where it began, and in what.
    add column peer text collate "C" not null default '',
    add column user_agent text not null default '',
    add constraint session__session_id unique (session_id),
    add constraint session__peer check (length(peer) <= 200),
    add constraint session__user_agent check (length(user_agent) <= 200);
