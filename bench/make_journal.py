"""Writes a journal of believable books in hledger's syntax: the same count and seed give the same file, byte for byte."""
import datetime
import random

COMPANY_ACCOUNTS = {
    "expenses": ["rent", "wages", "fees:bank", "travel:rail", "travel:hotel", "supplies", "software", "insurance"],
    "customers": 120,
    "suppliers": 60,
}
DEPARTMENTS = ("sales", "ops", "lab", "office")
FIRST_DAY = datetime.date(2019, 1, 1)
DAYS = 6 * 365


def accounts():
    expenses = [f"expenses:{name}" for name in COMPANY_ACCOUNTS["expenses"]]
    customers = [f"assets:receivable:customer {number:03}" for number in range(COMPANY_ACCOUNTS["customers"])]
    suppliers = [f"liabilities:payable:supplier {number:03}" for number in range(COMPANY_ACCOUNTS["suppliers"])]
    return expenses, customers, suppliers


def amount_of(cents):
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def write(path, entries, seed=1, tagged=False, last=None):
    """`tagged` gives purchases a tag; with `last`, the file ends with that entry of the same journal."""
    rng = random.Random(seed)
    expenses, customers, suppliers = accounts()
    with open(path, "w", encoding="utf-8") as out:
        for number in range(last or entries):
            day = FIRST_DAY + datetime.timedelta(days=number * DAYS // entries)
            cents = rng.randint(100, 900_000)
            amount = amount_of(cents)
            kind = rng.randrange(4)
            if kind == 0:
                tax = cents * 19 // 119
                out.write(
                    f"{day} * (INV-{number}) sale\n    {rng.choice(customers)}    {amount} EUR\n"
                    f"    income:sales    {amount_of(tax - cents)} EUR\n    liabilities:tax    {amount_of(-tax)} EUR\n\n"
                )
            elif kind == 1:
                out.write(f"{day} payment {number}\n    assets:bank    {amount} EUR\n    {rng.choice(customers)}    -{amount} EUR\n\n")
            elif kind == 2:
                tag = f"  ; dept: {DEPARTMENTS[number % len(DEPARTMENTS)]}" if tagged else ""
                out.write(f"{day} * purchase {number}{tag}\n    {rng.choice(expenses)}    {amount} EUR\n    {rng.choice(suppliers)}    -{amount} EUR\n\n")
            else:
                out.write(f"{day} paid {number}\n    {rng.choice(suppliers)}    {amount} EUR\n    assets:bank    -{amount} EUR\n\n")
