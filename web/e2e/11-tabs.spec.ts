import type { Page } from "@playwright/test";

import { letIn, newBooks, open, typeLine } from "./books.ts";
import { expect, signInToLaunch, test } from "./journey.ts";

async function postEntry(page: Page, description: string, amount: string): Promise<void> {
  await page.getByLabel("Description").fill(description);
  await page.getByLabel("Account, line 1").focus();
  await typeLine(page, { account: "6000", debit: amount });
  await typeLine(page, { account: "1000", credit: amount });
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
}

test("two tabs hold two tenants, and no figure of one appears in the other", async ({
  context,
  page,
  program,
}) => {
  const [mine, theirs] = [newBooks(program, "first"), newBooks(program, "second")];
  await letIn(program, theirs.tenant, mine.accountant.email);
  await open(page, mine, "journal/new");
  await expect(page.getByLabel("Description")).toBeVisible();
  const other = await context.newPage();
  await other.goto(`/t/${theirs.tenant}/journal/new`);
  await postEntry(page, "Of the first books", "1111.11");
  await postEntry(other, "Of the second books", "2222.22");

  // The same page in both, in turns, also after one of them looked at the other's books.
  for (const path of ["journal", "reports/trial-balance", "reports/general-ledger", ""]) {
    await page.goto(`/t/${mine.tenant}/${path}`);
    await other.goto(`/t/${theirs.tenant}/${path}`);
    await expect(page.locator("main")).toContainText("1,111.11");
    await expect(other.locator("main")).toContainText("2,222.22");
    await expect(page.locator("main")).not.toContainText(/2,222\.22|second books/);
    await expect(other.locator("main")).not.toContainText(/1,111\.11|first books/);
  }
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.keyboard.type("second");
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toContainText("2,222.22");
  await expect(page.locator("main")).not.toContainText("1,111.11");
  await page.goBack();
  await expect(page.locator("main")).toContainText("1,111.11");
  await expect(page.locator("main")).not.toContainText("2,222.22");
});

test("seven tabs stay responsive, though each is live and a browser has six connections", async ({
  context,
  page,
  program,
}) => {
  await signInToLaunch(page, program, "business");
  const streamsOfOthers: string[] = [];
  context.on("request", (request) => {
    const isOfFirst = request.frame().page() === page;
    if (!isOfFirst && request.url().endsWith("/launch/events")) streamsOfOthers.push(request.url());
  });
  const tabs = [page];
  while (tabs.length < 7) {
    const tab = await context.newPage();
    await tab.goto("/launch");
    await expect(tab.getByRole("heading", { level: 1, name: "Launch" })).toBeVisible();
    tabs.push(tab);
  }
  for (const tab of tabs) {
    await tab.bringToFront();
    await tab.getByRole("link", { name: "Incidents" }).click();
    await expect(tab.getByText("No incident was filed.")).toBeVisible();
  }
  expect(streamsOfOthers, "the first tab reads for all").toEqual([]);
});
