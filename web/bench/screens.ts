// Takes the pictures that the README shows, docs/screens/, of a demo of its own; they are to be looked at before they are committed.
// usage: node screens.ts [NAME ...], without a name all of them
import { join, resolve } from "node:path";

import { type Browser, chromium, expect, type Page } from "@playwright/test";

import { givePassword, signInToLaunch } from "../e2e/journey.ts";
import { type Credentials, type Program, startProgram } from "../e2e/program.ts";
import { arrive } from "../e2e/routeTable.ts";

const folder = resolve(import.meta.dirname, "../../docs/screens");
const asked = process.argv.slice(2);

function browserOf(browser: Browser, { url }: Program): Promise<Page> {
  return browser.newPage({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    timezoneId: "UTC",
  });
}

function isAsked(name: string): boolean {
  return asked.length === 0 || asked.includes(name);
}

async function take(page: Page, name: string): Promise<void> {
  if (!isAsked(name)) return;
  await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  process.stdout.write(`${name}\n`);
}

function makePerson(
  program: Program,
  { name, email }: { name: string; email: string },
  right: readonly string[],
): Credentials {
  const password = "correct horse battery staple";
  const who = ["--email", email, "--name", name, "--password-file", "-"];
  program.run(["user", "create", ...who, ...right], password);
  return { email, password };
}

async function takeBooks(page: Page, program: Program): Promise<void> {
  makePerson(program, { name: "Ines Moreau", email: "ines@example.com" }, [
    "--tenant",
    "1",
    "--role",
    "accountant",
  ]);
  await page.goto("/t/1");
  await givePassword(page, program.demo);
  await expect(page.getByRole("heading", { name: "Profit by month" })).toBeVisible();
  await expect(page.getByText("In order", { exact: true })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await take(page, "dashboard");
  await arrive(page, "/t/1/journal/5");
  await page.getByRole("button", { name: "Compute" }).click();
  await expect(page.getByText("The next entry begins where this one ends")).toBeVisible();
  await take(page, "proof");
  await arrive(page, "/t/1/reports/balance-sheet");
  await expect(page.getByText(/^Balanced/)).toBeVisible();
  await take(page, "balance-sheet");
  await arrive(page, "/t/1/people");
  await page.waitForLoadState("networkidle");
  await take(page, "people");
  await arrive(page, "/t/1/periods");
  await page.waitForLoadState("networkidle");
  await take(page, "periods");

  await arrive(page, "/t/1/import");
  await page.getByLabel("File to import").setInputFiles({
    name: "bank.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(
      "Day;Text;Amount;Counter account\n2026-11-02;Rent;-3,850;6200\n2026-11-03;Fees;-25;6400\n2026-11-04;Coffee;-2,500;Beans, raw\n",
    ),
  });
  await page.getByLabel("Account of all rows", { exact: true }).fill("1000");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "decimal point: -3850" }).click();
  await expect(page.getByText("These books have no account")).toBeVisible();
  await page.waitForLoadState("networkidle");
  await take(page, "import");

  await arrive(page, "/t/1/journal/new");
  await page.getByLabel("Ref", { exact: true }).fill("INV-81");
  await page.getByLabel("Description").fill("Office chairs");
  await page.getByLabel("Account, line 1").fill("1500");
  await page.getByLabel("Account, line 1").press("Enter");
  await page.getByLabel("Memo, line 1").fill("8 chairs");
  await page.getByLabel("Debit, line 1").fill("1200");
  await page.getByLabel("Account, line 2").fill("1000");
  await expect(page.getByText("Kept in this browser")).toBeVisible();
  await expect(page.getByRole("option").first()).toBeVisible();
  await take(page, "new-entry");
}

/** What was asked of the server meanwhile is on it, a minute long. */
async function takeOperations(page: Page, program: Program): Promise<void> {
  const person = makePerson(program, { name: "Otto", email: "otto@example.com" }, ["--operator"]);
  const token = program.run(["token", "create", "--tenant", "1", "--role", "viewer"]).trim();
  await page.goto("/ops");
  await givePassword(page, person);
  await expect(page.getByRole("heading", { name: "Connection pool" })).toBeVisible();
  const ask = (): Promise<Response> =>
    fetch(`${program.url}/api/v1/tenants/1/reports/trial-balance`, {
      headers: { Authorization: `Bearer ${token}` },
    });
  for (let second = 0; second < 70; second += 1) {
    for (const answer of await Promise.all([ask(), ask(), ask()])) await answer.arrayBuffer();
    await page.waitForTimeout(1000);
  }
  await take(page, "operations");
}

async function takeLaunch(page: Page, program: Program): Promise<void> {
  await signInToLaunch(page, program, "executive");
  await expect(page.getByText("Why not yet:").first()).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await take(page, "phases");
  await page.getByRole("link", { name: "CHG-0001" }).click();
  await expect(page.getByText("hashed in this browser")).toBeVisible();
  await take(page, "approval-record");
}

const books = "dashboard proof balance-sheet people periods import new-entry".split(" ");
const takes = [
  { names: books, by: takeBooks },
  { names: ["phases", "approval-record"], by: takeLaunch },
  { names: ["operations"], by: takeOperations },
];
const program = await startProgram();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
try {
  for (const { by } of takes.filter(({ names }) => names.some(isAsked))) {
    const page = await browserOf(browser, program);
    page.setDefaultTimeout(120_000);
    await by(page, program);
    await page.close();
  }
} finally {
  await browser.close();
  await program.stop();
}
