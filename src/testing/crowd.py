"""Many people at once, each of whom waits for a slow statement, on a database server whose disk for sorting is narrow.

A server in the large runs short of something that each running statement takes: memory, locks, a disk. Here it is the disk on which
sorts go on that don't fit into memory. A pool that is small enough lets people wait instead; one that isn't lets too many statements
run at once, and PostgreSQL ends those for which no room is left. How many run is a matter of who sleeps, not of how fast a machine is."""
import contextlib
import http.client
import shutil
import subprocess
import threading
import time

import program
import pytest
from cluster_scene import tokens_for

TAKES = 3  # seconds, of each statement
# Whoever asks for drafts of a tenant that has some waits for one, as if those who list them had written a heavy report.
BEHIND_DRAFTS = """
grant usage on schema heavy to accubooks_app;
create policy heavy on books.draft as restrictive for select to accubooks_app using ((select heavy.report()));
"""
# The sort doesn't fit into its memory, and what it wrote to the disk stays there for as long as it takes.
SLOW_STATEMENT = f"""
create schema heavy;
create function heavy.report() returns boolean language plpgsql security definer
    set work_mem = '64kB' set temp_tablespaces = 'narrow' as $$
declare
    v_row record;
begin
    for v_row in select repeat('x', 1000) || n from generate_series(1, 500) n order by md5(n::text) loop
        perform pg_sleep({TAKES});
        exit;
    end loop;
    return true;
end $$;
{BEHIND_DRAFTS}"""


def slow_drafts(seconds):
    """What makes them slow, for so long, and takes nothing but the time."""
    return f"""
create schema heavy;
create function heavy.report() returns boolean language plpgsql as $$ begin perform pg_sleep({seconds}); return true; end $$;
{BEHIND_DRAFTS}"""


def tenants_with_drafts(scene, count):
    """New ones; a token for each."""
    made = [scene.terminal.make_tenant() for _ in range(count)]
    for tenant in made:
        scene.terminal.result_of("draft", "save", "--tenant", tenant, "-", stdin='{"description": "Half a sale"}')
    return dict(zip(made, tokens_for(scene, *made).read_text().split()))


class SortingDisk:
    """As a context manager it is mounted inside; skips where this account may not mount one. `attach` before it is used."""

    ROOMY = "1g"

    def __init__(self, folder):
        self.folder = folder / "sorting"
        self.folder.mkdir()

    def __enter__(self):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.ROOMY}", "tmpfs", self.folder], capture_output=True)
        if mounted.returncode != 0:
            pytest.skip("a disk that is too narrow needs the right to mount one for it")
        shutil.chown(self.folder, "postgres", "postgres")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    def attach(self, cluster):
        """Statements are slow from now on, and sort here."""
        postgres = cluster.postgres
        postgres.psql(f"create tablespace narrow location '{self.folder}'")
        postgres.psql(SLOW_STATEMENT)
        on_disk = "select coalesce(sum(size), 0) from pg_ls_tmpdir((select oid from pg_tablespace where spcname = 'narrow'))"
        with cluster.psql_at_work("select heavy.report() from generate_series(1, 1000)"):
            taken = [0, 0]
            until = time.monotonic() + program.PATIENCE
            while taken[-1] == 0 or taken[-1] != taken[-2]:  # once it is all there
                assert time.monotonic() < until, "the sort fits into memory"
                time.sleep(0.2)
                taken.append(int(postgres.psql(on_disk)))
        self.taken = taken[-1]

    def resize(self, statements=None):
        """It carries so many at once, or as many as anybody wants."""
        size = self.ROOMY if statements is None else statements * self.taken
        subprocess.run(["mount", "-o", f"remount,size={size}", self.folder], check=True)


class Crowd:
    """As a context manager they ask inside, each again as soon as there is an answer, and a second after one that failed: so many of
    each tenant at each port. `tokens` are by tenant."""

    def __init__(self, ports, tokens, each):
        self.over, self.lock, self.answered, self.failed = threading.Event(), threading.Lock(), 0, 0
        self.people = [threading.Thread(target=self._ask, args=(port, tenant, token), daemon=True)
                       for port in ports for tenant, token in tokens.items() for _ in range(each)]

    def __enter__(self):
        for one in self.people:
            one.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for one in self.people:
            one.join(program.PATIENCE)

    def __str__(self):
        return f"{len(self.people)} people: {self.answered} answers, {self.failed} failures"

    def _ask(self, port, tenant, token):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=program.PATIENCE)
        with contextlib.closing(link):
            while not self.over.is_set():
                is_good = False
                try:
                    link.request("GET", f"/api/v1/tenants/{tenant}/drafts", headers={"Authorization": f"Bearer {token}"})
                    answer = link.getresponse()
                    answer.read()
                    is_good = answer.status == 200
                except (OSError, http.client.HTTPException):
                    link.close()
                with self.lock:
                    self.answered += is_good
                    self.failed += not is_good
                if not is_good:
                    self.over.wait(1)
