import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type Page } from "@playwright/test";

import { letIn } from "./books.ts";
import { givePassword, test } from "./journey.ts";
import { arrive as arriveAt, expectState, holdStill } from "./pictures.ts";
import type { Credentials, Program } from "./program.ts";

// Named states of the books' screens, each filled as it would be; those of launch and operations are in 19-states-launch.

/** Goes to a page of the books, where no stream keeps the network busy, and waits until nothing is asked for any more. */
async function arrive(page: Page, path: string): Promise<void> {
  await arriveAt(page, path);
  await settled(page);
}

async function settled(page: Page): Promise<void> {
  await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
  await page.waitForLoadState("networkidle");
}

const WORDS = ["Office chairs", "Consulting", "Paper and toner", "Web shop", "Insurance", "Trains"];

/** A year of entries that are the same whenever they are written. */
function yearOfEntries(): string {
  const entries: string[] = [];
  for (let at = 0; at < 96; at += 1) {
    const month = 1 + Math.floor(at / 8);
    const day = 1 + ((at * 7) % 27);
    const date = `2025-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
    const amount = `${180 + ((at * 137) % 1900)}.${String((at * 31) % 100).padStart(2, "0")} USD`;
    const [to, from] = at % 3 === 1 ? ["1000", "4000"] : ["6000", "1000"];
    entries.push(`${date} ${WORDS[at % WORDS.length]}\n  ${to}  ${amount}\n  ${from}\n`);
  }
  return ["2025-01-01 Opening\n  1000  50000.00 USD\n  3000\n", ...entries].join("\n");
}

interface Books {
  owner: Credentials;
  full: string;
  empty: string;
}

async function writeBooks(program: Program): Promise<Books> {
  const newTenant = (name: string, ...more: readonly string[]): string => {
    const made = ["tenant", "create", "--name", name, "--currency", "USD", ...more];
    return /[0-9]+/.exec(program.run(made))?.[0] ?? "";
  };
  const full = newTenant("Harbour Street Ltd", "--chart", "minimal");
  const empty = newTenant("Not Yet Ltd");
  const owner = { email: "olga@states.test", password: "correct horse olga states" };
  const who = ["--email", owner.email, "--name", "Olga", "--password-file", "-"];
  const role = ["--tenant", full, "--role", "owner"];
  program.run(["user", "create", ...who, ...role], owner.password);
  await letIn(program, Number(empty), owner.email);
  const journal = join(program.folder, "states.journal");
  writeFileSync(journal, yearOfEntries());
  program.run(["import", "--tenant", full, journal]);
  return { owner, full, empty };
}

async function expectBooks(page: Page, { owner, full, empty }: Books): Promise<void> {
  const at = (path: string): string => `/t/${full}/${path}`;
  await arrive(page, "/sign-in");
  await expectState(page, "sign-in");
  await expectState(page, "sign-in-phone", "phone");
  await givePassword(page, { ...owner, password: "not the password" });
  await expect(page.getByRole("alert")).toBeVisible();
  await expectState(page, "sign-in-refused", "dark");
  await arrive(page, "/forgotten-password");
  await expectState(page, "forgotten-password");
  await arrive(page, "/sign-in");
  await givePassword(page, owner);
  await expect(page.getByRole("heading", { name: "Tenants" })).toBeVisible();
  await settled(page);
  await expectState(page, "tenants");

  await arrive(page, at(""));
  await expectState(page, "dashboard");
  await expectState(page, "dashboard-dark", "dark");
  await expectState(page, "dashboard-phone", "phone");

  await arrive(page, at("accounts"));
  await expectState(page, "accounts");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectState(page, "keys");
  await page.keyboard.press("Escape");
  await expectState(page, "accounts-phone", "phone");
  await arrive(page, `/t/${empty}/accounts`);
  await expectState(page, "accounts-empty");

  await arrive(page, at("journal"));
  await expectState(page, "journal");
  await expectState(page, "journal-dark", "dark");
  await expectState(page, "journal-phone", "phone");
  await arrive(page, at("journal?text=nothing%20like%20it"));
  await expectState(page, "journal-nothing-found");
  await arrive(page, at("journal/97"));
  await expectState(page, "entry");
  await expectState(page, "entry-phone", "phone");

  await arrive(page, at("journal/new"));
  await page.getByLabel("Description").fill("Office chairs");
  await page.getByLabel("Account, line 1").fill("6000");
  await page.getByLabel("Debit, line 1").fill("1200");
  await page.getByLabel("Account, line 2").fill("1000");
  await page.getByLabel("Credit, line 2").fill("1000");
  await page.keyboard.press("Tab");
  await expect(page.getByText("Kept in this browser")).toBeVisible();
  await expectState(page, "new-entry");
  await expectState(page, "new-entry-dark", "dark");
  await expectState(page, "new-entry-phone", "phone");
}

async function expectReports(page: Page, books: string): Promise<void> {
  const year = "from=2025-01-01&to=2025-12-31";
  await arrive(page, `${books}/reports/trial-balance?${year}`);
  await expectState(page, "trial-balance");
  await page.getByRole("row", { name: /1000/ }).getByRole("link").first().click();
  await settled(page);
  await expectState(page, "ledger");
  await arrive(page, `${books}/reports/income-statement?${year}`);
  await expectState(page, "income-statement");
  await arrive(page, `${books}/reports/balance-sheet?to=2025-12-31&compare=2&every=quarter`);
  await expectState(page, "balance-sheet");
  await expectState(page, "balance-sheet-dark", "dark");
  await expectState(page, "balance-sheet-phone", "phone");
  await expectState(page, "balance-sheet-print", "print");
  await arrive(page, `${books}/reports/general-ledger?from=2025-12-01&to=2025-12-31`);
  await expectState(page, "general-ledger");

  await page.route("**/journal-entries?*", () => undefined);
  await page.goto(`${books}/journal`);
  await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
  await expectState(page, "journal-loading");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.route("**/journal-entries?*", (route) => route.abort());
  await page.goto(`${books}/journal`);
  await expect(page.getByRole("alert")).toBeVisible();
  await expectState(page, "journal-failed");
  await page.unrouteAll();
}

async function expectImport(page: Page, books: string): Promise<void> {
  await arrive(page, `${books}/import`);
  await page.getByLabel("File to import").setInputFiles({
    name: "bank.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(
      "Day;Text;Amount;Counter account\n2026-01-02;Chairs;-1,200;6000\n2026-01-03;Coffee;-2,500;Exp:Foo\n",
    ),
  });
  await page.getByLabel("Account of all rows", { exact: true }).fill("1000");
  await page.keyboard.press("Enter");
  await expectState(page, "import-map");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "decimal point: -1200" }).click();
  await expect(page.getByText("These books have no account “Exp:Foo”.")).toBeVisible();
  await settled(page);
  await expectState(page, "import-check");
}

async function expectSettings(page: Page, books: string): Promise<void> {
  await arrive(page, `${books}/people`);
  await expectState(page, "people");
  await page.getByRole("button", { name: "Invite somebody…" }).click();
  await expectState(page, "people-invite", "dark");
  await arrive(page, `${books}/tokens`);
  await expectState(page, "tokens-empty");
  await arrive(page, `${books}/settings`);
  await expectState(page, "tenant-settings");
  await arrive(page, "/settings");
  await expectState(page, "settings-phone", "phone");
  await arrive(page, `${books}/no-such-page`);
  await expectState(page, "no-such-page");
}

/** A month that is locked, and two that are closed. */
async function expectPeriods(page: Page, program: Program, tenant: string): Promise<void> {
  const act = (what: "close" | "lock", month: string) => {
    const period = ["--period", `2025-${month}`, "--reason", "As agreed"];
    program.run(["period", what, "--tenant", tenant, ...period]);
  };
  for (const month of ["01", "02", "03"]) act("close", month);
  act("lock", "01");
  // Below it stands a year to the server's today, which nobody holds still.
  await arriveAt(page, `/t/${tenant}/periods`);
  const year = page
    .getByRole("region", { name: "Fiscal year 2025" })
    .filter({ hasText: "Year end" });
  await expect(year.getByRole("button", { name: "Close the year… 2025" })).toBeVisible();
  await expectState(page, "periods", "light", { part: year });
  await page.getByRole("button", { name: "Close… 2025-04" }).click();
  await expect(page.getByText("The books verify")).toBeVisible();
  await expectState(page, "period-close", "dark", {
    part: page.getByRole("dialog").locator("form"),
  });
}

test("each screen looks as it did, filled, empty, loading and failed", async ({
  page,
  program,
  watched,
}) => {
  test.setTimeout(400_000);
  watched.expectRefusal(/\/session/, 401);
  watched.expectLine(/ERR_FAILED/);
  const books = await writeBooks(program);
  await holdStill(page);
  await page.clock.setFixedTime("2026-01-15T10:00:00Z");
  await expectBooks(page, books);
  await expectReports(page, `/t/${books.full}`);
  await expectImport(page, `/t/${books.full}`);
  await expectSettings(page, `/t/${books.full}`);
  await expectPeriods(page, program, books.full);
});
