"""How long the database lets each request that reads books wait, as a slow disk or a slow network behind it does.

So much longer than all else that a request takes, that an answer's time is a matter of who sleeps, not of how fast a machine is and of
what else it does."""

BEFORE, AFTER = 0.5, 1.2  # seconds

# Once in each transaction, whatever it reads.
_PAUSES = """
create schema heavy;
create table heavy.pause (seconds double precision not null);
insert into heavy.pause values (0);
create function heavy.let_wait() returns boolean language plpgsql as $$
begin
    if coalesce(current_setting('heavy.has_waited', true), '') = '' then
        perform set_config('heavy.has_waited', 'yes', true);
        perform pg_sleep((select seconds from heavy.pause));
    end if;
    return true;
end $$;
grant usage on schema heavy to accubooks_app;
grant select on heavy.pause to accubooks_app;
create policy heavy on books.account as restrictive for select to accubooks_app using ((select heavy.let_wait()));
create policy heavy on books.account_balance as restrictive for select to accubooks_app using ((select heavy.let_wait()));
create policy heavy on books.journal_entry as restrictive for select to accubooks_app using ((select heavy.let_wait()));
"""


def prepare_pauses(cluster):
    """None yet."""
    cluster.postgres.psql(_PAUSES)


def let_answers_wait(scene, seconds):
    """From now on. It changes nothing that is fingerprinted."""
    scene.cluster.postgres.psql(f"update heavy.pause set seconds = {seconds}")
