"""Periods, years and the calendar on the command line: closed in order, locked for good, reopened after a notice, closed to equity."""
import json

import pytest

CHART = ("--chart", "us")


@pytest.fixture
def tenant(own, folder):
    """Books with a sale in each of two months."""
    made = own.make_tenant("USD", *CHART)
    own.result_of("mapping", "save", "--tenant", made, "m", "date=#1", "amount=#2", "account==1000", "counter==4000")
    file = folder / "sales.csv"
    file.write_text("2025-01-15,100.25\n2025-02-15,200.50\n", encoding="utf-8")
    own.result_of("import", "--tenant", made, "--csv", "m", file)
    return made


def act(own, tenant, name, period, *more):
    return own.run("period", name, "--tenant", tenant, "--period", period, "--reason", "As agreed", *more)


def states(own, tenant):
    """{period: state} of the list."""
    return {row.split()[0]: row.split()[-1] for row in own.result_of("period", "list", "--tenant", tenant).splitlines()}


def test_periods_close_in_order_and_lock_for_good(own, tenant):
    assert states(own, tenant)["2025-01"] == "open"
    early = act(own, tenant, "close", "2025-02")
    assert early.returncode == 1 and states(own, tenant)["2025-02"] == "open"
    assert act(own, tenant, "close", "2025-01").stdout == "2025-01  2025-01-01 to 2025-01-31  soft_closed\n"
    assert act(own, tenant, "lock", "2025-02").returncode == 1, "it isn't closed"
    assert act(own, tenant, "lock", "2025-01").stdout.split()[-1] == "hard_locked"
    refused = act(own, tenant, "reopen", "2025-01")
    assert refused.returncode == 1 and "lock" in refused.stderr
    assert states(own, tenant)["2025-01"] == "hard_locked" and states(own, tenant)["2025-02"] == "open"


def test_a_closed_period_is_reopened_after_its_notice(own, tenant):
    act(own, tenant, "close", "2025-01")
    early = act(own, tenant, "reopen", "2025-01", "--confirm")
    assert early.returncode == 1, "nobody asked"
    asked = act(own, tenant, "reopen", "2025-01")
    assert asked.returncode == 0 and "24 hours" in asked.stderr
    assert states(own, tenant)["2025-01"] == "soft_closed"
    assert act(own, tenant, "reopen", "2025-01", "--confirm").returncode == 1, "the notice runs"
    assert states(own, tenant)["2025-01"] == "soft_closed"


def test_what_is_posted_after_a_close_is_listed_with_its_reason(own, tenant):
    report = ("report", "late-entries", "--tenant", tenant)
    assert own.result_of(*report).endswith("No entry is late. As of entry 2.")
    for period in ("2025-01", "2025-02"):
        act(own, tenant, "close", period)
    own.result_of("batch", "reverse", "--tenant", tenant, "1", "--reason", "Wrong account", "--late-reason", "Seen too late")
    late = json.loads(own.result_of(*report, "--format", "json"))["items"]
    assert [(each["period"], each["number"], each["base_debit"], each["reason"]) for each in late] == [
        ("2025-01", 3, "100.25", "Seen too late"), ("2025-02", 4, "200.50", "Seen too late")]
    assert "Period 2025-02" in own.result_of(*report)
    assert own.result_of(*report, "--format", "csv", "--to", "2025-01-31").splitlines()[1].startswith("2025-01,2025-01-15,3,")


def test_a_year_closes_to_retained_earnings_and_reopens(own, tenant):
    def earnings(*more):
        return {row["section"]: row["amount"] for row in own.statement("balance-sheet", tenant, "--to", "2025-12-31", *more)}
    assert earnings()["current_year_earnings"] == "300.75"
    number = own.result_of("year", "close", "--tenant", tenant, "--year", "2025")
    assert int(number) == own.last_entry(tenant) == 3
    again = own.run("year", "close", "--tenant", tenant, "--year", "2025")
    assert again.returncode == 1 and own.last_entry(tenant) == 3
    assert own.result_of("year", "reopen", "--tenant", tenant, "--year", "2025", "--reason", "A bill was missing") == "4"
    assert earnings()["current_year_earnings"] == "300.75"
    assert own.run("year", "reopen", "--tenant", tenant, "--year", "2025", "--reason", "Again").returncode == 1
    assert own.result_of("verify", "--tenant", tenant) == ""


def test_opening_balances_come_before_all_years_and_have_to_add_up(own, folder):
    def closed_with(*rows):
        made = own.make_tenant("USD", *CHART)
        own.result_of("mapping", "save", "--tenant", made, "opening", "date=#1", "account=#2", "amount=#3", "counter==3900")
        file = folder / "opening.csv"
        file.write_text("".join(f"2024-12-31,{row}\n" for row in rows), encoding="utf-8")
        own.result_of("import", "--tenant", made, "--csv", "opening", file)
        act(own, made, "close", "2024-12")
        return made
    rows = ("1000,500.00", "1500,300.00", "2000,-150.00", "3000,-400.00")
    refused = act(own, closed_with(*rows), "lock", "2024-12")
    assert refused.returncode == 1 and "opening balances" in refused.stderr
    whole = closed_with(*rows, "3200,-250.00")
    assert act(own, whole, "lock", "2024-12").returncode == 0
    ledger = own.statement("general-ledger", whole, "--from", "2025-01-01")
    assert {row["account_code"]: row["balance"] for row in ledger} == {
        "1000": "500.00", "1500": "300.00", "2000": "-150.00", "3000": "-400.00", "3200": "-250.00"}
    assert {row["description"] for row in ledger} == {"Opening"}


def test_the_calendar_is_shown_set_and_settled_by_the_first_close(own, tenant):
    calendar = ("calendar", "--tenant", tenant)
    assert json.loads(own.result_of(*calendar))["fiscal_year_start"] == "01-01"
    told = json.loads(own.result_of(*calendar, "--fiscal-year-start", "04-06", "--time-zone", "Europe/London"))
    assert (told["fiscal_year_start"], told["time_zone"]) == ("04-06", "Europe/London")
    assert json.loads(own.result_of(*calendar)) == told
    for wrong in (("--fiscal-year-start", "13-01"), ("--fiscal-year-start", "4-6")):
        assert own.run(*calendar, *wrong).returncode != 0
    assert own.run(*calendar, "--time-zone", "Mars/Olympus").returncode == 1
    first = next(iter(states(own, tenant)))
    assert act(own, tenant, "close", first).returncode == 0
    refused = own.run(*calendar, "--fiscal-year-start", "01-01")
    assert refused.returncode == 1 and json.loads(own.result_of(*calendar))["fiscal_year_start"] == "04-06"
