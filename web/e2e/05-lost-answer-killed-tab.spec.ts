import type { Page } from "@playwright/test";

import { expectEntries, newBooks, open, typeLine } from "./books.ts";
import { expect, test } from "./journey.ts";
import { typeWithoutPause } from "./typing.ts";

/** Ends what draws the page, as want of memory does: nothing of it has a say any more. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const browser = await page.context().newCDPSession(page);
  // It never answers.
  void browser.send("Page.crash").catch(() => undefined);
  await crashed;
}

async function typeEntry(page: Page, description: string): Promise<void> {
  await page.getByLabel("Description").fill(description);
  await page.getByLabel("Account, line 1").focus();
  await typeLine(page, { account: "6000", debit: "7" });
  await typeLine(page, { account: "1000", credit: "7" });
}

test("an answer that is lost posts once, and a killed tab loses nothing", async ({
  context,
  page,
  program,
  watched,
}) => {
  const books = newBooks(program, "outage");
  await open(page, books, "journal/new");
  await typeEntry(page, "Typed before the tab died");
  await expect(page.getByText("Kept in this browser")).toBeVisible();
  await crash(page);

  const second = await context.newPage();
  await second.goto(`/t/${books.tenant}/journal/new`);
  await expect(second.getByLabel("Description")).toHaveValue("Typed before the tab died");
  await expect(second.getByLabel("Credit, line 2")).toHaveValue("7.00");

  // The server takes the entry, and goes away before its answer arrives.
  watched.expectRefusal(/^\/api\//, "no answer");
  await second.route("**/journal-entries", async (route) => {
    await route.fetch();
    await program.kill();
    await route.abort("connectionreset");
    await second.unroute("**/journal-entries");
  });
  await second.keyboard.press("Control+Enter");
  await expect(second.getByText("The server has not answered.")).toBeVisible();
  await expect(second.getByLabel("Debit, line 1")).not.toBeEditable();
  await program.serve();
  await expect(second.getByRole("heading", { name: "Entry 1" })).toBeVisible({ timeout: 30_000 });
  await second.goto(`/t/${books.tenant}/journal`);
  await expect(second.getByRole("row", { name: /Typed before the tab died/ })).toHaveCount(1);
  expectEntries(program, books, 1);
});

test("a press that is repeated posts once, and so does a page that is loaded anew before the answer", async ({
  page,
  program,
}) => {
  const books = newBooks(program, "repeated");
  await open(page, books, "journal/new");
  await typeEntry(page, "Pressed twice");
  await typeWithoutPause(page, ["Control+Enter", "Control+Enter", "Control+Enter"]);
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
  expectEntries(program, books, 1);

  // The server has taken it, and the page is gone before it hears of that.
  await page.goto(`/t/${books.tenant}/journal/new`);
  await typeEntry(page, "Sent before it was loaded anew");
  const isTaken = new Promise<void>((taken) => {
    void page.route(
      "**/journal-entries",
      async (route) => {
        await route.fetch();
        taken();
      },
      { times: 1 },
    );
  });
  await page.keyboard.press("Control+Enter");
  await isTaken;
  expectEntries(program, books, 2);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Entry 2" })).toBeVisible();
  expectEntries(program, books, 2);
});

test("an entry that the server never heard of is asked for again once it is back, and posted once", async ({
  page,
  program,
  watched,
}) => {
  const books = newBooks(program, "unheard");
  await open(page, books, "journal/new");
  await typeEntry(page, "Sent to nobody");
  watched.expectRefusal(/^\/api\//, "no answer");
  let asked = 0;
  let isHeard = false;
  await page.route("**/journal-entries", async (route) => {
    asked += 1;
    if (asked === 1) await program.kill();
    // Nobody is there, as the browser itself finds out first; later on not before it was looked into the books.
    await (asked === 1 || isHeard ? route.continue() : route.abort("connectionrefused"));
  });
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("The server has not answered.")).toBeVisible();
  await expect(page.getByLabel("Debit, line 1")).not.toBeEditable();
  await program.serve();
  expectEntries(program, books, 0);
  isHeard = true;
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible({ timeout: 30_000 });
  expectEntries(program, books, 1);
});
