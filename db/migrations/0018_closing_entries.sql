-- Reports leave closing entries out, or take them in: those with the tag "closing", a few a year. This index finds them without a
-- look at the others, and costs the posting of others nothing but the look at their tags.
-- Lock: share on books.journal_entry, so that posting waits. Duration: about a second for a million entries.

set local role accubooks_owner;

create index journal_entry__closing on books.journal_entry (tenant_id, number) where tags ? 'closing';
