-- What must stay as it is, as it was before an execution touched anything: whoever takes the execution over compares with it.
-- Lock: access exclusive on a table of one execution's lines. Duration: milliseconds, a check of every line.

set local role accubooks_owner;

alter table launch.evidence_line
    drop constraint evidence_line__file,
    add constraint evidence_line__file check (file in ('measurements', 'verdicts', 'fingerprints'));
