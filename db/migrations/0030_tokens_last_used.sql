-- When tokens were used last, to the minute (platform.note_token_uses).
-- Lock: access exclusive on two small tables, for a column without a default. Duration: milliseconds.

set local role accubooks_owner;

alter table platform.api_token add column last_used_at timestamptz;
alter table platform.personal_token add column last_used_at timestamptz;
