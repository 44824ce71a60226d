"""Statements that compute, for tests of what happens to a change when the processors of the database server are what is short."""
import contextlib
import os

from crowd import BEHIND_DRAFTS

# Without an end, and without taking anything but a processor.
ENDLESS = "do $$ begin loop perform sum(sqrt(n)) from generate_series(1, 10000) n; end loop; end $$"

TAKES = 0.02  # seconds of a processor, of each report
_MEASURED = 1000  # rounds, to see how long one takes here
# A report gives up once it has taken longer than somebody waits for it.
_REPORT = f"""
create schema heavy;
create table heavy.work (rounds int not null, patience interval not null);
insert into heavy.work values ({_MEASURED}, '1 hour');
create function heavy.report() returns boolean language plpgsql security definer as $$
declare
    v_begun constant timestamptz := clock_timestamp();
    v_work heavy.work;
begin
    select * into v_work from heavy.work;
    for i in 1..v_work.rounds loop
        perform sum(sqrt(n)) from generate_series(1, 500) n;
        if clock_timestamp() > v_begun + v_work.patience then
            raise exception 'too much is computed at once' using errcode = 'insufficient_resources';
        end if;
    end loop;
    return true;
end $$;
{BEHIND_DRAFTS}"""


def processors():
    return len(os.sched_getaffinity(0))


@contextlib.contextmanager
def all_processors_taken(cluster):
    """By sessions that do nothing else."""
    with contextlib.ExitStack() as sessions:
        for _ in range(4 * processors()):
            sessions.enter_context(cluster.psql_at_work(ENDLESS))
        yield


def let_reports_compute(cluster, carried):
    """Whoever asks for drafts of a tenant that has some waits for a report. The server carries so many at once: with more, none has
    enough of the processors to be done while somebody waits for it. How fast these are is measured, so that it is a matter of how many
    compute at once alone. The server has them to itself, as on a machine of its own: all else comes first."""
    postgres = cluster.postgres
    postgres.psql(_REPORT)
    taken = min(float(postgres.psql("select extract(epoch from done - begun) from (select clock_timestamp() as begun, heavy.report(), "
                                    "clock_timestamp() as done) report")) for _ in range(5))
    postgres.psql(f"update heavy.work set rounds = {round(_MEASURED * TAKES / taken)}, "
                  f"patience = '{TAKES * carried / processors():.3f} s'")
    server = int((postgres.folder / "data/postmaster.pid").read_text().split("\n")[0])
    sessions = postgres.psql("select pid from pg_stat_activity where pid <> pg_backend_pid()").split()
    for process in (server, *map(int, sessions)):
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process, os.getpriority(os.PRIO_PROCESS, 0) + 4)
