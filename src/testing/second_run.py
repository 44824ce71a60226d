"""A pytest plugin: shows why a case failed that then passed when it was run again, which pytest keeps to itself."""


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"first run of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
