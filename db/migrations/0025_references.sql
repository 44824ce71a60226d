-- Entries are found by their reference, and warned of where there is one of the same. Entries without one cost nothing.
-- Lock: share on books.journal_entry, so that posting waits. Duration: about a second for a million entries.

set local role accubooks_owner;

create index journal_entry__reference on books.journal_entry (tenant_id, reference, number) where reference <> '';
