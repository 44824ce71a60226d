import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { newBooks, open } from "./books.ts";
import { expect, expectAccessible, signIn, test } from "./journey.ts";

const scrolled = (page: Page): Promise<number> => page.evaluate(() => Math.round(scrollY));

/** Turns the wheel; how far down the page then is. */
async function turn(page: Page, by: number): Promise<number> {
  const before = await scrolled(page);
  await page.mouse.move(640, 250);
  await page.mouse.wheel(0, by);
  await expect.poll(() => scrolled(page), "the page is long enough").toBe(before + by);
  return before + by;
}

/** The number of an entry that stands in the middle of the screen. */
async function entryInView(page: Page): Promise<string> {
  for (const link of await page.getByRole("row").getByRole("link", { name: /^\d+$/ }).all()) {
    const box = await link.boundingBox();
    if (box !== null && box.y > 250) return link.innerText();
  }
  throw new Error("No entry is in view.");
}

test("goes from the balance sheet to the account, the entry and back, with filters and place kept; the URL opens the same", async ({
  page,
  program,
  browser,
}) => {
  await signIn(page, program.demo);
  await page.getByRole("link", { name: "Balance sheet" }).click();
  await page.getByLabel("Beside").selectOption("2");
  await page.getByLabel("Compared with").selectOption("Quarters before");
  const sheet = page.getByRole("table", { name: "Balance sheet" });
  await expect(sheet.getByRole("columnheader", { name: "Change" }).first()).toBeVisible();
  await expect(page.getByText(/Balanced · as of entry/)).toBeVisible();
  await expectAccessible(page);

  // On a low screen the sheet is longer than it.
  await page.setViewportSize({ width: 1280, height: 500 });
  const ofSheet = await turn(page, 90);
  const row = sheet.getByRole("row").filter({ hasText: "Checking" });
  await expect(row).toBeInViewport({ ratio: 1 });
  const figure = await row.getByRole("link").nth(1).innerText();
  await row.getByRole("link").nth(1).click();
  await expect(page.getByRole("heading", { name: "1000 Checking" })).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(page.getByRole("row").filter({ hasText: "Opening" })).toBeVisible();
  // The last balance of the ledger is the figure that led here.
  await page.keyboard.press("End");
  await expect(page.getByRole("row").filter({ hasText: "Closing" })).toContainText(figure);
  await expectAccessible(page);
  const shared = page.url();

  await page.keyboard.press("Home");
  await expect(page.getByRole("row").filter({ hasText: "Opening" })).toBeInViewport();
  const ofLedger = await turn(page, 1200);
  const number = await entryInView(page);
  const entry = page.getByRole("row").getByRole("link", { name: number, exact: true });
  await entry.click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(number);
  await expectAccessible(page);

  await page.goBack();
  await expect(page).toHaveURL(shared);
  await expect(page.getByRole("heading", { name: "1000 Checking" })).toBeVisible();
  await expect(entry).toBeInViewport({ ratio: 1 });
  expect(await scrolled(page), "the ledger is where it was").toBe(ofLedger);
  await page.setViewportSize({ width: 1280, height: 500 });
  await page.goBack();
  await expect(page).toHaveURL(/compare=2&every=quarter/);
  await expect(row).toBeInViewport({ ratio: 1 });
  expect(await scrolled(page), "the sheet is where it was").toBe(ofSheet);
  await expect(sheet.getByRole("columnheader", { name: "Change" }).first()).toBeAttached();

  const other = await browser.newPage();
  await other.goto(shared);
  await other.getByLabel("Mail address").fill(program.demo.email);
  await other.getByLabel("Password", { exact: true }).fill(program.demo.password);
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(other.getByRole("heading", { name: "1000 Checking" })).toBeVisible();
  expect(other.url()).toBe(shared);
  await other.close();
});

/** A sale in a journal's text. */
function sale(day: string, amount: string, comment = ""): string {
  return `2026-03-${day} * Sale${comment}\n    assets:bank  ${amount} USD\n    income:sales\n\n`;
}

test("a report as known at an entry, and of a tag, is followed to the account as that", async ({
  page,
  program,
}) => {
  const books = newBooks(program, "known");
  const journal = join(program.folder, "known.journal");
  const tagged = "  ; project: bridge";
  const lines = [sale("01", "100", tagged), sale("02", "20"), sale("03", "3", tagged)];
  writeFileSync(journal, lines.join(""));
  program.run(["import", "--tenant", String(books.tenant), journal]);

  await open(page, books, "reports/trial-balance?from=2026-01-01&to=2026-12-31");
  const table = page.getByRole("table", { name: "Trial balance" });
  const bank = table.getByRole("row").filter({ hasText: /bank/i });
  const closing = bank.getByRole("link").last();
  await expect(closing).toHaveText("123.00");
  await expect(page.getByText("Balanced · as of entry 3", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "More" }).click();
  await page.getByLabel("As known at entry").fill("2");
  await page.keyboard.press("Enter");
  await expect(closing).toHaveText("120.00");
  await expect(page.getByText("Balanced · as known at entry 2", { exact: true })).toBeVisible();
  await page.getByLabel("Tags").fill("project=bridge");
  await page.keyboard.press("Enter");
  await expect(closing).toHaveText("100.00");
  const caption = page.getByText("Balanced · as known at entry 2 · tagged project=bridge", {
    exact: true,
  });
  await expect(caption).toBeVisible();

  await closing.click();
  await expect(page).toHaveURL(/\/accounts\//);
  const expectSame = async () => {
    await expect(caption).toBeVisible();
    await expect(page.getByLabel("As known at entry")).toHaveValue("2");
    await expect(page.getByLabel("Tags")).toHaveValue("project=bridge");
    await expect(page.getByRole("row").filter({ hasText: "Closing" })).toContainText("100.00");
    const entries = page.getByRole("row").getByRole("link", { name: /^\d+$/ });
    await expect(entries).toHaveText(["1"]);
  };
  await expectSame();
  await page.reload();
  await expectSame();
});
