-- A saved mapping can be removed; the tenant's audit keeps what it was (books.record_change).
-- Lock: none. Duration: milliseconds.

set local role accubooks_owner;

grant delete on books.import_mapping to accubooks_app;
