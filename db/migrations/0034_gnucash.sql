-- Books of GnuCash are imported too.
-- Lock: ACCESS EXCLUSIVE on books.import_batch while its rows, one an import, are checked. Duration: milliseconds.

set local role accubooks_owner;

alter table books.import_batch
    drop constraint import_batch__format,
    add constraint import_batch__format check (format in ('csv', 'gnucash', 'journal'));
