-- What each pre-check came to is an event of its own, so that whoever looks later is told without taking a sentence apart; and so
-- is a source that falls silent and is heard again.
-- Lock: access exclusive on a table of a few hundred rows an execution. Duration: milliseconds, a check of every row.

set local role accubooks_owner;

alter table launch.execution_event
    drop constraint execution_event__kind,
    add constraint execution_event__kind check (kind in ('started', 'claimed', 'checked', 'entered', 'placed', 'acknowledged',
                                                         'baseline_frozen', 'extended', 'judged', 'source_lost', 'source_back',
                                                         'triggered', 'intent_raised', 'resumed'));
