-- An update of a ledger may say that it came in one statement with its entries and lines, and is then judged at that statement's
-- end, all ledgers of it in one go, instead of each at commit: docs/decisions/0018-a-batch-may-be-complete-at-once.md.
-- Lock: access exclusive on one table, for a column with a constant default. Duration: milliseconds.

set local role accubooks_owner;

alter table books.ledger add column complete_at_once boolean not null default false;
