"""A pytest plugin for pytest-xdist: each process takes a whole file at a time, so that what a file's cases share is made once, and
the files that judge a service by how fast it answers run one after another, beside those that don't."""
import pathlib

from xdist.scheduler import LoadScopeScheduling

# They also take longest, so they begin first.
ONE_AFTER_ANOTHER = ("launch_faults_test", "cli_execution_test")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.stem not in ONE_AFTER_ANOTHER)


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        file = nodeid.split("::")[0]
        return "one after another" if pathlib.PurePath(file).stem in ONE_AFTER_ANOTHER else file

    def mark_test_pending(self, item):
        """Asked for a case whose process has died: what that process had left, this case among it, is undone and runs again."""


def pytest_runtest_setup(item):
    """What is answered here comes behind what the process has told: that the case may run again if it kills the process at once."""
    if hasattr(item.config, "workerinput"):
        item.config.failures_db.get_test_reruns(item.nodeid)
