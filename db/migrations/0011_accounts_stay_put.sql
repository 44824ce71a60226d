-- The code of an account and its place in the chart never change: the application has no statement that would, and so no right.
-- Lock: none on rows. Duration: milliseconds.

set local role accubooks_owner;

revoke update (code, parent_id) on books.account from accubooks_app;
