-- Sessions that their person can tell apart and end, and when sessions and tokens were used last.
-- Lock: access exclusive on three small tables; platform.session is rewritten. Duration: milliseconds.

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

-- In steps of five minutes (platform.touch_tokens).
alter table platform.api_token add column last_used_at timestamptz;
alter table platform.personal_token add column last_used_at timestamptz;
